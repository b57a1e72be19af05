/*
 * What topology.c asks of a system: its hardware threads, and what they belong
 * to. One function per way to know; topology.c makes cores of the answer.
 */
#ifndef SCALESTUDY_TOPOLOGY_SOURCE_H
#define SCALESTUDY_TOPOLOGY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum { TOPOLOGY_MAX_CPUS = 1 << 20 }; /* beyond it a CPU number is a mistake */

/* A hardware thread that is online. The three numbers say what is the same and
 * what comes first; they need not begin at 0 or be dense. */
struct topology_thread {
    int cpu; /* as Linux numbers it */
    int package, numa, core; /* `core` is unique on the machine */
    bool allowed; /* as far as the source knows */
};

struct topology_source {
    struct topology_thread *threads;
    size_t count, capacity;
    char *cpu_model; /* NULL: not known */
    double memory_bytes; /* 0: not known */
};

void topology_source_add(struct topology_source *source, struct topology_thread thread);
void topology_source_free(struct topology_source *source); /* an all-zero one is fine */

/* By hwloc: this machine, or the recorded file `xml`. -1 where it was built
 * without hwloc, too. */
int topology_from_hwloc(struct topology_source *source, const char *xml, struct error *err);

/* From the files below `sys` ("/sys"). What is not there is guessed: a CPU
 * without siblings is a core of its own, all in one package. Cannot fail, but
 * may find nothing. */
void topology_from_sysfs(struct topology_source *source, const char *sys);

/* The CPU's name in a file like /proc/cpuinfo; on ARM, where none is told, its
 * maker's and its own number. NULL if there is neither; the caller frees it. */
char *cpuinfo_model(const char *path);

/*
 * Walks a CPU list ("0,2-5,8"): 1 and a range, 0 at the end, -1 where the text
 * is none or names a CPU of `limit` or more. `*place` begins at the text.
 */
int cpulist_next(const char **place, long limit, long *first, long *last);

#endif
