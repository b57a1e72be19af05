#include "bench.h"
#include "bench_mix.h"

#include <immintrin.h>

__m256d _ZGVdN4v_sin(__m256d x);

static void mix(const double *y, size_t count)
{
    for (size_t j = 0; j + 24 <= count; j += 24)
        __asm__ volatile(MIX_SIX("%%ymm", 0, 32, 64, 96, 128, 160)
                         :
                         : [y] "r"(y + j)
                         : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                           "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    __asm__ volatile("vzeroupper" ::: "memory");
}

static double libmvec(double x, const double *y, size_t count)
{
    __m256d sum = _mm256_setzero_pd();
    double lanes[4];

    for (size_t j = 0; j + 4 <= count; j += 4)
        sum = _mm256_add_pd(sum,
                            _ZGVdN4v_sin(_mm256_add_pd(_mm256_loadu_pd(y + j), _mm256_set1_pd(x))));
    _mm256_storeu_pd(lanes, sum);
    return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

const struct bench_isa bench_avx2 = {.name = "avx2", .lanes = 4, .mix = mix, .libmvec = libmvec};
