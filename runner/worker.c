#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "block_tally.h"
#include "clock.h"
#include "files.h"
#include "launch.h"
#include "machine_facts.h"
#include "measure.h"
#include "memory_kills.h"
#include "plural.h"
#include "process.h"
#include "record.h"
#include "records.h"
#include "strbuf.h"
#include "task_facts.h"
#include "topology.h"

struct worker {
    const struct worker_task *task;
    const struct plan *plan;
    struct topology topology;
    struct launcher launcher;
    struct readout_patterns *patterns; /* of each backend */
    struct record_log *records;
    struct records_index index;
    struct block_tally tally;
    bool *logged; /* of each point: its first output has been kept */
    FILE *log;    /* opened when first needed */
    char host[256];
    int64_t attempt;
};

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static bool is_of_task(const struct worker *w, const struct planned_run *planned)
{
    const struct worker_task *task = w->task;
    return task->array == NULL || task_holds(w->plan, task->array, task->block, planned);
}

static int compile_patterns(struct worker *w, struct error *err)
{
    w->patterns = xcalloc(w->plan->backend_count, sizeof *w->patterns);
    for (size_t i = 0; i < w->plan->backend_count; i++)
        if (readout_compile(&w->patterns[i], &w->plan->backends[i], err) != 0)
            return -1;
    return 0;
}

static int record_machine(struct worker *w, struct error *err)
{
    struct machine machine;
    char **launcher, **environment;
    launch_mpi_prefix(&w->launcher, &launcher, &environment);
    machine_facts_read(&machine, &w->topology, launcher, environment);
    machine.environment = launch_policy(w->plan);
    int rc = record_log_machine(w->records, &machine, err);
    machine_free(&machine);
    string_list_free(launcher);
    string_list_free(environment);
    return rc;
}

static void write_log(struct worker *w, const struct planned_run *planned, const struct run *run,
                      const struct process_result *result)
{
    const struct plan_point *point = &w->plan->points[planned->point];
    if (w->log == NULL) {
        char *path = text_format("%s/logs/%s.%lld.log", w->task->folder, w->task->name,
                                 (long long)w->attempt);
        w->log = fopen(path, "ae");
        free(path);
        if (w->log == NULL)
            return; /* the record holds what matters; a log is a help */
    }
    fprintf(w->log, "=== %s, %lld core%s, block %lld, %s %lld: %s%s%s\n",
            w->plan->backends[point->backend].name, (long long)point->cores, plural(point->cores),
            (long long)planned->block, planned->warmup ? "warm-up" : "run",
            (long long)planned->run, run->status, run->reason[0] == '\0' ? "" : ": ", run->reason);
    fwrite(result->output.str, 1, result->output.len, w->log);
    if (result->errors.len > 0) {
        fputs("--- stderr\n", w->log);
        fwrite(result->errors.str, 1, result->errors.len, w->log);
    }
    fputc('\n', w->log);
    fflush(w->log);
}

static void fill_measured(const struct worker *w, struct run *run,
                          const struct measurement *measurement)
{
    const struct process_result *result = &measurement->result;
    run->wall_seconds = result->started ? result->wall_seconds : NAN;
    run->user_seconds = result->started ? result->user_seconds : NAN;
    run->system_seconds = result->started ? result->system_seconds : NAN;
    run->peak_memory_bytes = result->started ? result->peak_memory_bytes : NAN;
    double granted = w->task->granted_memory_bytes;
    run->granted_memory_bytes = granted > 0 ? granted : w->topology.memory_bytes;
    run->frequency_mhz = measurement->frequency_mhz;
    run->watched_cpus = measurement->others.cpus;
    run->watched_seconds = measurement->others.watched_seconds;
    run->others_seconds = measurement->others.seconds;
    run->stolen_seconds = measurement->others.stolen_seconds;
    if (result->signal != 0)
        run->exit = 128 + result->signal;
    else if (result->started)
        run->exit = result->exit_status;
}

static void fill_readout(struct run *run, const struct readout *readout)
{
    run->status = readout->status;
    run->reason = readout->reason;
    run->seconds = readout->seconds;
    run->first_seconds = readout->first_seconds;
    run->value = readout->value;
    run->error = readout->error;
    run->work = readout->work;
    run->mask = readout->mask;
    run->software = readout->software;
    run->bound = readout->bound < 0 ? RESULTS_UNKNOWN : readout->bound;
}

/* Records one run that has ended, or that could not be started. */
static int record_run(struct worker *w, const struct planned_run *planned, struct run *run,
                      const struct process_result *result, struct error *err)
{
    if (strcmp(run->status, "ok") != 0 || !w->logged[planned->point]) {
        w->logged[planned->point] = true;
        write_log(w, planned, run, result);
    }
    return record_log_append(w->records, planned, run, err);
}

static struct run begin_run(const struct worker *w, char stamp[CLOCK_STAMP_SIZE])
{
    struct run run = run_unknown();
    run.cpu_model = w->topology.cpu_model;
    run.host = w->host;
    run.task = w->task->name;
    run.job = text_or_empty(w->task->job);
    run.partition = text_or_empty(w->task->partition);
    run.attempt = w->attempt;
    run.started = clock_stamp(stamp, clock_now());
    return run;
}

static int finish(struct worker *w, const struct planned_run *planned, struct run *run,
                  const struct process_result *result, struct worker_outcome *outcome,
                  struct error *err)
{
    if (record_run(w, planned, run, result, err) != 0)
        return -1;
    bool ok = strcmp(run->status, "ok") == 0;
    outcome->ok += ok;
    outcome->failed += !ok;
    block_tally_tried(&w->tally, w->plan, planned, run);
    const struct worker_watch *watch = w->task->watch;
    if (watch != NULL && watch->ended != NULL)
        watch->ended(planned, run, outcome->ok + outcome->failed, outcome->total, watch->context);
    return 0;
}

/* Such a run is no measurement, whatever its program made of it. The caller frees the reason. */
static char *explain_kill(struct run *run)
{
    bool ok = strcmp(run->status, "ok") == 0;
    char *reason = text_format("%s%sthe system killed a process of it for want of memory",
                               ok ? "" : run->reason, ok ? "" : ": ");
    run->status = "failed";
    run->reason = reason;
    return reason;
}

static bool is_cancelled(const struct worker *w)
{
    return w->task->cancel != NULL && *w->task->cancel != 0;
}

/*
 * A job's end is told to all its processes at once, and a program may have died
 * of it before we have heard: then it was ended from outside and did not fail.
 * So a run of a job that did not end well waits a moment for our own signal,
 * longer where it died as of such a signal.
 */
static bool was_ended_with_us(const struct worker *w, const struct process_result *result)
{
    const struct timespec moment = {.tv_nsec = 20000000};
    bool ended_well = result->started && result->signal == 0 && result->exit_status == 0;
    if (w->task->array == NULL || !result->started || ended_well || result->timed_out)
        return false;
    bool was_told = result->signal == SIGTERM || result->exit_status == 128 + SIGTERM;
    for (int moments = was_told ? 50 : 5; moments > 0 && !is_cancelled(w); moments--)
        nanosleep(&moment, NULL);
    return is_cancelled(w);
}

static int run_one(struct worker *w, const struct planned_run *planned,
                   struct worker_outcome *outcome, struct error *err)
{
    const struct plan_point *point = &w->plan->points[planned->point];
    char stamp[CLOCK_STAMP_SIZE];
    struct run run = begin_run(w, stamp);
    struct measurement measurement;
    struct strbuf samples = STRBUF_INIT;
    char *starved = NULL;
    int64_t kills = w->task->array == NULL ? -1 : memory_kills();
    int rc = measure(&w->launcher, &w->patterns[point->backend], planned, &measurement, err);
    if (rc == 0 && (measurement.cancelled || was_ended_with_us(w, &measurement.result))) {
        outcome->cancelled = true;
    } else if (rc == 0) {
        fill_readout(&run, &measurement.readout);
        fill_measured(w, &run, &measurement);
        samples_write(&samples, &measurement.result.samples);
        run.samples = samples.str;
        starved = kills >= 0 && memory_kills() > kills ? explain_kill(&run) : NULL;
        rc = finish(w, planned, &run, &measurement.result, outcome, err);
    }
    free(starved);
    strbuf_free(&samples);
    measurement_free(&measurement);
    return rc;
}

static bool has_record(const struct worker *w, int64_t order)
{
    const struct record_place *place = &w->index.places[order];
    return w->task->retry_failed ? place->ok : place->file != UINT32_MAX;
}

/* Warm-ups come right before their runs, and another job warms up anew for
 * those that it still has to do. */
static bool has_runs_left(const struct worker *w, const struct planned_run *warmup)
{
    int64_t first_run = warmup->order - warmup->run + w->plan->warmups;
    for (int64_t i = 0; i < w->plan->runs; i++)
        if (!has_record(w, first_run + i))
            return true;
    return false;
}

static bool is_done(const struct worker *w, const struct planned_run *planned)
{
    if (!has_record(w, planned->order))
        return false;
    return !planned->warmup || w->task->array == NULL || !has_runs_left(w, planned);
}

/* What is done again is no longer counted as done. */
static void uncount(const struct worker *w, const struct planned_run *planned,
                    struct worker_outcome *outcome)
{
    const struct record_place *place = &w->index.places[planned->order];
    if (!has_record(w, planned->order))
        return;
    outcome->ok -= place->ok;
    outcome->failed -= !place->ok;
}

/* On this machine nobody else waits for the rest: a block in vain ends the study. */
static bool is_in_vain(struct worker *w, const struct planned_run *planned,
                       struct worker_outcome *outcome)
{
    if (w->task->array != NULL || !block_tally_ends_in_vain(&w->tally, planned))
        return false;
    outcome->in_vain = w->tally.first;
    outcome->tried_in_vain = w->tally.failed;
    w->tally.first = NULL;
    return true;
}

static int run_next(struct worker *w, const struct planned_run *planned,
                    struct worker_outcome *outcome, struct error *err)
{
    const struct worker_watch *watch = w->task->watch;
    if (is_cancelled(w)) {
        outcome->cancelled = true;
        return 0;
    }
    if (watch != NULL && watch->begins != NULL)
        watch->begins(planned, outcome->ok + outcome->failed, outcome->total, watch->context);
    uncount(w, planned, outcome);
    return run_one(w, planned, outcome, err);
}

static int run_all(struct worker *w, struct worker_outcome *outcome, struct error *err)
{
    struct schedule schedule;
    struct planned_run planned;
    int rc = 0;
    schedule_begin(&schedule, w->plan);
    while (rc == 0 && !outcome->cancelled && schedule_next(&schedule, &planned)) {
        if (!is_of_task(w, &planned))
            continue;
        if (is_in_vain(w, &planned, outcome))
            break;
        if (is_done(w, &planned))
            block_tally_recorded(&w->tally, w->index.places[planned.order].ok);
        else
            rc = run_next(w, &planned, outcome, err);
    }
    schedule_end(&schedule);
    return rc;
}

/* By what the processes of the task are known. */
static char *identity_of(const struct worker_task *task, struct error *err)
{
    return launch_identity(task->folder, task->array == NULL ? NULL : task->name, err);
}

static int run_missing(struct worker *w, struct worker_outcome *outcome, struct error *err)
{
    char *identity = identity_of(w->task, err);
    if (identity == NULL || compile_patterns(w, err) != 0) {
        free(identity);
        return -1;
    }
    launcher_open(&w->launcher, w->plan, &w->topology, identity, w->task->cancel);
    free(identity);
    return record_machine(w, err) != 0 ? -1 : run_all(w, outcome, err);
}

static void count_recorded(const struct worker *w, struct worker_outcome *outcome)
{
    struct schedule schedule;
    struct planned_run planned;
    schedule_begin(&schedule, w->plan);
    while (schedule_next(&schedule, &planned)) {
        if (!is_of_task(w, &planned))
            continue;
        const struct record_place *place = &w->index.places[planned.order];
        outcome->total++;
        outcome->ok += place->ok;
        outcome->failed += !place->ok && has_record(w, planned.order);
    }
    schedule_end(&schedule);
}

static void release(struct worker *w)
{
    for (size_t i = 0; w->patterns != NULL && i < w->plan->backend_count; i++)
        readout_patterns_free(&w->patterns[i]);
    free(w->patterns);
    free(w->logged);
    block_tally_free(&w->tally);
    if (w->log != NULL)
        fclose(w->log);
    launcher_close(&w->launcher);
    records_index_free(&w->index);
    topology_free(&w->topology);
}

/* What a killed worker left running would disturb every measurement. */
static void end_strays(const struct worker_task *task)
{
    struct error ignored = ERROR_INIT;
    char *identity = identity_of(task, &ignored);
    if (identity != NULL)
        process_end_strays(LAUNCH_FOLDER_VARIABLE, identity);
    free(identity);
}

/* With the records locked: no other worker's runs are taken for strays, and
 * none adds records behind our index. */
static int run_locked(struct worker *w, struct worker_outcome *outcome, struct error *err)
{
    const struct worker_task *task = w->task;
    end_strays(task);
    if (records_index(&w->index, task->folder, task->array == NULL ? NULL : task->name,
                      schedule_count(task->plan), NULL, NULL, err) != 0)
        return -1;
    w->logged = xcalloc(task->plan->point_count, sizeof *w->logged);
    count_recorded(w, outcome);
    return outcome->ok + outcome->failed < outcome->total ? run_missing(w, outcome, err) : 0;
}

static int refuse_cores(const struct worker *w, const struct plan_point *point, struct error *err)
{
    if (w->task->array != NULL)
        return error_set(err,
                         "this job may use %zu cores of %s, but %lld are planned; does Slurm count "
                         "hardware threads as CPUs here (\"cpu_is_thread\" in the cluster's profile)?",
                         w->topology.core_count, w->host, (long long)point->allocated_cores);
    return error_set(err,
                     "%s was planned with %lld cores, but %zu can be used here; go on where "
                     "they are, or start anew with fewer",
                     w->task->folder, (long long)point->allocated_cores, w->topology.core_count);
}

/* A plan may have been made on another machine, or before a job got fewer cores.
 * In a job that binds nothing, workers may be put on fewer cores on purpose. */
static int check_cores(const struct worker *w, struct error *err)
{
    const struct plan *plan = w->plan;
    if (plan->oversubscribe || (w->task->array != NULL && strcmp(plan->bind, "none") == 0))
        return 0;
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *point = &plan->points[i];
        struct planned_run run = {.point = i, .block = w->task->block,
                                  .wave = w->task->array == NULL ? 0 : w->task->array->wave};
        if (point->nodes == 1 && (size_t)point->allocated_cores > w->topology.core_count &&
            is_of_task(w, &run))
            return refuse_cores(w, point, err);
    }
    return 0;
}

/* The task's own lines around its records: that it has begun, and how it ended. */
static int run_task(struct worker *w, struct worker_outcome *outcome, struct error *err)
{
    const struct worker_task *task = w->task;
    struct task_begin begin = {text_or_empty(task->submission), text_or_empty(task->array_job),
                               text_or_empty(task->job), w->host};
    if (task->array == NULL)
        return run_locked(w, outcome, err);
    if (task_facts_begin(w->records, &begin, err) != 0)
        return -1;
    int rc = check_cores(w, err) != 0 ? -1 : run_locked(w, outcome, err);
    struct error ending = ERROR_INIT;
    if (task_facts_end(w->records, outcome, rc == 0 ? "" : err->text, &ending) != 0 && rc == 0) {
        *err = ending;
        rc = -1;
    }
    return rc;
}

int worker_run(const struct worker_task *task, struct worker_outcome *outcome, struct error *err)
{
    struct worker w = {.task = task, .plan = task->plan};
    struct error closing = ERROR_INIT;
    int rc = -1;
    if (gethostname(w.host, sizeof w.host) != 0)
        w.host[0] = '\0';
    w.host[sizeof w.host - 1] = '\0';
    *outcome = (struct worker_outcome){0};
    if (topology_load(&w.topology, NULL, err) == 0 &&
        (task->array != NULL || check_cores(&w, err) == 0))
        w.records = record_log_open(task->folder, task->name, task->attempt, err);
    if (w.records != NULL) {
        w.attempt = record_log_attempt(w.records);
        rc = run_task(&w, outcome, err);
    }
    if (w.records != NULL && record_log_close(w.records, &closing) != 0 && rc == 0) {
        *err = closing;
        rc = -1;
    }
    release(&w);
    return rc;
}
