/*
 * 4 doubles a vector, fused multiply-add. Compiled for x86-64 with AVX2 and FMA.
 */
#include <immintrin.h>

#define LANES 4
#define GROUP 4
#define FMA(a, b, c) ((vec)_mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c)))
#define FUSED 1
#define PIPELINE 1
#define VECTOR "ymm"
#define ODD 15
#define STORE_ODD "vmovupd %%ymm15, 32(%[sums])\n\t"
#define ISA sine_avx2
#define ISA_NAME "avx2"
#include "sine_lanes.h"
