/*
 * scalestudy run: a study becomes a plan, the plan becomes measurements, and
 * they become a report. Run again, it does what is missing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "calibrate.h"
#include "catalog.h"
#include "command.h"
#include "commands.h"
#include "duration.h"
#include "executor_slurm.h"
#include "files.h"
#include "folder.h"
#include "interrupt.h"
#include "local_target.h"
#include "number.h"
#include "plan_kernels.h"
#include "plan.h"
#include "plan_text.h"
#include "plural.h"
#include "schedule.h"
#include "stage_allocation.h"
#include "stage_cluster.h"
#include "stages.h"
#include "strbuf.h"
#include "study.h"
#include "terminal.h"
#include "topology.h"
#include "where.h"

static const struct option_row options[] = {
    {"local", 0, NULL, "measure on this machine, whatever clusters the study names"},
    {"cluster", 0, "NAME|FILE", "submit to this cluster: an entry of the study, or a profile"},
    {"account", 0, "NAME", "the project that pays there, in place of the study's"},
    {"detach", 0, NULL, "on a cluster: submit and return; `resume` comes back"},
    {"dry-run", 0, NULL, "print what would be measured, at what price, and measure nothing"},
    {"fresh", 0, NULL, "set an older study of this name aside and start anew"},
    {"oversubscribe", 0, NULL, "allow more workers than cores; nothing is bound then"},
    {"set", 0, "KEY=VALUE", "change the study: --set blocks=6 --set optimum.tolerance=0.1"},
    {"only", 0, "KEY=VALUE,...", "measure a part: --only backend=openmp,cores=4 or kernel=triad"},
    {"output", 'o', "DIR", "the study's folder (default: results/NAME/CLUSTER)"},
    {0},
};

struct running {
    struct arguments arguments;
    struct study study;
    struct plan_filter filter;
    struct catalog catalog;
    struct where where;
    struct topology topology;
    struct plan_target target;
    struct study_folder folder;
    struct folder_lock lock;
    struct plan plan;
    double expected_seconds; /* of the whole study; NAN not known */
    bool dry_run, nothing_new;
};

static int refuse_folder(const char *path, struct error *err)
{
    struct study_folder folder;
    study_folder_init(&folder, path, "", "");
    int rc = !file_exists(folder.plan)
                 ? 0
                 : error_set(err, "%s is a study's folder; `scalestudy resume %s` goes on with it",
                             folder.path, folder.path);
    study_folder_free(&folder);
    return rc;
}

static int read_study(struct running *r, struct error *err)
{
    size_t count;
    if (refuse_folder(r->arguments.positional[0], err) != 0)
        return -1;
    char **settings = arguments_values(&r->arguments, "set", &count);
    int rc = study_load(&r->study, r->arguments.positional[0], settings, count, err);
    free(settings);
    if (rc != 0)
        return -1;
    char **only = arguments_values(&r->arguments, "only", &count);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = plan_filter_parse(&r->filter, only[i], err);
    free(only);
    return rc;
}

/* Only this machine can be given more workers than cores. */
static int choose_where(struct running *r, struct error *err)
{
    struct where_asked asked = {.local = arguments_has(&r->arguments, "local"),
                                .cluster = arguments_value(&r->arguments, "cluster"),
                                .account = arguments_value(&r->arguments, "account")};
    if (where_choose(&r->where, &r->study, &asked, err) != 0)
        return -1;
    if (r->where.local && asked.account != NULL)
        return error_set(err, "--account %.60s is for clusters, and this study is measured on this "
                              "machine; name one with --cluster",
                         asked.account);
    if (r->where.local && arguments_has(&r->arguments, "detach"))
        return error_set(err, "--detach is for clusters, and this study is measured on this machine; "
                              "name one with --cluster");
    if (!r->where.local && arguments_has(&r->arguments, "oversubscribe"))
        return error_set(err, "--oversubscribe is for this machine; on %s each worker has a core of "
                              "its own",
                         r->where.profile.title);
    return 0;
}

static int look_at_target(struct running *r, struct error *err)
{
    if (plan_load_catalog(&r->study, &r->catalog, err) != 0)
        return -1;
    if (!r->where.local) {
        r->target = r->where.target.target;
        if (allocation_is_ours()) { /* it is one packed block, whatever the study would submit */
            r->target.layout = "packed";
            free(r->study.layout);
            r->study.layout = NULL;
        }
        return 0;
    }
    if (topology_load(&r->topology, NULL, err) != 0)
        return -1;
    catalog_require_tools(&r->catalog);
    r->target = local_target(&r->topology, arguments_has(&r->arguments, "oversubscribe"));
    return 0;
}

static void say_size(double size, void *context)
{
    (void)context;
    char text[NUMBER_TEXT_SIZE];
    terminal_say("trying size %s", number_format(text, size));
}

/* On a cluster nothing is tried out on the login node: the kernel's own size. */
static int default_size(const struct running *r, struct calibration *found, struct error *err)
{
    double own = plan_default_size(&r->study, &r->catalog,
                                   r->study.kernel_count == 1 ? r->study.kernels : NULL);
    if (own == 0)
        return error_set(err, "%s: no \"size\" is given, and on a cluster none is tried out; give one",
                         r->study.path);
    char text[NUMBER_TEXT_SIZE];
    found->size = own;
    found->note = text_format("The size is the kernel's own, %s: on a cluster none is tried out.",
                              number_format(text, found->size));
    return 0;
}

/* The size for "auto": a plan that has run keeps its own. */
static int find_size(struct running *r, const struct plan *before, struct calibration *found,
                     struct error *err)
{
    *found = (struct calibration){.size = 1, .study_seconds = NAN};
    if (!r->study.sizes.automatic)
        return 0;
    if (before != NULL) {
        found->size = before->points[0].size;
        return 0;
    }
    if (!r->where.local)
        return default_size(r, found, err);
    if (r->dry_run)
        return 0; /* shown as "auto" */
    return calibrate_size(found, &r->study, &r->catalog, &r->target, &r->filter, &r->topology,
                          r->folder.path, &interrupted, say_size, NULL, err);
}

static void add_note(struct plan *plan, char *note)
{
    size_t count = string_list_count(plan->notes);
    char **notes = xreallocarray(plan->notes, count + 2, sizeof *notes);
    notes[count] = note;
    notes[count + 1] = NULL;
    plan->notes = notes;
}

/* A new plan, or the old one with what the study has gained. */
static int resolve(struct running *r, struct error *err)
{
    struct plan before = {0}, wanted = {0};
    struct calibration found = {0};
    bool extends = file_exists(r->folder.plan) && !(r->dry_run && arguments_has(&r->arguments, "fresh"));
    if (extends && plan_read(&before, r->folder.plan, err) != 0)
        return -1;
    int rc = find_size(r, extends ? &before : NULL, &found, err);
    if (rc == 0)
        rc = plan_make(&wanted, &r->study, &r->catalog, &r->target, &r->filter, found.size, err);
    if (rc == 0 && found.note != NULL) {
        add_note(&wanted, found.note);
        found.note = NULL;
    }
    r->expected_seconds = found.study_seconds;
    bool added = true;
    if (rc == 0 && extends)
        rc = plan_extend(&before, &wanted, &added, err);
    free(found.note);
    if (rc != 0 || extends) {
        plan_free(&wanted);
        if (rc != 0)
            plan_free(&before);
        r->plan = before;
    } else {
        r->plan = wanted;
    }
    r->nothing_new = !added;
    return rc;
}

/* Jobs write into the folder that they were submitted for. */
static int refuse_open_jobs(const struct running *r, struct error *err)
{
    struct plan plan;
    int64_t tasks = 0;
    struct error unreadable = ERROR_INIT; /* it is set aside because it is broken */
    if (!file_exists(r->folder.plan) || plan_read(&plan, r->folder.plan, &unreadable) != 0)
        return 0;
    int rc = plan_is_local(&plan) ? 0
                                  : executor_slurm_open_tasks(r->folder.path, &plan, &tasks, err);
    plan_free(&plan);
    if (rc == 0 && tasks > 0)
        rc = error_set(err, "%s still has %lld task%s in the queue, to write into it; first end what is "
                            "there with `scalestudy cancel %s`",
                       r->folder.path, (long long)tasks, plural(tasks), r->folder.path);
    return rc;
}

static int prepare_folder(struct running *r, struct error *err)
{
    if (arguments_has(&r->arguments, "fresh")) {
        char *moved_to;
        if (refuse_open_jobs(r, err) != 0 || study_folder_set_aside(&r->folder, &moved_to, err) != 0)
            return -1;
        if (moved_to != NULL)
            terminal_say("the older study is now in %s", moved_to);
        free(moved_to);
    }
    return study_folder_make(&r->folder, err) != 0 ? -1
                                                   : folder_lock(&r->lock, r->folder.path, err);
}

/* The study as given, for whoever opens the folder later. */
static int keep_study(const struct running *r, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    int rc = file_read(r->study.path, STUDY_MAX_BYTES, &text, err);
    if (rc == 0)
        rc = file_write(r->folder.study, text.str, text.len, err);
    strbuf_free(&text);
    return rc;
}

static int dry_run(struct running *r, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    int rc = 0;
    plan_describe(&r->plan, r->study.sizes.automatic && r->where.local, &text);
    if (!r->where.local)
        rc = cluster_dry_run(&r->folder, &r->plan, &text, err);
    if (rc == 0)
        terminal_print(text.str);
    strbuf_free(&text);
    return rc == 0 ? STATUS_OK : terminal_fail(err);
}

/* How much there is to do, and how long that takes where a run has told. */
static void say_begun(const struct running *r)
{
    const struct plan *plan = &r->plan;
    struct strbuf said = STRBUF_INIT;
    strbuf_addf(&said, "%lld run%s in %s", (long long)schedule_count(plan),
                plural(schedule_count(plan)), r->folder.path);
    if (!isnan(r->expected_seconds)) {
        strbuf_add(&said, ", some ");
        duration_add(&said, r->expected_seconds);
        strbuf_add(&said, " by the run that found the size");
    }
    strbuf_add(&said, plan->precision > 0 ? ", then more blocks until it is precise"
                      : plan_block_count(plan) < plan->blocks
                          ? ", then more blocks while there is time"
                          : "");
    terminal_say("%s", said.str);
    strbuf_free(&said);
}

static int measure(struct running *r, struct error *err)
{
    if (keep_study(r, err) != 0 || study_folder_write_plan(&r->folder, &r->plan, err) != 0)
        return terminal_fail(err);
    const struct plan *plan = &r->plan;
    if (!r->where.local && allocation_is_ours())
        return stage_allocation(&r->folder, plan);
    if (!r->where.local)
        return stage_cluster(&r->folder, &r->plan, false, arguments_has(&r->arguments, "detach"));
    say_begun(r);
    return stage_measure(&r->folder, &r->plan, false);
}

/* A study that does not fit is refused before any folder is made or moved. */
static int check_fits(const struct running *r, struct error *err)
{
    struct plan trial;
    if (plan_make(&trial, &r->study, &r->catalog, &r->target, &r->filter, 1, err) != 0)
        return -1;
    plan_free(&trial);
    return 0;
}

static int run_study(struct running *r, struct error *err)
{
    study_folder_init(&r->folder, arguments_value(&r->arguments, "output"), r->study.name,
                      r->target.name);
    if (where_check_rules(&r->where, &r->study, &r->catalog, err) != 0)
        return terminal_fail(err);
    if (r->dry_run)
        return resolve(r, err) != 0 ? terminal_fail(err) : dry_run(r, err);
    if (check_fits(r, err) != 0 || prepare_folder(r, err) != 0 || resolve(r, err) != 0)
        return terminal_fail(err);
    return measure(r, err);
}

static void release(struct running *r)
{
    folder_unlock(&r->lock);
    plan_free(&r->plan);
    study_folder_free(&r->folder);
    topology_free(&r->topology);
    where_free(&r->where);
    catalog_free(&r->catalog);
    plan_filter_free(&r->filter);
    study_free(&r->study);
    arguments_free(&r->arguments);
}

static int run(const struct command *command, int argc, char **argv)
{
    struct running r = {.lock = {.fd = -1}};
    struct error err = ERROR_INIT;
    int status;
    if (arguments_parse(&r.arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    r.dry_run = arguments_has(&r.arguments, "dry-run");
    interrupt_catch();
    if (read_study(&r, &err) != 0 || choose_where(&r, &err) != 0 || look_at_target(&r, &err) != 0)
        status = terminal_fail(&err);
    else
        status = run_study(&r, &err);
    release(&r);
    return status;
}

const struct command command_run = {
    .name = "run",
    .arguments = "STUDY",
    .summary = "measure a study, collect its runs and write the report",
    .options = options,
    .details = "Run again, it measures what is missing: after an interruption, or after blocks,\n"
               "cores or backends were added to the study.\n",
    .run = run,
};
