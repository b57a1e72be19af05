/*
 * scalestudy status: what a study's jobs do, and how many runs are recorded.
 */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "executor_slurm.h"
#include "jobs_view.h"
#include "missing.h"
#include "strbuf.h"
#include "study_command.h"
#include "terminal.h"

/* The centre's own command for a job; {job} stands for its id. */
static void add_monitor(const char *monitor, const char *job, struct strbuf *out)
{
    const char *mark = strstr(monitor, "{job}");
    if (monitor[0] == '\0')
        return;
    strbuf_add(out, "The centre's own view: ");
    if (mark == NULL)
        strbuf_add(out, monitor);
    else {
        strbuf_add_bytes(out, monitor, (size_t)(mark - monitor));
        strbuf_addf(out, "%s%s", job, mark + strlen("{job}"));
    }
    strbuf_add_char(out, '\n');
}

struct showing {
    const struct plan *plan;
    struct strbuf text;
};

static void show(const struct slurm_view *view, void *context)
{
    struct showing *showing = context;
    jobs_view_describe(view, &showing->text);
    if (view->count > 0)
        add_monitor(showing->plan->cluster.monitor, view->rows[view->count - 1].job,
                    &showing->text);
}

static int count_records(const struct study_command *study, struct strbuf *out, struct error *err)
{
    struct missing missing;
    if (missing_find(&missing, study->folder->path, study->plan, false, err) != 0)
        return -1;
    int64_t planned = missing.runs_recorded + missing.runs_lacking;
    strbuf_addf(out, "%s on %s: %lld of %lld run%s recorded\n", study->plan->name,
                study->plan->cluster.title, (long long)missing.runs_recorded, (long long)planned,
                planned == 1 ? " is" : "s are");
    missing_free(&missing);
    return 0;
}

static int act(const struct study_command *study)
{
    struct showing showing = {.plan = study->plan, .text = STRBUF_INIT};
    struct error err = ERROR_INIT;
    int status = STATUS_OK;
    if (count_records(study, &showing.text, &err) != 0 ||
        (!plan_is_local(study->plan) &&
         executor_slurm_look(study->folder->path, study->plan, show, &showing, &err) != 0))
        status = terminal_fail(&err);
    else
        terminal_print(showing.text.str);
    strbuf_free(&showing.text);
    return status;
}

static int run(const struct command *command, int argc, char **argv)
{
    return study_command_run(command, argc, argv, false, act);
}

const struct command command_status = {
    .name = "status",
    .arguments = "DIR",
    .summary = "show what a study's jobs do",
    .details = "It asks Slurm once, changes nothing, and works while `run` or `resume` watches.\n",
    .run = run,
};
