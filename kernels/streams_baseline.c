/*
 * What every CPU has: 16 bytes a vector. Stores past the caches only where it is x86-64.
 */
#define BYTES 16
#if defined(__x86_64__)
#include <emmintrin.h>
#define STORE_PAST(to, vector) _mm_stream_pd((to), (__m128d)(vector))
#define FENCE() _mm_sfence()
#else
#define STORE_PAST(to, vector) memcpy((to), &(vector), sizeof(vector))
#define FENCE() ((void)0)
#endif
#define ISA streams_baseline
#define ISA_NAME "baseline"
#include "streams_lanes.h"
