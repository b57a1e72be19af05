#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "optimum.h"
#include "speedup.h"
#include "summary.h"
#include "warning_checks.h"
#include "wording.h"

/* Limits of docs/method.md, "Traps". */
#define WORK_APART 1e-6        /* relative: more than rounding */
#define SHARED_CORE_MARGIN 1.3 /* two threads on one core do a little more than one */
#define UNSTEADY_LEAST 0.05    /* spread of times, of their median */
#define UNSTEADY_TIMES 3       /* the usual spread */
#define PICK_LEAST 0.01        /* too low by so much */
#define MAD_TO_SD 1.4826       /* for normal noise */

enum { BLOCKS_FOR_SPREAD = 6, POINTS_FOR_USUAL = 4, PICKED_FROM = 3 };

/* What is not claimed ---------------------------------------------------------- */

void check_one_core(struct warner *w)
{
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        const struct series *s = &w->c->out->series[i];
        if (!s->base_is_relative || optimum_counts(s) < 2)
            continue;
        struct strbuf text = STRBUF_INIT;
        warning_name(&text, w->c, i);
        strbuf_add(&text, " has no run on one core: its speedup and efficiency are relative to ");
        wording_plural(&text, s->base_cores, "core", "cores");
        strbuf_add(&text, ", which are taken as ideal, and no serial fraction is claimed.");
        warning_many(w, "%s have no run on one core, so no serial fraction is claimed of them",
                     (double)s->base_cores);
        warning_add(w, (int)i, 0, &text,
                    "Add 1 to cores; where one core cannot hold the problem, say so beside the "
                    "figures.");
    }
}

static double unknown_work(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *p = point_at(c, at);
    (void)with;
    return is_weak(&c->out->series[at.series]) && p->blocks > 0 && !(p->work > 0) ? 1 : NAN;
}

void check_work_known(struct warner *w)
{
    static const struct finding unknown = {
        .badness = unknown_work,
        .before = "How much work",
        .is = "did is not known",
        .effect = ": weak scaling takes it to grow with the cores, whatever was rounded",
        .many = "How much work %s did is not known, and is taken to grow with the cores",
        .remedy = "Say in the study how work grows with the size: work is size, size^2 or "
                  "size^3."};
    finding_look_everywhere(w, &unknown);
}

/* Different work ------------------------------------------------------------------ */

/* The first of the problem that is known, in strong scaling; NAN none. */
static double usual_work(const struct analysis *out, size_t begin, size_t end, struct place *at)
{
    for (size_t i = begin; i < end; i++)
        for (size_t j = 0; !is_weak(&out->series[i]) && j < out->series[i].point_count; j++)
            if (out->series[i].points[j].blocks > 0 && out->series[i].points[j].work > 0) {
                *at = place_of(i, j);
                return out->series[i].points[j].work;
            }
    return NAN;
}

/* The work of the point's ok run that is farthest from `usual`; NAN where none is apart. */
static double work_apart(const struct context *c, struct place at, double usual)
{
    const struct gathered_point *rows = &detail_at(c, at)->rows;
    double found = NAN, farthest = WORK_APART;
    uint32_t last = UINT32_MAX;
    for (size_t i = 0; i < rows->row_count; i++) {
        const struct observation *row = &c->all->rows[rows->rows[i]];
        if (row->shape == last || !is_usable(c, row))
            continue;
        last = row->shape;
        double work = c->all->shapes[row->shape].work, apart = fabs(work / usual - 1);
        if (apart > farthest) { /* false where it is not known */
            farthest = apart;
            found = work;
        }
    }
    return found;
}

static void compare_work(struct warner *w, size_t series, double usual, struct place reference)
{
    const struct series *s = &w->c->out->series[series];
    struct hits hits = hits_begin(w, s);
    double worst = usual;
    for (size_t j = 0; !is_weak(s) && j < s->point_count; j++) {
        double work = work_apart(w->c, place_of(series, j), usual);
        if (isnan(work))
            continue;
        if (fabs(work / usual - 1) >= fabs(worst / usual - 1)) {
            worst = work;
            hits.worst = j;
        }
        hits_add(&hits, s, j);
    }
    if (hits.count == 0)
        return;
    char number[NUMBER_TEXT_SIZE];
    struct strbuf text = STRBUF_INIT;
    warning_name(&text, w->c, series);
    strbuf_add(&text, " did not do the same work ");
    warning_cores(&text, &hits);
    strbuf_addf(&text, ": ");
    warning_evidence(w, &text);
    strbuf_addf(&text, "%s ", number_format(number, worst));
    warning_on(&text, s->points[hits.worst].cores);
    strbuf_addf(&text, ", but %s by ", number_format(number, usual));
    warning_name(&text, w->c, (size_t)reference.series);
    strbuf_add_char(&text, ' ');
    warning_on(&text, point_at(w->c, reference)->cores);
    strbuf_add_char(&text, '.');
    warning_many(w, "%s did not do the same work as the others", fabs(worst / usual - 1));
    warning_add_hits(w, series, &hits, &text,
                     "Look for work that is lost in sharing it out, such as n divided by the "
                     "workers and rounded down, before comparing times.");
}

void check_work_agrees(struct warner *w)
{
    const struct analysis *out = w->c->out;
    for (size_t begin = 0, end; begin < out->series_count; begin = end) {
        struct place reference = nowhere;
        for (end = begin + 1; end < out->series_count &&
                              same_problem(&out->series[begin], &out->series[end]);
             end++)
            continue;
        double usual = usual_work(out, begin, end, &reference);
        for (size_t i = begin; is_place(reference) && i < end; i++)
            compare_work(w, i, usual, reference);
    }
}

/* Two workers on one core --------------------------------------------------------- */

static int64_t threads_per_core(const struct context *c)
{
    int64_t most = 1;
    for (size_t i = 0; i < c->machines->count; i++)
        most = c->machines->list[i].threads_per_core > most ? c->machines->list[i].threads_per_core
                                                            : most;
    return most;
}

/* The first count above one, against the own run on one core. */
static struct place first_parallel(const struct context *c, size_t series)
{
    const struct series *s = &c->out->series[series];
    if (!is_place(speedup_least(c, series, 1)))
        return nowhere;
    for (size_t j = 0; j < s->point_count; j++)
        if (s->points[j].cores > 1 && s->points[j].blocks > 0)
            return place_of(series, j);
    return nowhere;
}

void check_shared_cores(struct warner *w)
{
    const struct context *c = w->c;
    int64_t threads = threads_per_core(c);
    for (size_t i = 0; threads > 1 && i < c->out->series_count; i++) {
        struct place at = first_parallel(c, i);
        if (!is_place(at) || is_weak(&c->out->series[i]) || point_at(c, at)->bound == 1)
            continue;
        const struct point_summary *point = point_at(c, at);
        double cores = (double)point->cores;
        if (!(point->speedup_own_ci.high / cores < SHARED_CORE_MARGIN / (double)threads))
            continue;
        struct strbuf text = STRBUF_INIT;
        strbuf_add(&text, "Workers of ");
        warning_name(&text, c, i);
        strbuf_add(&text, " probably shared physical cores ");
        warning_on(&text, point->cores);
        strbuf_add(&text, ": ");
        warning_evidence(w, &text);
        strbuf_add(&text, "efficiency falls to ");
        wording_percent(&text, point->speedup_own / cores);
        strbuf_addf(&text, " at once, a core has %lld hardware threads, and nothing proves that "
                           "workers had cores of their own.",
                    (long long)threads);
        warning_many(w, "Workers of %s probably shared physical cores", 1 - point->speedup_own / cores);
        warning_add(w, (int)i, point->cores, &text,
                    "Bind each worker to a physical core: OMP_PLACES=cores, and in Slurm "
                    "--hint=nomultithread or --threads-per-core=1.");
    }
}

/* Neighbours ------------------------------------------------------------------------ */

static double spread_of(const struct point_summary *point)
{
    return point->blocks < BLOCKS_FOR_SPREAD ? NAN : MAD_TO_SD * point->mad / point->median;
}

/* Of the points of series [begin, end); NAN where too few have one. */
static double usual_spread(const struct analysis *out, size_t begin, size_t end)
{
    size_t points = 0, count = 0;
    for (size_t i = begin; i < end; i++)
        points += out->series[i].point_count;
    double *spreads = xcalloc(points, sizeof *spreads);
    for (size_t i = begin; i < end; i++)
        for (size_t j = 0; j < out->series[i].point_count; j++) {
            double spread = spread_of(&out->series[i].points[j]);
            if (isfinite(spread))
                spreads[count++] = spread;
        }
    double usual = count < POINTS_FOR_USUAL ? NAN : summary_median_of(spreads, count);
    free(spreads);
    return usual;
}

static double unsteadiness(const struct context *c, struct place at, const void *with)
{
    const double *usual = with;
    double spread = spread_of(point_at(c, at));
    return spread > UNSTEADY_LEAST && spread > UNSTEADY_TIMES * *usual ? spread : NAN;
}

static void say_spread(struct strbuf *text, const struct context *c, size_t series,
                       const struct hits *hits, const void *with)
{
    const double *usual = with;
    (void)c, (void)series;
    strbuf_add(text, "times spread by ");
    wording_percent(text, hits->badness);
    strbuf_addf(text, "%s, where ", hits->count > 1 ? " at worst" : "");
    wording_percent(text, *usual);
    strbuf_add(text, " is usual");
}

static const struct finding unsteady = {
    .badness = unsteadiness,
    .is = "is less steady than the rest",
    .evidence = say_spread,
    .many = "%s are less steady than the rest",
    .remedy = "Others on the node or the file system may be the cause: ask for whole nodes "
              "(exclusive, or layout packed) and keep files on the node."};

void check_unsteady(struct warner *w)
{
    const struct analysis *out = w->c->out;
    for (size_t begin = 0, end; begin < out->series_count; begin = end) {
        for (end = begin + 1; end < out->series_count &&
                              strcmp(out->series[begin].cluster, out->series[end].cluster) == 0;
             end++)
            continue;
        double usual = usual_spread(out, begin, end);
        for (size_t i = begin; i < end; i++)
            finding_look(w, &unsteady, i, &usual); /* NAN finds nothing */
    }
}

/* Picks from the same noise ---------------------------------------------------------- */

/* How far the least of k normal values is expected below their mean, in standard deviations. */
static double least_of_normal(size_t k)
{
    static const double expected[] = {0,      0,      0.5642, 0.8463, 1.0294, 1.1630,
                                      1.2672, 1.3522, 1.4236, 1.4850, 1.5388, 1.5864,
                                      1.6292, 1.6680, 1.7034, 1.7359, 1.7660};
    size_t last = sizeof expected / sizeof *expected - 1;
    return expected[k > last ? last : k];
}

void check_picks(struct warner *w)
{
    const struct context *c = w->c;
    for (size_t i = 0; i < c->out->series_count; i++) {
        const struct series *s = &c->out->series[i];
        struct hits hits = hits_begin(w, s);
        double deviations = 0;
        for (size_t j = 0; j < s->point_count; j++)
            for (size_t k = 0; k < s->optimum.candidate_count; k++)
                if (s->points[j].cores == s->optimum.candidates[k] && s->points[j].blocks > 0) {
                    const struct median_law *law = &c->details[i][j].law;
                    deviations += law->deviation / law->mean;
                    hits_add(&hits, s, j);
                    break;
                }
        double low = least_of_normal(hits.count) * deviations / (double)hits.count;
        if (hits.count < PICKED_FROM || is_weak(s) || !(low >= PICK_LEAST))
            continue;
        struct strbuf text = STRBUF_INIT;
        strbuf_add(&text, "The fastest count of ");
        warning_name(&text, c, i);
        strbuf_add(&text, " is picked from the same noise: ");
        warning_evidence(w, &text);
        wording_list(&text, hits.cores, hits.count);
        strbuf_add(&text, " cores cannot be told apart, and the least of so many medians is too "
                          "low by some ");
        wording_percent(&text, low);
        strbuf_add_char(&text, '.');
        warning_many(w, "The fastest counts of %s are picked from the same noise", low);
        warning_add_hits(w, i, &hits, &text,
                         "Go by the recommended count, not by the least time; more blocks tell "
                         "them apart.");
    }
}
