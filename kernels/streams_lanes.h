/*
 * The loops of streams.h for one width of vector: included by streams_<isa>.c.
 *
 *     BYTES         of a vector: 16, 32 or 64
 *     STORE_PAST(to, vector)  stores to memory past the caches
 *     FENCE()       after such stores
 *     ISA, ISA_NAME the struct streams_isa to define, and its name as text
 *
 * Loads keep several vectors in flight, since it is latency that a plain loop
 * would wait for.
 */
#include "streams.h"

#include <string.h>

#define DOUBLES (BYTES / 8)
#define FLOATS (BYTES / 4)
#define QUARTERS (FLOATS / 4)
#define INLINE static inline __attribute__((always_inline))

typedef double vec __attribute__((vector_size(BYTES)));
typedef float fvec __attribute__((vector_size(BYTES)));
typedef float four __attribute__((vector_size(16)));
typedef int64_t ivec __attribute__((vector_size(BYTES)));

#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif

INLINE vec load(const double *from)
{
    vec out;
    memcpy(&out, from, sizeof out);
    return out;
}

INLINE fvec load_floats(const float *from)
{
    fvec out;
    memcpy(&out, from, sizeof out);
    return out;
}

INLINE ivec load_integers(const int64_t *from)
{
    ivec out;
    memcpy(&out, from, sizeof out);
    return out;
}

INLINE void triad_vectors(double *a, const double *b, const double *c, double s, size_t count,
                          int past)
{
    size_t i = 0;

    for (; i + 4 * DOUBLES <= count; i += 4 * DOUBLES) {
        vec sums[4];
        UNROLLED
        for (size_t k = 0; k < 4; k++)
            sums[k] = load(b + i + k * DOUBLES) + s * load(c + i + k * DOUBLES);
        UNROLLED
        for (size_t k = 0; k < 4; k++)
            if (past)
                STORE_PAST(a + i + k * DOUBLES, sums[k]);
            else
                memcpy(a + i + k * DOUBLES, &sums[k], sizeof sums[k]);
    }
    for (; i < count; i++)
        a[i] = b[i] + s * c[i];
}

static void triad(double *a, const double *b, const double *c, double s, size_t count)
{
    triad_vectors(a, b, c, s, count, 0);
}

static void triad_past(double *a, const double *b, const double *c, double s, size_t count)
{
    triad_vectors(a, b, c, s, count, 1);
    FENCE();
}

static int64_t sum(const int64_t *numbers, size_t count)
{
    ivec sums[8] = {{0}};
    int64_t all = 0;
    size_t i = 0;

    for (; i + 8 * DOUBLES <= count; i += 8 * DOUBLES)
        UNROLLED
    for (size_t k = 0; k < 8; k++)
        sums[k] += load_integers(numbers + i + k * DOUBLES);
    for (size_t k = 0; k < 8; k++)
        for (size_t lane = 0; lane < DOUBLES; lane++)
            all += sums[k][lane];
    for (; i < count; i++)
        all += numbers[i];
    return all;
}

static void stencil(double *out, const double *up, const double *row, const double *down,
                    size_t count)
{
    size_t i = 0;

    for (; i + DOUBLES <= count; i += DOUBLES) {
        vec new =
            0.25 * ((load(up + i) + load(down + i)) + (load(row + i - 1) + load(row + i + 1)));
        memcpy(out + i, &new, sizeof new);
    }
    for (; i < count; i++)
        out[i] = 0.25 * ((up[i] + down[i]) + (row[i - 1] + row[i + 1]));
}

INLINE float total(fvec sums)
{
    union {
        fvec whole;
        four quarters[QUARTERS];
    } parts = {sums};

    for (size_t k = 1; k < QUARTERS; k++)
        parts.quarters[0] += parts.quarters[k];
    return (parts.quarters[0][0] + parts.quarters[0][2]) +
           (parts.quarters[0][1] + parts.quarters[0][3]);
}

INLINE void descend_rows(const float *x, size_t width, size_t rows, const float *w,
                         const float *base, float *off, float *gradient, int ahead)
{
    fvec sums[STREAMS_ROWS] = {{0}};

    for (size_t j = 0; j < width; j += FLOATS) {
        fvec weights = load_floats(w + j);
        UNROLLED
        for (size_t r = 0; r < rows; r++)
            sums[r] += load_floats(x + r * width + j) * weights;
    }
    for (size_t r = 0; r < rows; r++)
        off[r] = total(sums[r]) + base[r];
    for (size_t j = 0; j < width; j += STREAMS_FLOATS) {
        UNROLLED
        for (size_t r = 0; ahead && r < rows; r++)
            __builtin_prefetch(x + (rows + r) * width + j, 0, 2);
        UNROLLED
        for (size_t k = j; k < j + STREAMS_FLOATS; k += FLOATS) {
            fvec all = load_floats(x + k) * off[0];
            UNROLLED
            for (size_t r = 1; r < rows; r++)
                all += load_floats(x + r * width + k) * off[r];
            all += load_floats(gradient + k);
            memcpy(gradient + k, &all, sizeof all);
        }
    }
}

static void descend(const float *x, size_t width, size_t rows, const float *w, const float *base,
                    float *off, float *gradient)
{
    if (rows == STREAMS_ROWS)
        descend_rows(x, width, STREAMS_ROWS, w, base, off, gradient, 0);
    else
        descend_rows(x, width, 1, w, base, off, gradient, 0);
}

static void descend_ahead(const float *x, size_t width, size_t rows, const float *w,
                          const float *base, float *off, float *gradient)
{
    if (rows == STREAMS_ROWS)
        descend_rows(x, width, STREAMS_ROWS, w, base, off, gradient, 1);
    else
        descend_rows(x, width, 1, w, base, off, gradient, 1);
}

const struct streams_isa ISA = {
    .name = ISA_NAME,
    .triad = triad,
    .triad_past = triad_past,
    .sum = sum,
    .stencil = stencil,
    .descend = descend,
    .descend_ahead = descend_ahead,
};
