#include "collect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "machines.h"
#include "plan.h"
#include "records.h"
#include "results.h"
#include "schedule.h"
#include "strbuf.h"
#include "tasks.h"
#include "usage.h"

enum { FLUSH_BYTES = 1 << 18 };

/* The machines that the records name; a host's last description counts. */
static int add_machine(const struct json_doc *doc, const cJSON *object, void *context,
                       struct error *err)
{
    struct machines *machines = context;
    struct machine machine;
    if (machine_parse(&machine, doc, object, err) != 0)
        return -1;
    for (size_t i = 0; i < machines->count; i++) {
        if (strcmp(machines->list[i].host, machine.host) == 0) {
            machine_free(&machines->list[i]);
            machines->list[i] = machine;
            return 0;
        }
    }
    machines->list = xreallocarray(machines->list, machines->count + 1, sizeof *machines->list);
    machines->list[machines->count++] = machine;
    return 0;
}

/* The part of a row that the plan knows. */
static void fill_planned(struct run *run, const struct plan *plan, bool has_size,
                         const struct planned_run *planned)
{
    const struct plan_point *point = &plan->points[planned->point];
    run->study = plan->name;
    run->cluster = plan->cluster.name;
    run->kernel = plan_kernel_of(plan, &plan->backends[point->backend]);
    run->backend = plan->backends[point->backend].name;
    run->size = has_size ? point->size : NAN;
    run->actual_size = has_size ? point->actual_size : NAN;
    run->work = point->work;
    run->scaling = plan->scaling;
    run->nodes = point->nodes;
    run->ranks = point->ranks;
    run->threads = point->threads;
    run->cores = point->cores;
    run->allocated_cores = point->allocated_cores;
    run->block = planned->block;
    run->run = planned->run;
    run->warmup = planned->warmup;
    run->order = planned->order;
}

static void add_seconds(double *sum, double seconds)
{
    *sum = isnan(*sum) ? seconds : *sum + seconds;
}

static void add_others(struct machines *machines, const struct run *run)
{
    if (!(run->watched_seconds > 0)) /* NAN too */
        return;
    for (size_t i = 0; i < machines->count; i++) {
        struct machine *machine = &machines->list[i];
        if (strcmp(machine->host, run->host) != 0)
            continue;
        add_seconds(&machine->watched_seconds, run->watched_seconds);
        add_seconds(&machine->others_seconds, run->others_seconds);
        add_seconds(&machine->stolen_seconds, run->stolen_seconds);
    }
}

/* What rows are made from. */
struct collecting {
    const char *folder;
    const struct plan *plan;
    const struct task_fates *fates; /* NULL on this machine */
    struct task_array *arrays;
    size_t array_count; /* 0 on this machine */
    size_t *array_of; /* as task_map() */
    const struct records_index *index;
    struct machines *machines;
    struct collected *collected;
};

/* Cores that are charged while a point runs: those of its job, of which a packed
 * one holds whole nodes. */
static double charged_cores(const struct collecting *c, const struct planned_run *planned)
{
    if (c->array_count == 0)
        return (double)c->plan->points[planned->point].allocated_cores;
    size_t array = c->array_of[planned->wave * c->plan->point_count + planned->point];
    return task_charged_cores(c->plan, &c->arrays[array]);
}

static void count_cost(const struct collecting *c, const struct planned_run *planned,
                       const struct run *run)
{
    if (!(run->wall_seconds > 0)) /* NAN too */
        return;
    double core_hours = run->wall_seconds / 3600 * charged_cores(c, planned);
    c->collected->core_hours += core_hours;
    if (c->collected->core_hours_of_points != NULL)
        c->collected->core_hours_of_points[planned->point] += core_hours;
}

static void count_row(struct collected *collected, const struct run *run, int found)
{
    collected->planned++;
    if (found == 0)
        collected->missing++;
    else if (strcmp(run->status, "ok") == 0)
        collected->ok++;
    else
        collected->failed++;
    if (run->wall_seconds > 0) { /* false for NAN */
        collected->seconds += run->wall_seconds;
        collected->warmup_seconds += run->warmup ? run->wall_seconds : 0;
    }
}

/* A run without a record: its task's fate says why. */
static void fill_missing(const struct collecting *c, const struct planned_run *planned,
                         struct run *run)
{
    const struct task_fate *fate = NULL;
    run->status = "missing";
    run->reason = "has not run yet";
    if (c->fates != NULL) {
        char name[TASK_NAME_SIZE];
        size_t array = c->array_of[planned->wave * c->plan->point_count + planned->point];
        fate = task_fates_of_task(c->fates, task_name(name, c->arrays[array].key, planned->block));
    }
    if (fate == NULL)
        return;
    run->job = fate->job;
    if (fate->reason[0] == '\0')
        return;
    run->status = fate->status;
    run->reason = fate->reason;
}

/* What sacct has told of the run's job. */
static void fill_accounted(const struct collecting *c, struct run *run)
{
    const struct task_fate *fate = NULL;
    if (c->fates != NULL && run->job[0] != '\0')
        fate = task_fates_of_job(c->fates, run->job);
    if (fate == NULL)
        return;
    run->job_cpu_seconds = fate->cpu_seconds;
    run->job_memory_bytes = fate->memory_bytes;
    run->job_energy_joules = fate->energy_joules;
}

/* Errors stay with the stream. */
static void flush(struct strbuf *rows, FILE *stream, size_t least)
{
    if (rows->len < least)
        return;
    fwrite(rows->str, 1, rows->len, stream);
    strbuf_clear(rows);
}

static int write_rows(const struct collecting *c, FILE *results, FILE *usage, struct error *err)
{
    struct strbuf rows = STRBUF_INIT, samples = STRBUF_INIT;
    struct records_reader reader;
    struct schedule schedule;
    struct planned_run planned;
    bool has_size = plan_has_size(c->plan);
    int rc = 0;
    results_add_header(&rows);
    usage_add_header(&samples);
    records_reader_begin(&reader, c->index, c->folder);
    schedule_begin(&schedule, c->plan);
    while (rc >= 0 && schedule_next(&schedule, &planned)) {
        struct run run = run_unknown();
        fill_planned(&run, c->plan, has_size, &planned);
        rc = records_reader_get(&reader, planned.order, &run, err);
        if (rc == 0)
            fill_missing(c, &planned, &run);
        fill_accounted(c, &run);
        count_row(c->collected, &run, rc);
        count_cost(c, &planned, &run);
        add_others(c->machines, &run);
        results_add_row(&rows, &run);
        usage_add_rows(&samples, &run);
        flush(&rows, results, FLUSH_BYTES);
        flush(&samples, usage, FLUSH_BYTES);
    }
    flush(&rows, results, 0);
    flush(&samples, usage, 0);
    schedule_end(&schedule);
    records_reader_end(&reader);
    strbuf_free(&rows);
    strbuf_free(&samples);
    return rc < 0 ? -1 : 0;
}

static int begin_table(const struct collecting *c, const char *name, struct file_writer *writer,
                       struct error *err)
{
    char *path = path_join(c->folder, name);
    int rc = file_begin(writer, path, err);
    free(path);
    return rc;
}

/* results.csv first: where the disk is too full for both, it is the one that is needed. */
static int write_tables(const struct collecting *c, struct error *err)
{
    struct file_writer results, usage;
    if (begin_table(c, "results.csv", &results, err) != 0)
        return -1;
    if (begin_table(c, "usage.csv", &usage, err) != 0) {
        file_abandon(&results);
        return -1;
    }
    if (write_rows(c, results.stream, usage.stream, err) != 0) {
        file_abandon(&results);
        file_abandon(&usage);
        return -1;
    }
    if (file_finish(&results, err) != 0) {
        file_abandon(&usage);
        return -1;
    }
    return file_finish(&usage, err);
}

/* Ticks are rounded, so that nothing at all can come out a little below 0. */
static void round_others(struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++)
        if (machines->list[i].others_seconds < 0)
            machines->list[i].others_seconds = 0;
}

/* On a cluster each job may use others, and as many as it asked for. */
static void forget_allowed_cores(struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++)
        machines->list[i].allowed_cores = 0;
}

int collect(const char *folder, const struct plan *plan, const struct task_fates *fates,
            struct collected *collected, struct error *err)
{
    struct machines machines = {0};
    struct records_index index;
    double *of_points = collected->core_hours_of_points;
    *collected = (struct collected){.core_hours_of_points = of_points};
    if (records_index(&index, folder, NULL, schedule_count(plan), add_machine, &machines, err) != 0) {
        machines_free(&machines);
        return -1;
    }
    struct collecting c = {.folder = folder,
                           .plan = plan,
                           .index = &index,
                           .machines = &machines,
                           .collected = collected};
    c.arrays = task_arrays(plan, &c.array_count);
    c.fates = c.array_count > 0 ? fates : NULL;
    c.array_of = task_map(plan, c.arrays, c.array_count);
    collected->torn = index.torn;
    if (!plan_is_local(plan))
        forget_allowed_cores(&machines);
    char *path = path_join(folder, "machines.json");
    int rc = write_tables(&c, err);
    round_others(&machines);
    if (rc == 0)
        rc = machines_write(&machines, path, err);
    free(path);
    free(c.array_of);
    free(c.arrays);
    records_index_free(&index);
    machines_free(&machines);
    return rc;
}
