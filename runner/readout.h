/*
 * What a run said: its record line (a kernel's, or any program's that prints
 * one), or what the study's regular expressions find in its output; and the
 * verdict on the run.
 */
#ifndef SCALESTUDY_READOUT_H
#define SCALESTUDY_READOUT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "planfile.h"
#include "process.h"
#include "topology.h"

/* A backend's expressions, compiled once. */
struct readout_patterns {
    bool has_seconds, has_value;
    regex_t seconds, value;
};
int readout_compile(struct readout_patterns *patterns, const struct plan_backend *backend,
                    struct error *err);
void readout_patterns_free(struct readout_patterns *patterns);

struct readout {
    const char *status; /* ok, failed, timeout, wrong, unbound */
    char *reason;       /* why it is not ok: one sentence; "" */
    double seconds, first_seconds, value, error, work; /* NAN where not said */
    int bound;          /* 1 checked and fine, 0 checked and not, -1 could not be checked */
    char *mask;         /* each worker's CPUs, blanks between; "" */
    char *software;     /* "avx512, OpenBLAS 0.3.21 for Cooperlake"; "" */
};

/* A run of which nothing is known but that nothing is wrong; one that failed,
 * and one whose workers did not have cores of their own, for `reason`, which
 * the readout takes over. */
void readout_begin(struct readout *readout);
void readout_fail(struct readout *readout, char *reason);
void readout_unbind(struct readout *readout, char *reason);

/*
 * Judges a run that has ended, into a readout that has begun. `check_binding` is whether workers were meant
 * to have cores of their own. The caller frees with readout_free().
 */
void readout_judge(struct readout *readout, const struct plan_backend *backend,
                   const struct plan_point *point, const struct readout_patterns *patterns,
                   const struct process_result *result, double time_limit,
                   const struct topology *topology, bool check_binding);
void readout_free(struct readout *readout);

#endif
