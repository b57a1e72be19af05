#include <math.h>
#include <string.h>

#include "optimum.h"
#include "speedup.h"
#include "oversubscribed.h"
#include "too_small.h"
#include "use_limits.h"
#include "warning_checks.h"
#include "wording.h"

/* Limits of docs/method.md, "Warnings". */
#define SUPERLINEAR_MARGIN 1.02

enum { BLOCKS_FOR_LIMITS = 3, BLOCKS_FOR_INTERVAL = 6, HOSTS_MOST = 1000 };

void check_oversubscribed(struct warner *w)
{
    struct context *c = w->c;
    for (size_t i = 0; i < c->out->series_count; i++) {
        const struct series *s = &c->out->series[i];
        struct hits hits = hits_begin(w, s);
        int64_t available = 0;
        for (size_t j = 0; j < s->point_count; j++)
            if (oversubscribed_is(c, &s->points[j])) {
                hits_add(&hits, s, j);
                available = oversubscribed_available(c, &s->points[j]);
            }
        if (hits.count == 0)
            continue;
        struct strbuf text = STRBUF_INIT;
        warning_name(&text, c, i);
        strbuf_add(&text, " was measured ");
        warning_cores(&text, &hits);
        if (available > 0)
            strbuf_addf(&text, " where there are only %lld", (long long)available);
        strbuf_add(&text, ": its workers shared cores, so these times are not those of so many "
                          "cores.");
        c->out->oversubscribed = true;
        warning_many(w, "%s were measured with more workers than there are cores", (double)hits.cores[hits.count - 1]);
        warning_add_hits(w, i, &hits, &text,
                    "Leave these counts out, or measure on a machine that has the cores.");
    }
}

/* 1, 2 or 3 where the work is that power of the size; 0 where that is not seen. */
static int work_exponent(const struct series *s, const struct point_summary *point)
{
    double size = isnan(point->actual_size) ? s->size : point->actual_size;
    for (int power = 1; power <= 3; power++)
        if (size > 1 && fabs(point->work / pow(size, power) - 1) < 0.01)
            return power;
    return 0;
}

/* Up to two digits: 4321 becomes 4400. */
static double round_up(double value)
{
    double unit = pow(10, floor(log10(value)) - 1);
    return ceil(value / unit - 1e-9) * unit;
}

static const char *size_that_would_do(struct warner *w, const struct series *s,
                                      const struct point_summary *point, double limit)
{
    struct strbuf text = STRBUF_INIT;
    int power = work_exponent(s, point);
    double factor = limit / point->median * 1.2; /* a little more than barely enough */
    if (!(point->median > 0)) {
        strbuf_add(&text, "Use a much larger size: the clock saw no time pass.");
    } else if (power > 0 && s->size > 0) {
        strbuf_add(&text, "Use a size of about ");
        wording_size(&text, round_up(s->size * pow(factor, 1.0 / power)));
        strbuf_add(&text, ".");
    } else {
        strbuf_add(&text, "Use a size with about ");
        wording_fixed(&text, round_up(factor), factor < 10 ? 1 : 0);
        strbuf_add(&text, " times the work.");
    }
    const char *remedy = pool_copy(w->c->pool, text.str);
    strbuf_free(&text);
    return remedy;
}

static void say_too_small(struct warner *w, struct place at, double limit)
{
    const struct series *s = &w->c->out->series[at.series];
    const struct point_summary *point = point_at(w->c, at);
    struct strbuf text = STRBUF_INIT;
    warning_name(&text, w->c, (size_t)at.series);
    strbuf_add(&text, " took only ");
    wording_seconds(&text, point->median);
    strbuf_add(&text, " on ");
    wording_plural(&text, point->cores, "core", "cores");
    strbuf_add(&text, ": below ");
    wording_seconds(&text, limit);
    strbuf_add(&text, w->c->total ? " the start of the program weighs too much"
                                  : " the timer and the first steps weigh too much");
    strbuf_add(&text, ", so efficiency is not judged.");
    warning_add(w, at.series, point->cores, &text, size_that_would_do(w, s, point, limit));
}

/* The shortest of each problem is enough: the remedy cures the others too. */
void check_too_small(struct warner *w)
{
    const struct analysis *out = w->c->out;
    for (size_t begin = 0, end; begin < out->series_count; begin = end) {
        struct place worst = nowhere;
        double least = INFINITY, limit = 0;
        for (end = begin; end < out->series_count &&
                          same_problem(&out->series[begin], &out->series[end]);
             end++) {
            struct place own = speedup_least(w->c, end, 0);
            double own_limit = too_small_limit(out, w->c->plan, w->c->machines, &out->series[end]);
            if (!is_place(own) || !point_at(w->c, own)->too_small ||
                point_at(w->c, own)->median / own_limit >= least)
                continue;
            least = point_at(w->c, own)->median / own_limit;
            limit = own_limit;
            worst = own;
        }
        if (is_place(worst))
            say_too_small(w, worst, limit);
    }
}

static void say_blocks(struct strbuf *text, size_t fewest, size_t most)
{
    if (fewest != most)
        strbuf_addf(text, "%zu to ", fewest);
    wording_plural(text, (int64_t)most, "block", "blocks");
}

/* Points with [least, below) blocks; one warning where that is so everywhere. */
static void check_block_counts(struct warner *w, size_t least, size_t below, const char *effect,
                               const char *many, const char *remedy)
{
    const struct analysis *out = w->c->out;
    size_t points = 0, hit = 0, fewest = SIZE_MAX, most = 0;
    for (size_t i = 0; i < out->series_count; i++)
        for (size_t j = 0; j < out->series[i].point_count; j++) {
            size_t blocks = out->series[i].points[j].blocks;
            points += blocks > 0;
            if (blocks < least || blocks >= below)
                continue;
            hit++;
            fewest = blocks < fewest ? blocks : fewest;
            most = blocks > most ? blocks : most;
        }
    struct strbuf text = STRBUF_INIT;
    if (hit == points && hit > 0) {
        strbuf_add(&text, "Every point rests on ");
        say_blocks(&text, fewest, most);
        strbuf_addf(&text, ": %s.", effect);
        warning_add(w, -1, 0, &text, remedy);
        return;
    }
    for (size_t i = 0; hit > 0 && i < out->series_count; i++) {
        const struct series *s = &out->series[i];
        struct hits hits = hits_begin(w, s);
        for (size_t j = 0; j < s->point_count; j++)
            if (s->points[j].blocks >= least && s->points[j].blocks < below)
                hits_add(&hits, s, j);
        if (hits.count == 0)
            continue;
        warning_name(&text, w->c, i);
        strbuf_addf(&text, " has fewer than %zu blocks ", below);
        warning_cores(&text, &hits);
        strbuf_addf(&text, ": %s there.", effect);
        warning_many(w, many, -(double)fewest);
        warning_add_hits(w, i, &hits, &text, remedy);
    }
}

void check_uncertainty(struct warner *w)
{
    check_block_counts(w, 1, BLOCKS_FOR_LIMITS, "nothing tells how sure the figures are",
                       "%s have points of so few blocks that nothing tells how sure the figures are",
                       "Measure 9 blocks: from 6 on there are 95 % intervals.");
}

void check_few_blocks(struct warner *w)
{
    check_block_counts(w, BLOCKS_FOR_LIMITS, BLOCKS_FOR_INTERVAL,
                       "a median has no 95 % interval from so few",
                       "%s have points of too few blocks for a 95 % interval",
                       "Measure 9 blocks; 6 are the least for a 95 % interval.");
}

void check_noise(struct warner *w)
{
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        const struct series *s = &w->c->out->series[i];
        double noise = 0, low = INFINITY, high = 0;
        for (size_t j = 0; j < s->point_count; j++) {
            const struct point_summary *point = &s->points[j];
            if (point->blocks == 0)
                continue;
            low = fmin(low, point->median);
            high = fmax(high, point->median);
            noise = fmax(noise, log(point->ci.high / point->ci.low) / (2 * 1.96));
        }
        double signal = log(high / low);
        if (s->point_count < 2 || is_weak(s) || !(noise > signal / 2) || !isfinite(signal))
            continue;
        struct strbuf text = STRBUF_INIT;
        warning_name(&text, w->c, i);
        strbuf_add(&text, " is noisier than its scaling is strong: ");
        warning_evidence(w, &text);
        strbuf_add(&text, "a median is uncertain by ");
        wording_percent(&text, expm1(noise));
        strbuf_add(&text, ", and all core counts together change it by ");
        wording_percent(&text, expm1(signal));
        strbuf_add(&text, ".");
        warning_many(w, "%s are noisier than their scaling is strong", noise / signal);
        warning_add(w, (int)i, 0, &text,
                    "Measure more blocks, with the nodes to yourself, or a larger size.");
    }
}

/* No block of the one ran where a block of the other did, by the first blocks of very many. */
static bool ran_elsewhere(const struct context *c, struct place a, struct place b)
{
    for (size_t i = 0; i < point_at(c, a)->blocks && i < HOSTS_MOST; i++)
        for (size_t j = 0; j < point_at(c, b)->blocks && j < HOSTS_MOST; j++)
            if (detail_at(c, a)->hosts[i] == 0 || detail_at(c, b)->hosts[j] == 0 ||
                detail_at(c, a)->hosts[i] == detail_at(c, b)->hosts[j])
                return false;
    return true;
}

static double above_ideal(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *p = point_at(c, at);
    (void)with;
    bool hit = p->cores > 1 && p->efficiency_ci.low > 1 && p->efficiency >= SUPERLINEAR_MARGIN;
    return hit ? p->efficiency : NAN;
}

static void say_above_ideal(struct strbuf *text, const struct context *c, size_t series,
                            const struct hits *hits, const void *with)
{
    const struct series *s = &c->out->series[series];
    const struct point_summary *point = &s->points[hits->worst];
    (void)with;
    strbuf_add(text, "its efficiency reaches ");
    wording_percent(text, point->efficiency);
    strbuf_add(text, " (95 %: ");
    wording_percent_range(text, point->efficiency_ci.low, point->efficiency_ci.high);
    strbuf_add_char(text, ')');
    if (ran_elsewhere(c, (struct place){s->base_series, s->base_point},
                      place_of(series, hits->worst)))
        strbuf_add(text, "; the base ran on other hosts");
}

void check_superlinear(struct warner *w)
{
    static const struct finding superlinear = {
        .badness = above_ideal,
        .is = "is faster than ideal",
        .evidence = say_above_ideal,
        .many = "%s are faster than ideal",
        .remedy = "Check that the base ran undisturbed on the same CPU type; if it did, the "
                  "data fit into the caches of more cores."};
    finding_look_everywhere(w, &superlinear);
}

/* One of several cores did all the work, and the time shows it. */
static bool is_serial_run(const struct context *c, size_t series, const struct point_summary *point)
{
    struct place one = speedup_least(c, series, 1);
    double busy = point->cpu_used * (double)point->allocated_cores;
    if (point->cores < 2 || !(busy > 0.8 && busy < 1.2) || !(point->wall_median >= WALL_LEAST))
        return false;
    return !is_place(one) || point->median >= 0.9 * point_at(c, one)->median;
}

static double serial_badness(const struct context *c, struct place at, const void *with)
{
    (void)with;
    return is_serial_run(c, (size_t)at.series, point_at(c, at)) ? (double)point_at(c, at)->cores : NAN;
}

static void say_serial(struct strbuf *text, const struct context *c, size_t series,
                       const struct hits *hits, const void *with)
{
    (void)c, (void)series, (void)with;
    strbuf_addf(text, "it used 1 of %lld cores, and its time did not fall",
                (long long)hits->cores[hits->count - 1]);
}

void check_serial_run(struct warner *w)
{
    static const struct finding serial = {
        .badness = serial_badness,
        .is = "ran serially",
        .evidence = say_serial,
        .many = "%s ran serially",
        .remedy = "Check that the program takes its number of workers from the study "
                  "({cores}, {threads}, {ranks} or OMP_NUM_THREADS)."};
    finding_look_everywhere(w, &serial);
}

/* Of the cores that had a worker: others were idle by the study's design, or
 * are check_idle_request()'s. */
static double share_used(const struct point_summary *point)
{
    return point->cpu_used * (double)point->allocated_cores / (double)point->cores;
}

/*
 * Of the whole step, and within the program's own time where that is known:
 * cores that wait for the program to start are another matter.
 */
static bool is_idle(const struct context *c, const struct point_summary *point, double used)
{
    double inside = c->total ? used : used * point->wall_median / point->median;
    return used < CPU_USED_LEAST && inside < CPU_USED_LEAST && point->wall_median >= WALL_LEAST &&
           !point->too_small;
}

static double wasted_core_seconds(const struct point_summary *point, double used)
{
    return (double)point->runs * point->wall_median * (double)point->cores * (1 - used);
}

static double idle_badness(const struct context *c, struct place at, const void *with)
{
    double used = share_used(point_at(c, at));
    (void)with;
    bool hit = is_idle(c, point_at(c, at), used) &&
               !is_serial_run(c, (size_t)at.series, point_at(c, at));
    return hit ? 1 - used : NAN;
}

static void say_idle(struct strbuf *text, const struct context *c, size_t series,
                     const struct hits *hits, const void *with)
{
    const struct series *s = &c->out->series[series];
    const struct point_summary *worst = &s->points[hits->worst];
    double wasted = 0;
    (void)with;
    for (size_t i = 0; i < hits->count; i++) {
        const struct point_summary *point = &s->points[hits->points[i]];
        wasted += wasted_core_seconds(point, share_used(point));
    }
    strbuf_add(text, "it used ");
    wording_percent(text, share_used(worst));
    strbuf_add(text, " of the ");
    wording_plural(text, worst->cores, "core", "cores");
    strbuf_addf(text, " that %s%s, and ",
                worst->cores != worst->allocated_cores ? "it ran on"
                : worst->cores == 1                    ? "was granted"
                                                       : "were granted",
                hits->count > 1 ? " at worst" : "");
    wording_core_time(text, wasted);
    strbuf_add(text, " went unused");
}

void check_idle_cores(struct warner *w)
{
    static const struct finding idle = {
        .badness = idle_badness,
        .is = "left cores idle",
        .evidence = say_idle,
        .many = "%s left cores idle",
        .remedy = "Ask for as many cores as there are workers, and look for what workers wait "
                  "for: input, each other, a serial part, or cores that others kept busy."};
    finding_look_everywhere(w, &idle);
}

static double memory_badness(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *p = point_at(c, at);
    double share = p->peak_memory_bytes / p->granted_memory_bytes;
    (void)with;
    return share > MEMORY_MOST ? share : NAN;
}

static void say_memory(struct strbuf *text, const struct context *c, size_t series,
                       const struct hits *hits, const void *with)
{
    const struct point_summary *worst = &c->out->series[series].points[hits->worst];
    (void)with;
    strbuf_add(text, "it used ");
    wording_bytes(text, worst->peak_memory_bytes);
    strbuf_add(text, " of ");
    wording_bytes(text, worst->granted_memory_bytes);
}

void check_memory(struct warner *w)
{
    static const struct finding near_limit = {
        .badness = memory_badness,
        .is = "came near its memory limit",
        .evidence = say_memory,
        .many = "%s came near their memory limits",
        .remedy = "Ask for more memory, or spread the work over more nodes."};
    finding_look_everywhere(w, &near_limit);
}

/* On this machine there is nothing larger to measure. */
static bool is_whole_machine(const struct context *c, int64_t cores)
{
    return c->plan != NULL && strcmp(c->plan->cluster.name, "local") == 0 &&
           c->plan->cluster.cores_per_node > 0 && cores >= c->plan->cluster.cores_per_node;
}

void check_largest_count(struct warner *w)
{
    for (size_t i = 0; i < w->c->out->answer_count; i++) {
        const struct answer *answer = &w->c->out->answers[i];
        if (answer->kind != OPTIMUM_AT_LEAST)
            continue;
        int64_t cores = w->c->out->series[answer->series].points[answer->point].cores;
        const struct series *s = &w->c->out->series[answer->series];
        bool failed = s->points[s->point_count - 1].blocks == 0;
        if (is_whole_machine(w->c, cores) || optimum_counts(s) == 1)
            continue;
        struct strbuf text = STRBUF_INIT;
        warning_name(&text, w->c, (size_t)answer->series);
        strbuf_add(&text, " did best on ");
        wording_plural(&text, cores, "core", "cores");
        strbuf_addf(&text, ", the largest count %s: more may be better still.",
                    failed ? "on which a run succeeded" : "that was measured");
        warning_add(w, answer->series, cores, &text,
                    failed ? "Find out why larger counts failed, and measure them again."
                           : "Measure larger counts: add them to cores.");
    }
}
