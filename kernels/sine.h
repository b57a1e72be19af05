/*
 * Sums of sines along a row, for the instruction set at hand. Every sine is
 * evaluated: for arguments up to SINE_LIMIT at most 2 units in the last place off
 * (and 1e-33 |x| more, which only shows next to large multiples of pi), libm's
 * beyond.
 *
 * AVX2 and AVX-512 give the same bits, since both add element j to virtual lane
 * j % 8; baseline rounds differently, for want of fused operations.
 */
#ifndef SCALESTUDY_SINE_H
#define SCALESTUDY_SINE_H

#include <stddef.h>

#define SINE_LIMIT 1e7
#define SINE_PAD 64 /* doubles behind the end of y that are read, whatever they are */

struct sine_isa {
    const char *name; /* avx512, avx2, baseline */

    /* The sum of sin(x + y[j]), and of sin(x + slope * y[j]), over j < count. |argument| <=
     * SINE_LIMIT. */
    double (*row)(double x, const double *y, size_t count);
    double (*sloped_row)(double x, double slope, const double *y, size_t count);

    /* out[j] = sin(x[j]), for tests; both padded likewise. |x[j]| <= SINE_LIMIT. */
    void (*values)(const double *x, double *out, size_t count);
};

/*
 * The best that this CPU has, or what SCALESTUDY_ISA names. NULL if that is not
 * known or this CPU does not have it.
 */
const struct sine_isa *sine_isa(void);

/* All that are built in and that this CPU runs, best first; ends with NULL. */
const struct sine_isa *const *sine_isas(void);

/* The sum of sin(x + slope * y[j]) for any argument; y ascends. */
double sine_row(const struct sine_isa *isa, double x, double slope, const double *y, size_t count);

#endif
