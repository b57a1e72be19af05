/*
 * 8 doubles a vector, fused multiply-add. Compiled for x86-64 with AVX-512 F and DQ.
 */
#include <immintrin.h>

#define LANES 8
#define GROUP 4
#define FMA(a, b, c) ((vec)_mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c)))
#define FUSED 1
#define PIPELINE 1
#define VECTOR "zmm"
#define ODD 14
#define STORE_ODD ""
#define ISA sine_avx512
#define ISA_NAME "avx512"
#include "sine_lanes.h"
