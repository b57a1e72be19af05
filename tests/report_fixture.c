#include "report_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model_bands.h"
#include "strbuf.h"
#include "wording.h"

static const struct fixture_backend course_backends[] = {{"openmp", 3.12, 0.02, 0.0035},
                                                         {"mpi", 3.19, 0.03, 0.0045},
                                                         {"multiprocessing", 4.9, 0.12, 0.006},
                                                         {"fortran-openmp", 3.34, 0.025, 0.0038}};
static const int64_t course_cores[] = {1, 2, 4, 8, 12, 14};
const struct fixture_shape fixture_course = {
    "integration", "kebnekaise", "integration2d", course_backends, 4, course_cores, 6, 9, 0.008, 1};

static const struct fixture_backend one[] = {{"openmp", 3.12, 0.02, 0.0035}};
static const struct fixture_backend eight[] = {
    {"openmp", 3.12, 0.02, 0.0012},  {"serial", 3.05, 1, 0},
    {"mpi", 3.2, 0.021, 0.0014},     {"pthreads", 3.15, 0.022, 0.0012},
    {"processes", 3.4, 0.03, 0.002}, {"hybrid", 3.3, 0.02, 0.0013},
    {"numba", 4.1, 0.025, 0.0012},   {"julia", 3.6, 0.023, 0.0011}};
static const struct fixture_backend hostile[] = {
    {"o'p\"en@{x}mp\\n `touch canary` $(touch canary)", 3.12, 0.02, 0.0035},
    {"<script>alert(1)</script>]]>", 3.5, 0.05, 0.004},
    {"a|b*c_d~e#f[g](javascript:h)\nnew line", 5, 0.04, 0.003},
    {"日本語の長い名前です—ŵelsh—%s%n%d", 2.9, 0.1, 0.003}};
static const struct fixture_backend lengthy[] = {
    {"openmp-with-static-schedule-and-first-touch-initialisation", 3.12, 0.02, 0.0035},
    {"openmp-with-dynamic-schedule-and-first-touch-initialisation", 3.13, 0.02, 0.0035},
    {"mpi-one-rank-per-core-with-shared-memory-windows-and-more", 3.14, 0.02, 0.0036}};
static const int64_t two_counts[] = {1, 16};
static const int64_t one_count[] = {4};
static const int64_t twelve_counts[] = {1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256};
static const int64_t ten_counts[] = {1, 2, 4, 8, 12, 16, 20, 24, 28, 32};

static const struct {
    const char *name;
    struct fixture_shape shape;
} shapes[] = {
    {"one", {"one", "local", "integration2d", one, 1, course_cores, 6, 9, 0.03, 1}},
    {"two-counts",
     {"two", "local", "integration2d", course_backends, 2, two_counts, 2, 3, 0.03, 1}},
    {"one-count", {"one", "local", "integration2d", course_backends, 3, one_count, 1, 6, 0.03, 1}},
    {"eight", {"eight", "dardel", "integration2d", eight, 8, twelve_counts, 12, 9, 0.03, 1}},
    {"five", {"five", "dardel", "integration2d", eight, 5, ten_counts, 10, 30, 0.03, 1}},
    {"hostile", {"bad", "<b>'x'</b>`id`", "<i>k</i>", hostile, 4, course_cores, 6, 9, 0.02, 1}},
    {"long", {"long", "kebnekaise", "integration2d", lengthy, 3, course_cores, 6, 9, 0.02, 1}},
    {"sizes",
     {"sizes", "kebnekaise", "integration2d", course_backends, 3, course_cores, 6, 9, 0.02, 3}},
};

const struct fixture_shape *fixture_shape_find(const char *name)
{
    if (strcmp(name, "course") == 0)
        return &fixture_course;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].name, name) == 0)
            return &shapes[i].shape;
    return NULL;
}

/* The same noise in every run of the tests: skewed, never below 0. */
static double noise(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    double u = (double)(*state >> 11) / 9007199254740992.0;
    return -log(1 - u * 0.98);
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void fill_times(struct fixture *f, struct point_summary *p, double seconds, double spread,
                       uint64_t *state)
{
    double *times = pool_alloc(&f->pool, p->blocks, sizeof *times);
    double *sorted = pool_alloc(&f->pool, p->blocks, sizeof *sorted);
    int64_t *ids = pool_alloc(&f->pool, p->blocks, sizeof *ids);
    for (size_t i = 0; i < p->blocks; i++) {
        times[i] = seconds * (1 + spread * noise(state));
        ids[i] = (int64_t)i;
    }
    memcpy(sorted, times, p->blocks * sizeof *times);
    qsort(sorted, p->blocks, sizeof *sorted, by_value);
    p->times = times;
    p->block_ids = ids;
    p->minimum = sorted[0];
    p->maximum = sorted[p->blocks - 1];
    p->median = (sorted[(p->blocks - 1) / 2] + sorted[p->blocks / 2]) / 2;
    p->mad = spread * seconds / 2;
    p->ci = (struct interval){NAN, NAN};
    p->ci_coverage = NAN;
    if (p->blocks >= 6) {
        size_t rank = p->blocks < 9 ? 0 : p->blocks / 5;
        p->ci = (struct interval){sorted[rank], sorted[p->blocks - 1 - rank]};
        p->ci_coverage = 0.961;
    }
}

static struct interval divided(double by, struct interval interval, bool known)
{
    return known ? (struct interval){by / interval.high, by / interval.low}
                 : (struct interval){NAN, NAN};
}

static void fill_point(struct fixture *f, const struct fixture_shape *shape,
                       struct point_summary *p, const struct fixture_backend *backend, double base,
                       double own_first, double size_factor, uint64_t *state)
{
    double cores = (double)p->cores;
    double serial = backend->fraction, first = backend->first * size_factor;
    p->nodes = 1;
    p->ranks = strcmp(backend->name, "mpi") == 0 ? p->cores : 1;
    p->threads = p->cores / p->ranks;
    p->allocated_cores = p->asked_cores = p->cores;
    p->blocks = p->runs = shape->blocks;
    fill_times(f, p, first * (serial + (1 - serial) / cores + backend->overhead * (cores - 1)),
               shape->noise, state);
    bool known = shape->blocks >= 5;
    double reference = isnan(base) ? p->median : base;
    struct interval around =
        known && shape->blocks >= 6 ? p->ci : (struct interval){p->minimum, p->maximum};
    p->speedup = reference / p->median;
    p->speedup_ci = divided(reference, around, known);
    if (isnan(base))
        p->speedup_ci = (struct interval){1, 1};
    p->speedup_paired = p->speedup_own = p->karp_flatt = p->gustafson = NAN;
    p->speedup_paired_ci = p->speedup_own_ci = p->karp_flatt_ci = p->gustafson_ci =
        (struct interval){NAN, NAN};
    p->efficiency = p->speedup / cores;
    p->efficiency_ci = (struct interval){p->speedup_ci.low / cores, p->speedup_ci.high / cores};
    p->efficiency_lower90 = p->efficiency * 0.98;
    if (p->cores > 1 && isfinite(own_first))
        p->karp_flatt = (p->median / own_first - 1 / cores) / (1 - 1 / cores);
    p->core_seconds = p->median * cores;
    p->charged_core_hours = p->core_seconds / 3600;
    p->others_cores = p->stolen_cores = p->others_usual = NAN;
    p->cpu_used = 0.98 - 0.005 * cores;
    p->unused_core_hours =
        (double)p->runs * (p->median + 0.03) * cores / 3600 * (1 - p->cpu_used);
    p->peak_memory_bytes = (11 + cores) * 1048576;
    p->granted_memory_bytes = cores * 6785 * 1048576;
    p->wall_median = p->median + 0.03;
    p->actual_size = 10000 * size_factor;
    p->work = p->actual_size * p->actual_size;
    p->value = -7.1e-17;
    p->bound = 1;
    p->mask = "0 1 2-3";
}

static void fill_optimum(struct fixture *f, struct series *s)
{
    struct optimum *o = &s->optimum;
    const struct point_summary *best = &s->points[0];
    o->rule = RULE_FAST;
    o->tolerance = 0.05;
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].median < best->median)
            best = &s->points[i];
    o->fastest = best->cores;
    o->candidates = pool_alloc(&f->pool, s->point_count, sizeof *o->candidates);
    o->knee = o->cheapest = s->points[0].cores;
    double knee = 0;
    for (size_t i = 0; i < s->point_count; i++) {
        struct point_summary *p = &s->points[i];
        p->ratio_to_fastest = p->median / best->median;
        p->ratio_to_fastest_upper95 = p->ratio_to_fastest * 1.01;
        p->ratio_to_fastest_lower95 = p->ratio_to_fastest * 0.99;
        if (p->ratio_to_fastest_upper95 <= 1.05 && o->recommended == 0) {
            o->recommended = p->cores;
            o->recommended_point = (int)i;
        }
        if (p->ratio_to_fastest_lower95 <= 1)
            o->candidates[o->candidate_count++] = p->cores;
        static const double levels[] = {0.5, 0.7, 0.8};
        for (int level = 0; level < 3; level++)
            if (p->efficiency_lower90 >= levels[level])
                o->efficient[level] = p->cores;
        if (p->speedup * p->efficiency > knee) {
            knee = p->speedup * p->efficiency;
            o->knee = p->cores;
        }
    }
    o->fastest_shown = o->candidate_count == 1;
    o->largest_tested_won = o->recommended == s->points[s->point_count - 1].cores;
    o->kind = o->largest_tested_won && s->point_count > 1 ? OPTIMUM_AT_LEAST : OPTIMUM_COUNT;
}

/* The recommended count and the next larger one, the former in 71 % of the studies. */
static void fill_choices(struct fixture *f, struct choices *choices, const struct series *s,
                         size_t point)
{
    const struct point_summary *chosen = &s->points[point];
    if (chosen->blocks < 6 || s->point_count < 2)
        return;
    bool sure = point + 1 == s->point_count;
    *choices = (struct choices){.studies = 2000,
                                .cores = pool_alloc(&f->pool, 2, sizeof *choices->cores),
                                .shares = pool_alloc(&f->pool, 2, sizeof *choices->shares),
                                .count = sure ? 1 : 2,
                                .low = chosen->cores,
                                .high = sure ? chosen->cores : chosen[1].cores,
                                .mode = chosen->cores};
    choices->cores[0] = chosen->cores;
    choices->shares[0] = sure ? 1 : 0.71;
    choices->cores[1] = sure ? 0 : chosen[1].cores;
    choices->shares[1] = 0.29;
}

static struct alternative alternative_to(const struct point_summary *from,
                                         const struct point_summary *to, int series, int point)
{
    double ratio = to->median / from->median;
    if (to == from)
        return (struct alternative){0, NAN, {NAN, NAN}, NAN, -1, -1};
    return (struct alternative){to->cores, ratio, {ratio * 0.98, ratio * 1.02},
                                to->charged_core_hours / from->charged_core_hours, series, point};
}

static void fill_doubling(struct alternative *doubling, const struct series *s, size_t point)
{
    const struct point_summary *from = &s->points[point];
    *doubling = alternative_to(from, from, -1, -1);
    for (size_t i = point; i < s->point_count; i++)
        if (s->points[i].cores >= 2 * from->cores) {
            *doubling = alternative_to(from, &s->points[i], -1, (int)i);
            return;
        }
}

/* Of the answer's series, and of all. */
static void fill_alternatives(struct answer *answer, const struct series *series, size_t first,
                              size_t count)
{
    const struct series *chosen = &series[answer->series];
    const struct point_summary *from = &chosen->points[answer->point];
    size_t fast = (size_t)answer->series, point = (size_t)answer->point;
    int64_t efficient = chosen->optimum.efficient[1];
    for (size_t i = first; i < first + count; i++)
        for (size_t j = 0; j < series[i].point_count; j++)
            if (series[i].points[j].median < series[fast].points[point].median) {
                fast = i;
                point = j;
            }
    answer->fastest = alternative_to(from, &series[fast].points[point], (int)fast, (int)point);
    answer->cheaper = alternative_to(from, from, -1, -1);
    for (int i = answer->point; i-- > 0 && answer->cheaper.cores == 0;)
        if (efficient == 0 || efficient >= from->cores || chosen->points[i].cores == efficient)
            answer->cheaper = alternative_to(from, &chosen->points[i], answer->series, i);
}

static void fill_series(struct fixture *f, const struct fixture_shape *shape, struct series *s,
                        size_t index, double size_factor, double *base)
{
    const struct fixture_backend *backend = &shape->backends[index];
    uint64_t state = 12345 + index * 977;
    *s = (struct series){.cluster = shape->cluster,
                         .kernel = shape->kernel,
                         .backend = backend->name,
                         .label = backend->name,
                         .scaling = "strong",
                         .cpu_model = "Intel(R) Xeon(R) Gold 6132 CPU @ 2.60GHz",
                         .size = 10000 * size_factor,
                         .base_backend = shape->backends[0].name,
                         .base_cores = shape->cores[0],
                         .base_is_absolute = strcmp(shape->backends[0].name, "serial") == 0,
                         .base_is_relative = shape->cores[0] != 1,
                         .colour = (int)index};
    s->point_count = strcmp(backend->name, "serial") == 0 ? 1 : shape->core_count;
    s->points = pool_alloc(&f->pool, s->point_count, sizeof *s->points);
    for (size_t i = 0; i < s->point_count; i++) {
        s->points[i].cores = shape->cores[i];
        fill_point(f, shape, &s->points[i], backend, i == 0 && index == 0 ? NAN : *base,
                   i == 0 ? NAN : s->points[0].median, size_factor, &state);
        if (i == 0 && index == 0)
            *base = s->points[0].median;
    }
    s->base_seconds = *base;
    fill_optimum(f, s);
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].cores == s->optimum.recommended) {
            fill_choices(f, &s->optimum.choices, s, i);
            fill_doubling(&s->optimum.doubling, s, i);
        }
}

static struct median_law law_of(struct fixture *f, struct bootstrap *bootstrap,
                                const struct point_summary *p)
{
    double *sorted = pool_alloc(&f->pool, p->blocks, sizeof *sorted);
    memcpy(sorted, p->times, p->blocks * sizeof *sorted);
    qsort(sorted, p->blocks, sizeof *sorted, by_value);
    return bootstrap_median(bootstrap, &f->pool, sorted, p->blocks);
}

static void fill_bands(struct fixture *f, struct series *s, const struct point_summary *base,
                       bool own)
{
    struct bootstrap *bootstrap = bootstrap_new();
    struct median_law *laws = pool_alloc(&f->pool, s->point_count, sizeof *laws);
    struct median_law base_law = law_of(f, bootstrap, base);
    struct model_base against = {base->blocks < 5 ? NULL : &base_law, (double)base->cores,
                                 own ? 0 : s->point_count};
    struct model_bands *bands = pool_alloc(&f->pool, 1, sizeof *bands);
    const double *counts;
    size_t count = model_bands_counts(s->models, &f->pool, &counts);
    for (size_t i = 0; i < s->point_count; i++)
        laws[i] = law_of(f, bootstrap, &s->points[i]);
    model_bands(bands, s->models, (enum model_kind)s->models->chosen, laws, &against, counts, count,
                4711, &f->pool);
    s->bands = bands;
    bootstrap_free(bootstrap);
}

static void fill_models(struct fixture *f, struct series *s, const struct point_summary *base,
                        bool own)
{
    struct model_point *points = pool_alloc(&f->pool, s->point_count, sizeof *points);
    struct model_data data = {points, s->point_count, 0, 28};
    struct models *models = pool_alloc(&f->pool, 1, sizeof *models);
    for (size_t i = 0; i < s->point_count; i++) {
        const struct point_summary *p = &s->points[i];
        points[i] = (struct model_point){(double)p->cores, p->median, p->ci, p->blocks};
    }
    models_fit(models, &data, &f->pool);
    s->models = models;
    if (models->chosen >= 0)
        fill_bands(f, s, base, own);
}

static void fill_answer(struct fixture *f, struct answer *answer, size_t first, size_t count)
{
    const struct series *series = f->analysis.series;
    size_t best = first;
    for (size_t i = first; i < first + count; i++) {
        const struct point_summary *a = NULL, *b = NULL;
        for (size_t j = 0; j < series[i].point_count; j++)
            if (series[i].points[j].cores == series[i].optimum.recommended)
                a = &series[i].points[j];
        for (size_t j = 0; j < series[best].point_count; j++)
            if (series[best].points[j].cores == series[best].optimum.recommended)
                b = &series[best].points[j];
        if (a != NULL && b != NULL && a->median < b->median)
            best = i;
    }
    *answer = (struct answer){.cluster = series[best].cluster,
                              .kernel = series[best].kernel,
                              .size = series[best].size,
                              .series = (int)best,
                              .kind = series[best].optimum.kind};
    while (series[best].points[answer->point].cores != series[best].optimum.recommended)
        answer->point++;
    answer->choices = series[best].optimum.choices;
    answer->doubling = series[best].optimum.doubling;
    fill_alternatives(answer, series, first, count);
    answer->backend_share = 1;
    struct strbuf sb = STRBUF_INIT;
    strbuf_add(&sb, answer->kind == OPTIMUM_AT_LEAST ? "Ask for at least " : "Ask for ");
    wording_plural(&sb, series[best].optimum.recommended, "core", "cores");
    strbuf_addf(&sb, ", with %s.", series[best].backend);
    answer->sentence = pool_copy(&f->pool, sb.str);
    strbuf_free(&sb);
}

static char *text(const char *value)
{
    size_t size = strlen(value) + 1;
    return memcpy(malloc(size), value, size);
}

static void fill_plan(struct plan *plan, const struct fixture_shape *shape)
{
    *plan = (struct plan){.name = text(shape->study),
                          .title = text(""),
                          .description = text("The course's double integral."),
                          .kernel = text(shape->kernel),
                          .scaling = text("strong"),
                          .timing = text("kernel"),
                          .bind = text("cores"),
                          .version = text("0.1.0"),
                          .created = text("2026-11-22T09:00:00.000Z"),
                          .seed = 4711,
                          .runs = 1,
                          .warmups = 1,
                          .timeout = 600,
                          .optimum = {RULE_FAST, 0.05, 0.70, NAN}};
    plan->cluster.name = text(shape->cluster);
    plan->cluster.title =
        text(strcmp(shape->cluster, "kebnekaise") == 0 ? "Kebnekaise" : shape->cluster);
    plan->cluster.cores_per_node = 28;
    plan->cluster.charge_granule = 1;
    plan->cluster.charge_weight = 1;
    plan->notes = calloc(2, sizeof *plan->notes);
    plan->notes[0] = text("Size 10000 was doubled from 2500 until the shortest run took 0.3 s.");
}

static void fill_machine(struct machines *machines)
{
    machines->list = calloc(1, sizeof *machines->list);
    machines->count = 1;
    machines->list[0] =
        (struct machine){.host = text("b-cn0123"),
                         .cpu_model = text("Intel(R) Xeon(R) Gold 6132 CPU @ 2.60GHz"),
                         .system = text("Linux 5.15.0 x86_64"),
                         .governor = text("performance"),
                         .sockets = 2,
                         .numa_nodes = 2,
                         .cores = 28,
                         .threads_per_core = 1,
                         .allowed_cores = 28,
                         .memory_bytes = 192.0 * 1073741824,
                         .timer_resolution = 20e-9,
                         .timer_overhead = 52e-9,
                         .launch_seconds = 0.0012,
                         .mpi_launch_seconds = 0.21};
    machines->list[0].environment = calloc(3, sizeof(char *));
    machines->list[0].environment[0] = text("OMP_PLACES=cores");
    machines->list[0].environment[1] = text("OMP_PROC_BIND=close");
}

/* A start on one core, then all of them, at last the slowest alone. */
static void fill_view(struct fixture *f, const struct series *s, const struct point_summary *p,
                      bool recommended)
{
    enum { COUNT = 24 };
    struct use_view *view = &f->uses.views[f->uses.count++];
    *view = (struct use_view){.series = s,
                              .point = p,
                              .recommended = recommended,
                              .block = 3,
                              .source = USAGE_TREE,
                              .samples = pool_alloc(&f->uses.pool, COUNT, sizeof *view->samples),
                              .count = COUNT};
    for (int i = 0; i < COUNT; i++) {
        bool all = i > 2 && i < (recommended ? 21 : 13);
        view->samples[i] =
            (struct sample){.seconds = p->median * 40 * (i + 1) / COUNT,
                            .cores = all ? (double)p->cores * (0.98 - 0.01 * (i % 3)) : 1,
                            .memory_bytes = i == 5 ? NAN : 1048576.0 * (20 + (all ? 30 : i < 3 ? i * 5 : 12))};
    }
}

static void fill_uses(struct fixture *f)
{
    const struct analysis *a = &f->analysis;
    const struct series *best = &a->series[a->answers[0].series];
    const struct series *last = &a->series[a->series_count - 1];
    f->uses = (struct uses){.pool = POOL_INIT};
    fill_view(f, best, &best->points[a->answers[0].point], true);
    if (last != best)
        fill_view(f, last, &last->points[last->point_count - 1], false);
}

void fixture_fill(struct fixture *f, const struct fixture_shape *shape)
{
    *f = (struct fixture){.pool = POOL_INIT};
    struct analysis *a = &f->analysis;
    a->study = shape->study;
    a->title = "";
    a->metric = "kernel";
    a->level = 0.95;
    a->series_count = shape->backend_count * shape->sizes;
    a->series = pool_alloc(&f->pool, a->series_count, sizeof *a->series);
    a->answers = pool_alloc(&f->pool, shape->sizes, sizeof *a->answers);
    for (size_t size = 0; size < shape->sizes; size++) {
        double base = NAN, factor = pow(0.5, (double)size);
        size_t first = size * shape->backend_count;
        for (size_t i = 0; i < shape->backend_count; i++)
            fill_series(f, shape, &a->series[first + i], i, factor, &base);
        for (size_t i = 0; i < shape->backend_count; i++)
            if (a->series[first + i].point_count > 1)
                fill_models(f, &a->series[first + i], &a->series[first].points[0], i == 0);
        fill_answer(f, &a->answers[a->answer_count++], first, shape->backend_count);
    }
    for (size_t i = 0; i < a->series_count; i++)
        a->runs_ok += a->series[i].point_count * shape->blocks;
    a->runs_planned = a->runs_ok;
    a->warnings = pool_alloc(&f->pool, 1, sizeof *a->warnings);
    a->warnings[a->warning_count++] = (struct warning){
        .code = "low-cpu",
        .series = (int)(shape->backend_count - 1),
        .cores = shape->cores[shape->core_count - 1],
        .text = "At the largest count the workers used 71 % of the cores that were granted.",
        .remedy = "See Resource use, or ask for fewer cores."};
    memcpy(a->date, "2026-11-22", sizeof "2026-11-22");
    fill_plan(&f->plan, shape);
    fill_machine(&f->machines);
    fill_uses(f);
}

void fixture_free(struct fixture *f)
{
    plan_free(&f->plan);
    machines_free(&f->machines);
    uses_free(&f->uses);
    pool_free(&f->pool);
}
