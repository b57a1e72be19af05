/*
 * A study and a Slurm that is a few files (see slurm_fake.sh) to run it on.
 */
#ifndef SCALESTUDY_EXECUTOR_FIXTURE_H
#define SCALESTUDY_EXECUTOR_FIXTURE_H

#include "executor_slurm.h"
#include "slurm_fixture.h"
#include "strbuf.h"

enum { MOST_POINTS = 20 };

/* A study whose jobs do what a test says, in a Slurm that is a few files. */
struct session {
    struct fixture *f;
    char *folder;
    struct plan plan;
    struct plan_backend backend;
    struct plan_point points[MOST_POINTS];
    struct plan_wave wave;
    struct executor_request request;
    struct executor_outcome outcome;
    struct strbuf said;
    int64_t shown, silent;  /* views, and those without an answer of Slurm */
    int64_t done, lost, waiting; /* tasks of the last view */
    int64_t cancel_at;      /* the view after which the user has had enough; 0: never */
    volatile int cancelled;
};

int session_begin(void **state);
int session_end(void **state);

/* Files of the Slurm: what a test makes it do. */
void session_put(struct session *s, const char *name, const char *text);
void session_drop(struct session *s, const char *name);
void session_shell(struct session *s, const char *command);
void pass_time(struct session *s); /* while no runner is there */
size_t lines_of(const struct session *s, const char *name); /* 0 where it is not there */

/* So many arrays of so many blocks: w0-1x1x1, w0-1x1x2, ... */
void session_set_size(struct session *s, size_t arrays, int64_t blocks);
int session_try(struct session *s);
void session_run(struct session *s); /* and it goes well */
void session_run_study(struct session *s, size_t arrays, int64_t blocks);
void session_run_late(struct session *s); /* the records of w0-1x1x1-b0 are seen 0.1 s late */
void session_see(const struct slurm_view *view, void *session);

size_t times_submitted(const struct session *s);
struct journal journal_of(struct session *s); /* as it is on disk; journal_close() it */
bool has_records(const struct session *s, const char *task, int attempt);

void assert_over(const struct session *s);
void assert_said(const struct session *s, const char *part);
void assert_each_ran_once(const struct session *s); /* nothing was lost and nothing done twice */

/* How the first task of the first submission ended. */
void assert_first_end(struct session *s, enum slurm_state state, const char *reason);

#define CASE(name) cmocka_unit_test_setup_teardown(name, session_begin, session_end)

#endif
