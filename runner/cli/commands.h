/* Each subcommand's row; main.c puts them in order. */
#ifndef SCALESTUDY_COMMANDS_H
#define SCALESTUDY_COMMANDS_H

#include "command.h"

extern const struct command command_run, command_resume, command_status, command_cancel,
    command_collect, command_report, command_compare, command_check, command_backends, command_clusters,
    command_probe, command_worker, command_help, command_version;

#endif
