/*
 * The built-in backends: executables beside the program, which say themselves
 * what they hold. The runner has no table of its own.
 */
#ifndef SCALESTUDY_CATALOG_H
#define SCALESTUDY_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* What a workload takes beyond its size: "--seconds 0.05", always a number. */
struct catalog_option {
    char *name, *help; /* without dashes */
    double preset, minimum, maximum;
    double step; /* the minimum and a whole number of these; 0: any number */
};

struct catalog_workload {
    char *name, *summary, *unit;
    char *work; /* how work grows with size: "size", "size^2", "size^3" */
    double default_size, maximum_size; /* infinity: it does not say what it can take */
    struct catalog_option *options;
    size_t option_count;
};

/* One that the executable holds and that cannot run here. */
struct catalog_missing {
    char *name, *why;
};

struct catalog_backend {
    char *name;       /* "openmp" */
    char *executable; /* full path; NULL where it was not built */
    bool language;    /* in another language than C: not one of "auto" */
    bool asked;       /* whether what follows is known */
    char *parallel;   /* serial, threads, processes, ranks, hybrid; "" where not built */
    struct catalog_workload *workloads;
    size_t workload_count;
    struct catalog_missing *missing;
    size_t missing_count;
    char *needs;      /* NULL, or what a run needs and its executable does not find here */
    char *why_not;    /* NULL: runs here; else one sentence with the remedy */
};

struct catalog {
    struct catalog_backend *backends; /* C, then languages; serial first, then by kind and name */
    size_t backend_count;
    char *folder; /* where the executables are */
};

/*
 * Looks in $SCALESTUDY_LIBEXEC, else in ../libexec/scalestudy beside the
 * program's own folder, and asks each executable (--describe). A folder that
 * is not there is an error; an executable that does not answer is a row with
 * `why_not`. Those in the folder's "languages" are rows too, but asked only by
 * catalog_ask(): some start an interpreter for it, which a study of others need
 * not wait for.
 */
int catalog_load(struct catalog *catalog, struct error *err);
void catalog_free(struct catalog *catalog);

/* Asks the backend of that name, NULL: all, if it is there and has not been asked. */
void catalog_ask(struct catalog *catalog, const char *name);

/* For runs on this machine: gives a `why_not` to MPI backends where mpirun is
 * not there, and to those that miss something else. On a cluster a job's modules
 * bring it. */
void catalog_require_tools(struct catalog *catalog);

/* NULL if there is none of that name. */
const struct catalog_backend *catalog_find(const struct catalog *catalog, const char *name);
const struct catalog_workload *catalog_workload(const struct catalog_backend *backend,
                                                const char *kernel);

const struct catalog_missing *catalog_missing(const struct catalog_backend *backend,
                                              const char *kernel);

const struct catalog_option *catalog_option(const struct catalog_workload *workload,
                                            const char *name);

/* Units of work of `size`: "size^2" of 10 is 100. And the size whose work is
 * `factor` times that of `size` (weak scaling), rounded to a whole number. */
double work_of_size(const char *work, double size);
double size_for_work(const char *work, double size, double factor);

#endif
