/*
 * Running a study again: what is the same stays, what is new becomes waves,
 * and what would mix two different things in one table is refused.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "plan.h"
#include "plural.h"
#include "strbuf.h"

/* Differences as a list in one sentence. */
static void differ(struct strbuf *differences, const char *what, const char *before,
                   const char *now)
{
    strbuf_addf(differences, "%s%s was %.120s and is now %.120s", differences->len > 0 ? "; " : "",
                what, before[0] == '\0' ? "nothing" : before, now[0] == '\0' ? "nothing" : now);
}

static void compare_text(struct strbuf *differences, const char *what, const char *before,
                         const char *now)
{
    if (strcmp(before, now) != 0)
        differ(differences, what, before, now);
}

static void compare_number(struct strbuf *differences, const char *what, double before, double now)
{
    if (before == now || (isnan(before) && isnan(now)))
        return;
    char *was = text_format("%.17g", before), *is = text_format("%.17g", now);
    differ(differences, what, was, is);
    free(was);
    free(is);
}

static char *joined(char *const *list)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        strbuf_addf(&sb, "%s%s", i > 0 ? " " : "", list[i]);
    return strbuf_take(&sb);
}

static bool lists_equal(char *const *a, char *const *b)
{
    size_t count = string_list_count(a);
    if (count != string_list_count(b))
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return true;
}

static void compare_list(struct strbuf *differences, const char *what, char *const *before,
                         char *const *now)
{
    if (lists_equal(before, now))
        return;
    char *was = joined(before), *is = joined(now);
    differ(differences, what, was, is);
    free(was);
    free(is);
}

static bool environments_equal(const struct plan_backend *a, const struct plan_backend *b)
{
    if (a->environment_count != b->environment_count)
        return false;
    for (size_t i = 0; i < a->environment_count; i++)
        if (strcmp(a->environment[i].name, b->environment[i].name) != 0 ||
            strcmp(a->environment[i].value, b->environment[i].value) != 0)
            return false;
    return true;
}

static void compare_backend(struct strbuf *differences, const struct plan_backend *before,
                            const struct plan_backend *now)
{
    struct strbuf found = STRBUF_INIT;
    /* A built-in kernel may have been installed elsewhere meanwhile: its path may change. */
    bool builtin = before->backend[0] != '\0' && now->backend[0] != '\0';
    compare_text(&found, "its kernel", before->backend, now->backend);
    compare_list(&found, "its command", before->argv + builtin, now->argv + builtin);
    compare_text(&found, "\"parallel\"", before->parallel, now->parallel);
    compare_text(&found, "\"seconds\"", before->seconds_pattern, now->seconds_pattern);
    compare_text(&found, "\"value\"", before->value_pattern, now->value_pattern);
    compare_list(&found, "\"setup\"", before->setup, now->setup);
    compare_list(&found, "\"modules\"", before->modules, now->modules);
    compare_text(&found, "its folder", before->workdir, now->workdir);
    if (before->has_expect || now->has_expect) {
        compare_number(&found, "the expected value", before->expect_value, now->expect_value);
        compare_number(&found, "its tolerance", before->expect_tolerance, now->expect_tolerance);
    }
    if (!environments_equal(before, now))
        strbuf_addf(&found, "%sits \"environment\" changed", found.len > 0 ? "; " : "");
    if (found.len > 0)
        strbuf_addf(differences, "%sof backend %s, %s", differences->len > 0 ? "; " : "", now->name,
                    found.str);
    strbuf_free(&found);
}

static const char *kernel_of(const struct plan *plan, const struct plan_point *point)
{
    return plan_kernel_of(plan, &plan->backends[point->backend]);
}

/* The plan's own backend of the same name and kernel. */
static struct plan_backend *find_backend(const struct plan *plan, const struct plan *other,
                                         const struct plan_backend *backend)
{
    for (size_t i = 0; i < plan->backend_count; i++)
        if (strcmp(plan->backends[i].name, backend->name) == 0 &&
            strcmp(plan_kernel_of(plan, &plan->backends[i]), plan_kernel_of(other, backend)) == 0)
            return &plan->backends[i];
    return NULL;
}

/* A kernel that is gone means that the study is about something else now. */
static void compare_kernels(struct strbuf *differences, const struct plan *before,
                            const struct plan *now)
{
    for (size_t i = 0; i < before->backend_count; i++) {
        const char *kernel = plan_kernel_of(before, &before->backends[i]);
        bool still_there = false;
        for (size_t j = 0; j < now->backend_count && !still_there; j++)
            still_there = strcmp(kernel, plan_kernel_of(now, &now->backends[j])) == 0;
        if (!still_there) {
            compare_text(differences, "\"kernel\"", kernel,
                         plan_kernel_of(now, &now->backends[0]));
            return;
        }
    }
}

/* The size of `point` where the plan has it too, else the first of the same kernel; NAN where the
 * plan measures nothing of that kernel. */
static double same_size(const struct plan *plan, const char *kernel, const struct plan_point *point)
{
    double first = NAN;
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *other = &plan->points[i];
        if (strcmp(kernel, kernel_of(plan, other)) != 0)
            continue;
        if (other->size == point->size)
            return other->size;
        if (isnan(first))
            first = other->size;
    }
    return first;
}

/* And so does a size of a kernel that is gone, where others of it are asked for. */
static void compare_sizes(struct strbuf *differences, const struct plan *before,
                          const struct plan *now)
{
    for (size_t i = 0; i < before->point_count; i++) {
        const char *kernel = kernel_of(before, &before->points[i]);
        double size = before->points[i].size, then = same_size(now, kernel, &before->points[i]);
        if (isnan(then) || then == size)
            continue;
        bool several = now->kernel[0] == '\0' && kernel[0] != '\0'; /* programs have none */
        char *what = several ? text_format("the \"size\" of %.64s", kernel) : xstrdup("\"size\"");
        compare_number(differences, what, size, then);
        free(what);
        return;
    }
}

/* The same backend on as many cores at the same size must be the same runs. */
static void compare_point(struct strbuf *differences, const struct plan_point *before,
                          const struct plan_point *now)
{
    compare_number(differences, "the cores asked for", (double)before->allocated_cores,
                   (double)now->allocated_cores);
    compare_number(differences, "the threads of a rank", (double)before->threads,
                   (double)now->threads);
    compare_number(differences, "the number of nodes", (double)before->nodes, (double)now->nodes);
    compare_number(differences, "the size that runs", before->actual_size, now->actual_size);
    compare_number(differences, "\"work\"", before->work, now->work);
}

static void compare_points(struct strbuf *differences, const struct plan *before,
                           const struct plan *now)
{
    for (size_t i = 0; i < now->point_count; i++) {
        const struct plan_point *b = &now->points[i];
        for (size_t j = 0; j < before->point_count; j++) {
            const struct plan_point *a = &before->points[j];
            if (a->cores != b->cores || a->size != b->size ||
                strcmp(kernel_of(before, a), kernel_of(now, b)) != 0 ||
                strcmp(before->backends[a->backend].name, now->backends[b->backend].name) != 0)
                continue;
            struct strbuf found = STRBUF_INIT;
            compare_point(&found, a, b);
            if (found.len > 0)
                strbuf_addf(differences, "%sof %s on %lld core%s, %s",
                            differences->len > 0 ? "; " : "", now->backends[b->backend].name,
                            (long long)b->cores, plural(b->cores), found.str);
            bool differs = found.len > 0;
            strbuf_free(&found);
            if (differs)
                return; /* the others differ in the same way */
        }
    }
}

static void compare_plans(struct strbuf *differences, const struct plan *before,
                          const struct plan *now)
{
    compare_text(differences, "\"name\"", before->name, now->name);
    compare_kernels(differences, before, now);
    compare_text(differences, "\"scaling\"", before->scaling, now->scaling);
    compare_text(differences, "\"bind\"", before->bind, now->bind);
    compare_text(differences, "\"layout\"", before->layout, now->layout);
    compare_text(differences, "\"background\"", before->background, now->background);
    compare_text(differences, "the kind of node", before->cluster.cpu, now->cluster.cpu);
    compare_number(differences, "the cores of a node", (double)before->cluster.cores_per_node,
                   (double)now->cluster.cores_per_node);
    compare_number(differences, "\"runs\"", (double)before->runs, (double)now->runs);
    compare_number(differences, "\"warmups\"", (double)before->warmups, (double)now->warmups);
    compare_number(differences, "the seed", (double)before->seed, (double)now->seed);
    compare_number(differences, "--oversubscribe", before->oversubscribe, now->oversubscribe);
    compare_sizes(differences, before, now);
    for (size_t i = 0; i < now->backend_count; i++) {
        const struct plan_backend *old = find_backend(before, now, &now->backends[i]);
        if (old != NULL)
            compare_backend(differences, old, &now->backends[i]);
    }
    if (differences->len == 0)
        compare_points(differences, before, now);
}

static bool same_point(const struct plan_point *a, const struct plan_point *b)
{
    return a->backend == b->backend && a->size == b->size && a->cores == b->cores &&
           a->ranks == b->ranks && a->nodes == b->nodes && a->allocated_cores == b->allocated_cores;
}

static size_t find_or_add_point(struct plan *plan, struct plan_point point)
{
    for (size_t i = 0; i < plan->point_count; i++)
        if (same_point(&plan->points[i], &point))
            return i;
    plan->points = xreallocarray(plan->points, plan->point_count + 1, sizeof *plan->points);
    plan->points[plan->point_count] = point;
    return plan->point_count++;
}

/* Of the points of `group`: as a range where they stand side by side. */
static void add_wave(struct plan *plan, const size_t *group, size_t count, int64_t first_block,
                     int64_t blocks)
{
    struct plan_wave wave = {.first_block = first_block, .blocks = blocks,
                             .first_point = group[0], .points = count};
    if (group[count - 1] - group[0] + 1 != count) {
        wave.chosen = xcalloc(count, sizeof *wave.chosen);
        memcpy(wave.chosen, group, count * sizeof *group);
    }
    plan->waves = xreallocarray(plan->waves, plan->wave_count + 1, sizeof *plan->waves);
    plan->waves[plan->wave_count++] = wave;
}

/* The points that have the fewest blocks of those that lack any, and the block before
 * which one of them has enough or another point joins in. */
static size_t find_group(const int64_t *have, const int64_t *until, size_t count, size_t *group,
                         int64_t *end)
{
    size_t found = 0;
    int64_t fewest = INT64_MAX;
    *end = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (have[i] < until[i] && have[i] < fewest)
            fewest = have[i];
    for (size_t i = 0; i < count; i++) {
        if (have[i] >= until[i])
            continue;
        int64_t limit = have[i] == fewest ? until[i] : have[i];
        *end = limit < *end ? limit : *end;
        if (have[i] == fewest)
            group[found++] = i;
    }
    return found;
}

/* Points that lack the same blocks share a wave, so that their order is random among
 * each other. */
bool plan_add_blocks_of(struct plan *plan, const int64_t *until)
{
    size_t before = plan->wave_count, count = plan->point_count, found;
    size_t *group = xcalloc(count, sizeof *group);
    int64_t *have = xcalloc(count, sizeof *have);
    for (size_t i = 0; i < count; i++)
        have[i] = plan_blocks_of_point(plan, i);
    int64_t end;
    while ((found = find_group(have, until, count, group, &end)) > 0) {
        int64_t first = have[group[0]];
        add_wave(plan, group, found, first, end - first);
        for (size_t i = 0; i < found; i++)
            have[group[i]] = end;
    }
    free(have);
    free(group);
    return plan->wave_count > before;
}

bool plan_add_blocks(struct plan *plan, int64_t blocks)
{
    int64_t *until = xcalloc(plan->point_count, sizeof *until);
    for (size_t i = 0; i < plan->point_count; i++)
        until[i] = blocks;
    bool added = plan_add_blocks_of(plan, until);
    free(until);
    return added;
}

int64_t plan_block_count(const struct plan *plan)
{
    int64_t fewest = INT64_MAX;
    for (size_t i = 0; i < plan->point_count; i++) {
        int64_t blocks = plan_blocks_of_point(plan, i);
        fewest = blocks < fewest ? blocks : fewest;
    }
    return fewest;
}

/* How jobs are asked for may change; where they run may not, and was compared. */
static void take_wishes(struct plan_cluster *cluster, const struct plan_cluster *wanted)
{
    plan_cluster_free(cluster);
    plan_cluster_copy(cluster, wanted);
}

/* What only the analysis uses, or only what is still to come, may change at any
 * time; every run's record holds both of its times, so the metric may too. */
static void take_presentation(struct plan *plan, const struct plan *wanted)
{
    free(plan->title);
    free(plan->description);
    plan->title = xstrdup(wanted->title);
    plan->description = xstrdup(wanted->description);
    free(plan->timing);
    plan->timing = xstrdup(wanted->timing);
    plan->optimum = wanted->optimum;
    plan->timeout = wanted->timeout;
    plan->blocks = wanted->blocks;
    plan->budget_time = wanted->budget_time;
    plan->precision = wanted->precision;
    plan->budget_core_hours = wanted->budget_core_hours;
    take_wishes(&plan->cluster, &wanted->cluster);
}

static void merge(struct plan *plan, const struct plan *wanted, bool *added)
{
    size_t *index_of = xcalloc(wanted->backend_count, sizeof *index_of);
    for (size_t i = 0; i < wanted->backend_count; i++) {
        struct plan_backend *mine = find_backend(plan, wanted, &wanted->backends[i]);
        if (mine == NULL) {
            plan->backends =
                xreallocarray(plan->backends, plan->backend_count + 1, sizeof *plan->backends);
            plan_backend_copy(&plan->backends[plan->backend_count], &wanted->backends[i]);
            index_of[i] = plan->backend_count++;
        } else {
            free(mine->argv[0]);
            mine->argv[0] = xstrdup(wanted->backends[i].argv[0]);
            index_of[i] = (size_t)(mine - plan->backends);
        }
    }
    int64_t *until = xcalloc(plan->point_count + wanted->point_count, sizeof *until);
    for (size_t i = 0; i < wanted->point_count; i++) {
        struct plan_point point = wanted->points[i];
        point.backend = index_of[point.backend];
        until[find_or_add_point(plan, point)] = wanted->waves[0].blocks;
    }
    *added = plan_add_blocks_of(plan, until);
    free(until);
    free(index_of);
}

int plan_extend(struct plan *plan, const struct plan *wanted, bool *added, struct error *err)
{
    struct strbuf differences = STRBUF_INIT;
    compare_plans(&differences, plan, wanted);
    int rc = 0;
    if (differences.len > 0)
        rc = error_set(err,
                       "the study has changed since its first runs: %s; give it another name, or add "
                       "--fresh to set the old results aside and start anew",
                       differences.str);
    strbuf_free(&differences);
    if (rc != 0)
        return -1;
    take_presentation(plan, wanted);
    merge(plan, wanted, added);
    return plan_check_length(plan, err);
}
