/*
 * What runs used over time, read from usage.csv for the few points that are
 * shown: the recommended one, and the one with the most core-hours unused. Of
 * each it is the ok run whose time is nearest to the point's median, of those
 * that have samples.
 */
#ifndef SCALESTUDY_USE_H
#define SCALESTUDY_USE_H

#include "analysis.h"
#include "usage.h"

struct use_view {
    const struct series *series;
    const struct point_summary *point;
    bool recommended;
    int64_t block; /* of the run; RESULTS_UNKNOWN */
    enum usage_source source;
    struct sample *samples;
    size_t count; /* 2 or more */
};

enum { USE_VIEWS_MOST = 2 };

struct uses {
    struct use_view views[USE_VIEWS_MOST];
    size_t count; /* 0: nothing is shown */
    struct pool pool;
};

/* One pass over the file; it keeps what it shows. -1 as usage_read(). Borrows
 * from the analysis; the caller frees in either case. */
int uses_read(struct uses *uses, const struct analysis *analysis,
              const struct observations *observations, const char *path, struct error *err);
void uses_free(struct uses *uses); /* an all-zero one is fine */

/* Cores that a view's use is held against: the point's, of one node where only
 * that was seen; and its memory, NAN where not known. */
double use_granted_cores(const struct use_view *view);
double use_granted_memory(const struct use_view *view);

/* Of the whole run. The last is the share of the time in which no more than
 * about one core was busy. */
struct use_summary {
    double seconds, mean_cores, most_cores, most_memory_bytes, share_of_one;
};
struct use_summary use_summarise(const struct use_view *view);

#endif
