/*
 * integration2d in Fortran: see its file in C for what is computed and how it is judged.
 */
#include "workloads.h"

#include "isa.h"
#include "loops.h"

#include <math.h>
#include <stdlib.h>

struct integration2d_state {
    const struct loops *loops;
    int64_t n;
    double curvature, value;
    double *y, *sums; /* n of each, one copy for all */
    bool test_wrong;
};

static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *need)
{
    (void)team;
    need->shared = 2 * sizeof(double) * (double)arguments->size;
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct integration2d_state *state = workload_state(team, sizeof *state);

    state->loops = loops_choose();
    state->n = arguments->size;
    state->curvature = arguments->options[0];
    state->test_wrong = arguments->test_wrong;
    state->y = team_share(team, (size_t)state->n * sizeof *state->y);
    state->sums = team_share(team, (size_t)state->n * sizeof *state->sums);
    integration2d_fill(state->n, state->y);
    return state;
}

static void run(struct team *team, void *own)
{
    struct integration2d_state *state = own;

    state->loops->integration2d_rows(state->n, integration2d_spacing(state->n), state->curvature,
                                     state->y, state->sums);
    if (team->rank == 0)
        state->value = integration2d_value(state->n, state->sums);
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct integration2d_state *state = own;

    if (team->rank != 0)
        return;
    if (state->test_wrong) {
        state->sums[state->n / 2] += 1e-6 * (double)state->n;
        state->value = integration2d_value(state->n, state->sums);
    }
    double row = integration2d_worst_row(state->n, state->curvature, state->y, state->sums);
    double tolerance = integration2d_tolerance(state->n, state->curvature);
    result->value = state->value;
    result->error = state->curvature == 0 ? fabs(state->value) : 3.1416 * row;
    if (!(row <= tolerance) || !(result->error <= 3.1416 * tolerance))
        snprintf(result->wrong, sizeof result->wrong,
                 "a row's sum is %.3g off and the integral %.3g, and at most %.3g is rounding", row,
                 result->error, tolerance);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Integral value is %e, Error is %e\n", result->value, result->error);
}

static const struct kernel_option options[] = {
    {"--curvature", "C", 0, -1e9, 1e9, 0, "c of sin(x + y + c x y)"},
    {.name = NULL},
};

const struct kernel integration2d_kernel = {
    .name = "integration2d",
    .summary = "midpoint sum of sin(x + y) over [0, pi]^2, n x n points",
    .unit = "sin",
    .work = "size^2",
    .size = "points along each side",
    .default_size = 10000,
    .maximum_size = 10000000,
    .options = options,
    .isa = isa_name,
    .need = need,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = free,
};
