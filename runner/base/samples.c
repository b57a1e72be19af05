#include "samples.h"

#include <math.h>
#include <string.h>

#include "number.h"

static const double slack = 0.01; /* of a period: looks come a little early or late */

struct samples samples_begin(double period)
{
    return (struct samples){.period = period, .memory_bytes = NAN};
}

void samples_see_memory(struct samples *s, double bytes)
{
    s->memory_bytes = fmax(s->memory_bytes, bytes);
}

bool samples_are_due(const struct samples *s, double seconds)
{
    return seconds - s->begun >= (1 - slack) * s->period;
}

static double begin_of(const struct samples *s, size_t index)
{
    return index == 0 ? 0 : s->list[index - 1].seconds;
}

/* The two as one; `begin` is the first one's. */
static struct sample joined(double begin, const struct sample *a, const struct sample *b)
{
    double busy = a->cores * (a->seconds - begin) + b->cores * (b->seconds - a->seconds);
    return (struct sample){.seconds = b->seconds,
                           .cores = busy / (b->seconds - begin),
                           .memory_bytes = fmax(a->memory_bytes, b->memory_bytes)};
}

static void join_neighbours(struct samples *s)
{
    for (size_t i = 0; i < s->count; i += 2) {
        double begin = i == 0 ? 0 : s->list[i / 2 - 1].seconds;
        s->list[i / 2] = joined(begin, &s->list[i], &s->list[i + 1]);
    }
    s->count /= 2;
    s->period *= 2;
}

void samples_add(struct samples *s, double seconds, double cpu_seconds)
{
    if (!(seconds > s->begun))
        return;
    double cpu = fmax(cpu_seconds, s->cpu_seconds);
    s->list[s->count++] = (struct sample){.seconds = seconds,
                                          .cores = (cpu - s->cpu_seconds) / (seconds - s->begun),
                                          .memory_bytes = s->memory_bytes};
    s->begun = seconds;
    s->cpu_seconds = cpu;
    s->memory_bytes = NAN;
    if (s->count == SAMPLES_MOST)
        join_neighbours(s);
}

void samples_end(struct samples *s, double seconds, double cpu_seconds)
{
    /* The CPU time of a moment is known to a clock tick: of a short rest it says little. */
    bool rest = seconds - s->begun < s->period / 2;
    samples_add(s, seconds, cpu_seconds);
    if (rest && s->count > 1 && s->list[s->count - 1].seconds == seconds) {
        size_t last = s->count - 2;
        s->list[last] = joined(begin_of(s, last), &s->list[last], &s->list[last + 1]);
        s->count--;
    }
    if (s->count < 2)
        s->count = 0;
}

void samples_limit_memory(struct samples *s, double bytes)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].memory_bytes > bytes)
            s->list[i].memory_bytes = bytes;
}

static void add_number(struct strbuf *out, double value, double parts)
{
    char text[NUMBER_TEXT_SIZE];
    strbuf_add(out, number_format(text, round(value * parts) / parts));
}

void samples_write(struct strbuf *out, const struct samples *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct sample *sample = &s->list[i];
        if (i > 0)
            strbuf_add_char(out, ',');
        add_number(out, sample->seconds, 1000);
        strbuf_add_char(out, ' ');
        add_number(out, sample->cores, 100);
        if (isfinite(sample->memory_bytes)) {
            strbuf_add_char(out, ' ');
            add_number(out, sample->memory_bytes, 1);
        }
    }
}

/* The number up to a blank, a comma or the end; moves behind it. */
static bool take_number(const char **text, const char *stops, double *value)
{
    size_t length = strcspn(*text, stops);
    if (!number_parse(*text, length, value))
        return false;
    *text += length;
    return true;
}

int samples_next(const char **text, double previous, struct sample *sample)
{
    const char *at = *text;
    if (*at == '\0')
        return 0;
    if (!take_number(&at, " ", &sample->seconds) || *at++ != ' ' ||
        !take_number(&at, " ,", &sample->cores))
        return -1;
    sample->memory_bytes = NAN;
    if (*at == ' ' && (at++, !take_number(&at, ",", &sample->memory_bytes)))
        return -1;
    if (*at == ',' && *++at == '\0')
        return -1;
    if (!(sample->seconds > previous) || sample->cores < 0 || sample->memory_bytes < 0)
        return -1;
    *text = at;
    return 1;
}

bool samples_are_well(const char *text)
{
    struct sample sample = {.seconds = 0};
    int rc;
    do
        rc = samples_next(&text, sample.seconds, &sample);
    while (rc == 1);
    return rc == 0;
}
