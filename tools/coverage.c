/*
 * coverage [TRIALS]: how often the report's intervals hold what they promise.
 * Draws samples whose true median and ratio are known, makes each interval as
 * the report does, and prints docs/coverage.md: the same at every call.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "bootstrap.h"
#include "claim.h"
#include "coverage.h"
#include "hodges_lehmann.h"
#include "modes.h"
#include "ratio.h"
#include "summary.h"

#define TRUE_RATIO 4.0
#define LEVEL 0.95
#define CLAIMS 10
#define BLOCK_NOISE 0.05 /* what a block does to both of its times */

enum { MOST = MOST_BLOCKS, TRIALS = 10000, STUDIES_SHARE = 20 };

/* Splitmix64 (Steele, Lea and Flood, OOPSLA 2014): above 0, below 1. */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(uniform(state)));
    return radius * cos(2 * acos(-1) * uniform(state));
}

static double lognormal_2(uint64_t *state)
{
    return exp(0.02 * normal(state));
}

static double lognormal_10(uint64_t *state)
{
    return exp(0.10 * normal(state));
}

static double floor_exponential(uint64_t *state)
{
    return 1 - 0.10 * log(uniform(state));
}

static double outliers(uint64_t *state)
{
    double slow = uniform(state) < 0.10 ? 1.2 + 0.8 * uniform(state) : 1;
    return slow * exp(0.02 * normal(state));
}

static double bimodal(uint64_t *state)
{
    double slow = uniform(state) < 0.30 ? 1.2 : 1;
    return slow * exp(0.01 * normal(state));
}

/*
 * True medians: exp(0), 1 + 0.1 ln 2, and where a share of the runs is slow,
 * exp(spread x the normal quantile of 0.5 / (1 - share)), as no slow run
 * comes near the median.
 */
const struct noise noises[NOISES] = {
    {"lognormal, 2 %", lognormal_2, 1},
    {"lognormal, 10 %", lognormal_10, 1},
    {"1 and exponential, 10 %", floor_exponential, 1.0693147180559945},
    {"2 %, a tenth 20–100 % slower", outliers, 1.0027981134}, /* z(0.5556) = 0.1397103 */
    {"1 %, three in ten 20 % slower", bimodal, 1.0056755},    /* z(0.7143) = 0.5659488 */
};
const size_t counts[COUNTS] = {6, 9, 15, 30};

enum figure {
    MEDIAN, RATIO, UPPER, PAIRED, SHIFT, RATIO_STRICT, SHIFT_STRICT, /* held */
    RATIO_WIDTH, SHIFT_WIDTH,                                      /* sums of ln(high / low) */
    TWO_GROUPS,
    FIGURES
};

struct workshop {
    struct bootstrap *bootstrap;
    uint64_t random;
    double found[FIGURES], tried[FIGURES];
};

static void count(struct workshop *w, enum figure figure, double low, double high, double truth)
{
    if (isnan(low) || isnan(high))
        return; /* there is no such interval */
    w->tried[figure]++;
    w->found[figure] += low <= truth && truth <= high;
}

static void add_width(struct workshop *w, enum figure figure, double low, double high)
{
    if (isnan(low) || isnan(high))
        return;
    w->tried[figure]++;
    w->found[figure] += log(high / low);
}

static void try_paired(struct workshop *w, const struct noise *noise, size_t n)
{
    double ratios[MOST];
    struct summary_ranks ranks = summary_ranks(n, LEVEL);
    for (size_t i = 0; i < n; i++) {
        double block = exp(BLOCK_NOISE * normal(&w->random));
        double base = TRUE_RATIO * block * noise->draw(&w->random);
        ratios[i] = base / (block * noise->draw(&w->random));
    }
    summary_sort(ratios, n);
    if (ranks.low > 0)
        count(w, PAIRED, ratios[ranks.low - 1], ratios[ranks.high - 1], TRUE_RATIO);
}

static void try_ratios(struct workshop *w, const double *x, const double *y, size_t n)
{
    struct pool pool = POOL_INIT;
    struct median_law a = bootstrap_median(w->bootstrap, &pool, x, n);
    struct median_law b = bootstrap_median(w->bootstrap, &pool, y, n);
    double strict = claim_level(LEVEL, CLAIMS), low, high;
    ratio_interval(&a, &b, LEVEL, &low, &high);
    count(w, RATIO, low, high, TRUE_RATIO);
    add_width(w, RATIO_WIDTH, low, high);
    ratio_interval(&a, &b, strict, &low, &high);
    count(w, RATIO_STRICT, low, high, TRUE_RATIO);
    count(w, UPPER, 0, ratio_quantile(&a, &b, 0.95), TRUE_RATIO);
    struct hodges_lehmann other = hodges_lehmann(x, n, y, n, LEVEL);
    count(w, SHIFT, other.low, other.high, TRUE_RATIO);
    add_width(w, SHIFT_WIDTH, other.low, other.high);
    other = hodges_lehmann(x, n, y, n, strict);
    count(w, SHIFT_STRICT, other.low, other.high, TRUE_RATIO);
    pool_free(&pool);
}

static void try_once(struct workshop *w, const struct noise *noise, size_t n)
{
    double x[MOST], y[MOST];
    struct summary_ranks ranks = summary_ranks(n, LEVEL);
    for (size_t i = 0; i < n; i++) {
        x[i] = TRUE_RATIO * noise->draw(&w->random);
        y[i] = noise->draw(&w->random);
    }
    summary_sort(x, n);
    summary_sort(y, n);
    if (ranks.low > 0)
        count(w, MEDIAN, y[ranks.low - 1], y[ranks.high - 1], noise->median);
    w->tried[TWO_GROUPS]++;
    w->found[TWO_GROUPS] += modes_find(y, n).lower > 0;
    try_ratios(w, x, y, n);
    try_paired(w, noise, n);
}

/* Each cell has a seed of its own, so that none depends on the others. */
static void fill(double cells[NOISES][COUNTS][FIGURES], long trials)
{
    for (size_t s = 0; s < NOISES; s++)
        for (size_t k = 0; k < COUNTS; k++) {
            struct workshop w = {.bootstrap = bootstrap_new(), .random = 1000 * s + k};
            for (long i = 0; i < trials; i++)
                try_once(&w, &noises[s], counts[k]);
            for (size_t f = 0; f < FIGURES; f++)
                cells[s][k][f] = w.tried[f] > 0 ? w.found[f] / w.tried[f] : NAN;
            bootstrap_free(w.bootstrap);
        }
}

static void print_table(double cells[NOISES][COUNTS][FIGURES], const enum figure *figures,
                        const char *const *names, size_t columns)
{
    printf("| noise | blocks |");
    for (size_t f = 0; f < columns; f++)
        printf(" %s |", names[f]);
    printf("\n|:---|---:|");
    for (size_t f = 0; f < columns; f++)
        printf("---:|");
    for (size_t s = 0; s < NOISES; s++)
        for (size_t k = 0; k < COUNTS; k++) {
            printf("\n| %s | %zu |", noises[s].name, counts[k]);
            for (size_t f = 0; f < columns; f++) {
                double cell = cells[s][k][figures[f]];
                if (isnan(cell))
                    printf(" none |");
                else
                    printf(" %.1f |", 100 * cell);
            }
        }
    printf("\n\n");
}

static void print_coverage(double cells[NOISES][COUNTS][FIGURES])
{
    static const enum figure figures[] = {MEDIAN, RATIO,        UPPER,       PAIRED,
                                          SHIFT,  RATIO_STRICT, SHIFT_STRICT};
    static const char *const names[] = {
        "median", "ratio", "upper limit", "paired", "Hodges-Lehmann", "ratio at 99.5", "H.-L. at 99.5"};
    print_table(cells, figures, names, sizeof figures / sizeof *figures);
}

static void print_widths(double cells[NOISES][COUNTS][FIGURES])
{
    static const enum figure figures[] = {RATIO_WIDTH, SHIFT_WIDTH, TWO_GROUPS};
    static const char *const names[] = {"width of ratio", "width of Hodges-Lehmann",
                                        "two groups found"};
    print_table(cells, figures, names, sizeof figures / sizeof *figures);
}

int main(int argc, char **argv)
{
    static double cells[NOISES][COUNTS][FIGURES];
    long trials = argc > 1 ? strtol(argv[1], NULL, 10) : TRIALS;
    if (argc > 2 || trials < 1) {
        fputs("usage: coverage [TRIALS]\n", stderr);
        return 2;
    }
    fill(cells, trials);
    printf("# What the report's intervals cover\n\n"
           "Made by `tools/coverage >docs/coverage.md`: %ld samples a row with a fixed seed, drawn "
           "so that the true median and\nthe true ratio, %g, are known. Percent of the intervals "
           "that hold the true value; chance moves a figure of\n95 by %.1f either way. The intervals "
           "are those of the report, made by its own functions:\n\n",
           trials, TRUE_RATIO, 100 * 2 * sqrt(0.95 * 0.05 / (double)trials));
    printf("- **median**: of a time, order statistics, 95 %% promised;\n"
           "- **ratio**: exact bootstrap of two medians, 95 %%. Speedup, efficiency, serial fractions "
           "and powers of the size are\n  this one mapped, so they cover the same;\n"
           "- **upper limit**: one-sided, 95 %%: what the rule for the core count goes by;\n"
           "- **paired**: median of ratios within blocks, 95 %%, with %g %% of noise that a block "
           "gives to both times;\n"
           "- **Hodges-Lehmann**: of two samples of one shape, 95 %%;\n"
           "- **at 99.5**: both as in a table of %d claims.\n\n",
           100 * BLOCK_NOISE, CLAIMS);
    print_coverage(cells);
    printf("How wide they are: the mean of ln(high/low) in percent, at 95 %%; and in how many samples "
           "of 100 the check for two\ngroups finds two. There are two in the last shape only; slow "
           "runs that are far away and several look like a group, and may be one.\n\n");
    print_widths(cells);
    coverage_bands(trials / STUDIES_SHARE > 0 ? trials / STUDIES_SHARE : 1);
    return 0;
}
