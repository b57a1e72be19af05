/*
 * What others than the runner itself want of a folder's jobs: to see them, and
 * to end them. Both work while a runner watches them.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "client.h"
#include "executor_slurm.h"
#include "missing.h"
#include "watch.h"

/* Tasks that are neither recorded nor submitted. */
static int64_t count_waiting(const struct missing *missing, const struct journal *journal)
{
    int64_t waiting = 0;
    for (size_t a = 0; a < missing->count; a++) {
        const struct task_array *array = &missing->arrays[a].array;
        for (int64_t b = 0; b < array->blocks; b++)
            waiting += missing->arrays[a].lacks[b] &&
                       !journal_task_is_open(journal, array->key, array->first_block + b);
    }
    return waiting;
}

static void show_watch(const struct watch *watch, const struct missing *missing,
                       void (*show)(const struct slurm_view *view, void *context), void *context)
{
    struct slurm_view view = {.waiting = count_waiting(missing, watch->journal),
                              .slurm_answers = watch->answered,
                              .words = watch->words == NULL ? "" : watch->words};
    view.rows = watch_rows(watch, missing, &view.count);
    show(&view, context);
    free(view.rows);
}

/* One look of which nothing is written down. `show` may be NULL. */
static int look_once(const char *folder, const struct plan *plan, int64_t *open,
                     void (*show)(const struct slurm_view *view, void *context), void *context,
                     struct error *err)
{
    struct slurm_pace pace = slurm_pace_of(&plan->cluster);
    struct slurm_client client = {0};
    struct journal journal;
    struct missing missing;
    int64_t ended;
    if (missing_find(&missing, folder, plan, false, err) != 0)
        return -1;
    int rc = journal_open(&journal, folder, false, err);
    if (rc == 0) {
        struct watch watch = {.folder = folder, .journal = &journal, .client = &client, .pace = &pace,
                              .no_accounts = !plan->cluster.has_sacct};
        rc = watch_look(&watch, &missing, &ended, err);
        if (rc == 0 && show != NULL)
            show_watch(&watch, &missing, show, context);
        *open = journal_open_tasks(&journal);
        watch_free(&watch);
        journal_close(&journal);
    }
    missing_free(&missing);
    return rc;
}

int executor_slurm_look(const char *folder, const struct plan *plan,
                        void (*show)(const struct slurm_view *view, void *context), void *context,
                        struct error *err)
{
    int64_t open;
    return look_once(folder, plan, &open, show, context, err);
}

int executor_slurm_open_tasks(const char *folder, const struct plan *plan, int64_t *tasks,
                              struct error *err)
{
    return look_once(folder, plan, tasks, NULL, NULL, err);
}

/* An intent whose answer was lost may have become a job. */
static int cancel_one(struct slurm_client *client, struct journal *journal, size_t index,
                      int64_t *tasks, struct error *err)
{
    struct submission *s = &journal->list[index];
    char *job = NULL;
    struct error unknown = ERROR_INIT;
    if (!submission_is_open(s))
        return 0;
    if (s->fate == SUBMISSION_ACCEPTED)
        job = xstrdup(s->job);
    else if (slurm_find_by_name(client, s->name, s->at, &job, &unknown) < 0) {
        *err = unknown;
        return -1;
    }
    int rc = job == NULL ? 0 : slurm_cancel(client, job, NULL, err);
    if (rc == 0 && job != NULL)
        rc = journal_cancel(journal, index, err);
    for (size_t e = 0; rc == 0 && job != NULL && e < s->element_count; e++)
        *tasks += !s->elements[e].ended;
    free(job);
    return rc;
}

int executor_slurm_cancel(const char *folder, int64_t *tasks, struct error *err)
{
    struct slurm_client client = {0};
    struct journal journal;
    *tasks = 0;
    if (journal_open(&journal, folder, true, err) != 0)
        return -1;
    int rc = journal_stop(&journal, err);
    /* One that cannot be ended does not keep the others; its reason is told. */
    for (size_t i = 0; i < journal.count; i++) {
        struct error problem = ERROR_INIT;
        if (cancel_one(&client, &journal, i, tasks, &problem) != 0 && rc == 0) {
            *err = problem;
            rc = -1;
        }
    }
    journal_close(&journal);
    return rc;
}
