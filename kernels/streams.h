/*
 * The loops that memory limits, for the instruction set at hand: each is a few
 * operations for every number read.
 */
#ifndef SCALESTUDY_STREAMS_H
#define SCALESTUDY_STREAMS_H

#include <stddef.h>
#include <stdint.h>

#define STREAMS_ALIGN                                                                              \
    64                 /* bytes, where an array must begin so that its stores can pass the caches */
#define STREAMS_ROWS 8 /* of a matrix, at a time */
#define STREAMS_FLOATS 16 /* a row of a matrix is padded to a multiple of these, with zeros */

struct streams_isa {
    const char *name; /* avx512, avx2, baseline */

    /* a[i] = b[i] + s c[i]; `past` stores to memory without reading it into a cache first: `a`
     * begins at a multiple of STREAMS_ALIGN. */
    void (*triad)(double *a, const double *b, const double *c, double s, size_t count);
    void (*triad_past)(double *a, const double *b, const double *c, double s, size_t count);

    int64_t (*sum)(const int64_t *numbers, size_t count);

    /* out[i] = ((up[i] + down[i]) + (row[i - 1] + row[i + 1])) / 4: the same bits on all */
    void (*stencil)(double *out, const double *up, const double *row, const double *down,
                    size_t count);

    /*
     * For `rows` rows of x, STREAMS_ROWS or 1, each `width` floats: off[r] = x[r] . w + base[r],
     * and then gradient += sum over r of off[r] x[r], while the rows are in cache. `width` is a
     * multiple of STREAMS_FLOATS. `ahead` has memory bring as many rows behind these
     * meanwhile, which helps where x is in no cache and costs a tenth where it is.
     */
    void (*descend)(const float *x, size_t width, size_t rows, const float *w, const float *base,
                    float *off, float *gradient);
    void (*descend_ahead)(const float *x, size_t width, size_t rows, const float *w,
                          const float *base, float *off, float *gradient);
};

/* As isa_name() chooses; NULL where that is NULL. */
const struct streams_isa *streams_isa(void);

/* All that are built in and that this CPU runs, best first; ends with NULL. */
const struct streams_isa *const *streams_isas(void);

#endif
