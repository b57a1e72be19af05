/*
 * matmul in Fortran: C r is compared with A (B r) for a vector r of random signs.
 */
#include "workloads.h"

#include "loops.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* What there is once for each precision. */
struct precision {
    size_t bytes; /* of a number */
    double epsilon;
    void (*fill)(int64_t n, void *a, void *b);
    void (*run)(int64_t n, const void *a, const void *b, void *c, int64_t first, int64_t last);
    void (*check)(int64_t n, const void *a, const void *b, const void *c, double *value,
                  double *error);
};

static const struct precision single_precision = {sizeof(float), FLT_EPSILON, matmul_fill_single,
                                                  matmul_run_single, matmul_check_single},
                              double_precision = {sizeof(double), DBL_EPSILON, matmul_fill_double,
                                                  matmul_run_double, matmul_check_double};

struct matmul_state {
    const struct precision *precision;
    int64_t n;
    void *a, *b, *c; /* n x n numbers, one copy for all */
    bool test_wrong;
};

static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *need)
{
    (void)team;
    need->shared =
        3 * (double)arguments->size * (double)arguments->size * arguments->options[0] / 8;
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct matmul_state *state = workload_state(team, sizeof *state);

    state->precision = arguments->options[0] < 64 ? &single_precision : &double_precision;
    state->n = arguments->size;
    state->test_wrong = arguments->test_wrong;
    size_t bytes = (size_t)state->n * (size_t)state->n * state->precision->bytes;
    state->a = team_share(team, bytes);
    state->b = team_share(team, bytes);
    state->c = team_share(team, bytes);
    state->precision->fill(state->n, state->a, state->b);
    return state;
}

static void run(struct team *team, void *own)
{
    struct matmul_state *state = own;
    int64_t begin, end;

    team_part(team, state->n, &begin, &end);
    state->precision->run(state->n, state->a, state->b, state->c, begin + 1, end);
}

/* Rounding of sums of n products, n of them added up: an element's error grows with the root of n,
 * and four times that is far from what an error in the method makes. */
static double tolerance(const struct matmul_state *state)
{
    double n = (double)state->n;

    return 4 * state->precision->epsilon * n * sqrt(n);
}

static void spoil_last(struct matmul_state *state)
{
    size_t last = (size_t)state->n * (size_t)state->n - 1;

    if (state->precision == &single_precision)
        ((float *)state->c)[last] += 1e-2f * (float)state->n;
    else
        ((double *)state->c)[last] += 1e-2 * (double)state->n;
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct matmul_state *state = own;

    if (team->rank != 0)
        return;
    if (state->test_wrong)
        spoil_last(state);
    state->precision->check(state->n, state->a, state->b, state->c, &result->value, &result->error);
    if (!(result->error <= tolerance(state)))
        snprintf(result->wrong, sizeof result->wrong,
                 "C r and A (B r) are %.3g apart, and at most %.3g is rounding", result->error,
                 tolerance(state));
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Checksum is %.15g, C r is %e off A (B r)\n", result->value, result->error);
}

static const struct kernel_option options[] = {
    {"--bits", "N", 64, 32, 64, 32, "of a number: 64 or 32"},
    {.name = NULL},
};

const struct kernel matmul_kernel = {
    .name = "matmul",
    .summary = "product of two n x n matrices by MATMUL, rows split",
    .unit = "multiply-add",
    .work = "size^3",
    .size = "rows and columns",
    .default_size = 2000,
    .maximum_size = 1000000,
    .options = options,
    .need = need,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = free,
};
