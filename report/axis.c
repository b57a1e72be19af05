#include "axis.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "utf8.h"

enum { MOST_TICKS = 8 }; /* on a vertical axis */

double axis_place(const struct axis *axis, double value)
{
    if (axis->log)
        return log(value / axis->low) / log(axis->high / axis->low);
    return (value - axis->low) / (axis->high - axis->low);
}

double axis_text_pixels(const struct axis *axis, double text_size)
{
    double widest = 0;
    for (size_t i = 0; i < axis->tick_count; i++)
        widest = fmax(widest, utf8_text_pixels(axis->ticks[i].text, text_size));
    return widest;
}

/*
 * A logarithmic range is widened to the next tick where that takes little of the
 * plot: the eye measures between two ticks better than beyond the last.
 */
static double snap(double end, double tick, double low, double high)
{
    return fabs(log(tick / end)) < 0.14 * log(high / low) ? tick : end;
}

static void add_tick(struct axis *axis, double at, const char *text)
{
    axis->ticks[axis->tick_count++] = (struct axis_tick){.at = at, .text = text};
}

/* Core counts ------------------------------------------------------------- */

static bool is_power_of_two(int64_t count)
{
    return count > 0 && (count & (count - 1)) == 0;
}

/* Room between the texts of ticks that have one already? */
static bool has_room(const struct axis *axis, double pixels, double text_size, size_t index,
                     const char *text)
{
    double at = axis_place(axis, axis->ticks[index].at) * pixels;
    double half = utf8_text_pixels(text, text_size) / 2;
    for (size_t i = 0; i < axis->tick_count; i++) {
        const struct axis_tick *other = &axis->ticks[i];
        double distance = fabs(axis_place(axis, other->at) * pixels - at);
        if (other->text[0] != '\0' &&
            distance < half + utf8_text_pixels(other->text, text_size) / 2 + text_size * 0.35)
            return false;
    }
    return true;
}

struct axis axis_of_cores(struct pool *pool, const int64_t *counts, size_t count, size_t measured,
                          double pixels, double text_size, double inset)
{
    double least = (double)counts[0], most = (double)counts[count - 1];
    struct axis axis = {.log = true, .ticks = pool_alloc(pool, count, sizeof *axis.ticks)};
    /* One count alone stands in the middle. */
    double margin = most > least ? pow(most / least, inset / (pixels - 2 * inset)) : 2;
    axis.low = least / margin;
    axis.high = most * margin;
    for (size_t i = 0; i < count; i++)
        add_tick(&axis, (double)counts[i], "");
    for (int pass = 0; pass < 3; pass++)
        for (size_t i = count; i-- > 0;) {
            bool end = i == 0 || i + 1 == measured;
            if (axis.ticks[i].text[0] != '\0' || (pass == 0 && !end) ||
                (pass == 1 && !is_power_of_two(counts[i])))
                continue;
            const char *text = pool_text(pool, "%lld", (long long)counts[i]);
            if (has_room(&axis, pixels, text_size, i, text))
                axis.ticks[i].text = text;
        }
    return axis;
}

/* Ratios ------------------------------------------------------------------ */

/* Powers of two, as core counts mostly are; where they get long, 0.0078125, powers of ten. */
struct axis axis_of_ratios(struct pool *pool, double low, double high)
{
    double base = low < 1.0 / 64 ? 10 : 2, unit = log(base);
    double below = pow(base, floor(log(low) / unit)), above = pow(base, ceil(log(high) / unit));
    struct axis axis = {
        .log = true, .low = snap(low, below, low, high), .high = snap(high, above, low, high)};
    char text[NUMBER_TEXT_SIZE];
    int first = (int)ceil(log(axis.low) / unit - 1e-9);
    int last = (int)floor(log(axis.high) / unit + 1e-9);
    int step = (last - first) / MOST_TICKS + 1;
    axis.ticks =
        pool_alloc(pool, (size_t)(last - first + 1 > 0 ? last - first + 1 : 1), sizeof *axis.ticks);
    for (int exponent = first; exponent <= last; exponent++)
        if (exponent % step == 0) {
            double at = base == 2 ? ldexp(1, exponent) : pow(10, exponent);
            add_tick(&axis, at, pool_copy(pool, number_format(text, at)));
        }
    return axis;
}

struct axis axis_of_percent(struct pool *pool, double high)
{
    struct axis axis = {.low = 0, .high = fmax(high, 1)};
    double step = 0.2;
    while (axis.high / step > MOST_TICKS)
        step *= step < 0.4 ? 2.5 : 2;
    axis.high = fmax(axis.high, 1.04); /* the line of 100 % is not cut at the edge */
    axis.ticks = pool_alloc(pool, MOST_TICKS + 2, sizeof *axis.ticks);
    for (int i = 0; i * step <= axis.high && i <= MOST_TICKS; i++)
        add_tick(&axis, i * step, pool_text(pool, "%ld %%", lround(i * step * 100)));
    return axis;
}

/* Times ------------------------------------------------------------------- */

static const struct {
    double seconds;
    const char *text;
    int importance; /* 3 stays when there is room for few */
} nice_times[] = {
    {1e-9, "1 ns", 3},  {1e-8, "10 ns", 3},  {1e-7, "0.1 µs", 3}, {1e-6, "1 µs", 3},
    {2e-6, "2 µs", 1},  {5e-6, "5 µs", 2},   {1e-5, "10 µs", 3},  {2e-5, "20 µs", 1},
    {5e-5, "50 µs", 2}, {1e-4, "0.1 ms", 3}, {2e-4, "0.2 ms", 1}, {5e-4, "0.5 ms", 2},
    {1e-3, "1 ms", 3},  {2e-3, "2 ms", 1},   {5e-3, "5 ms", 2},   {1e-2, "10 ms", 3},
    {2e-2, "20 ms", 1}, {5e-2, "50 ms", 2},  {0.1, "0.1 s", 3},   {0.2, "0.2 s", 1},
    {0.5, "0.5 s", 2},  {1, "1 s", 3},       {2, "2 s", 1},       {5, "5 s", 2},
    {10, "10 s", 3},    {20, "20 s", 1},     {60, "1 min", 3},    {120, "2 min", 1},
    {300, "5 min", 2},  {600, "10 min", 3},  {1200, "20 min", 1}, {3600, "1 h", 3},
    {7200, "2 h", 1},   {18000, "5 h", 2},   {36000, "10 h", 3},  {86400, "1 d", 3},
    {172800, "2 d", 1}, {432000, "5 d", 2},  {864000, "10 d", 3}, {8640000, "100 d", 3},
};
enum { NICE_TIMES = sizeof nice_times / sizeof *nice_times };

static void snap_times(double *low, double *high)
{
    double below = *low, above = *high;
    for (size_t i = 0; i < NICE_TIMES; i++) {
        if (nice_times[i].seconds <= *low)
            below = nice_times[i].seconds;
        if (nice_times[i].seconds >= *high && above == *high)
            above = nice_times[i].seconds;
    }
    double snapped = snap(*low, below, *low, *high);
    *high = snap(*high, above, *low, *high);
    *low = snapped;
}

static size_t count_times(double low, double high, int importance)
{
    size_t count = 0;
    for (size_t i = 0; i < NICE_TIMES; i++)
        count += nice_times[i].importance >= importance && nice_times[i].seconds >= low &&
                 nice_times[i].seconds <= high;
    return count;
}

struct axis axis_of_seconds(struct pool *pool, double low, double high)
{
    /* Two times that differ by a percent must not look like a cliff. */
    double least_span = 5;
    if (high / low < least_span) {
        double middle = sqrt(low * high);
        low = middle / sqrt(least_span);
        high = middle * sqrt(least_span);
    }
    snap_times(&low, &high);
    struct axis axis = {.log = true, .low = low, .high = high};
    int importance = 1;
    while (importance < 3 && count_times(low, high, importance) > MOST_TICKS)
        importance++;
    axis.ticks = pool_alloc(pool, NICE_TIMES, sizeof *axis.ticks);
    for (size_t i = 0; i < NICE_TIMES; i++)
        if (nice_times[i].importance >= importance && nice_times[i].seconds >= low &&
            nice_times[i].seconds <= high)
            add_tick(&axis, nice_times[i].seconds, nice_times[i].text);
    return axis;
}
