/*
 * scalestudy report: pages, plots, tables and summary.json from a study's
 * folder or from any table of timings. It runs nothing of what a folder holds.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "command.h"
#include "commands.h"
#include "files.h"
#include "folder.h"
#include "folder_meant.h"
#include "interrupt.h"
#include "report_options.h"
#include "stages.h"
#include "strbuf.h"
#include "terminal.h"

static const struct option_row options[] = {
    {"formats", 0, "LIST", REPORT_FORMATS_HELP "; summary.json always"},
    {"columns", 0, "LIST", REPORT_COLUMNS_HELP},
    {"explain", 0, NULL, REPORT_EXPLAIN_HELP},
    {"paired", 0, NULL,
     "show speedup within blocks too; runs of a table that are in one block belong together"},
    {"fit", 0, "WAY",
     "throughput: fit that too, as published coefficients are; log (default): no more"},
    {"templates", 0, "DIR", "files that replace the built-in style and plot settings"},
    {"output", 'o', "DIR",
     "where the report goes (default: DIR/report; for a file: its name with -report)"},
    {0},
};

static int parse_fit(const char *way, bool *throughput, struct error *err)
{
    *throughput = way != NULL && strcmp(way, "throughput") == 0;
    if (way == NULL || *throughput || strcmp(way, "log") == 0)
        return 0;
    return error_set(err, "--fit: there is no fit \"%.60s\"; there are log and throughput", way);
}

/* `report` holds what the options say; the rest is what is reported. */
static int report_folder(struct stage_report report, const struct study_folder *folder,
                         struct error *err)
{
    struct plan plan;
    if (plan_read(&plan, folder->plan, err) != 0)
        return terminal_fail(err);
    int status = study_folder_is_stale(folder) ? stage_collect(folder, &plan) : STATUS_OK;
    plan_free(&plan);
    if (status > STATUS_SOME_FAILED)
        return status;
    report.results = folder->results;
    report.plan = folder->plan;
    report.machines = folder->machines;
    report.usage = folder->usage;
    report.others = folder->others;
    report.aliases = NULL;
    if (report.folder == NULL)
        report.folder = folder->report;
    return stage_report(&report);
}

static int report_table(struct stage_report report, const char *path)
{
    size_t length = strlen(path);
    if (length > 4 && strcmp(path + length - 4, ".csv") == 0)
        length -= 4;
    else if (length > 5 && strcmp(path + length - 5, ".json") == 0)
        length -= 5;
    char *beside = text_format("%.*s-report", (int)length, path);
    report.results = path;
    if (report.folder == NULL)
        report.folder = beside;
    int status = stage_report(&report);
    free(beside);
    return status;
}

static int report_what(const char *what, struct stage_report report, struct error *err)
{
    struct study_folder folder;
    study_folder_init(&folder, what, "", "");
    int status;
    if (!file_exists(what)) {
        study_folder_refuse(what, "is not there", "; give a study's folder or a table", err);
        status = terminal_fail(err);
    } else if (file_exists(folder.plan)) {
        status = report_folder(report, &folder, err);
    } else if (file_exists(folder.results)) { /* a folder whose plan is lost */
        if (report.folder == NULL)
            report.folder = folder.report;
        status = report_table(report, folder.results);
    } else if (study_folder_refuse_other(&folder, err) != 0) {
        status = terminal_fail(err);
    } else {
        status = report_table(report, what);
    }
    study_folder_free(&folder);
    return status;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    struct alias_list aliases = {0};
    struct stage_report report = {0};
    if (arguments_parse(&arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    int status;
    interrupt_catch();
    report.folder = arguments_value(&arguments, "output");
    report.templates = arguments_value(&arguments, "templates");
    report.paired = arguments_has(&arguments, "paired");
    report.explain = arguments_has(&arguments, "explain");
    if (parse_formats(arguments_value(&arguments, "formats"), &report.formats, &err) != 0 ||
        parse_fit(arguments_value(&arguments, "fit"), &report.fit_throughput, &err) != 0 ||
        parse_aliases(arguments_value(&arguments, "columns"), &aliases, &err) != 0) {
        status = terminal_fail(&err);
    } else {
        report.aliases = aliases.list;
        status = report_what(arguments.positional[0], report, &err);
    }
    free_aliases(&aliases);
    arguments_free(&arguments);
    return status;
}

const struct command command_report = {
    .name = "report",
    .arguments = "DIR|FILE",
    .summary = "write the report of a study's folder, or of any table with cores and seconds",
    .options = options,
    .details = "A table is a CSV file with cores and seconds, a result table of JUBE (style csv), what\n"
               "hyperfine exports as JSON, or a run report of ReFrame.\n",
    .run = run,
};
