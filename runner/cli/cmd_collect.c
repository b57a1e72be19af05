/*
 * scalestudy collect: from records to results.csv, also while runs go on.
 */
#include "command.h"
#include "commands.h"
#include "folder.h"
#include "stages.h"
#include "terminal.h"

static int collect_folder(const struct study_folder *folder, struct error *err)
{
    struct plan plan;
    if (study_folder_check(folder, err) != 0 || plan_read(&plan, folder->plan, err) != 0)
        return terminal_fail(err);
    int status = stage_collect(folder, &plan);
    plan_free(&plan);
    return status;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    if (arguments_parse(&arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    struct study_folder folder;
    study_folder_init(&folder, arguments.positional[0], "", "");
    int status = collect_folder(&folder, &err);
    study_folder_free(&folder);
    arguments_free(&arguments);
    return status;
}

const struct command command_collect = {
    .name = "collect",
    .arguments = "DIR",
    .summary = "gather a study's records into results.csv",
    .details = "",
    .run = run,
};
