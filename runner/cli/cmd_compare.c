/*
 * scalestudy compare: several studies' folders or tables side by side, and a
 * verdict for scripts. It runs nothing of what a folder holds, and changes
 * nothing in it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "compare_report.h"
#include "files.h"
#include "folder.h"
#include "folder_meant.h"
#include "interrupt.h"
#include "number.h"
#include "report.h"
#include "report_options.h"
#include "strbuf.h"
#include "terminal.h"

enum { MOST_INPUTS = 64 };

static const struct option_row options[] = {
    {"output", 'o', "DIR", "where the report goes (default: comparison)"},
    {"fail-if-slower", 0, "PERCENT",
     "exit with 1 where one needs more time than the first, beyond noise: 5%"},
    {"formats", 0, "LIST", REPORT_FORMATS_HELP "; compare.json always"},
    {"columns", 0, "LIST", REPORT_COLUMNS_HELP},
    {"explain", 0, NULL, REPORT_EXPLAIN_HELP},
    {"templates", 0, "DIR", "files that replace the built-in style and plot settings"},
    {0},
};

/* "5%", "5 %" or "5": how much slower than the first is still fine. */
static int parse_percent(const char *text, double *fraction, struct error *err)
{
    *fraction = NAN;
    if (text == NULL)
        return 0;
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == '%' || text[length - 1] == ' '))
        length--;
    double percent;
    if (!number_parse(text, length, &percent) || percent < 0 || percent > 10000)
        return error_set(err, "--fail-if-slower: \"%.60s\" is no percentage; write 5%%, for example",
                         text);
    *fraction = percent / 100;
    return 0;
}

/* A folder with results.csv, or a table. */
static int find_input(const char *name, struct study_folder *folder, struct compare_input *input,
                      struct error *err)
{
    study_folder_init(folder, name, "", "");
    *input = (struct compare_input){.name = name, .results = name};
    if (!file_exists(name))
        return study_folder_refuse(name, "is not there", "; give studies' folders or tables", err);
    if (file_exists(folder->results)) {
        bool planned = file_exists(folder->plan);
        input->results = folder->results;
        input->plan = planned ? folder->plan : NULL;
        input->others = file_exists(folder->others) ? folder->others : NULL;
        input->machines = file_exists(folder->machines) ? folder->machines : NULL;
        if (planned && study_folder_is_stale(folder))
            terminal_say("%s has records that are not in its results.csv yet; `scalestudy collect "
                         "%s` takes them in",
                         name, name);
    } else if (file_exists(folder->plan)) {
        return error_set(err, "%s has no results.csv yet; `scalestudy collect %s` makes it", name,
                         name);
    }
    return study_folder_refuse_other(folder, err);
}

static int tell(const struct compare_outcome *outcome, const char *folder, unsigned formats)
{
    fputs(outcome->text, stdout); /* its writer has escaped it, and may have coloured it */
    fflush(stdout);
    terminal_say("Report: %s/%s%s", folder,
                 (formats & REPORT_HTML) != 0       ? "index.html"
                 : (formats & REPORT_MARKDOWN) != 0 ? "report.md"
                                                    : "compare.json",
                 outcome->replaced ? " (in place of the comparison that was there)" : "");
    if (outcome->plot_problem != NULL)
        terminal_say("scalestudy: %s", outcome->plot_problem);
    if (outcome->too_slow)
        terminal_say("scalestudy: %s", outcome->gate);
    return outcome->too_slow || outcome->plot_problem != NULL ? STATUS_SOME_FAILED : STATUS_OK;
}

static int compare_them(const struct compare_request *request)
{
    struct compare_outcome outcome;
    struct error err = ERROR_INIT;
    if (compare_make(request, &outcome, &err) != 0)
        return terminal_fail(&err);
    int status = tell(&outcome, request->folder, request->formats);
    compare_outcome_free(&outcome);
    return status;
}

static int find_and_compare(const struct arguments *arguments, struct compare_request *request)
{
    struct study_folder folders[MOST_INPUTS] = {{0}};
    struct compare_input inputs[MOST_INPUTS];
    struct error err = ERROR_INIT;
    size_t count = arguments->positional_count, found = 0;
    int rc = 0;
    for (; rc == 0 && found < count; found++)
        rc = find_input(arguments->positional[found], &folders[found], &inputs[found], &err);
    request->inputs = inputs;
    request->input_count = count;
    int status = rc == 0 ? compare_them(request) : terminal_fail(&err);
    for (size_t i = 0; i < found; i++)
        study_folder_free(&folders[i]);
    return status;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    struct alias_list aliases = {0};
    if (arguments_parse(&arguments, command, argc, argv, 1, MOST_INPUTS, &err) != 0)
        return terminal_fail(&err);
    const char *output = arguments_value(&arguments, "output");
    struct compare_request request = {.folder = output == NULL ? "comparison" : output,
                                      .templates = arguments_value(&arguments, "templates"),
                                      .colour_terminal = terminal_colours(stdout),
                                      .explain = arguments_has(&arguments, "explain")};
    int status;
    interrupt_catch();
    if (parse_formats(arguments_value(&arguments, "formats"), &request.formats, &err) != 0 ||
        parse_aliases(arguments_value(&arguments, "columns"), &aliases, &err) != 0 ||
        parse_percent(arguments_value(&arguments, "fail-if-slower"), &request.allowed, &err) != 0) {
        status = terminal_fail(&err);
    } else {
        request.aliases = aliases.list;
        if (request.formats == 0)
            request.formats = all_formats();
        status = find_and_compare(&arguments, &request);
    }
    free_aliases(&aliases);
    arguments_free(&arguments);
    return status;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "DIR|FILE...",
    .summary = "put clusters side by side, or one before and after a change",
    .options = options,
    .details = "The first one is the reference. Times are compared on the same cores, on one whole node each,\n"
               "for the same price and each at its own best; every ratio has two intervals. With\n"
               "--fail-if-slower the exit status is 1 where the lower ends of both are above what is\n"
               "allowed, 0 where just one is, which is told, and 2 where one of the others has nothing\n"
               "that can be judged.\n",
    .run = run,
};
