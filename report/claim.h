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
#include "jsontext.h"
#include "strbuf.h"

/* Fewer values on a side have no interval. */
enum { CLAIM_LEAST_BLOCKS = 5 };

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

/* The same where only the ratio of medians and its interval are there. */
struct claim claim_of_medians(double ratio, struct interval ci, double level, double tolerance);

/* Of b's to a's time. */
struct claim claim_inverse(const struct claim *claim);

/* How many blocks on either side could have both intervals at this level; 0: 60 could not. */
size_t claim_enough_blocks(double level);

/* "different", "equal", "open", "depends", "none" */
const char *claim_name(enum claim_kind kind);

/* In one word for a script: a against b. */
enum verdict {
    VERDICT_UNDECIDED, /* all but the following */
    VERDICT_EQUAL,
    VERDICT_SLOWER,
    VERDICT_FASTER
};
enum verdict claim_verdict(const struct claim *claim);
const char *verdict_name(enum verdict verdict); /* "undecided", … */

/* "ratio", "level", … "text" into the object that is open: alike in all our files. */
void claim_write(struct json_writer *w, const struct claim *claim);

/*
 * "1.31× [1.29, 1.33]", "no difference shown (0.97–1.04)", "equal within 5 %
 * (0.98–1.02)", "depends on method: …", "1.31×, from too few blocks for an
 * interval".
 */
void claim_say(struct strbuf *sb, const struct claim *claim);

/*
 * Its parts, for other sentences: "1.31×" and "1.29, 1.33" with as many decimals
 * as tell the ends from each other, and from 1 what is not 1.
 */
void claim_say_ratio(struct strbuf *sb, double ratio, struct interval interval);
void claim_say_ends(struct strbuf *sb, const char *between, struct interval interval);
void claim_say_tolerance(struct strbuf *sb, double tolerance); /* "5 %" */

#endif
