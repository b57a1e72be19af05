#include "bench.h"
#include "bench_mix.h"

#include <immintrin.h>

__m512d _ZGVeN8v_sin(__m512d x);

static void mix(const double *y, size_t count)
{
    for (size_t j = 0; j + 48 <= count; j += 48)
        __asm__ volatile(MIX_SIX("%%zmm", 0, 64, 128, 192, 256, 320)
                         :
                         : [y] "r"(y + j)
                         : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                           "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    /* Dirty upper halves slow every SSE instruction after this down. */
    __asm__ volatile("vzeroupper" ::: "memory");
}

static double libmvec(double x, const double *y, size_t count)
{
    __m512d sum = _mm512_setzero_pd();
    double lanes[8], total = 0;

    for (size_t j = 0; j + 8 <= count; j += 8)
        sum = _mm512_add_pd(sum,
                            _ZGVeN8v_sin(_mm512_add_pd(_mm512_loadu_pd(y + j), _mm512_set1_pd(x))));
    _mm512_storeu_pd(lanes, sum);
    for (int i = 0; i < 8; i++)
        total += lanes[i];
    return total;
}

const struct bench_isa bench_avx512 = {
    .name = "avx512", .lanes = 8, .mix = mix, .libmvec = libmvec};
