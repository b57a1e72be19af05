/*
 * The rows of results.csv as the analysis needs them: compact, so that a
 * million fit in 100 MiB. What many rows share (who ran, in what shape, under
 * which words) is stored once and named by its index.
 *
 * Numbers that are not known are NAN or RESULTS_UNKNOWN, texts "".
 */
#ifndef SCALESTUDY_OBSERVATIONS_H
#define SCALESTUDY_OBSERVATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "pool.h"
#include "results.h"

/* Core counts, and curves: with more of them a report would be neither read nor soon written. */
enum { OBSERVATIONS_MOST_COUNTS = 10000, OBSERVATIONS_MOST_CURVES = 2000 };

enum run_status {
    RUN_OK,
    RUN_FAILED,
    RUN_TIMEOUT,
    RUN_WRONG,   /* answer */
    RUN_UNBOUND,
    RUN_MISSING, /* planned, never came */
    RUN_STATUS_COUNT
};

/* As results.csv spells it. */
const char *run_status_name(enum run_status status);

/* What one curve has in common. */
struct setting {
    const char *cluster, *cpu_model, *kernel, *backend, *scaling;
    uint32_t cluster_id, cpu_id, kernel_id, backend_id, scaling_id; /* of the texts: they ascend
                                                                       by first appearance */
    double size;
};

/* What the runs of one point have in common. */
struct shape {
    int64_t cores, nodes, ranks, threads, allocated_cores;
    double actual_size, work, granted_memory_bytes;
};

struct observation {
    double seconds, wall_seconds;
    double cpu_seconds; /* user and system, of the whole process tree */
    double peak_memory_bytes, value;
    double started; /* seconds since 1970; NAN not known */
    int64_t block, order;
    uint32_t setting, shape;          /* indices */
    uint32_t job, host, reason, mask; /* of texts */
    float first_seconds, frequency_mhz; /* NAN not known */
    int32_t run;                        /* of the block; -1 not known */
    uint32_t line;                      /* in the file; 0 where it has none */
    uint8_t status;                   /* enum run_status */
    bool warmup;
    int8_t bound; /* 1, 0; -1 not known */
};

/* What others did on a run's cores; no CPUs: not known. */
struct watched {
    float seconds, others_seconds, stolen_seconds; /* as in othersfile.h */
    uint32_t cpus;
};

struct observations {
    struct observation *rows; /* in the file's order */
    size_t count, capacity;
    struct watched *watched; /* beside each row; NULL: nothing is known */
    struct setting *settings;
    size_t setting_count, setting_capacity;
    struct shape *shapes;
    size_t shape_count, shape_capacity;
    const char **texts; /* texts[0] is "" */
    size_t text_count, text_capacity;
    const char *study;  /* of the first row */
    char date[32];      /* the latest start's day; "" not known */
    bool has_blocks;    /* the table has a block column with a value in it */
    bool has_jobs;      /* it has a job column (its cells may be empty: a local study) */
    bool has_rates;     /* its seconds were read from a throughput */
    struct pool pool;   /* owns the texts */
    struct observations_index *index; /* finds what is stored already */
};

/*
 * Reads results.csv, a foreign table or another tool's file (foreign.h). -1 with the file and line where it
 * cannot be read or used: cores below 1, a negative time, too many core counts or curves.
 */
int observations_read(struct observations **out, const char *path,
                      const struct results_alias *aliases, struct error *err);

/* For rows that are not in a file (tests): an empty table, and one row more,
 * whose texts are copied. The error has no place in it. */
struct observations *observations_new(void);
int observations_add(struct observations *observations, const struct run *run, struct error *err);

/* What the run's four members of that kind say, for the row at `index`, once all rows are there. */
void observations_watch(struct observations *observations, size_t index, const struct run *run);

void observations_free(struct observations *observations); /* NULL is fine */

#endif
