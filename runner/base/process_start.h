/*
 * Starting a child, and saying why one could not be started. A part of
 * process.c.
 */
#ifndef SCALESTUDY_PROCESS_START_H
#define SCALESTUDY_PROCESS_START_H

#include <sys/types.h>

#include "process.h"

/*
 * Starts request->argv with `files` as its standard input, output and error,
 * in a process group of its own, with default signal dispositions and none
 * blocked. Returns 0, or the errno of what failed; *pid is set where it is 0.
 * The descriptors stay the caller's and are above 2.
 */
int process_start(const struct process_request *request, const int files[3], pid_t *pid);

/* What became of a start that failed with `reason`, with its remedy; the caller frees it. */
char *process_start_problem(const struct process_request *request, int reason);

#endif
