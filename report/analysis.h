/*
 * What the measurements say: every figure that a report states, computed once
 * from the observations, for the page, the plots, the tables and summary.json
 * alike. Statistics: docs/method.md.
 *
 * Numbers that do not exist (no interval for so few blocks, no base, …) are
 * NAN; an interval exists only if both its ends do. Texts are owned by the
 * analysis and freed by analysis_free().
 */
#ifndef SCALESTUDY_ANALYSIS_H
#define SCALESTUDY_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "interval.h"
#include "machines.h"
#include "observations.h"
#include "planfile.h"

enum claim_kind {
    CLAIM_NONE,      /* too few blocks for intervals at this level */
    CLAIM_DIFFERENT, /* neither interval holds 1 */
    CLAIM_EQUAL,     /* both hold 1, and that of medians is within the tolerance */
    CLAIM_OPEN,      /* both hold 1: no difference is shown */
    CLAIM_DEPENDS    /* one holds 1, the other does not */
};

/* What may be said of the ratio of two times; claim.h says how. */
struct claim {
    enum claim_kind kind;
    double level;     /* of both intervals: above 0.95 where several claims are made at once */
    double tolerance; /* what "equal" means: 0.05 */
    double ratio;     /* of the medians */
    struct interval ci; /* by the exact bootstrap; NAN below 5 blocks a side, or where so few do not
                           reach the level */
    double other;              /* the ratio by Hodges and Lehmann */
    struct interval other_ci;
    bool medians_only; /* a time between two points is no sample: there is no second interval */
    bool within;       /* all of `ci` is within the tolerance */
};

/*
 * One core count of a series. Times are of the metric (kernel or total), and
 * the median, its interval, minimum, maximum and MAD are those of `times`: the
 * block is the replicate. A point without ok runs (blocks = 0) is kept: its
 * failures are told; its figures are NAN.
 */
struct point_summary {
    int64_t cores;
    int64_t nodes, ranks, threads; /* 0: not known */
    int64_t allocated_cores;       /* granted; `cores` where not known */
    int64_t asked_cores; /* what one would ask for: those granted, but `cores` where all points of
                            the cluster ran in one allocation, or in whole nodes */
    size_t blocks; /* replicates: (job, block) with at least one ok run; rows where a table has no
                      blocks */
    size_t runs;   /* ok runs, warm-ups excluded */
    size_t failed;  /* runs that came and are not ok, warm-ups excluded */
    size_t missing; /* planned ones that never came, as after an interruption */
    const double *times; /* one per block: the median of the block's runs, in block order */
    const int64_t *block_ids; /* the same block in two jobs is there twice; RESULTS_UNKNOWN where
                                 the row had none */
    double median, minimum, maximum, mad; /* seconds */
    struct interval ci;    /* of the median, order statistics; NAN below 6 blocks */
    double ci_coverage;    /* what the ranks achieve: 0.961; NAN where there is no interval */
    double speedup;        /* against the series' base */
    struct interval speedup_ci;
    double speedup_paired; /* median of per-block ratios; NAN where blocks cannot be paired */
    struct interval speedup_paired_ci;
    double efficiency;     /* speedup / cores; weak scaling: by the work done */
    struct interval efficiency_ci;
    double efficiency_lower90; /* lower end of the two-sided 90 % interval; from 3 blocks on */
    double speedup_own;    /* against the series' own run on one core; its smallest count where it
                              has none */
    struct interval speedup_own_ci;
    double karp_flatt;     /* strong scaling, by the series' own T(1) */
    struct interval karp_flatt_ci;
    double gustafson;      /* weak scaling: serial fraction by the work done, by the own T(1) */
    struct interval gustafson_ci;
    double ratio_to_fastest; /* T_p / T_best of the series */
    double ratio_to_fastest_upper95; /* one-sided 95 %; what the "fast enough" rule goes by */
    double ratio_to_fastest_lower95;
    double core_seconds;   /* median time x asked_cores */
    double charged_core_hours; /* for asked_cores, as the cluster charges */
    double unused_core_hours; /* of all its ok runs: wall time x asked_cores in which no core worked;
                                 NAN not known */
    double cpu_used;       /* median of CPU time / (wall time x allocated cores); NAN not known */
    double peak_memory_bytes, granted_memory_bytes; /* largest over the runs */
    double wall_median;    /* seconds from outside, for the overhead of start-up */
    double actual_size, work;
    double value;          /* printed by the first ok run; NAN none */
    int bound;             /* 1 every ok run proved bound, 0 some not, -1 not known */
    const char *mask;      /* of the first ok run */
    int64_t *flagged_runs; /* `order` of runs with |modified z| > 3.5; the row's place in the table
                              where it has no order */
    size_t flagged_count;
    double others_cores;   /* cores' worth of others' work on its cores, over all its runs; NAN not known */
    double stolen_cores;   /* of time that a hypervisor gave away; likewise */
    double others_usual;   /* both together, in the median block */
    bool others_shown;     /* both together are more than the errors of counting them */
    bool too_small; /* too short to judge: no verdict on efficiency rests on it */
};

enum optimum_kind {
    OPTIMUM_NONE,            /* nothing to recommend: no ok run, or too small to judge */
    OPTIMUM_COUNT,           /* `recommended` cores */
    OPTIMUM_AT_LEAST,        /* the largest count tested won */
    OPTIMUM_DO_NOT_PARALLELISE
};

/*
 * How sure a recommendation is: what the same rule chooses in studies whose
 * blocks are drawn anew from those that were measured.
 */
struct choices {
    size_t studies; /* 0: none were drawn (nothing was recommended, one count was measured, or too
                       few blocks where it matters), and the rest is 0 too */
    int64_t *cores; /* counts that were chosen, ascending */
    double *shares; /* the part of the studies that chose each; with `none` they sum to 1 */
    size_t count;
    double none;       /* the part in which no count met the rule */
    int64_t low, high; /* the middle 95 % of the choices; tested counts both */
    int64_t mode;      /* chosen most often, the smaller among equals */
};

/* What another count than the recommended one would change. */
struct alternative {
    int64_t cores;           /* 0 none */
    double time;             /* ratio of the medians: 0.9 saves a tenth */
    struct interval time_ci; /* 95 % */
    double core_hours;       /* ratio of the charged core-hours */
    int series, point;       /* its place; -1 none */
};

struct optimum {
    enum plan_rule rule; /* weak scaling: always RULE_EFFICIENT */
    double tolerance;
    double efficiency; /* the rule's threshold: 0.70 */
    double deadline;   /* seconds; NAN none */
    enum optimum_kind kind;
    int64_t recommended; /* cores; 0 none */
    int recommended_point; /* index in the series; -1 none */
    int64_t fastest;       /* cores of the least median; 0 none */
    int fastest_point;     /* -1 none */
    int64_t *candidates; /* counts that cannot be told apart from the fastest, ascending */
    size_t candidate_count;
    int64_t efficient[3]; /* largest count whose lower 90 % limit of efficiency reaches 0.5, 0.7,
                             0.8; 0 none */
    int64_t knee;         /* largest speedup x efficiency; 0 none */
    int64_t cheapest;     /* least charged core-hours (within the deadline); 0 none */
    bool largest_tested_won;
    struct choices choices;
    bool fastest_shown; /* every other count is shown to be slower than the fastest, all together
                           with 95 % confidence; false below 6 blocks */
    struct alternative doubling; /* the next count that is at least twice; strong scaling only */
};

struct models;
struct model_bands;
struct throughput_fit;

/* One curve: a backend at one size on one cluster. */
struct series {
    const char *cluster, *kernel, *backend, *scaling, *cpu_model;
    const char *label; /* the backend, and what tells it from others of that name in the same problem:
                          "openmp, on Xeon Gold 6132", "openmp, weak scaling" */
    double size; /* NAN not known */
    const char *base_backend; /* what speedup is measured against; "" no base */
    int64_t base_cores;
    double base_seconds;
    int base_series, base_point; /* where the base is; -1 no base */
    bool base_is_absolute;  /* it is the fastest serial backend */
    bool base_is_relative;  /* no run on one core: relative to the smallest count, assumed ideal */
    bool serial;            /* a serial backend: nothing to parallelise in it */
    struct point_summary *points; /* ascending cores */
    size_t point_count;
    struct optimum optimum;
    const struct models *models;     /* NULL: none are fitted (serial, weak scaling) */
    const struct model_bands *bands; /* of the chosen one; NULL none was */
    const struct throughput_fit *throughput; /* NULL: not asked for, or nothing to fit */
    int colour; /* 0, 1, …: the same for a backend everywhere in the report */
};

struct warning {
    const char *code;   /* "too-small", "no-uncertainty", "failed-runs", … */
    int series;         /* index, -1: the whole study */
    int64_t cores;      /* 0: the whole series, or several counts */
    const int64_t *counts; /* all core counts that it is about; none: the whole series */
    size_t count;
    const char *text;   /* one whole sentence with place and evidence, to be shown as it is; names in
                           it are raw */
    const char *evidence; /* the part of the text that says what was seen, which may be all of it */
    const char *remedy; /* one sentence */
    const char *name;   /* the series' with what tells it from others; "" the whole study */
    const char *many;   /* "%s left cores idle": tells the cause where several series share it; NULL:
                           no two warnings have it */
    double weight;      /* of those with one cause the largest is the worst */
};

/* The recommendation for one cluster, kernel and size, over all backends. */
struct answer {
    const char *cluster, *kernel;
    double size;
    int series; /* index of the recommended one; -1 none */
    int point;  /* index in it */
    int fastest_series, fastest_point; /* of the least median over all backends; -1 none */
    const char **alike; /* other backends that are as fast on the recommended count, by what can be told */
    size_t alike_count;
    struct choices choices;   /* over all backends */
    struct alternative doubling; /* with the recommended backend; all three in strong scaling only */
    struct alternative fastest;  /* the least median of all, where that is another point */
    struct alternative cheaper;  /* with the recommended backend: the largest efficient count, or the
                                    next smaller one that was measured */
    double backend_share;     /* the part of those studies that chose the same backend; or NAN */
    enum optimum_kind kind;
    bool parallel_pays; /* more cores are shown to be faster than one, if too little to be chosen */
    bool disturbed; /* others were at work on cores that it rests on: it is not to be relied on */
    int disturbed_series, disturbed_point; /* where most; -1 nowhere */
    const char *sentence; /* "Ask for 12 cores, with openmp."; names in it are raw: writers escape */
};

/* From one size to a larger one on the same count. */
struct size_step {
    int from_series, from_point, to_series, to_point;
    double growth; /* of the time */
    struct interval growth_ci;
    double exponent; /* the time grows as the size to this power */
    struct interval exponent_ci;
};

/* One backend at several sizes. */
struct size_sweep {
    int64_t cores;
    struct size_step *steps; /* between neighbours, by ascending size */
    size_t step_count;       /* 1 or more */
    struct size_step whole;  /* from the smallest to the largest */
};

/* Another backend on the recommended core count of an answer. */
struct rival {
    int answer;        /* index */
    int series, point; /* the other backend's */
    struct claim claim; /* its time over the recommended one's; all claims hold together */
};

/* What is done only where the user says so. */
struct analysis_options {
    bool paired; /* runs of one block belong together, though the table has no jobs to tell */
    bool fit_throughput;
};

struct analysis {
    struct analysis_options asked;
    const char *study, *title;
    const char *metric; /* "kernel" or "total" */
    double level;       /* 0.95 */
    struct series *series;
    size_t series_count;
    struct answer *answers; /* the headline is answers[0], the one of the largest size */
    size_t answer_count;    /* 0 only where the table has no rows */
    const char *headline;   /* never NULL, also without answers */
    struct rival *rivals;
    size_t rival_count;
    struct size_sweep *sweeps; /* those of one backend next to each other, by cores */
    size_t sweep_count;
    bool oversubscribed;    /* some points ran more workers than there are cores: to be said in the
                               first lines */
    struct warning *warnings; /* most serious first */
    size_t warning_count;
    size_t runs_planned, runs_ok, runs_not_ok; /* warm-ups excluded */
    char date[32]; /* of the latest run: 2026-11-22; "" not known */
    bool from_rates; /* the table gave throughput, and times are one over it */
    void *arena;   /* owns the texts and arrays */
};

/*
 * Speedup is absolute where it can be: against the fastest measurement of a
 * serial backend on one core, of the same cluster, CPU type, kernel and size.
 * Without one it is against the series' own run on one core; without that,
 * relative to its smallest count, whose efficiency is taken as 1. Karp-Flatt
 * always goes by the series' own run on one core. Serial is a backend whose
 * plan says so, or one named "serial".
 *
 * The metric is the plan's timing. Without a plan it is kernel where every ok
 * row has `seconds`, else total (`wall_seconds`).
 *
 * What a table does not have: no backend column: "program"; no block column:
 * each row is a block of its own; no status: ok; no size: one series.
 *
 * `plan` may be NULL (a foreign table): defaults serve. `machines` may be
 * empty. Never fails: what cannot be computed is a NAN and a warning.
 */
struct analysis *analysis_new(const struct observations *observations, const struct plan *plan,
                              const struct machines *machines);
/* The same, with what the user asks for beyond it. */
struct analysis *analysis_with(const struct analysis_options *asked,
                               const struct observations *observations, const struct plan *plan,
                               const struct machines *machines);
void analysis_free(struct analysis *analysis); /* NULL is fine */

#endif
