#include "compare_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct entrant_shape {
    const char *label, *cluster, *cpu_model;
    int64_t node_cores, granule;
    double seconds;       /* of one core */
    double serial;        /* the part that is */
    const double *factor; /* of each core count; NULL: 1 */
};

static const double after[] = {1.001, 1.006, 1.03, 1.08, 1.12, 0.9};

static const struct comparison_shape {
    const char *name;
    size_t blocks;
    double noise;
    bool jobs;
    const char *backends[3];
    int64_t cores[7]; /* and a whole node */
    struct entrant_shape entrants[FIXTURE_ENTRANTS];
} shapes[] = {
    {"clusters", 9, 0.02, true, {"openmp", "mpi"}, {1, 2, 4, 8, 16},
     {{"Kebnekaise", "kebnekaise", "Intel Xeon Gold 6132", 28, 1, 96, 0.004, NULL},
      {"Tetralith", "tetralith", "Intel Xeon Gold 6130", 32, 1, 101, 0.004, NULL},
      {"Dardel", "dardel", "AMD EPYC 7742", 128, 128, 118, 0.002, NULL}}},
    {"change", 9, 0.004, false, {"openmp"}, {1, 2, 4, 8, 16, 28},
     {{"before", "here", "Intel Xeon Gold 6132", 28, 1, 12, 0.01, NULL},
      {"after", "here", "Intel Xeon Gold 6132", 28, 1, 12, 0.01, after}}},
    {"strangers", 4, 0.05, false, {"</script>|`x`"}, {1, 2, 4},
     {{"<b>&\"one\"</b>", "one", "", 0, 1, 12, 0.01, NULL},
      {"two_2* [x](#y)", "two", "cpu <i>", 0, 1, 13, 0.01, NULL}}},
};

/* The same in every run of the tests: skewed, never below 0. */
static double noise(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return -log(1 - (double)(*state >> 11) / 9007199254740992.0 * 0.98);
}

static struct run run_of(const struct entrant_shape *entrant,
                         const char *backend, int64_t cores, double seconds)
{
    struct run run = run_unknown();
    run.backend = backend;
    run.kernel = "heat";
    run.cluster = entrant->cluster;
    run.cpu_model = entrant->cpu_model;
    run.host = "node1";
    run.size = 4000;
    run.scaling = "strong";
    run.status = "ok";
    run.cores = cores;
    run.run = 0;
    run.value = 0.25;
    run.seconds = run.wall_seconds = seconds;
    run.user_seconds = seconds * (double)cores;
    run.bound = 1;
    run.started = "2026-03-02T10:00:00.000Z";
    return run;
}

static void add_point(struct observations *table, const struct comparison_shape *shape,
                      const struct entrant_shape *entrant, size_t backend, size_t index,
                      uint64_t *state)
{
    int64_t cores = shape->cores[index] > 0 ? shape->cores[index] : entrant->node_cores;
    double slower = backend == 0 ? 1 : 1.06, part = entrant->serial;
    double factor = entrant->factor == NULL ? 1 : entrant->factor[index];
    double seconds = entrant->seconds * slower * factor * (part + (1 - part) / (double)cores);
    for (size_t block = 0; block < shape->blocks; block++) {
        struct error err = ERROR_INIT;
        struct run run = run_of(entrant, shape->backends[backend], cores,
                                seconds * (1 + shape->noise * noise(state)));
        run.block = (int64_t)block;
        if (observations_add(table, &run, &err) != 0)
            abort();
    }
}

static struct observations *table_of(const struct comparison_shape *shape, size_t entrant)
{
    struct observations *table = observations_new();
    uint64_t state = 2026 + entrant;
    for (size_t i = 0; shape->backends[i] != NULL; i++)
        for (size_t j = 0; j < 6; j++)
            if (shape->cores[j] > 0 ||
                (shape->entrants[entrant].node_cores > 0 && j > 0 && shape->cores[j - 1] > 0))
                add_point(table, shape, &shape->entrants[entrant], i, j, &state);
    return table;
}

static struct plan plan_of(const struct entrant_shape *entrant)
{
    struct plan plan = {.name = (char *)"heat", .title = (char *)"", .kernel = (char *)"heat",
                        .scaling = (char *)"strong", .timing = (char *)"kernel",
                        .bind = (char *)"cores", .version = (char *)"1.0", .runs = 1};
    plan.optimum = (struct plan_optimum){RULE_FAST, 0.05, 0.70, NAN};
    plan.cluster = (struct plan_cluster){.name = (char *)entrant->cluster,
                                         .title = (char *)entrant->label,
                                         .cores_per_node = entrant->node_cores,
                                         .charge_granule = entrant->granule,
                                         .charge_weight = 1};
    return plan;
}

bool compare_fixture_fill(struct compare_fixture *f, const char *name)
{
    const struct comparison_shape *shape = NULL;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].name, name) == 0)
            shape = &shapes[i];
    *f = (struct compare_fixture){.count = 0};
    for (; shape != NULL && f->count < FIXTURE_ENTRANTS; f->count++) {
        const struct entrant_shape *entrant = &shape->entrants[f->count];
        size_t i = f->count;
        if (entrant->label == NULL)
            break;
        f->tables[i] = table_of(shape, i);
        f->plans[i] = plan_of(entrant);
        f->analyses[i] = analysis_new(f->tables[i], &f->plans[i], &f->no_machines);
        f->entrants[i] = (struct compare_entrant){.label = entrant->label,
                                                  .analysis = f->analyses[i],
                                                  .cluster = entrant->cluster,
                                                  .node_cores = entrant->node_cores,
                                                  .blocks_are_jobs = shape->jobs};
        f->sources[i] = (struct compare_source){.path = entrant->label,
                                                .plan = &f->plans[i],
                                                .machines = &f->no_machines};
    }
    return shape != NULL;
}

void compare_fixture_free(struct compare_fixture *f)
{
    for (size_t i = 0; i < f->count; i++) {
        analysis_free(f->analyses[i]);
        observations_free(f->tables[i]);
    }
    *f = (struct compare_fixture){.count = 0};
}
