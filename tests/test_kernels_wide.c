/*
 * The sine at the width of AVX-512 for CPUs that have AVX2 only: the compiler
 * makes two instructions of each, except the fused one, which is spelled out.
 * The result is what AVX-512 gives, bit for bit, but for the pipelined loop.
 */
#include <immintrin.h>

#define LANES 8
#define GROUP 4
#define FUSED 1
#define PIPELINE 0
#define ISA sine_wide
#define ISA_NAME "8 lanes by AVX2"

typedef double wide __attribute__((vector_size(64)));

static inline __attribute__((always_inline)) wide fused(wide a, wide b, wide c)
{
    union {
        wide whole;
        __m256d half[2];
    } x = {a}, y = {b}, z = {c};

    for (int i = 0; i < 2; i++)
        z.half[i] = _mm256_fmadd_pd(x.half[i], y.half[i], z.half[i]);
    return z.whole;
}

#define FMA(a, b, c) fused((a), (b), (c))
#include "sine_lanes.h"
