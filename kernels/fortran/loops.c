#include "loops.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DECLARE(set)                                                                               \
    void set##_integration2d_rows(int64_t, double, double, const double *, double *);              \
    void set##_gradient_part(int64_t, int64_t, const float *, const float *, const float *,        \
                             int64_t, int64_t, float *);
#define LOOPS(set)                                                                                 \
    {                                                                                              \
        .isa = #set, .integration2d_rows = set##_integration2d_rows,                               \
        .gradient_part = set##_gradient_part                                                       \
    }

DECLARE(baseline)
#ifdef __x86_64__
DECLARE(avx2)
DECLARE(avx512)
#endif

static const struct loops widest_first[] = {
#ifdef __x86_64__
    LOOPS(avx512),
    LOOPS(avx2),
#endif
    LOOPS(baseline),
};

static bool has(const char *isa)
{
#ifdef __x86_64__
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");

    if (strcmp(isa, "avx512") == 0)
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
    if (strcmp(isa, "avx2") == 0)
        return avx2;
#endif
    return strcmp(isa, "baseline") == 0;
}

const struct loops *loops_choose(void)
{
    const char *asked = getenv("SCALESTUDY_ISA");

    for (size_t i = 0; i < sizeof widest_first / sizeof *widest_first; i++) {
        const struct loops *loops = &widest_first[i];
        if (has(loops->isa) && (asked == NULL || strcmp(asked, loops->isa) == 0))
            return loops;
    }
    return NULL;
}
