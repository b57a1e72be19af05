/*
 * machines.json: facts of each host, as the workers found them there.
 * Numbers not known are NAN or 0, texts not known "".
 */
#ifndef SCALESTUDY_MACHINES_H
#define SCALESTUDY_MACHINES_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "jsontext.h"

struct machine {
    char *host, *cpu_model, *system, *governor; /* system: "Linux 6.1.0 x86_64" */
    int64_t sockets, numa_nodes, cores, threads_per_core; /* physical cores of the host */
    int64_t allowed_cores; /* physical cores that the worker may use; 0: jobs differ in them */
    double memory_bytes;
    double timer_resolution, timer_overhead; /* seconds (Method 1.7) */
    double launch_seconds;     /* median wall time of an empty command, started as runs are */
    double mpi_launch_seconds; /* the same through the MPI launcher; NAN where there is none */
    char **environment; /* "OMP_PLACES=cores": what was set or unset for every run */
};

struct machines {
    struct machine *list;
    size_t count;
};

/* One machine as a JSON object's members, and back (strings copied). */
void machine_write(const struct machine *machine, struct json_writer *w, const char *key);
int machine_parse(struct machine *machine, const struct json_doc *doc, const cJSON *object,
                  struct error *err);
void machine_free(struct machine *machine);

/* The file is an array of them. A file that is not there is an empty list. */
int machines_read(struct machines *machines, const char *path, struct error *err);
int machines_write(const struct machines *machines, const char *path, struct error *err);
void machines_free(struct machines *machines);

#endif
