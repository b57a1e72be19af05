/*
 * A comparison in words: what the page, the terminal and compare.json say.
 */
#ifndef SCALESTUDY_COMPARE_WORDS_H
#define SCALESTUDY_COMPARE_WORDS_H

#include "compare.h"
#include "strbuf.h"

/* "1.31×" and "1.29, 1.33", with as many decimals as tell the ends from 1 and from each other. */
void compare_say_ratio(struct strbuf *sb, double ratio, struct interval interval);
void compare_say_ends(struct strbuf *sb, const char *between, struct interval interval);

/* "16 cores", "16 cores with openmp" */
void compare_say_side(struct strbuf *sb, const struct compare_side *side, bool backend);

/* Into the pool: each comparison's and ranking's sentence, and the headline. */
void compare_say(struct compare *compare);

#endif
