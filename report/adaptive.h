/*
 * Studies that are measured until they are precise: which points still want
 * blocks, and why the study ended where it did. docs/method.md, "How many blocks".
 *
 * A point matters while the answer can depend on it: the base of a speedup,
 * those that may still turn out to be fast enough, and those whose efficiency
 * may be on either side of its threshold. It is precise when half the width of
 * its interval is at most the plan's precision, as a share of its median.
 */
#ifndef SCALESTUDY_ADAPTIVE_H
#define SCALESTUDY_ADAPTIVE_H

#include <stddef.h>
#include <stdint.h>

#include "analysis.h"
#include "error.h"
#include "planfile.h"

struct adaptive {
    int64_t *until;    /* of each point of the plan: blocks that it should have in all; 0: no more */
    size_t wide;       /* points that matter and are not precise; */
    size_t at_most;    /* of them, those that have all the blocks that the plan allows */
    double widest;     /* half width of the widest of them, as a share; NAN none */
};

/* For a plan with a precision; the caller frees with adaptive_free(). Needs wanted blocks
 * by the square of what is lacking, at most as many again as a point has. */
void adaptive_judge(struct adaptive *adaptive, const struct analysis *analysis,
                    const struct plan *plan);

/* The same from a study's files. */
int adaptive_read(struct adaptive *adaptive, const char *results, const struct plan *plan,
                  struct error *err);
void adaptive_free(struct adaptive *adaptive);

#endif
