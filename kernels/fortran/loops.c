#include "loops.h"

#include "isa.h"

#include <stddef.h>
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

static const struct loops known[] = {
#ifdef __x86_64__
    LOOPS(avx512),
    LOOPS(avx2),
#endif
    LOOPS(baseline),
};

const struct loops *loops_choose(void)
{
    const char *isa = isa_name();

    for (size_t i = 0; isa != NULL && i < sizeof known / sizeof *known; i++)
        if (strcmp(isa, known[i].isa) == 0)
            return &known[i];
    return NULL;
}
