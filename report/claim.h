/*
 * What may be said of the ratio of two points' times: a difference, the same
 * within a tolerance, nothing, or that it depends on how one looks.
 * docs/method.md, "Ratios".
 */
#ifndef SCALESTUDY_CLAIM_H
#define SCALESTUDY_CLAIM_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis.h"
#include "bootstrap.h"
#include "strbuf.h"

/*
 * The level at which each of `claims` intervals must hold so that all together
 * hold at `level` (Bonferroni): 0.95 of 10 gives 0.995.
 */
double claim_level(double level, size_t claims);

/* One side: ascending positive times and the law of their median. */
struct claim_side {
    const double *sorted;
    size_t count;
    const struct median_law *law;
};

/* The ratio of a's median to b's, with both intervals at `level`. */
struct claim claim_of(const struct claim_side *a, const struct claim_side *b, double level,
                      double tolerance);

/* "different", "equal", "open", "depends", "none" */
const char *claim_name(enum claim_kind kind);

/*
 * "1.31× [1.29, 1.33]", "no difference shown (0.97–1.04)", "equal within 5 %
 * (0.98–1.02)", "depends on method: …", "1.31×, from too few blocks for an
 * interval".
 */
void claim_say(struct strbuf *sb, const struct claim *claim);

#endif
