/*
 * Which vector instructions the kernels compute with: "avx512", "avx2" or
 * "baseline", chosen once at run time. Code exists once for each; a table of
 * functions carries the same name.
 */
#ifndef SCALESTUDY_ISA_H
#define SCALESTUDY_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Whether this CPU has it; false for any other name. */
bool isa_runs(const char *name);

/* The best that this CPU has, or what SCALESTUDY_ISA names. NULL if that is not known or not here.
 */
const char *isa_name(void);

/*
 * Defines kind_isa(), the struct kind_isa whose name isa_name() gives, or NULL; and
 * kind_isas(), all that this CPU runs, best first, ended by NULL.
 */
#if defined(__x86_64__)
#define ISA_EACH(kind) &kind##_avx512, &kind##_avx2, &kind##_baseline
#define ISA_DECLARE(kind) extern const struct kind##_isa kind##_avx512, kind##_avx2, kind##_baseline
#else
#define ISA_EACH(kind) &kind##_baseline
#define ISA_DECLARE(kind) extern const struct kind##_isa kind##_baseline
#endif
#define ISA_TABLE(kind)                                                                            \
    ISA_DECLARE(kind);                                                                             \
    static const struct kind##_isa *const known[] = {ISA_EACH(kind), NULL};                        \
                                                                                                   \
    const struct kind##_isa *kind##_isa(void)                                                      \
    {                                                                                              \
        const char *name = isa_name();                                                             \
        size_t i = 0;                                                                              \
                                                                                                   \
        while (name != NULL && known[i] != NULL && strcmp(name, known[i]->name) != 0)              \
            i++;                                                                                   \
        return name != NULL ? known[i] : NULL;                                                     \
    }                                                                                              \
                                                                                                   \
    const struct kind##_isa *const *kind##_isas(void)                                              \
    {                                                                                              \
        static const struct kind##_isa *list[sizeof known / sizeof *known];                        \
        size_t count = 0;                                                                          \
                                                                                                   \
        for (size_t i = 0; known[i] != NULL; i++)                                                  \
            if (isa_runs(known[i]->name))                                                          \
                list[count++] = known[i];                                                          \
        list[count] = NULL;                                                                        \
        return list;                                                                               \
    }                                                                                              \
    ISA_DECLARE(kind)

#endif
