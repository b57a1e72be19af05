/*
 * Without fused operations there is no such mix to compare with; libmvec's sine
 * of two doubles is the same width.
 */
#include "bench.h"

#include <emmintrin.h>

__m128d _ZGVbN2v_sin(__m128d x);

static double libmvec(double x, const double *y, size_t count)
{
    __m128d sum = _mm_setzero_pd();
    double lanes[2];

    for (size_t j = 0; j + 2 <= count; j += 2)
        sum = _mm_add_pd(sum, _ZGVbN2v_sin(_mm_add_pd(_mm_loadu_pd(y + j), _mm_set1_pd(x))));
    _mm_storeu_pd(lanes, sum);
    return lanes[0] + lanes[1];
}

const struct bench_isa bench_baseline = {.name = "baseline", .lanes = 2, .libmvec = libmvec};
