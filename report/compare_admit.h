/*
 * Who can be compared in a contest. Who cannot becomes a notice: two CPU types,
 * another clock, another answer, or nothing of it at all.
 */
#ifndef SCALESTUDY_COMPARE_ADMIT_H
#define SCALESTUDY_COMPARE_ADMIT_H

#include "compare.h"

/* Whether the series is the entrant's; its table may have other clusters' too. */
bool compare_is_own(const struct compare *compare, size_t entrant, const struct series *series);

/* The entrant's next series of the contest from *at on; NULL at the end. */
const struct series *compare_own_series(const struct compare *compare,
                                        const struct compare_contest *contest, size_t entrant,
                                        size_t *at);

/* Fills `takes_part`; whether that leaves two, the reference among them. */
bool compare_admit(struct compare *compare, struct compare_contest *contest);

#endif
