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
#include "files.h"
#include "folder.h"
#include "interrupt.h"
#include "local_target.h"
#include "number.h"
#include "plan.h"
#include "plan_text.h"
#include "schedule.h"
#include "stages.h"
#include "strbuf.h"
#include "study.h"
#include "terminal.h"
#include "topology.h"

static const struct option_row options[] = {
    {"local", 0, NULL, "measure on this machine, whatever clusters the study names"},
    {"dry-run", 0, NULL, "print what would be measured, and measure nothing"},
    {"fresh", 0, NULL, "set an older study of this name aside and start anew"},
    {"oversubscribe", 0, NULL, "allow more workers than cores; nothing is bound then"},
    {"set", 0, "KEY=VALUE", "change the study: --set blocks=6 --set optimum.tolerance=0.1"},
    {"only", 0, "KEY=VALUE,...", "measure a part: --only backend=openmp,cores=4"},
    {"output", 'o', "DIR", "the study's folder (default: results/NAME/CLUSTER)"},
    {0},
};

struct running {
    struct arguments arguments;
    struct study study;
    struct plan_filter filter;
    struct catalog catalog;
    struct topology topology;
    struct plan_target target;
    struct study_folder folder;
    struct folder_lock lock;
    struct plan plan;
    bool dry_run, nothing_new;
};

static int read_study(struct running *r, struct error *err)
{
    size_t count;
    char **settings = arguments_values(&r->arguments, "set", &count);
    int rc = study_load(&r->study, r->arguments.positional[0], settings, count, err);
    free(settings);
    if (rc != 0)
        return -1;
    char **only = arguments_values(&r->arguments, "only", &count);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = plan_filter_parse(&r->filter, only[i], err);
    free(only);
    if (rc == 0 && r->study.cluster_count > 0 && !arguments_has(&r->arguments, "local"))
        return error_set(err, "%s is for the cluster %s; to measure on this machine instead, add --local",
                         r->study.clusters[0].place.text, r->study.clusters[0].folder);
    return rc;
}

static int look_at_machine(struct running *r, struct error *err)
{
    if (plan_uses_builtins(&r->study) && catalog_load(&r->catalog, err) != 0)
        return -1;
    if (topology_load(&r->topology, NULL, err) != 0)
        return -1;
    catalog_require_mpirun(&r->catalog);
    r->target = local_target(&r->topology, arguments_has(&r->arguments, "oversubscribe"));
    return 0;
}

static void say_size(double size, void *context)
{
    (void)context;
    char text[NUMBER_TEXT_SIZE];
    terminal_say("trying size %s", number_format(text, size));
}

/* The size for "auto": a plan that has run keeps its own. */
static int find_size(struct running *r, const struct plan *before, struct calibration *found,
                     struct error *err)
{
    *found = (struct calibration){.size = 1};
    if (!r->study.size_auto)
        return 0;
    if (before != NULL) {
        found->size = before->points[0].size;
        return 0;
    }
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

static int prepare_folder(struct running *r, struct error *err)
{
    if (arguments_has(&r->arguments, "fresh")) {
        char *moved_to;
        if (study_folder_set_aside(&r->folder, &moved_to, err) != 0)
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

static int dry_run(struct running *r)
{
    struct strbuf text = STRBUF_INIT;
    plan_describe(&r->plan, r->study.size_auto, &text);
    terminal_print(text.str);
    strbuf_free(&text);
    return STATUS_OK;
}

static int measure_here(struct running *r, struct error *err)
{
    if (keep_study(r, err) != 0 || study_folder_write_plan(&r->folder, &r->plan, err) != 0)
        return terminal_fail(err);
    const struct plan *plan = &r->plan;
    terminal_say("%lld runs in %s%s", (long long)schedule_count(plan), r->folder.path,
                 plan_block_count(plan) < plan->blocks ? ", then more blocks while there is time" : "");
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

static int run_local(struct running *r, struct error *err)
{
    study_folder_init(&r->folder, arguments_value(&r->arguments, "output"), r->study.name, "local");
    if (r->dry_run)
        return resolve(r, err) != 0 ? terminal_fail(err) : dry_run(r);
    if (check_fits(r, err) != 0 || prepare_folder(r, err) != 0 || resolve(r, err) != 0)
        return terminal_fail(err);
    return measure_here(r, err);
}

static void release(struct running *r)
{
    folder_unlock(&r->lock);
    plan_free(&r->plan);
    study_folder_free(&r->folder);
    topology_free(&r->topology);
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
    if (read_study(&r, &err) != 0 || look_at_machine(&r, &err) != 0)
        status = terminal_fail(&err);
    else
        status = run_local(&r, &err);
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
