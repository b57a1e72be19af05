/*
 * The cores of this machine that we may use, by hwloc (by /sys where the
 * program was built without it): a core is physical; its hardware threads are
 * the CPUs that Linux numbers.
 */
#ifndef SCALESTUDY_TOPOLOGY_H
#define SCALESTUDY_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct topology_core {
    int cpu;     /* the first hardware thread that we may use, as Linux numbers it */
    int package, numa; /* logical numbers, from 0 */
};

struct topology {
    struct topology_core *cores; /* allowed ones, package by package, neighbours together */
    size_t core_count;
    size_t machine_cores;  /* physical cores of the machine, allowed or not */
    size_t packages, numa_nodes; /* of the machine; NUMA nodes without cores do not count */
    size_t threads_per_core;     /* the most that a core has: 2 where only large cores have two */
    size_t *core_of_cpu;   /* physical core (machine-wide number) of each Linux CPU; SIZE_MAX none */
    size_t cpu_count;      /* length of core_of_cpu */
    bool launchers_see_more; /* cores are kept from us by the affinity alone, which MPI launchers do
                                not look at: they go by the cgroup */
    char *cpu_model;
    double memory_bytes;
};

/* `xml` is a recorded hwloc XML file for tests, NULL this machine. */
int topology_load(struct topology *topology, const char *xml, struct error *err);
void topology_free(struct topology *topology);

/* Over how many packages the allowed cores are spread evenly: what cores_grid()
 * wants. 1 where each has another number of them. */
size_t topology_even_packages(const struct topology *topology);

/*
 * Whether workers with these CPU lists ("0", "2-3,8") can never meet on one
 * core: each has a core to itself, and no mask is shared. False with a
 * sentence in *why (caller frees) naming two that do, counted from 0; a text
 * that is no list of CPUs of this machine counts as meeting. The masks are of
 * one node: ranks on another have the same numbers and do not meet.
 */
bool topology_masks_are_disjoint(const struct topology *topology, const char *const *masks,
                                 size_t count, char **why);

/* How many distinct physical cores a list of CPU lists covers. */
size_t topology_cores_covered(const struct topology *topology, const char *const *masks,
                              size_t count);

#endif
