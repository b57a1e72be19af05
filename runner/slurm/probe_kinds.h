/*
 * Kinds of node from Slurm's lists of partitions and nodes.
 */
#ifndef SCALESTUDY_PROBE_KINDS_H
#define SCALESTUDY_PROBE_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile.h"

/*
 * The value of "Key=" in text[0..length), a line of `scontrol -o`: up to a
 * blank; NULL where the key is not there, or its value is "(null)", "N/A" or
 * empty. The caller frees it.
 */
char *probe_value(const char *text, size_t length, const char *key);

/* A partition that jobs may be sent to. */
struct probe_partition {
    char *name;
    bool is_default, exclusive;
    double max_time, default_time; /* seconds; NAN none */
    double memory_mib_per_cpu;     /* DefMemPerCPU; NAN not said here */
};

/* Nodes of one make: what a user could tell apart. */
struct probe_kind {
    int64_t sockets, cores, threads; /* cores of a socket, threads of a core */
    int64_t cpus;                    /* as Slurm counts them */
    int64_t usable_cpus;             /* without those kept for the system */
    double memory_mib;
    int64_t gpus;
    char *gpu_type;  /* "" not said */
    char **features; /* without those that tell where a node stands */
    char *partitions; /* ",main,shared," */
    int64_t nodes;
};

struct probe_lists {
    struct probe_partition *partitions;
    size_t partition_count;
    struct probe_kind *kinds;
    size_t kind_count;
    char **host_patterns; /* of node names; NULL-terminated */
};

void probe_lists_read(struct probe_lists *lists, const char *partitions, const char *nodes);
void probe_lists_free(struct probe_lists *lists);

/*
 * What a user can tell apart in a partition: kinds of one make are one, as are
 * those that differ in memory only and have the same features (the least
 * memory counts). The caller frees the array, which borrows its texts.
 */
struct probe_kind *probe_kinds_of(const struct probe_lists *lists,
                                  const struct probe_partition *partition, size_t *count);

/*
 * The feature (or two, "a&b") that kinds[index] has and none of the others; ""
 * where it is the only one; NULL where none tells it apart. `*sure` is false
 * where only nodes with GPUs have it too, which jobs that ask for none rarely
 * get. The caller frees it.
 */
char *probe_constraint(const struct probe_kind *kinds, size_t count, size_t index, bool *sure);

/* A host name as a regular expression that its neighbours match too: numbers
 * may be others. The caller frees it. */
char *probe_host_pattern(const char *host);

#endif
