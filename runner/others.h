/*
 * What others did on a run's cores while it ran: the CPU time that the kernel
 * counts there, less the run's own. Nothing is seen of cores that the run could
 * not use, as another job's on a shared node, nor of other nodes.
 *
 * The kernel tells these times to a tick of 10 ms for each CPU, and may count a
 * whole tick for whoever it met at its end. So a single short run tells nothing;
 * differences may be below zero, and are kept so that sums over many runs hold.
 */
#ifndef SCALESTUDY_OTHERS_H
#define SCALESTUDY_OTHERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "topology.h"

/* One reading of all CPUs. */
struct cpu_times {
    struct cpu_time {
        bool known;
        double busy, stolen; /* seconds since the machine's start; stolen by a hypervisor */
    } * cpus;                /* as Linux numbers them */
    size_t count;
    double at;  /* clock_seconds() */
    double own; /* CPU time of this process, which watches the run */
};

/* From the text of /proc/stat, `ticks` a second; lines behind its CPUs are not looked at. */
void cpu_times_parse(struct cpu_times *times, const char *text, double ticks);
void cpu_times_read(
    struct cpu_times *times); /* of now; no CPU is known where there is no such file */
void cpu_times_free(struct cpu_times *times);

/*
 * The hardware threads, as flags of topology->cpu_count, of all cores that a
 * run could use: those of its affinity (a cpu_set_t of `size` bytes, may be
 * NULL), else those of its workers' CPU lists (blanks between, may be ""), else
 * all that we may use. The caller frees.
 */
bool *others_cpus(const struct topology *topology, const void *affinity, size_t size,
                  const char *masks);

/* All NAN, and no CPUs, where it is not known. */
struct others {
    double seconds;        /* CPU time of others */
    double stolen_seconds; /* time that the hypervisor gave to another machine */
    double watched_seconds;
    int64_t cpus; /* that were watched */
};
struct others others_unknown(void);

/* Between two readings on CPUs with a flag; `own_seconds` is the run's CPU time. */
struct others others_between(const struct cpu_times *begin, const struct cpu_times *end,
                             const bool *cpus, size_t cpu_count, double own_seconds);

#endif
