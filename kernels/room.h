/*
 * Whether what a workload needs fits into the memory of every node.
 */
#ifndef SCALESTUDY_ROOM_H
#define SCALESTUDY_ROOM_H

#include "kernel.h"

/* Collective. Where it does not fit, rank 0 says so on stderr, in one sentence. */
bool room_fits(struct team *team, const struct kernel *kernel,
               const struct kernel_arguments *arguments, const char *backend);

#endif
