/*
 * Writes the job scripts of a study that has every kind of shape, for the
 * tests on a real Slurm.  make_script CLUSTER LAYOUT lists its arrays,
 * make_script CLUSTER LAYOUT ARRAY FOLDER PROGRAM writes one's script.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define TEXT(literal) ((char *)(literal))

/* As tests/slurm/shapes has them. */
static const struct cluster {
    const char *name, *account, *partition, *constraint, *shebang;
    int64_t cores, threads_per_core;
    double memory_mib;
} clusters[] = {
    {"kebnekaise", "hpc2n2026-001", "", "skylake", "#!/bin/bash", 28, 1, NAN},
    {"tetralith", "naiss2026-4-66", "", "thin", "#!/bin/bash", 32, 1, NAN},
    {"cosmos", "lu2026-2-10", "lu48", "", "#!/bin/bash", 48, 1, 128000},
    {"dardel", "naiss2026-4-66", "main", "", "#!/bin/bash -l", 128, 2, NAN},
    {"dardel-shared", "naiss2026-4-66", "shared", "", "#!/bin/bash -l", 128, 2, NAN},
    {"pelle", "uppmax2026-1-10", "pelle", "", "#!/bin/bash", 48, 2, NAN},
};

static const struct cluster *find(const char *name)
{
    for (size_t i = 0; i < sizeof clusters / sizeof *clusters; i++)
        if (strcmp(clusters[i].name, name) == 0)
            return &clusters[i];
    return NULL;
}

enum { POINTS = 7, BLOCKS = 3 };
struct study {
    struct plan plan;
    struct plan_backend backends[3];
    struct plan_point points[POINTS];
    struct plan_wave wave;
    char *setup[2], *extra[2];
};

static void fill(struct study *study, const struct cluster *cluster, const char *layout)
{
    int64_t node = cluster->cores;
    const struct plan_point points[POINTS] = {
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 1, .allocated_cores = 1},
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 7, .allocated_cores = 7},
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = node, .allocated_cores = node},
        {.backend = 1, .nodes = 1, .ranks = 5, .threads = 1, .allocated_cores = 5},
        {.backend = 1, .nodes = 2, .ranks = 2 * node, .threads = 1, .allocated_cores = 2 * node},
        {.backend = 1, .nodes = 2, .ranks = node + 1, .threads = 1, .allocated_cores = node + 1},
        {.backend = 2, .nodes = 2, .ranks = 4, .threads = node / 2, .allocated_cores = 2 * node},
    };
    static const char *const parallel[] = {"threads", "ranks", "hybrid"};
    memcpy(study->points, points, sizeof points);
    for (size_t i = 0; i < 3; i++) {
        study->backends[i].parallel = TEXT(parallel[i]);
        study->backends[i].workdir = TEXT("/");
    }
    study->wave = (struct plan_wave){.blocks = BLOCKS, .points = POINTS};
    study->setup[0] = TEXT("export SCALESTUDY_SETUP=done");
    study->extra[0] = TEXT("--comment=every \"shape\" #1");
    study->plan = (struct plan){
        .name = TEXT("shapes"), .title = TEXT("Every shape"), .layout = TEXT(layout),
        .runs = 1, .timeout = 60,
        .cluster = {.name = TEXT(cluster->name), .title = TEXT(cluster->name), .cpu = TEXT(""),
                    .cores_per_node = node, .charge_granule = 1, .charge_weight = 1,
                    .account = TEXT(cluster->account), .partition = TEXT(cluster->partition),
                    .constraint = TEXT(cluster->constraint), .qos = TEXT(""),
                    .reservation = TEXT(""), .time_limit = 300, .max_time = NAN,
                    .memory_mib = cluster->memory_mib, .charge_memory_gib_per_core = NAN,
                    .cpu_is_thread = cluster->threads_per_core > 1,
                    .threads_per_core = cluster->threads_per_core,
                    .shebang = TEXT(cluster->shebang), .purge = true, .setup = study->setup,
                    .extra_sbatch = study->extra, .max_running = 2},
        .backends = study->backends, .backend_count = 3,
        .points = study->points, .point_count = POINTS,
        .waves = &study->wave, .wave_count = 1};
}

static void list_arrays(const struct plan *plan)
{
    size_t count;
    struct task_array *arrays = task_arrays(plan, &count);
    for (size_t i = 0; i < count; i++)
        printf("%s %lld %lld %lld\n", arrays[i].key, (long long)arrays[i].shape.nodes,
               (long long)arrays[i].shape.tasks, (long long)arrays[i].shape.cores);
    free(arrays);
}

static int write_script(const struct plan *plan, char **words)
{
    static const int64_t blocks[BLOCKS] = {0, 1, 2};
    struct task_array array;
    struct strbuf script = STRBUF_INIT;
    struct error err = ERROR_INIT;
    if (!task_array_find(plan, words[0], &array))
        return 2;
    struct script_request request = {.plan = plan, .array = &array, .name = "shapes-test.1",
                                     .folder = words[1], .program = words[2],
                                     .blocks = blocks, .block_count = BLOCKS};
    int rc = script_write(&request, &script, &err);
    fputs(rc == 0 ? script.str : err.text, rc == 0 ? stdout : stderr);
    strbuf_free(&script);
    return rc == 0 ? 0 : (int)err.status;
}

int main(int argc, char **argv)
{
    const struct cluster *cluster = argc == 3 || argc == 6 ? find(argv[1]) : NULL;
    struct study study = {.setup = {NULL}};
    if (cluster == NULL) {
        fprintf(stderr, "usage: make_script CLUSTER LAYOUT [ARRAY FOLDER PROGRAM]\n");
        return 2;
    }
    fill(&study, cluster, argv[2]);
    if (argc == 6)
        return write_script(&study.plan, argv + 3);
    list_arrays(&study.plan);
    return 0;
}
