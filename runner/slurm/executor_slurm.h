/*
 * A cluster's plan from its missing tasks to their records: submits each once,
 * watches gently, asks what became of it, submits again what was not the
 * program's fault. It can be left and entered at any moment: what it knows is
 * in the journal and in the records.
 */
#ifndef SCALESTUDY_EXECUTOR_SLURM_H
#define SCALESTUDY_EXECUTOR_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "journal.h"
#include "planfile.h"

/* How gently Slurm is asked, all in seconds. */
struct slurm_pace {
    double least, most; /* between two questions: backs off from one to the other */
    double settle;      /* how long an accepted job, a record or a row of sacct may take to be seen */
    double patience;    /* with a controller that does not answer when something is submitted */
};
/* 10 s to 180 s, or the cluster's own interval where it is longer; a shorter one is for tests. */
struct slurm_pace slurm_pace_of(const struct plan_cluster *cluster);

/* One submission as a person wants to see it. Texts are borrowed. */
struct slurm_row {
    const char *array, *job;
    int64_t pending, running, done, lost; /* tasks; lost: ended without all records */
    const char *reason; /* why it is pending, in words; "" */
    const char *remedy; /* where it never clears by itself; "" */
    int64_t start;      /* expected, epoch seconds; 0 not known */
};
struct slurm_view {
    struct slurm_row *rows;
    size_t count;
    int64_t waiting;     /* tasks that are not submitted yet */
    bool slurm_answers;  /* false: the last question had no answer, `words` say why */
    const char *words;
};

struct executor_request {
    const char *folder;  /* absolute */
    const struct plan *plan;
    const char *program; /* scalestudy itself, absolute */
    bool retry_failed;
    bool detach; /* returns when everything that may be submitted is */
    const volatile int *cancel; /* returns soon when set; jobs go on */
    /* Both may be NULL. */
    void (*say)(const char *sentence, void *context);
    void (*show)(const struct slurm_view *view, void *context); /* after each look */
    void *context;
};

struct executor_outcome {
    int64_t submitted_arrays, submitted_tasks;
    int64_t waiting;  /* tasks that could not be submitted yet */
    int64_t open;     /* tasks that Slurm still has */
    int64_t refused;  /* tasks that Slurm will not take; */
    char *words;      /* its words for the last of them; NULL none */
    bool cancelled;   /* by `cancel` */
    int64_t questions; /* Slurm commands run */
};

/* -1 where the journal, a script or sbatch cannot be had; what was submitted stays. */
int executor_slurm_run(const struct executor_request *request, struct executor_outcome *outcome,
                       struct error *err);
void executor_outcome_free(struct executor_outcome *outcome);

/* One look without submitting anything, also while another runner watches: `show` is called
 * once. -1 where the records or the journal cannot be read. */
int executor_slurm_look(const char *folder, const struct plan *plan,
                        void (*show)(const struct slurm_view *view, void *context), void *context,
                        struct error *err);

/* Tasks that Slurm may still have of this folder, after one look. */
int executor_slurm_open_tasks(const char *folder, const struct plan *plan, int64_t *tasks,
                              struct error *err);

/* Ends all that Slurm still has of this folder: `*tasks` of them. */
int executor_slurm_cancel(const char *folder, int64_t *tasks, struct error *err);

#endif
