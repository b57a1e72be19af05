/*
 * scalestudy check: is the study right, for each cluster that it names too?
 * Without --local it is not held against this machine, whose cores say nothing
 * about a cluster's.
 */
#include <stdlib.h>

#include "catalog.h"
#include "command.h"
#include "commands.h"
#include "local_target.h"
#include "plan.h"
#include "plan_text.h"
#include "strbuf.h"
#include "study.h"
#include "terminal.h"
#include "topology.h"
#include "where.h"

static const struct option_row options[] = {
    {"local", 0, NULL, "check also that it fits this machine, and show what would be measured"},
    {"set", 0, "KEY=VALUE", "change the study first, as run does"},
    {0},
};

static int check_here(const struct study *study, struct error *err)
{
    struct catalog catalog = {0};
    struct topology topology = {0};
    struct plan plan;
    int rc = -1;
    if (plan_load_catalog(study, &catalog, err) == 0 && topology_load(&topology, NULL, err) == 0) {
        catalog_require_tools(&catalog);
        struct plan_target target = local_target(&topology, false);
        rc = plan_make(&plan, study, &catalog, &target, NULL, 1, err);
    }
    if (rc == 0) {
        struct strbuf text = STRBUF_INIT;
        plan_describe(&plan, study->sizes.automatic, &text);
        terminal_print(text.str);
        strbuf_free(&text);
        plan_free(&plan);
    }
    topology_free(&topology);
    catalog_free(&catalog);
    return rc;
}

static int check_cluster(const struct study *study, const char *name,
                         const struct catalog *catalog, struct error *err)
{
    struct where where;
    struct where_asked asked = {.cluster = name, .checks_only = true};
    if (where_choose(&where, study, &asked, err) != 0)
        return -1;
    int rc = where_check_rules(&where, study, catalog, err);
    where_free(&where);
    return rc;
}

/* What is wrong for each, so that it can be mended at once. */
static int check_clusters(const struct study *study, const struct catalog *catalog,
                          struct error *err)
{
    int rc = 0;
    for (size_t i = 0; i < study->cluster_count; i++) {
        struct error wrong = ERROR_INIT;
        if (check_cluster(study, study->clusters[i].folder, catalog, &wrong) == 0)
            continue;
        if (rc != 0)
            terminal_fail(err);
        *err = wrong;
        rc = -1;
    }
    return rc;
}

/* Backends, kernels and options that exist nowhere are slips of the pen on any machine. */
static int check_names(const struct study *study, struct error *err)
{
    struct catalog catalog = {0};
    if (plan_load_catalog(study, &catalog, err) != 0)
        return -1;
    int rc = plan_check_builtins(study, &catalog, err);
    if (rc == 0)
        rc = check_clusters(study, &catalog, err);
    catalog_free(&catalog);
    return rc;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct study study = {0};
    struct error err = ERROR_INIT;
    size_t count;
    if (arguments_parse(&arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    char **settings = arguments_values(&arguments, "set", &count);
    bool local = arguments_has(&arguments, "local");
    int status = STATUS_OK;
    if (study_load(&study, arguments.positional[0], settings, count, &err) != 0 ||
        check_names(&study, &err) != 0 || (local && check_here(&study, &err) != 0))
        status = terminal_fail(&err);
    else
        terminal_say("%s is a valid study", arguments.positional[0]);
    study_free(&study);
    free(settings);
    arguments_free(&arguments);
    return status;
}

const struct command command_check = {
    .name = "check",
    .arguments = "STUDY",
    .summary = "say what is wrong in a study file, before anything runs",
    .options = options,
    .details = "",
    .run = run,
};
