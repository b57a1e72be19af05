/*
 * Several sets of measurements side by side: clusters, or one cluster before
 * and after. Every ratio with its interval, a verdict that the interval
 * carries, and a sentence where nothing can be said. docs/method.md,
 * "Comparing".
 *
 * The first entrant is the reference: the others are compared with it, view by
 * view. Rankings put all of them in order.
 */
#ifndef SCALESTUDY_COMPARE_H
#define SCALESTUDY_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis.h"
#include "claim.h"
#include "pool.h"

/* What takes part: one cluster of one analysis. All is borrowed. */
struct compare_entrant {
    const char *label; /* no two alike */
    const struct analysis *analysis;
    const char *cluster;     /* the series of this name are its own */
    int64_t node_cores;      /* physical cores of a whole node; 0: not known */
    double answer_tolerance; /* of the value that runs print, relative; 0: ours */
    bool blocks_are_jobs;
};

enum compare_view { VIEW_SAME_CORES, VIEW_ONE_NODE, VIEW_SAME_COST, VIEW_BEST, VIEW_COUNT };

/* "same-cores", "one-node", "same-cost", "best": as compare.json has them. */
const char *compare_view_name(enum compare_view view);

/* One side of a comparison. */
struct compare_side {
    size_t entrant;
    const struct series *series;
    const struct point_summary *point;
    const struct point_summary *next; /* same cost: the neighbour that the time is interpolated
                                         towards; NULL: `point` as measured */
    double seconds;           /* the point's median, or between the two */
    double core_hours;        /* charged, for `seconds` */
};

/* Of the times of a and b. */
struct compare_ratio {
    struct interval ci95; /* exact bootstrap, as if it were the only one; NAN below 5 blocks */
    struct claim claim;   /* all claims together hold at 95 % */
};

struct comparison {
    enum compare_view view;
    struct compare_side a, b; /* b is the reference */
    struct compare_ratio ratio;
    enum verdict verdict;
    const char *sentence;  /* whole; names in it are raw */
};

struct compare_rank {
    struct compare_side side;
    struct compare_ratio ratio; /* to the least median */
    bool best;                  /* the least, or not shown to be slower */
    int rank;                   /* 1 for all that are best; then by median, 1 + how many are before */
};

struct compare_ranking {
    enum compare_view view;
    struct compare_rank *ranks; /* ascending medians */
    size_t count;
    const char *sentence; /* who is first: "Dardel is fastest, each at its own best." */
    const char *details;  /* the first one's time, and how many times that the others need */
};

/* One kernel at one size. */
struct compare_contest {
    const char *kernel, *scaling;
    double size; /* NAN not known */
    bool *takes_part; /* for each entrant */
    struct comparison *comparisons; /* by view, then backend, entrant and cores */
    size_t comparison_count;
    struct compare_ranking *rankings; /* one node, best */
    size_t ranking_count;
};

/* What could not be compared, or only under a condition. */
struct compare_notice {
    const char *code; /* "different-answer", "mixed-cpu", … */
    const char *text, *remedy;
};

/* The codes that a notice may bear; NULL past the last. */
const char *compare_notice_code(size_t index);

struct compare {
    const struct compare_entrant *entrants;
    size_t entrant_count;
    double tolerance; /* 0.05: what "equal" means */
    double level;     /* 0.95 */
    size_t claims;    /* verdicts that share the 5 % of errors */
    struct compare_contest *contests; /* the headline's first; none: nothing can be compared */
    size_t contest_count;
    struct compare_notice *notices;
    size_t notice_count;
    bool oversubscribed; /* workers shared cores in one at least */
    bool same_machine; /* all ran on one cluster and one CPU type: before and after */
    const char *headline;
    struct pool pool;
};

/* Never fails: what cannot be compared becomes a notice. */
struct compare *compare_new(const struct compare_entrant *entrants, size_t count);
void compare_free(struct compare *compare); /* NULL is fine */

/*
 * --fail-if-slower: whether an entrant is slower than the reference by more
 * than `allowed` (0.05), beyond noise: the lower ends of both intervals are
 * above 1 + allowed. Where just one is, that is disputed: it is told and does
 * not fail. Goes by same cores; where there is none, by each one's best.
 */
struct compare_gate {
    size_t checked, unknown; /* comparisons with and without intervals */
    size_t violated, disputed;
    size_t missing;  /* points of the reference that another lacks; of one machine only */
    double possible; /* the largest upper end of those checked: 1.18 does not rule out 18 % more time */
    size_t unjudged; /* the first entrant of which none could be checked; SIZE_MAX none */
    const struct comparison *worst; /* of those violated, the largest lower end; NULL none */
};
struct compare_gate compare_gate(const struct compare *compare, double allowed);

#endif
