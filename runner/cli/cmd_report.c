/*
 * scalestudy report: pages, plots, tables and summary.json from a study's
 * folder or from any CSV of timings. It runs nothing of what a folder holds.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "command.h"
#include "commands.h"
#include "files.h"
#include "folder.h"
#include "interrupt.h"
#include "report.h"
#include "stages.h"
#include "strbuf.h"
#include "terminal.h"

static const struct option_row options[] = {
    {"formats", 0, "LIST", "of html, markdown, svg, png, csv (default: all); summary.json always"},
    {"columns", 0, "LIST", "a CSV's own names: --columns cores=p,seconds=time"},
    {"templates", 0, "DIR", "files that replace the built-in style and plot settings"},
    {"output", 'o', "DIR", "where the report goes (default: DIR/report; for a CSV: its name with -report)"},
    {0},
};

static const struct {
    const char *name;
    enum report_format format;
} formats[] = {{"html", REPORT_HTML},
               {"markdown", REPORT_MARKDOWN},
               {"svg", REPORT_SVG},
               {"png", REPORT_PNG},
               {"csv", REPORT_CSV}};

static int add_format(unsigned *chosen, const char *name, struct error *err)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *chosen |= formats[i].format;
            return 0;
        }
    }
    return error_set(err, "--formats: there is no format \"%.60s\"; there are html, markdown, svg, "
                          "png and csv",
                     name);
}

static int parse_formats(const char *list, unsigned *chosen, struct error *err)
{
    *chosen = 0;
    if (list == NULL)
        return 0;
    char *copy = xstrdup(list), *rest = copy, *name;
    int rc = 0;
    while (rc == 0 && (name = strtok_r(rest, ",", &rest)) != NULL)
        rc = add_format(chosen, name, err);
    free(copy);
    if (rc == 0 && *chosen == 0)
        rc = error_set(err, "--formats is empty; name one of html, markdown, svg, png and csv");
    return rc;
}

/* "cores=p,seconds=time": the file's column p holds the cores. */
struct alias_list {
    struct results_alias *list; /* NULL: none */
    char *text;                 /* what the names are parts of */
};

static int parse_aliases(const char *given, struct alias_list *aliases, struct error *err)
{
    *aliases = (struct alias_list){0};
    if (given == NULL)
        return 0;
    aliases->text = xstrdup(given);
    aliases->list = xcalloc(strlen(given) + 1, sizeof *aliases->list);
    size_t count = 0;
    char *rest = aliases->text, *item;
    while ((item = strtok_r(rest, ",", &rest)) != NULL) {
        char *equals = strchr(item, '=');
        if (equals == NULL || equals == item || equals[1] == '\0')
            return error_set(err, "--columns: \"%.60s\" is not OURS=THEIRS, as in cores=p,seconds=time",
                             item);
        *equals = '\0';
        aliases->list[count++] = (struct results_alias){.ours = item, .foreign = equals + 1};
    }
    return 0;
}

static void free_aliases(struct alias_list *aliases)
{
    free(aliases->list);
    free(aliases->text);
}

static int report_folder(const struct study_folder *folder, const char *output, unsigned chosen,
                         const char *templates, struct error *err)
{
    struct plan plan;
    if (plan_read(&plan, folder->plan, err) != 0)
        return terminal_fail(err);
    int status = study_folder_is_stale(folder) ? stage_collect(folder, &plan) : STATUS_OK;
    plan_free(&plan);
    if (status > STATUS_SOME_FAILED)
        return status;
    struct stage_report report = {.results = folder->results,
                                  .plan = folder->plan,
                                  .machines = folder->machines,
                                  .folder = output == NULL ? folder->report : output,
                                  .formats = chosen,
                                  .templates = templates};
    return stage_report(&report);
}

static int report_table(const char *path, const char *output, unsigned chosen,
                        const struct alias_list *aliases, const char *templates)
{
    size_t length = strlen(path);
    if (length > 4 && strcmp(path + length - 4, ".csv") == 0)
        length -= 4;
    char *beside = text_format("%.*s-report", (int)length, path);
    struct stage_report report = {.results = path,
                                  .folder = output == NULL ? beside : output,
                                  .formats = chosen,
                                  .aliases = aliases->list,
                                  .templates = templates};
    int status = stage_report(&report);
    free(beside);
    return status;
}

static int report_what(const struct arguments *arguments, unsigned chosen,
                       const struct alias_list *aliases, struct error *err)
{
    const char *what = arguments->positional[0], *output = arguments_value(arguments, "output");
    const char *templates = arguments_value(arguments, "templates");
    struct study_folder folder;
    study_folder_init(&folder, what, "", "");
    int status;
    if (!file_exists(what)) {
        error_set(err, "%s is not there; give a study's folder or a CSV file", what);
        status = terminal_fail(err);
    } else if (file_exists(folder.plan)) {
        status = report_folder(&folder, output, chosen, templates, err);
    } else if (file_exists(folder.results)) { /* a folder whose plan is lost */
        status = report_table(folder.results, output == NULL ? folder.report : output, chosen,
                              aliases, templates);
    } else {
        status = report_table(what, output, chosen, aliases, templates);
    }
    study_folder_free(&folder);
    return status;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    struct alias_list aliases = {0};
    unsigned chosen;
    if (arguments_parse(&arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    int status;
    interrupt_catch();
    if (parse_formats(arguments_value(&arguments, "formats"), &chosen, &err) != 0 ||
        parse_aliases(arguments_value(&arguments, "columns"), &aliases, &err) != 0)
        status = terminal_fail(&err);
    else
        status = report_what(&arguments, chosen, &aliases, &err);
    free_aliases(&aliases);
    arguments_free(&arguments);
    return status;
}

const struct command command_report = {
    .name = "report",
    .arguments = "DIR|CSV",
    .summary = "write the report of a study's folder, or of any CSV with cores and seconds",
    .options = options,
    .details = "",
    .run = run,
};
