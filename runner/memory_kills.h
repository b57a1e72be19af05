/*
 * How often the system has killed a process of our job for want of memory.
 */
#ifndef SCALESTUDY_MEMORY_KILLS_H
#define SCALESTUDY_MEMORY_KILLS_H

#include <stdint.h>

/* Of the control group that we are in, version 1 or 2; -1 not known. */
int64_t memory_kills(void);

/* The same from the texts of /proc/self/cgroup and below another root than /sys/fs/cgroup, for tests. */
int64_t memory_kills_in(const char *root, const char *groups);

#endif
