/*
 * Inputs that every language makes alike: the fractional parts of multiples of
 * irrational numbers, spread evenly over [0, 1) and as good as random to a matrix
 * product. Indices count from 0. Each operation is one of double, rounded once.
 */
#ifndef SCALESTUDY_FRACTIONS_H
#define SCALESTUDY_FRACTIONS_H

#include <stdint.h>

static inline double fraction(double x) /* of x >= 0 */
{
    return x - (double)(int64_t)x;
}

static inline double fraction_row(int64_t i)
{
    return fraction(0.6180339887498949 * (double)(i + 1));
}

static inline double fraction_column(int64_t j)
{
    return fraction(0.5698402909980532 * (double)(j + 1));
}

static inline double fraction_first(int64_t i, int64_t j)
{
    return fraction(0.6180339887498949 * (double)(i + 1) + 0.7548776662466927 * (double)(j + 1));
}

static inline double fraction_second(int64_t i, int64_t j)
{
    return fraction(0.5698402909980532 * (double)(i + 1) + 0.8191725133961645 * (double)(j + 1));
}

/* +1 or -1, as good as random in j; another vector for another seed. */
static inline double fraction_sign(int64_t j, uint64_t seed)
{
    uint64_t mixed = ((uint64_t)j + (seed << 48) + 1) * 0x9e3779b97f4a7c15u;

    mixed = (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93u;
    return (mixed >> 63) != 0 ? -1 : 1;
}

#endif
