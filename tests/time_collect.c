/*
 * time_collect FOLDER [ARRAYS BLOCKS RUNS]: makes the folder of a study that has
 * run on a cluster (22 arrays of 50 blocks of 91 runs where not given: 100,100
 * records in 1100 files) and tells how long it takes to find what is missing, to
 * read what became of its tasks, and to collect. It measures and asserts nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "collect.h"
#include "files.h"
#include "journal.h"
#include "journal_fates.h"
#include "missing.h"
#include "record.h"
#include "schedule.h"
#include "strbuf.h"
#include "tasks.h"

#define TEXT(literal) ((char *)(literal))

static int complain(const struct error *err)
{
    fprintf(stderr, "time_collect: %s\n", err->text);
    return 1;
}

static void fill_plan(struct plan *plan, long arrays, long blocks, long runs)
{
    static struct plan_backend backend = {.name = TEXT("openmp"), .parallel = TEXT("threads")};
    static struct plan_wave wave;
    struct plan_point *points = xcalloc((size_t)arrays, sizeof *points);
    for (long i = 0; i < arrays; i++)
        points[i] = (struct plan_point){.size = 10000, .actual_size = 10000, .work = 1e8, .nodes = 1,
                                        .ranks = 1, .threads = i + 1, .cores = i + 1,
                                        .allocated_cores = i + 1};
    wave = (struct plan_wave){.blocks = blocks, .points = (size_t)arrays};
    *plan = (struct plan){.name = TEXT("study"), .kernel = TEXT("integration2d"),
                          .scaling = TEXT("strong"), .id = TEXT("1f2e3d4c"), .layout = TEXT("array"),
                          .runs = runs - 1, .warmups = 1, .timeout = 60, .seed = 1,
                          .cluster = {.name = TEXT("kebnekaise"), .cores_per_node = arrays},
                          .backends = &backend, .backend_count = 1, .points = points,
                          .point_count = (size_t)arrays, .waves = &wave, .wave_count = 1};
}

/* As a worker writes them. */
static void add_record(struct strbuf *out, const struct planned_run *run, const char *job)
{
    strbuf_addf(out,
                "{\"order\": %lld, \"status\": \"ok\", \"point\": %zu, \"block\": %lld, \"run\": %lld, "
                "\"warmup\": %d, \"seconds\": 1.%06lld, \"wall_seconds\": 1.2%06lld, "
                "\"user_seconds\": 27.9, \"system_seconds\": 0.013, \"peak_memory_bytes\": 8192000, "
                "\"work\": 100000000, \"value\": -7.117752e-17, \"error\": 7.1e-17, \"bound\": 1, "
                "\"mask\": \"0 1 2 3 4 5 6 7 8 9 10 11\", \"frequency_mhz\": 3200, \"cpu_model\": "
                "\"Intel(R) Xeon(R) Gold 6132 CPU @ 2.60GHz\", \"host\": \"b-cn0101\", \"partition\": "
                "\"batch\", \"job\": \"%s\", \"task\": \"0\", \"attempt\": 1, \"started\": "
                "\"2026-11-22T14:50:55.123Z\", \"exit\": 0}\n",
                (long long)run->order, run->point, (long long)run->block, (long long)run->run,
                run->warmup, (long long)run->order, (long long)run->order, job);
}

/* Runs of one block follow one another, its points in random order: a text for each array. */
static int write_block(const char *folder, const struct plan *plan, struct schedule *schedule,
                       const struct task_array *arrays, int64_t block, struct error *err)
{
    int64_t count = schedule_count(plan) / plan->waves[0].blocks;
    struct strbuf *texts = xcalloc(plan->point_count, sizeof *texts);
    struct planned_run run;
    int rc = 0;
    for (size_t i = 0; i < plan->point_count; i++)
        texts[i] = (struct strbuf)STRBUF_INIT;
    while (count-- > 0 && schedule_next(schedule, &run)) {
        char *job = text_format("%zu_%lld", 101 + run.point, (long long)block);
        add_record(&texts[run.point], &run, job);
        free(job);
    }
    for (size_t i = 0; i < plan->point_count; i++) {
        char *path = text_format("%s/records/%s-b%lld.1.jsonl", folder, arrays[i].key, (long long)block);
        FILE *file = fopen(path, "w");
        if (rc == 0 && (file == NULL || fputs(texts[i].str, file) < 0))
            rc = error_system(err, "could not write %s", path);
        if (file != NULL)
            fclose(file);
        free(path);
        strbuf_free(&texts[i]);
    }
    free(texts);
    return rc;
}

static int write_journal(const char *folder, const struct plan *plan, const struct task_array *arrays,
                         struct error *err)
{
    struct slurm_account used = {.cpu_seconds = 100, .memory_bytes = 1e9, .energy_joules = NAN};
    struct journal journal;
    int64_t *blocks = xcalloc((size_t)plan->waves[0].blocks, sizeof *blocks);
    for (int64_t b = 0; b < plan->waves[0].blocks; b++)
        blocks[b] = b;
    int rc = journal_open(&journal, folder, true, err);
    for (size_t i = 0; i < plan->point_count && rc == 0; i++) {
        char *job = text_format("%zu", 101 + i);
        size_t index;
        rc = journal_intend(&journal, plan, arrays[i].key, 0, blocks, (size_t)plan->waves[0].blocks,
                            &index, err);
        if (rc == 0)
            rc = journal_accept(&journal, index, job, err);
        for (size_t e = 0; rc == 0 && e < journal.list[index].element_count; e++) {
            rc = journal_end(&journal, index, e, SLURM_COMPLETED, "", err);
            if (rc == 0)
                rc = journal_account(&journal, index, e, &used, err);
        }
        free(job);
    }
    if (rc == 0)
        journal_close(&journal);
    free(blocks);
    return rc;
}

static int make(const char *folder, const struct plan *plan, struct error *err)
{
    struct schedule schedule;
    size_t count;
    char *records = path_join(folder, "records");
    int rc = folder_make(records, err);
    struct task_array *arrays = task_arrays(plan, &count);
    schedule_begin(&schedule, plan);
    for (int64_t b = 0; b < plan->waves[0].blocks && rc == 0; b++)
        rc = write_block(folder, plan, &schedule, arrays, b, err);
    schedule_end(&schedule);
    if (rc == 0)
        rc = write_journal(folder, plan, arrays, err);
    free(arrays);
    free(records);
    return rc;
}

static int measure(const char *folder, const struct plan *plan, struct error *err)
{
    struct missing missing;
    struct task_fates fates;
    struct collected collected = {0};
    double start = clock_seconds();
    if (missing_find(&missing, folder, plan, false, err) != 0)
        return -1;
    double found = clock_seconds();
    missing_free(&missing);
    if (journal_fates(&fates, folder, err) != 0)
        return -1;
    double told = clock_seconds();
    int rc = collect(folder, plan, &fates, &collected, err);
    double done = clock_seconds();
    task_fates_free(&fates);
    printf("%lld rows, %lld ok: missing %.3f s, fates %.3f s, collect %.3f s\n",
           (long long)collected.planned, (long long)collected.ok, found - start, told - found,
           done - told);
    return rc;
}

static long number(int argc, char **argv, int index, long otherwise)
{
    long value = index < argc ? strtol(argv[index], NULL, 10) : otherwise;
    return value < 1 ? 1 : value;
}

int main(int argc, char **argv)
{
    struct plan plan;
    struct error err = ERROR_INIT;
    if (argc < 2) {
        fprintf(stderr, "usage: time_collect FOLDER [ARRAYS BLOCKS RUNS]\n");
        return 2;
    }
    fill_plan(&plan, number(argc, argv, 2, 22), number(argc, argv, 3, 50), number(argc, argv, 4, 91));
    if (!file_exists(argv[1]) && make(argv[1], &plan, &err) != 0)
        return complain(&err);
    for (int i = 0; i < 5; i++)
        if (measure(argv[1], &plan, &err) != 0)
            return complain(&err);
    free(plan.points);
    return 0;
}
