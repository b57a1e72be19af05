/*
 * What all commands on a study's folder have in common: one argument, the
 * folder, which is looked at, locked where runs are to be added, and whose plan
 * is read before the command's own part begins.
 */
#ifndef SCALESTUDY_STUDY_COMMAND_H
#define SCALESTUDY_STUDY_COMMAND_H

#include <stdbool.h>

#include "command.h"
#include "folder.h"
#include "planfile.h"

struct study_command {
    const struct arguments *arguments;
    const struct study_folder *folder;
    struct plan *plan;
};

/* Returns an exit status, as `act` does; `locked` keeps other commands off while it runs. */
int study_command_run(const struct command *command, int argc, char **argv, bool locked,
                      int (*act)(const struct study_command *study));

#endif
