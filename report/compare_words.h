/*
 * A comparison in words: what the page, the terminal and compare.json say.
 */
#ifndef SCALESTUDY_COMPARE_WORDS_H
#define SCALESTUDY_COMPARE_WORDS_H

#include "compare.h"
#include "strbuf.h"

/* "Alfa, Bravo and Charlie": those entrants whose flag is set, in their order. */
void compare_say_names(struct strbuf *sb, const struct compare *compare, const bool *which);

/* "16 cores", "16 cores with openmp" */
void compare_say_side(struct strbuf *sb, const struct compare_side *side, bool backend);

/* Into the pool: each comparison's and ranking's sentence, and the headline. */
void compare_say(struct compare *compare);

#endif
