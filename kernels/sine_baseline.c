/*
 * What every CPU has: 2 doubles a vector (SSE2 where it is x86-64), a multiplication
 * and an addition that round each.
 */
#define LANES 2
#define GROUP 4
#define FMA(a, b, c) ((a) * (b) + (c))
#define FUSED 0
#define PIPELINE 0
#define ISA sine_baseline
#define ISA_NAME "baseline"
#include "sine_lanes.h"
