/*
 * What /proc says of processes: whose child, whose memory. A process may end
 * while it is read; that is an answer, never an error. A part of process.c.
 */
#ifndef SCALESTUDY_PROCESS_PROC_H
#define SCALESTUDY_PROCESS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "strbuf.h"

struct pid_list {
    pid_t *pids;
    size_t count, capacity;
};

#define PID_LIST_INIT                                                                              \
    {                                                                                              \
        .pids = NULL                                                                               \
    }

void pid_list_add(struct pid_list *list, pid_t pid);
bool pid_list_has(const struct pid_list *list, pid_t pid);
void pid_list_free(struct pid_list *list); /* empty again */

/* Adds the children of all threads of `pid`, those not yet reaped too. */
void proc_children(pid_t pid, struct pid_list *list);

/* The same by looking at every process of the host, for kernels without
 * /proc/PID/task/TID/children. */
void proc_children_by_scan(pid_t pid, struct pid_list *list);

/* Adds the children of all in the list, theirs, and so on. */
void proc_add_descendants(struct pid_list *list);

/* Every process of the host. */
void proc_all(struct pid_list *list);

/* The parent, 0 where there is none or the process is gone. */
pid_t proc_parent(pid_t pid);

/* Neither gone nor a zombie. */
bool proc_runs(pid_t pid);

/* Appends /proc/PID/NAME. False where it cannot be read. */
bool proc_read(pid_t pid, const char *name, struct strbuf *out);

/* Bytes. High-water mark of the resident memory since exec (a short text, no
 * walk of page tables); 0 where not readable. */
double proc_memory_peak(pid_t pid);

/* Bytes resident at this moment, and those of them that other processes may
 * have as well (files, shared memory). False where not readable. */
bool proc_memory_now(pid_t pid, double *resident, double *shared);

/*
 * Seconds of CPU time that a process has used, and the children that it has
 * waited for; 0 where not readable. What has ended and is not yet reaped tells
 * it too.
 */
double proc_cpu_seconds(pid_t pid);

/* Bytes. Proportional share of the resident memory at this moment, for which
 * the kernel walks its page tables; all of it where the kernel does not tell
 * the share; 0 where neither is readable. */
double proc_memory_share(pid_t pid);

#endif
