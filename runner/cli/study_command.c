#include "study_command.h"

#include "files.h"
#include "terminal.h"

static int open_and_act(struct study_command *study, bool locked, struct folder_lock *lock,
                        int (*act)(const struct study_command *study))
{
    struct plan plan;
    struct error err = ERROR_INIT;
    if (study_folder_check(study->folder, &err) != 0 ||
        (locked && folder_lock(lock, study->folder->path, &err) != 0) ||
        plan_read(&plan, study->folder->plan, &err) != 0)
        return terminal_fail(&err);
    study->plan = &plan;
    int status = act(study);
    plan_free(&plan);
    return status;
}

int study_command_run(const struct command *command, int argc, char **argv, bool locked,
                      int (*act)(const struct study_command *study))
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    if (arguments_parse(&arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    struct study_folder folder;
    struct folder_lock lock = {.fd = -1};
    study_folder_init(&folder, arguments.positional[0], "", "");
    struct study_command study = {.arguments = &arguments, .folder = &folder};
    int status = open_and_act(&study, locked, &lock, act);
    folder_unlock(&lock);
    study_folder_free(&folder);
    arguments_free(&arguments);
    return status;
}
