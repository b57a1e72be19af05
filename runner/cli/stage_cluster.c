#define _GNU_SOURCE
#include "stage_cluster.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "executor_slurm.h"
#include "interrupt.h"
#include "jobs_view.h"
#include "more_blocks.h"
#include "own_path.h"
#include "plural.h"
#include "price.h"
#include "script.h"
#include "slurm_state.h"
#include "stages.h"
#include "strbuf.h"
#include "terminal.h"

static void say(const char *sentence, void *context)
{
    jobs_view_say(context, sentence);
}

static void show(const struct slurm_view *view, void *context)
{
    jobs_view_show(context, view);
}

static void say_how_to_go_on(const struct study_folder *folder, bool has_jobs)
{
    if (!has_jobs) {
        terminal_say("To come back: scalestudy resume %s", folder->path);
        return;
    }
    terminal_say("The jobs go on by themselves. To see them: scalestudy status %s; to come back: "
                 "scalestudy resume %s; to end them: scalestudy cancel %s",
                 folder->path, folder->path, folder->path);
}

/* The folder may not be there yet. */
static char *absolute_path(const char *path)
{
    char *absolute = realpath(path, NULL);
    if (absolute != NULL || path[0] == '/')
        return absolute != NULL ? absolute : xstrdup(path);
    char *here = getcwd(NULL, 0);
    absolute = text_format("%s/%s", here == NULL ? "" : here, path);
    free(here);
    return absolute;
}

/* As if every block of an array were asked for at once. */
static int add_script(const struct plan *plan, const struct task_array *array, const char *folder,
                      const char *program, struct strbuf *out, struct error *err)
{
    int64_t *blocks = xcalloc((size_t)array->blocks + 1, sizeof *blocks);
    for (int64_t i = 0; i < array->blocks; i++)
        blocks[i] = array->first_block + i;
    char *name = text_format("%s-%s", plan->name, array->key);
    struct script_request request = {.plan = plan, .array = array, .name = name, .folder = folder,
                                     .program = program, .blocks = blocks,
                                     .block_count = (size_t)array->blocks};
    strbuf_addf(out, "\n==== %s\n", array->key);
    int rc = script_write(&request, out, err);
    free(name);
    free(blocks);
    return rc;
}

int cluster_dry_run(const struct study_folder *folder, const struct plan *plan, struct strbuf *out,
                    struct error *err)
{
    size_t count;
    char *program = own_path(err);
    if (program == NULL)
        return -1;
    char *absolute = absolute_path(folder->path);
    struct task_array *arrays = task_arrays(plan, &count);
    int rc = 0;
    strbuf_add_char(out, '\n');
    price_add_table(out, plan);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = add_script(plan, &arrays[i], absolute, program, out, err);
    free(arrays);
    free(absolute);
    free(program);
    return rc;
}

static int run_executor(const struct study_folder *folder, const struct plan *plan,
                        bool retry_failed, bool detach, struct executor_outcome *outcome,
                        struct error *err)
{
    struct jobs_view view;
    char *absolute = realpath(folder->path, NULL), *program = own_path(err);
    struct executor_request request = {.folder = absolute, .plan = plan, .program = program,
                                       .retry_failed = retry_failed, .detach = detach,
                                       .cancel = &interrupted, .say = say, .show = show,
                                       .context = &view};
    int rc = -1;
    jobs_view_begin(&view);
    if (absolute == NULL)
        error_system(err, "the folder %s cannot be found any more", folder->path);
    else if (program != NULL)
        rc = executor_slurm_run(&request, outcome, err);
    jobs_view_end(&view);
    free(absolute);
    free(program);
    return rc;
}

static int refused_all(const struct executor_outcome *outcome, const struct plan *plan)
{
    struct error err = ERROR_INIT;
    const char *remedy = slurm_refusal_remedy(outcome->words);
    error_system(&err, "%s has taken no job: %s%s%s", plan->cluster.title, outcome->words,
                 remedy[0] == '\0' ? "" : "; ", remedy);
    return terminal_fail(&err);
}

static int finish(const struct study_folder *folder, const struct plan *plan,
                  const struct executor_outcome *outcome, bool detach)
{
    if (outcome->submitted_tasks > 0 && (detach || outcome->cancelled))
        terminal_say("submitted: %lld task%s in %lld array%s", (long long)outcome->submitted_tasks,
                     plural(outcome->submitted_tasks), (long long)outcome->submitted_arrays,
                     plural(outcome->submitted_arrays));
    if (outcome->cancelled || detach) {
        if (outcome->refused > 0 && outcome->submitted_tasks == 0 && outcome->open == 0)
            return refused_all(outcome, plan);
        if (outcome->waiting > 0)
            terminal_say("%lld task%s not submitted yet; `scalestudy resume %s` goes on",
                         (long long)outcome->waiting, outcome->waiting == 1 ? " is" : "s are",
                         folder->path);
        say_how_to_go_on(folder, outcome->open > 0);
        return outcome->cancelled ? STATUS_INTERRUPTED : STATUS_OK;
    }
    int64_t recorded;
    int status = stage_collect_and_report(folder, plan, &recorded);
    return outcome->refused > 0 && recorded == 0 ? refused_all(outcome, plan) : status;
}

/* All that was planned is over: more, where the study wants it. False where nothing came. */
static bool goes_on(const struct study_folder *folder, struct plan *plan,
                    const struct executor_outcome *outcome, bool detach, int *status)
{
    struct error err = ERROR_INIT;
    char *said;
    if (detach || outcome->cancelled || outcome->refused > 0 || outcome->waiting > 0)
        return false;
    if (more_blocks(folder, plan, &said, &err) != 0) {
        *status = terminal_fail(&err);
        return false;
    }
    if (said == NULL)
        return false;
    terminal_say("%s", said);
    free(said);
    return true;
}

int stage_cluster(const struct study_folder *folder, struct plan *plan, bool retry_failed,
                  bool detach)
{
    for (;;) {
        struct executor_outcome outcome = {0};
        struct error err = ERROR_INIT;
        int status = STATUS_OK;
        bool more = false;
        if (run_executor(folder, plan, retry_failed, detach, &outcome, &err) != 0)
            status = terminal_fail(&err);
        else
            more = goes_on(folder, plan, &outcome, detach, &status);
        if (!more && status == STATUS_OK)
            status = finish(folder, plan, &outcome, detach);
        executor_outcome_free(&outcome);
        if (!more)
            return status;
        retry_failed = false; /* was done */
    }
}
