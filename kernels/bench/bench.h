/*
 * What bench_sin compares with the row kernel, once for each vector width:
 * bench_avx2.c, bench_avx512.c, bench_baseline.c.
 */
#ifndef SCALESTUDY_BENCH_H
#define SCALESTUDY_BENCH_H

#include <stddef.h>

struct bench_isa {
    const char *name; /* as in struct sine_isa */
    int lanes;

    /*
     * The limit of the hardware: as many operations of each kind as `count`
     * sines need, none of which waits for another of the same sine. What it
     * computes means nothing. `y` holds `count` doubles.
     */
    void (*mix)(const double *y, size_t count);

    /* The sum of sin(x + y[j]) by glibc's vector sine of this width. */
    double (*libmvec)(double x, const double *y, size_t count);
};

extern const struct bench_isa bench_avx512, bench_avx2, bench_baseline;

#endif
