/*
 * Which measurements stand against each other in each view, before any ratio
 * is computed.
 */
#ifndef SCALESTUDY_COMPARE_VIEWS_H
#define SCALESTUDY_COMPARE_VIEWS_H

#include "compare.h"

/* Whether the series measures what the contest is about. What a table does not
 * say (kernel "", size NAN) speaks against nothing. */
bool compare_is_of_contest(const struct compare_contest *contest, const struct series *series);

/* All comparisons of a contest, their ratios still to be computed. */
void compare_find_pairs(struct compare *compare, struct compare_contest *contest);

/* The rankings: who stands in them, by ascending medians. */
void compare_find_rankings(struct compare *compare, struct compare_contest *contest);

#endif
