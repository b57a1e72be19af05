#include "isa.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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
    const char *name;
    bool (*runs)(void);
} known[] = {
/* best first */
#if defined(__x86_64__)
    {"avx512", has_avx512},
    {"avx2", has_avx2},
#endif
    {"baseline", always},
};

bool isa_runs(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0)
            return known[i].runs();
    return false;
}

const char *isa_name(void)
{
    const char *asked = getenv("SCALESTUDY_ISA");

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].runs() && (asked == NULL || strcmp(asked, known[i].name) == 0))
            return known[i].name;
    return NULL;
}
