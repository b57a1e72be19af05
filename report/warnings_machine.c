#include <math.h>
#include <string.h>

#include "step.h"
#include "use_limits.h"
#include "warning_checks.h"
#include "wording.h"

/* Limits of docs/method.md, "Traps". */
#define CLOCK_FALL 0.05     /* of the clock on the smallest count */
#define STEP_LEAST 0.05     /* of the time */
#define STEP_DEVIATIONS 4   /* of its own noise */
#define BUSY_MARGIN 1.25    /* cores busy over cores counted */

enum { BLOCKS_FOR_STEP = 6 };

/* Threads that nobody counted -------------------------------------------------- */

static double threads_badness(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *point = point_at(c, at);
    double over = point->cpu_used * (double)point->allocated_cores / (double)point->cores;
    (void)with;
    return over > BUSY_MARGIN && point->wall_median >= WALL_LEAST ? over : NAN;
}

static void say_threads(struct strbuf *text, const struct context *c, size_t series,
                        const struct hits *hits, const void *with)
{
    const struct point_summary *worst = &c->out->series[series].points[hits->worst];
    (void)with;
    strbuf_add(text, "it kept ");
    wording_significant(text, worst->cpu_used * (double)worst->allocated_cores, 2);
    strbuf_add(text, " cores busy ");
    warning_on(text, worst->cores);
}

void check_more_threads(struct warner *w)
{
    static const struct finding threads = {
        .badness = threads_badness,
        .is = "ran more threads than its core count says",
        .evidence = say_threads,
        .many = "%s ran more threads than their core counts say",
        .remedy = "Its figures are those of more cores: give a library's threads a number "
                  "too (OMP_NUM_THREADS, OPENBLAS_NUM_THREADS, MKL_NUM_THREADS), and bind."};
    finding_look_everywhere(w, &threads);
}

/* The clock ---------------------------------------------------------------------- */

static double clock_of_run(const struct context *c, const struct observation *row)
{
    (void)c;
    return row->frequency_mhz > 0 ? (double)row->frequency_mhz : NAN;
}

static void say_clock(struct strbuf *text, double mhz, int64_t cores)
{
    wording_fixed(text, mhz / 1000, 2);
    strbuf_add(text, " GHz ");
    warning_on(text, cores);
}

static void say_clock_falls(struct warner *w, size_t series, const struct hits *hits, double first,
                            int64_t first_cores, double least)
{
    const struct series *s = &w->c->out->series[series];
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, "The clock falls as ");
    warning_name(&text, w->c, series);
    strbuf_add(&text, " takes more cores: ");
    warning_evidence(w, &text);
    say_clock(&text, first, first_cores);
    strbuf_add(&text, " and ");
    say_clock(&text, least, s->points[hits->worst].cores);
    strbuf_add(&text, ", so up to ");
    wording_percent(&text, 1 - least / first);
    strbuf_add(&text, " of its efficiency there is lost to the clock, not to the program.");
    warning_many(w, "The clock falls as %s take more cores", 1 - least / first);
    warning_add_hits(w, series, hits, &text,
                     "Measure with all cores busy (background: fill), or at a fixed clock "
                     "(--cpu-freq) where the centre allows it, before blaming the program.");
}

void check_clock(struct warner *w)
{
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        const struct series *s = &w->c->out->series[i];
        struct hits hits = hits_begin(w, s);
        double first = NAN, least = INFINITY;
        int64_t first_cores = 0;
        for (size_t j = 0; j < s->point_count; j++) {
            double clock = median_over_runs(w->c, place_of(i, j), clock_of_run);
            if (isnan(first)) {
                first = clock;
                first_cores = s->points[j].cores;
            }
            if (!(clock < (1 - CLOCK_FALL) * first))
                continue;
            if (clock < least) {
                least = clock;
                hits.worst = j;
            }
            hits_add(&hits, s, j);
        }
        if (hits.count > 0)
            say_clock_falls(w, i, &hits, first, first_cores, least);
    }
}

/* Borders within a node ------------------------------------------------------------ */

struct domains {
    const char *name; /* "NUMA domain" */
    int64_t size;     /* cores; 0 none, or not known */
    int64_t node;     /* cores of the node */
};

/* Where all hosts are alike and their domains of one size. */
static struct domains domains_of(const struct context *c)
{
    const struct machine *first = c->machines->count > 0 ? &c->machines->list[0] : NULL;
    struct domains none = {"", 0, 0};
    for (size_t i = 0; i < c->machines->count; i++)
        if (c->machines->list[i].cores != first->cores ||
            c->machines->list[i].sockets != first->sockets ||
            c->machines->list[i].numa_nodes != first->numa_nodes)
            return none;
    if (first == NULL || (c->plan != NULL && strcmp(c->plan->bind, "none") == 0))
        return none;
    bool sockets = first->sockets >= first->numa_nodes;
    int64_t count = sockets ? first->sockets : first->numa_nodes;
    if (count < 2 || first->cores % count != 0)
        return none;
    return (struct domains){sockets ? "socket" : "NUMA domain", first->cores / count, first->cores};
}

/* Point `behind` is the first one of a domain, and enough is known around it. */
static bool is_at_border(const struct series *s, size_t behind, const struct domains *domains)
{
    if (behind < 2 || behind + 1 >= s->point_count)
        return false;
    for (size_t i = behind - 2; i <= behind + 1; i++)
        if (s->points[i].blocks < BLOCKS_FOR_STEP || s->points[i].nodes > 1 ||
            s->points[i].cores > domains->node || s->points[i].bound == 0)
            return false;
    int64_t domain = (s->points[behind].cores - 1) / domains->size;
    return (s->points[behind - 1].cores - 1) / domains->size == domain - 1;
}

static struct step step_before(const struct context *c, size_t series, size_t behind)
{
    const struct series *s = &c->out->series[series];
    struct step_point points[4];
    for (size_t i = 0; i < 4; i++) {
        const struct point_summary *point = &s->points[behind - 2 + i];
        const struct median_law *law = &c->details[series][behind - 2 + i].law;
        points[i] = (struct step_point){log((double)point->cores), log(point->median),
                                        law->deviation / law->mean};
    }
    return step_across(points);
}

void check_border_step(struct warner *w)
{
    struct domains domains = domains_of(w->c);
    for (size_t i = 0; domains.size > 0 && i < w->c->out->series_count; i++) {
        const struct series *s = &w->c->out->series[i];
        struct hits hits = hits_begin(w, s);
        double height = 0;
        for (size_t j = 0; !is_weak(s) && j < s->point_count; j++) {
            if (!is_at_border(s, j, &domains))
                continue;
            struct step step = step_before(w->c, i, j);
            if (!(expm1(step.height) > STEP_LEAST && step.z > STEP_DEVIATIONS))
                continue;
            if (step.height > height) {
                height = step.height;
                hits.worst = j;
            }
            hits_add(&hits, s, j);
        }
        if (hits.count == 0)
            continue;
        struct strbuf text = STRBUF_INIT;
        strbuf_add(&text, "The time of ");
        warning_name(&text, w->c, i);
        strbuf_addf(&text, " steps up where another %s begins: ", domains.name);
        warning_evidence(w, &text);
        strbuf_addf(&text, "from %lld to %lld cores it is ",
                    (long long)s->points[hits.worst - 1].cores,
                    (long long)s->points[hits.worst].cores);
        wording_percent(&text, expm1(height));
        strbuf_add(&text, " above what the counts before and behind foretell.");
        warning_many(w, "The times of %s step up where another part of the node begins", height);
        warning_add_hits(w, i, &hits, &text,
                         "Let each worker write first what it reads later, so that its data are "
                         "in its own memory, and bind workers (OMP_PLACES=cores, "
                         "--cpu-bind=cores).");
    }
}
