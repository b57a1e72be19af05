/*
 * How many cores of one series to ask for, by the study's rule. docs/method.md, "Which core count".
 */
#ifndef SCALESTUDY_OPTIMUM_H
#define SCALESTUDY_OPTIMUM_H

#include "context.h"

/* Fills the series' optimum; its speedups and too_small marks must be there. */
void optimum_of_series(struct context *context, size_t series);

/* The rule alone: the members `kind`, `recommended` and `fastest` with their points and
 * `largest_tested_won`, by the settings that are there. */
void optimum_decide(struct context *context, size_t series);

/* What going from one point to another would change; none where either is nowhere, or it is the
 * same, and in weak scaling (the time is meant to stay). */
struct alternative optimum_alternative(const struct context *context, struct place from,
                                       struct place to);
/* To the next count of the same series with at least twice the cores. */
struct alternative optimum_doubling(const struct context *context, struct place at);
/* To the largest efficient count of the same series, or else the next smaller one. */
struct alternative optimum_cheaper(const struct context *context, struct place at);

/*
 * T(numerator) / T(denominator) <= limit with one-sided 95 % confidence: what
 * "not slower than" means here. By the medians alone where a side has fewer
 * blocks than RULE_LIMIT_LEAST. A point against itself is 1.
 */
bool optimum_at_most(const struct context *context, struct place numerator,
                     struct place denominator, double limit);

/* Neither of the two is shown to be faster; false where there are too few blocks to tell. */
bool optimum_alike(const struct context *context, struct place a, struct place b);

/*
 * One core, and how sure "faster than that" has to be: as every count above one
 * may come out faster by chance, 95 % are shared among them (Bonferroni).
 */
struct one_core {
    struct place at; /* nowhere: not measured */
    double level;
};

/* Of the counts in these series; `at` is the least median on one core. */
struct one_core optimum_one_core(const struct context *context, struct place at,
                                 const size_t *series, size_t count);

/* It is one core, or shown to be faster, or there is no one core to compare with. */
bool optimum_is_worth_asking(const struct context *context, struct place at,
                             const struct one_core *one);

/* Something in the series, on more cores, is shown to be faster than one. */
bool optimum_parallel_pays(const struct context *context, size_t series, const struct one_core *one);

/* The largest count with ok runs; 0 none. */
int64_t optimum_largest_count(const struct series *series);
/* How many counts have ok runs. */
size_t optimum_counts(const struct series *series);

#endif
