#include "collect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "machines.h"
#include "othersfile.h"
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

/* What rows are made from. */
struct collecting {
    const char *folder;
    const struct plan *plan;
    bool has_size;
    const struct task_fates *fates; /* NULL on this machine */
    struct task_array *arrays;
    size_t array_count; /* 0 on this machine */
    size_t *array_of; /* as task_map() */
    const struct records_index *index;
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

/* The tables, a row or more for each run. */
static const struct table {
    const char *name;
    void (*header)(struct strbuf *rows);
    void (*row)(struct strbuf *rows, const struct run *run);
} tables[] = {
    /* First: where the disk is too full for all, it is the one that is needed. */
    {"results.csv", results_add_header, results_add_row},
    {"usage.csv", usage_add_header, usage_add_rows},
    {"others.csv", othersfile_add_header, othersfile_add_row},
};
enum { TABLES = sizeof tables / sizeof *tables };

struct output {
    struct file_writer writers[TABLES];
    struct strbuf rows[TABLES];
    size_t begun; /* of the writers, that are to be ended */
};

/* Errors stay with the stream. */
static void flush(struct output *out, size_t least)
{
    for (size_t i = 0; i < TABLES; i++) {
        if (out->rows[i].len < least)
            continue;
        fwrite(out->rows[i].str, 1, out->rows[i].len, out->writers[i].stream);
        strbuf_clear(&out->rows[i]);
    }
}

static int make_row(const struct collecting *c, struct records_reader *reader,
                    const struct planned_run *planned, struct output *out, struct error *err)
{
    struct run run = run_unknown();
    fill_planned(&run, c->plan, c->has_size, planned);
    int rc = records_reader_get(reader, planned->order, &run, err);
    if (rc == 0)
        fill_missing(c, planned, &run);
    fill_accounted(c, &run);
    count_row(c->collected, &run, rc);
    count_cost(c, planned, &run);
    for (size_t i = 0; i < TABLES; i++)
        tables[i].row(&out->rows[i], &run);
    return rc;
}

static int write_rows(const struct collecting *c, struct output *out, struct error *err)
{
    struct records_reader reader;
    struct schedule schedule;
    struct planned_run planned;
    int rc = 0;
    for (size_t i = 0; i < TABLES; i++)
        tables[i].header(&out->rows[i]);
    records_reader_begin(&reader, c->index, c->folder);
    schedule_begin(&schedule, c->plan);
    while (rc >= 0 && schedule_next(&schedule, &planned)) {
        rc = make_row(c, &reader, &planned, out, err);
        flush(out, FLUSH_BYTES);
    }
    flush(out, 0);
    schedule_end(&schedule);
    records_reader_end(&reader);
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

static int write_tables(const struct collecting *c, struct error *err)
{
    struct output out = {.begun = 0};
    size_t finished = 0;
    int rc = 0;
    for (size_t i = 0; i < TABLES; i++)
        out.rows[i] = (struct strbuf)STRBUF_INIT;
    for (; rc == 0 && out.begun < TABLES; out.begun += rc == 0)
        rc = begin_table(c, tables[out.begun].name, &out.writers[out.begun], err);
    if (rc == 0)
        rc = write_rows(c, &out, err);
    while (rc == 0 && finished < TABLES)
        rc = file_finish(&out.writers[finished++], err);
    for (size_t i = finished; i < out.begun; i++)
        file_abandon(&out.writers[i]);
    for (size_t i = 0; i < TABLES; i++)
        strbuf_free(&out.rows[i]);
    return rc;
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
    struct collecting c = {.folder = folder, .plan = plan, .index = &index,
                           .collected = collected};
    c.has_size = plan_has_size(plan);
    c.arrays = task_arrays(plan, &c.array_count);
    c.fates = c.array_count > 0 ? fates : NULL;
    c.array_of = task_map(plan, c.arrays, c.array_count);
    collected->torn = index.torn;
    if (!plan_is_local(plan))
        forget_allowed_cores(&machines);
    char *path = path_join(folder, "machines.json");
    int rc = write_tables(&c, err);
    if (rc == 0)
        rc = machines_write(&machines, path, err);
    free(path);
    free(c.array_of);
    free(c.arrays);
    records_index_free(&index);
    machines_free(&machines);
    return rc;
}
