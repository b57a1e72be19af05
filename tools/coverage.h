/*
 * What the two parts of the simulation share: noise whose median is known.
 */
#ifndef SCALESTUDY_COVERAGE_H
#define SCALESTUDY_COVERAGE_H

#include <stddef.h>
#include <stdint.h>

struct noise {
    const char *name;
    double (*draw)(uint64_t *state);
    double median;
};

enum { NOISES = 5, COUNTS = 4, MOST_BLOCKS = 30 };
extern const struct noise noises[NOISES];
extern const size_t counts[COUNTS]; /* of blocks */

/* Prints the part about models: `studies` of a known curve for each noise and count. */
void coverage_bands(long studies);

#endif
