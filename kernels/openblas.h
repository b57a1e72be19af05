/*
 * OpenBLAS, loaded when it is needed and not before: its start takes
 * milliseconds, which no other workload has to pay, and nothing has to be built
 * with it.
 */
#ifndef SCALESTUDY_OPENBLAS_H
#define SCALESTUDY_OPENBLAS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Loads it with one thread, since the workers are the threads; call it before
 * they start. -1 with a sentence in `why` if it is not there or cannot be called
 * by several threads at once. Loading it twice is fine.
 */
int openblas_load(char *why, size_t size);

/* After openblas_load(): "OpenBLAS 0.3.21 for Cooperlake", and whether OPENBLAS_CORETYPE says so.
 */
const char *openblas_about(void);

/*
 * c = a b: rows x inner times inner x columns, row after row, `_stride` elements from one
 * to the next. Sizes may be 0.
 */
struct openblas_product {
    int64_t rows, inner, columns;
    const void *a, *b;
    void *c;
    int64_t a_stride, b_stride, c_stride;
};
void openblas_double(const struct openblas_product *product);
void openblas_float(const struct openblas_product *product);

#endif
