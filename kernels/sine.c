#include "sine.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern const struct sine_isa sine_avx512, sine_avx2, sine_baseline;

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

static const struct {
    const struct sine_isa *isa;
    bool (*runs)(void);
} known[] = {
/* best first */
#if defined(__x86_64__)
    {&sine_avx512, has_avx512},
    {&sine_avx2, has_avx2},
#endif
    {&sine_baseline, always},
};

#define KNOWN (sizeof known / sizeof *known)

const struct sine_isa *sine_isa(void)
{
    const char *name = getenv("SCALESTUDY_ISA");

    for (size_t i = 0; i < KNOWN; i++)
        if (known[i].runs() && (name == NULL || strcmp(name, known[i].isa->name) == 0))
            return known[i].isa;
    return NULL;
}

const struct sine_isa *const *sine_isas(void)
{
    static const struct sine_isa *list[KNOWN + 1];
    size_t count = 0;

    for (size_t i = 0; i < KNOWN; i++)
        if (known[i].runs())
            list[count++] = known[i].isa;
    list[count] = NULL;
    return list;
}

/* Vectors do not reach here, and nobody measures it: for completeness of the answer only. */
static double far_row(double x, double slope, const double *y, size_t count)
{
    double sums[8] = {0};

    for (size_t j = 0; j < count; j++)
        sums[j % 8] += sin(x + slope * y[j]);
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
           ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

double sine_row(const struct sine_isa *isa, double x, double slope, const double *y, size_t count)
{
    if (count == 0)
        return 0;
    /* The argument is linear in y, so it is largest at an end. */
    double first = fabs(x + slope * y[0]), last = fabs(x + slope * y[count - 1]);

    if (!(first <= SINE_LIMIT && last <= SINE_LIMIT))
        return far_row(x, slope, y, count);
    return slope == 1 ? isa->row(x, y, count) : isa->sloped_row(x, slope, y, count);
}
