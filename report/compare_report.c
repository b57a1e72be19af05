#include "compare_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "compare_files.h"
#include "observations.h"
#include "watched.h"

/* Names --------------------------------------------------------------------------- */

/* The last `parts` parts of a path, without ".csv" or ".json". */
static const char *path_end(struct pool *pool, const char *path, size_t parts)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0) {
        while (begin > 0 && path[begin - 1] != '/')
            begin--;
        if (--parts == 0 || begin == 0)
            break;
        begin--;
    }
    char *name = pool_text(pool, "%.*s", (int)(end - begin), path + begin);
    char *dot = strrchr(name, '.');
    if (dot != NULL && dot != name && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".json") == 0))
        *dot = '\0';
    return name;
}

static bool are_told_apart(const char *const *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (labels[i][0] == '\0')
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(labels[i], labels[j]) == 0)
                return false;
    }
    return true;
}
/*
 * What each entrant is called: its cluster, where those differ; else the last
 * part of its path, its study, the last two parts, the path. In `pool`.
 */
struct naming {
    const char *cluster, *study, *path;
};

static void name_all(struct pool *pool, const struct naming *of, size_t count, const char **labels)
{
    enum { CLUSTER, LAST, STUDY, LAST_TWO, PATH, ANY, SCHEMES };
    for (int scheme = 0; scheme < SCHEMES; scheme++) {
        for (size_t i = 0; i < count; i++) {
            const char *both = of[i].cluster[0] == '\0'
                                   ? of[i].path
                                   : pool_text(pool, "%s (%s)", of[i].path, of[i].cluster);
            labels[i] = scheme == CLUSTER    ? of[i].cluster
                        : scheme == LAST     ? path_end(pool, of[i].path, 1)
                        : scheme == STUDY    ? of[i].study
                        : scheme == LAST_TWO ? path_end(pool, of[i].path, 2)
                        : scheme == PATH     ? both
                                             : pool_text(pool, "%s (%zu)", both, i + 1);
        }
        if (are_told_apart(labels, count))
            return;
    }
}

/* Reading -------------------------------------------------------------------------- */

struct source {
    struct observations *observations;
    struct plan plan;
    bool has_plan;
    struct machines machines;
    struct analysis *analysis;
};

struct making {
    const struct compare_request *request;
    struct source *sources;           /* of each input */
    struct compare_entrant *entrants; /* of each cluster in them */
    struct compare_source *origins;   /* of each entrant */
    size_t entrant_count;
    struct pool pool;
};

static int read_source(const struct compare_input *input, const struct results_alias *aliases,
                       struct source *source, struct error *err)
{
    if (input->plan != NULL) {
        if (plan_read(&source->plan, input->plan, err) != 0)
            return -1;
        source->has_plan = true;
    }
    if (input->machines != NULL && machines_read(&source->machines, input->machines, err) != 0)
        return -1;
    if (observations_read(&source->observations, input->results,
                          input->plan == NULL ? aliases : NULL, err) != 0)
        return -1;
    if (input->others != NULL && watched_read(source->observations, input->others, err) != 0)
        return -1;
    source->analysis = analysis_new(source->observations, source->has_plan ? &source->plan : NULL,
                                    &source->machines);
    return 0;
}

static int64_t node_cores(const struct source *source)
{
    int64_t cores = 0;
    if (source->has_plan && source->plan.cluster.cores_per_node > 0)
        return source->plan.cluster.cores_per_node;
    for (size_t i = 0; i < source->machines.count; i++) {
        if (cores != 0 && cores != source->machines.list[i].cores)
            return 0; /* nodes differ */
        cores = source->machines.list[i].cores;
    }
    return cores;
}

static double answer_tolerance(const struct plan *plan)
{
    double most = 0;
    for (size_t i = 0; i < plan->backend_count; i++)
        if (plan->backends[i].has_expect && plan->backends[i].expect_value != 0)
            most = fmax(most, plan->backends[i].expect_tolerance);
    return most;
}

static bool is_known(const struct making *m, size_t from, const char *cluster)
{
    for (size_t i = from; i < m->entrant_count; i++)
        if (strcmp(m->entrants[i].cluster, cluster) == 0)
            return true;
    return false;
}

/* Each cluster of a table is an entrant of its own. */
static void add_entrants(struct making *m, size_t input)
{
    struct source *source = &m->sources[input];
    const struct analysis *a = source->analysis;
    size_t from = m->entrant_count;
    for (size_t i = 0; i < a->series_count; i++) {
        if (is_known(m, from, a->series[i].cluster))
            continue;
        m->origins[m->entrant_count] =
            (struct compare_source){.path = m->request->inputs[input].name,
                                    .plan = source->has_plan ? &source->plan : NULL,
                                    .machines = &source->machines};
        m->entrants[m->entrant_count++] = (struct compare_entrant){
            .analysis = a,
            .cluster = a->series[i].cluster,
            .node_cores = node_cores(source),
            .answer_tolerance = source->has_plan ? answer_tolerance(&source->plan) : 0,
            .blocks_are_jobs = source->has_plan && !plan_is_local(&source->plan)};
    }
}

/* As people write it: the plan's title of the cluster. */
static const char *cluster_title(const struct making *m, size_t entrant)
{
    const struct plan *plan = m->origins[entrant].plan;
    const char *cluster = m->entrants[entrant].cluster;
    if (plan != NULL && plan->cluster.title[0] != '\0' &&
        (cluster[0] == '\0' || strcmp(cluster, plan->cluster.name) == 0))
        return plan->cluster.title;
    return cluster;
}

static void name_entrants(struct making *m)
{
    struct naming *of = pool_alloc(&m->pool, m->entrant_count + 1, sizeof *of);
    const char **labels = pool_alloc(&m->pool, m->entrant_count + 1, sizeof *labels);
    for (size_t i = 0; i < m->entrant_count; i++)
        of[i] = (struct naming){.cluster = cluster_title(m, i),
                                        .study = m->entrants[i].analysis->study,
                                        .path = m->origins[i].path};
    name_all(&m->pool, of, m->entrant_count, labels);
    for (size_t i = 0; i < m->entrant_count; i++)
        m->entrants[i].label = labels[i];
}

static int read_all(struct making *m, struct error *err)
{
    const struct compare_request *request = m->request;
    size_t most = 1;
    m->sources = pool_alloc(&m->pool, request->input_count + 1, sizeof *m->sources);
    for (size_t i = 0; i < request->input_count; i++) {
        if (read_source(&request->inputs[i], request->aliases, &m->sources[i], err) != 0)
            return -1;
        most += m->sources[i].analysis->series_count;
    }
    m->entrants = pool_alloc(&m->pool, most, sizeof *m->entrants);
    m->origins = pool_alloc(&m->pool, most, sizeof *m->origins);
    for (size_t i = 0; i < request->input_count; i++) {
        if (m->sources[i].analysis->series_count == 0)
            return error_set(err, "%s has no run in it", request->inputs[i].name);
        add_entrants(m, i);
    }
    if (m->entrant_count < 2)
        return error_set(err, "%s holds the times of one cluster only; name a second folder or "
                              "table to compare it with",
                         request->inputs[0].name);
    name_entrants(m);
    return 0;
}

static void free_sources(struct making *m)
{
    for (size_t i = 0; m->sources != NULL && i < m->request->input_count; i++) {
        analysis_free(m->sources[i].analysis);
        observations_free(m->sources[i].observations);
        plan_free(&m->sources[i].plan);
        machines_free(&m->sources[i].machines);
    }
}

int compare_make(const struct compare_request *request, struct compare_outcome *outcome,
                 struct error *err)
{
    struct making m = {.request = request, .pool = POOL_INIT};
    int rc = read_all(&m, err);
    if (rc == 0)
        rc = compare_files(request, m.entrants, m.origins, m.entrant_count, outcome, err);
    free_sources(&m);
    pool_free(&m.pool);
    return rc;
}
