/*
 * 32 bytes a vector. Compiled for x86-64 with AVX2 and FMA.
 */
#include <immintrin.h>

#define BYTES 32
#define STORE_PAST(to, vector) _mm256_stream_pd((to), (__m256d)(vector))
#define FENCE() _mm_sfence()
#define ISA streams_avx2
#define ISA_NAME "avx2"
#include "streams_lanes.h"
