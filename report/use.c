#include "use.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "use_limits.h"

/* Points that may be shown: of the idle ones the first that has samples is. */
enum { CANDIDATES_MOST = 9, SAMPLES_MOST_KEPT = 4096 };

/* Busy cores up to this count as one: a runtime's helper threads work a little too. */
static const double about_one = 1.2;

struct candidate {
    const struct series *series;
    const struct point_summary *point;
    bool recommended;
    struct sample *samples; /* of the nearest run so far */
    size_t count;
    double distance; /* of its time from the median */
    int64_t block;
    enum usage_source source;
};

/* A run of a candidate, to be found by its order. */
struct wanted {
    int64_t order, block;
    double distance;
    size_t candidate;
};

struct looking {
    struct candidate candidates[CANDIDATES_MOST];
    size_t candidate_count;
    struct wanted *wanted; /* ascending by order */
    size_t wanted_count, wanted_capacity;
    const struct wanted *found;   /* of the row that is being read */
    const struct wanted *current; /* whose samples are being collected; NULL none */
    struct sample *samples;
    size_t count, capacity;
    enum usage_source source;
};

/* --- which points --- */

static bool is_taken(const struct looking *l, const struct point_summary *point)
{
    for (size_t i = 0; i < l->candidate_count; i++)
        if (l->candidates[i].point == point)
            return true;
    return false;
}

/* Of those not yet taken; false where none is left. */
static bool take_most_idle(struct looking *l, const struct analysis *a)
{
    struct candidate worst = {.point = NULL};
    for (size_t i = 0; i < a->series_count; i++)
        for (size_t j = 0; j < a->series[i].point_count; j++) {
            const struct point_summary *p = &a->series[i].points[j];
            if (!use_leaves_cores_idle(p) || !(p->unused_core_hours > 0) || is_taken(l, p) ||
                (worst.point != NULL && p->unused_core_hours <= worst.point->unused_core_hours))
                continue;
            worst = (struct candidate){.series = &a->series[i], .point = p};
        }
    if (worst.point != NULL)
        l->candidates[l->candidate_count++] = worst;
    return worst.point != NULL;
}

static void choose_points(struct looking *l, const struct analysis *a)
{
    if (a->answer_count > 0 && a->answers[0].series >= 0) {
        const struct series *s = &a->series[a->answers[0].series];
        l->candidates[l->candidate_count++] = (struct candidate){
            .series = s, .point = &s->points[a->answers[0].point], .recommended = true};
    }
    while (l->candidate_count < CANDIDATES_MOST && take_most_idle(l, a))
        continue;
}

/* --- which runs --- */

static bool is_of_series(const struct setting *setting, const struct series *s)
{
    bool same_size = setting->size == s->size || (isnan(setting->size) && isnan(s->size));
    return same_size && strcmp(setting->backend, s->backend) == 0 &&
           strcmp(setting->cluster, s->cluster) == 0 && strcmp(setting->kernel, s->kernel) == 0 &&
           strcmp(setting->scaling, s->scaling) == 0 &&
           (s->cpu_model[0] == '\0' || strcmp(setting->cpu_model, s->cpu_model) == 0);
}

static void add_runs(struct looking *l, size_t candidate, const struct observations *all)
{
    const struct candidate *c = &l->candidates[candidate];
    bool *ours = xcalloc(all->setting_count + 1, sizeof *ours);
    for (size_t i = 0; i < all->setting_count; i++)
        ours[i] = is_of_series(&all->settings[i], c->series);
    for (size_t i = 0; i < all->count; i++) {
        const struct observation *row = &all->rows[i];
        if (!ours[row->setting] || row->status != RUN_OK || row->warmup ||
            row->order == RESULTS_UNKNOWN || all->shapes[row->shape].cores != c->point->cores)
            continue;
        double distance = fabs(row->wall_seconds - c->point->wall_median);
        array_grow(&l->wanted, l->wanted_count, &l->wanted_capacity, sizeof *l->wanted);
        l->wanted[l->wanted_count++] =
            (struct wanted){row->order, row->block, isfinite(distance) ? distance : 0, candidate};
    }
    free(ours);
}

static int by_order(const void *x, const void *y)
{
    const struct wanted *a = x, *b = y;
    return (a->order > b->order) - (a->order < b->order);
}

/* --- reading --- */

static bool wants(int64_t order, void *context)
{
    struct looking *l = context;
    if (l->found != NULL && l->found->order == order)
        return true;
    const struct wanted key = {.order = order};
    const struct wanted *found = l->wanted_count == 0 ? NULL
                                                      : bsearch(&key, l->wanted, l->wanted_count,
                                                                sizeof *l->wanted, by_order);
    if (found != NULL)
        l->found = found;
    return found != NULL;
}

/* The run that has been read: the nearest one yet takes its candidate's place. */
static void close_run(struct looking *l)
{
    if (l->current != NULL && l->count >= 2) {
        struct candidate *c = &l->candidates[l->current->candidate];
        if (c->count == 0 || l->current->distance < c->distance) {
            c->samples = xreallocarray(c->samples, l->count, sizeof *c->samples);
            memcpy(c->samples, l->samples, l->count * sizeof *c->samples);
            c->count = l->count;
            c->distance = l->current->distance;
            c->block = l->current->block;
            c->source = l->source;
        }
    }
    l->current = NULL;
    l->count = 0;
}

static void take_sample(int64_t order, enum usage_source source, const struct sample *sample,
                        void *context)
{
    struct looking *l = context;
    if (l->current == NULL || l->current->order != order) {
        close_run(l);
        l->current = l->found;
        l->source = source;
    }
    if (l->count == SAMPLES_MOST_KEPT)
        return;
    array_grow(&l->samples, l->count, &l->capacity, sizeof *l->samples);
    l->samples[l->count++] = *sample;
}

/* --- what is shown --- */

static void show(struct uses *uses, const struct candidate *c)
{
    struct use_view *view = &uses->views[uses->count++];
    *view = (struct use_view){.series = c->series,
                              .point = c->point,
                              .recommended = c->recommended,
                              .block = c->block,
                              .source = c->source,
                              .count = c->count,
                              .samples = pool_alloc(&uses->pool, c->count, sizeof *c->samples)};
    memcpy(view->samples, c->samples, c->count * sizeof *c->samples);
}

int uses_read(struct uses *uses, const struct analysis *analysis,
              const struct observations *observations, const char *path, struct error *err)
{
    struct looking l = {.candidate_count = 0};
    struct usage_reader reader = {.wants = wants, .sample = take_sample, .context = &l};
    *uses = (struct uses){.pool = POOL_INIT};
    choose_points(&l, analysis);
    for (size_t i = 0; i < l.candidate_count; i++)
        add_runs(&l, i, observations);
    if (l.wanted_count > 1)
        qsort(l.wanted, l.wanted_count, sizeof *l.wanted, by_order);
    int rc = usage_read(path, &reader, err);
    close_run(&l);
    bool idle_shown = false;
    for (size_t i = 0; i < l.candidate_count; i++) {
        const struct candidate *c = &l.candidates[i];
        if (rc == 0 && c->count > 0 && (c->recommended || !idle_shown)) {
            show(uses, c);
            idle_shown = idle_shown || !c->recommended;
        }
        free(c->samples);
    }
    free(l.wanted);
    free(l.samples);
    return rc;
}

void uses_free(struct uses *uses)
{
    pool_free(&uses->pool);
    *uses = (struct uses){.pool = POOL_INIT};
}

static double nodes_seen(const struct use_view *view)
{
    return view->source == USAGE_FIRST_NODE && view->point->nodes > 1 ? (double)view->point->nodes
                                                                      : 1;
}

double use_granted_cores(const struct use_view *view)
{
    return (double)view->point->asked_cores / nodes_seen(view);
}

double use_granted_memory(const struct use_view *view)
{
    return view->point->granted_memory_bytes > 0 ? view->point->granted_memory_bytes : NAN;
}

struct use_summary use_summarise(const struct use_view *view)
{
    struct use_summary sum = {.most_memory_bytes = NAN};
    double core_seconds = 0, begin = 0, alone = 0;
    for (size_t i = 0; i < view->count; i++) {
        const struct sample *s = &view->samples[i];
        core_seconds += s->cores * (s->seconds - begin);
        alone += s->cores <= about_one ? s->seconds - begin : 0;
        sum.most_cores = fmax(sum.most_cores, s->cores);
        sum.most_memory_bytes = fmax(sum.most_memory_bytes, s->memory_bytes);
        begin = s->seconds;
    }
    sum.seconds = begin;
    sum.mean_cores = core_seconds / begin;
    sum.share_of_one = alone / begin;
    return sum;
}
