/*
 * Random numbers that are the same everywhere and always: a report made twice
 * from the same rows has the same figures.
 */
#ifndef SCALESTUDY_RANDOM_H
#define SCALESTUDY_RANDOM_H

#include <stdint.h>

/* The state of splitmix64 (Steele, Lea and Flood, OOPSLA 2014). Any value may
 * be its seed; neighbouring seeds give unrelated numbers. */
struct random {
    uint64_t state;
};

uint64_t random_bits(struct random *random);
double random_uniform(struct random *random); /* above 0, below 1 */
double random_normal(struct random *random);  /* mean 0, variance 1 */

#endif
