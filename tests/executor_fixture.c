#include "executor_fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "files.h"
#include "schedule.h"
#include "tasks.h"

#define TEXT(literal) ((char *)(literal))

static void hear(const char *sentence, void *context)
{
    struct session *s = context;
    strbuf_addf(&s->said, "%s\n", sentence);
}

void session_see(const struct slurm_view *view, void *context)
{
    struct session *s = context;
    s->silent += !view->slurm_answers;
    s->waiting = view->waiting;
    s->done = s->lost = 0;
    for (size_t i = 0; i < view->count; i++) {
        s->done += view->rows[i].done;
        s->lost += view->rows[i].lost;
    }
    if (++s->shown == s->cancel_at)
        s->cancelled = 1;
}

int session_begin(void **state)
{
    static const char *const programs[] = {"sbatch", "squeue", "sacct", "scancel"};
    static char *none[] = {NULL};
    struct session *s = xcalloc(1, sizeof *s);
    void *fixture;
    setup(&fixture);
    s->f = fixture;
    for (size_t i = 0; i < 4; i++) {
        char *body = text_format("exec sh '%s' %s \"$@\"", SLURM_FAKE, programs[i]);
        fake(s->f, programs[i], body);
        free(body);
    }
    s->folder = path_join(s->f->folder, "study");
    s->backend = (struct plan_backend){.name = TEXT("openmp"), .parallel = TEXT("threads"),
                                       .workdir = TEXT("/")};
    s->wave = (struct plan_wave){.blocks = 3, .points = 2};
    s->plan = (struct plan){
        .name = TEXT("study"), .title = TEXT("A study"), .id = TEXT("1f2e3d4c"),
        .layout = TEXT("array"), .runs = 2, .timeout = 60, .seed = 7,
        .cluster = {.name = TEXT("test"), .title = TEXT("Test"), .cpu = TEXT("n"),
                    .cores_per_node = 28, .charge_granule = 1, .charge_weight = 1,
                    .charge_memory_gib_per_core = NAN, .max_time = NAN, .time_limit = NAN,
                    .memory_mib = NAN, .account = TEXT(""), .partition = TEXT(""),
                    .constraint = TEXT(""), .qos = TEXT(""), .reservation = TEXT(""),
                    .shebang = TEXT("#!/bin/bash"), .threads_per_core = 1, .pre = none,
                    .modules = none, .setup = none, .extra_sbatch = none,
                    .max_array = 1001, .poll_seconds = 0.01, .has_sacct = true},
        .backends = &s->backend, .backend_count = 1,
        .points = s->points, .waves = &s->wave, .wave_count = 1};
    for (int i = 0; i < MOST_POINTS; i++)
        s->points[i] = (struct plan_point){.nodes = 1, .ranks = 1, .threads = i + 1, .cores = i + 1,
                                           .allocated_cores = i + 1};
    s->request = (struct executor_request){.folder = s->folder, .plan = &s->plan,
                                           .program = "/usr/bin/scalestudy",
                                           .cancel = &s->cancelled, .say = hear, .show = session_see,
                                           .context = s};
    s->said = (struct strbuf)STRBUF_INIT;
    *state = s;
    char *records = path_join(s->folder, "records");
    int rc = folder_make(records, &s->f->err);
    free(records);
    return rc;
}

int session_end(void **state)
{
    struct session *s = *state;
    void *fixture = s->f;
    executor_outcome_free(&s->outcome);
    strbuf_free(&s->said);
    free(s->folder);
    free(s);
    return teardown(&fixture);
}

void session_put(struct session *s, const char *name, const char *text)
{
    char *path = path_join(s->f->folder, name);
    assert_int_equal(file_write(path, text, strlen(text), &s->f->err), 0);
    free(path);
}

void session_drop(struct session *s, const char *name)
{
    char *path = path_join(s->f->folder, name);
    remove(path);
    free(path);
}

/* What each task writes into its record file. */
static void put_runs(struct session *s)
{
    size_t count;
    struct task_array *arrays = task_arrays(&s->plan, &count);
    for (size_t a = 0; a < count; a++)
        for (int64_t b = 0; b < arrays[a].blocks; b++) {
            char name[TASK_NAME_SIZE];
            struct schedule schedule;
            struct planned_run run;
            struct strbuf lines = STRBUF_INIT;
            schedule_begin(&schedule, &s->plan);
            while (schedule_next(&schedule, &run))
                if (task_holds(&s->plan, &arrays[a], arrays[a].first_block + b, &run))
                    strbuf_addf(&lines, "{\"order\": %lld, \"status\": \"ok\"}\n",
                                (long long)run.order);
            schedule_end(&schedule);
            char *file = text_format("runs.%s", task_name(name, arrays[a].key, arrays[a].first_block + b));
            session_put(s, file, lines.str);
            free(file);
            strbuf_free(&lines);
        }
    free(arrays);
}

void session_set_size(struct session *s, size_t arrays, int64_t blocks)
{
    s->plan.point_count = s->wave.points = arrays;
    s->wave.blocks = s->plan.blocks = blocks;
    put_runs(s);
}

int session_try(struct session *s)
{
    executor_outcome_free(&s->outcome);
    strbuf_clear(&s->said);
    s->shown = s->silent = 0;
    s->cancelled = 0;
    return executor_slurm_run(&s->request, &s->outcome, &s->f->err);
}

void session_run(struct session *s)
{
    if (session_try(s) != 0)
        fail_msg("%s", s->f->err.text);
}

void session_run_study(struct session *s, size_t arrays, int64_t blocks)
{
    session_set_size(s, arrays, blocks);
    session_run(s);
}

void assert_said(const struct session *s, const char *part)
{
    if (strstr(s->said.str, part) == NULL)
        fail_msg("\"%s\" is not in\n%s", part, s->said.str);
}

size_t lines_of(const struct session *s, const char *name)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    char *path = path_join(s->f->folder, name);
    size_t lines = 0;
    if (file_exists(path))
        assert_int_equal(file_read(path, 1 << 24, &text, &err), 0);
    for (const char *c = text.str; *c != '\0'; c++)
        lines += *c == '\n';
    free(path);
    strbuf_free(&text);
    return lines;
}

/* A call of sbatch notes one argument, of squeue for the queue nine. */
size_t times_submitted(const struct session *s)
{
    return lines_of(s, "sbatch.arguments");
}

struct journal journal_of(struct session *s)
{
    struct journal journal;
    assert_int_equal(journal_open(&journal, s->folder, false, &s->f->err), 0);
    return journal;
}

void assert_first_end(struct session *s, enum slurm_state state, const char *reason)
{
    struct journal journal = journal_of(s);
    const struct submission_element *e = &journal.list[0].elements[0];
    assert_true(e->ended);
    assert_int_equal(e->state, state);
    assert_string_equal(e->reason, reason);
    journal_close(&journal);
}

bool has_records(const struct session *s, const char *task, int attempt)
{
    char *path = text_format("%s/records/%s.%d.jsonl", s->folder, task, attempt);
    bool there = file_exists(path);
    free(path);
    return there;
}

void assert_each_ran_once(const struct session *s)
{
    for (size_t p = 0; p < s->plan.point_count; p++)
        for (int64_t b = 0; b < s->wave.blocks; b++) {
            char *task = text_format("w0-1x1x%zu-b%lld", p + 1, (long long)b);
            if (!has_records(s, task, 1) || has_records(s, task, 2))
                fail_msg("%s did not run once", task);
            free(task);
        }
}

void assert_over(const struct session *s)
{
    assert_int_equal(s->outcome.open, 0);
    assert_int_equal(s->outcome.waiting, 0);
    assert_false(s->outcome.cancelled);
}

/* A slow file system: records are seen 0.1 s after the job has ended. */
static void *be_late(void *session)
{
    const struct session *s = session;
    char *there = path_join(s->f->folder, "late");
    char *here = path_join(s->folder, "records/w0-1x1x1-b0.1.jsonl");
    struct timespec pause = {.tv_nsec = 100000000};
    for (int i = 0; i < 100 && !file_exists(there); i++)
        nanosleep(&pause, NULL);
    nanosleep(&pause, NULL);
    rename(there, here);
    free(there);
    free(here);
    return NULL;
}

void session_run_late(struct session *s)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, be_late, s), 0);
    int rc = session_try(s);
    pthread_join(thread, NULL);
    assert_int_equal(rc, 0);
}

void session_shell(struct session *s, const char *command)
{
    char *whole = text_format("cd %s && %s", s->f->folder, command);
    assert_int_equal(system(whole), 0);
    free(whole);
}

void pass_time(struct session *s)
{
    session_shell(s, "./squeue -j 101 >/dev/null");
}
