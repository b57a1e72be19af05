/*
 * 64 bytes a vector. Compiled for x86-64 with AVX-512 F and DQ.
 */
#include <immintrin.h>

#define BYTES 64
#define STORE_PAST(to, vector) _mm512_stream_pd((to), (__m512d)(vector))
#define FENCE() _mm_sfence()
#define ISA streams_avx512
#define ISA_NAME "avx512"
#include "streams_lanes.h"
