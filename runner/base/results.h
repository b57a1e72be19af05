/*
 * The table of measurements, results.csv: the runner writes it, the report
 * reads it, and neither knows the other. One row a run, always the same header.
 *
 * Numbers that are not known are NAN (doubles) or RESULTS_UNKNOWN (whole
 * numbers); texts that are not known are "". All texts are borrowed: in
 * reading, valid until the callback returns; in writing, until the call returns.
 */
#ifndef SCALESTUDY_RESULTS_H
#define SCALESTUDY_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

#define RESULTS_UNKNOWN INT64_MIN

struct run {
    const char *study, *cluster, *cpu_model, *kernel, *backend;
    double size;        /* as the study asked */
    double actual_size; /* what ran (weak scaling grows it) */
    double work;        /* units of work done, in the kernel's unit */
    const char *scaling; /* "strong" or "weak" */
    int64_t nodes, ranks, threads; /* threads of one rank */
    int64_t cores;           /* physical cores in use: ranks x threads */
    int64_t allocated_cores; /* physical cores granted */
    int64_t gpus;
    int64_t block, run;      /* count from 0 */
    int64_t warmup;          /* 0 or 1 */
    int64_t order;           /* place in the order of execution, from 0 */
    int64_t attempt;         /* 1 is the first */
    const char *status;      /* ok, failed, timeout, wrong, unbound, missing */
    const char *reason;      /* why it is not ok, one sentence; Slurm's word where it is Slurm's */
    double seconds;          /* the program's own time: slowest worker, start-up excluded */
    double first_seconds;    /* languages that compile at run time: the first call */
    double wall_seconds;     /* the whole step, measured from outside */
    double user_seconds, system_seconds; /* CPU time of the whole process tree */
    double peak_memory_bytes, granted_memory_bytes;
    double value, error;
    int64_t bound;           /* 1: each worker on cores of its own, checked; 0: not */
    const char *mask;        /* each worker's CPUs, workers separated by blanks: "0 1 2-3" */
    double frequency_mhz;
    const char *software;    /* what computed, in the kernel's words: instructions, library, runtime; in
                                records, not in the table */
    const char *host, *partition, *job, *task;
    const char *started;     /* ISO 8601 UTC: 2026-11-22T14:50:55.123Z */
    int64_t exit;            /* exit status; 128 + n where signal n ended it */
    double job_cpu_seconds, job_memory_bytes, job_energy_joules; /* what sacct knows */
    int64_t watched_cpus;   /* hardware threads on which others were looked for; what was found is no
                               column either: others.csv has it */
    double watched_seconds; /* how long */
    double others_seconds;  /* CPU time of others there; by ticks, so it may be below 0 */
    double stolen_seconds;  /* taken from there by a hypervisor */
    const char *samples; /* CPU and memory over time, as samples.h writes them; not a column:
                            usage.csv has them */
};

/* A run of which nothing is known: texts "", numbers unknown. */
struct run run_unknown(void);

/* Which columns a file has beyond the header names below; bit i is column i. */
size_t results_column_count(void);
const char *results_column_name(size_t index);

/*
 * A foreign table's column names: {"p", "cores"} reads its column p as our
 * cores, {"t", "seconds", "ms"} its column t, in milliseconds, as our seconds.
 * Ends with a NULL foreign name.
 */
struct results_alias {
    const char *foreign, *ours;
    const char *unit; /* of unit.h; NULL: the column's own ("t[ms]"), else ours */
};

/*
 * "cores=p,seconds=time:ms" as aliases, which end with a NULL foreign name. They
 * point into `text`, which is cut up; there is room for strlen(text) + 1.
 */
int results_parse_aliases(char *text, struct results_alias *aliases, struct error *err);

/* A run's time outside of these is a mistake: clocks tell nanoseconds, and nobody waits a century. */
#define RESULTS_LEAST_SECONDS 1e-9
#define RESULTS_MOST_SECONDS 3.2e9

/* "must be more than 0 in a run that is ok": what is wrong with the time of such a run, perhaps
 * with a question behind a semicolon; NULL nothing, or not known. */
const char *results_time_problem(double seconds);

/* Sets a column of ours from text as a table holds it, in `unit` (NULL: ours).
 * Texts are borrowed. -1, with a sentence without a place, where it is malformed. */
struct unit;
int results_set(struct run *run, const char *column, const char *text, const struct unit *unit,
                struct error *err);
bool results_has_column(const char *name);

struct results_reader {
    const struct results_alias *aliases; /* NULL: none */
    /* Called once, after the header, with a bit set per column of ours that the
     * file has (1 << index), and RESULTS_RATES. NULL: not wanted. */
    int (*header)(uint64_t columns, void *context, struct error *err);
    /* Called for each row; non-zero ends the reading and is its result. `line`
     * is its line in the file. */
    int (*row)(const struct run *run, size_t line, void *context, struct error *err);
    void *context;
};

/*
 * Reads a results CSV, or a foreign one with at least `cores` and `seconds` or
 * `wall_seconds` (columns in any order; unknown ones are passed over; a column
 * that bears another unit, "seconds[ms]", is converted). -1 with
 * file:line:column where the file cannot be read, a needed column is missing
 * or twice there, a number is malformed, or there is no row.
 */
int results_read(const char *path, const struct results_reader *reader, struct error *err);

/*
 * A table without times may have a column `throughput` instead, of runs or
 * operations per second: `seconds` is then what one takes. An alias may read any
 * column as `throughput`, but not where the table has `seconds` too.
 */
#define RESULTS_RATES (UINT64_C(1) << 63) /* seconds were read from rates */

/* Writing: the header line, then rows; appended to `sb`. */
void results_add_header(struct strbuf *sb);
void results_add_row(struct strbuf *sb, const struct run *run);

#endif
