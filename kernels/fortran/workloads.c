/*
 * The workloads of the backends fortran and fortran-openmp: their loops are Fortran, and
 * what is around them is that of the kernels in C. A loop that workers share says so in
 * OpenMP's words there, so a team must be one worker or the threads of a region.
 */
#include "isa.h"
#include "kernel.h"
#include "loops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLE_EPSILON 0x1p-52
#define SINGLE_EPSILON 0x1p-23

static void *allocate_state(struct team *team, size_t bytes)
{
    void *state = calloc(1, bytes);

    if (state == NULL)
        team_fail(team, "out of memory");
    return state;
}

/* integration2d: see its file in C for what is computed and how it is judged. ---------------- */

struct integration2d_state {
    const struct loops *loops;
    int64_t n;
    double curvature, value;
    double *y, *sums; /* n of each, one copy for all */
    bool test_wrong;
};

static void integration2d_need(const struct team *team, const struct kernel_arguments *arguments,
                               struct kernel_need *need)
{
    (void)team;
    need->shared = 2 * sizeof(double) * (double)arguments->size;
}

static void *integration2d_prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct integration2d_state *state = allocate_state(team, sizeof *state);

    state->loops = loops_choose();
    state->n = arguments->size;
    state->curvature = arguments->options[0];
    state->test_wrong = arguments->test_wrong;
    state->y = team_share(team, (size_t)state->n * sizeof *state->y);
    state->sums = team_share(team, (size_t)state->n * sizeof *state->sums);
    integration2d_fill(state->n, state->y);
    return state;
}

static void integration2d_run(struct team *team, void *own)
{
    struct integration2d_state *state = own;

    state->loops->integration2d_rows(state->n, integration2d_spacing(state->n), state->curvature,
                                     state->y, state->sums);
    if (team->rank == 0)
        state->value = integration2d_value(state->n, state->sums);
}

static void integration2d_check(struct team *team, void *own, struct kernel_result *result)
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

static void integration2d_say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Integral value is %e, Error is %e\n", result->value, result->error);
}

static const struct kernel_option integration2d_options[] = {
    {.name = "--curvature",
     .value = "C",
     .preset = 0,
     .minimum = -1e9,
     .maximum = 1e9,
     .help = "c of sin(x + y + c x y)"},
    {.name = NULL},
};

static const struct kernel integration2d_kernel = {
    .name = "integration2d",
    .summary = "midpoint sum of sin(x + y) over [0, pi]^2, n x n points",
    .unit = "sin",
    .work = "size^2",
    .size = "points along each side",
    .default_size = 10000,
    .maximum_size = 10000000,
    .options = integration2d_options,
    .isa = isa_name,
    .need = integration2d_need,
    .prepare = integration2d_prepare,
    .run = integration2d_run,
    .check = integration2d_check,
    .say = integration2d_say,
    .finish = free,
};

/* matmul: C r is compared with A (B r) for a vector r of random signs. ------------------------ */

struct matmul_state {
    int64_t n;
    bool single;
    void *a, *b, *c; /* n x n floats or doubles, one copy for all */
    bool test_wrong;
};

static void matmul_need(const struct team *team, const struct kernel_arguments *arguments,
                        struct kernel_need *need)
{
    (void)team;
    need->shared =
        3 * (double)arguments->size * (double)arguments->size * arguments->options[0] / 8;
}

static void *matmul_prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct matmul_state *state = allocate_state(team, sizeof *state);

    state->n = arguments->size;
    state->single = arguments->options[0] < 64;
    state->test_wrong = arguments->test_wrong;
    size_t bytes =
        (size_t)state->n * (size_t)state->n * (state->single ? sizeof(float) : sizeof(double));
    state->a = team_share(team, bytes);
    state->b = team_share(team, bytes);
    state->c = team_share(team, bytes);
    if (state->single)
        matmul_fill_single(state->n, state->a, state->b);
    else
        matmul_fill_double(state->n, state->a, state->b);
    return state;
}

static void matmul_run(struct team *team, void *own)
{
    struct matmul_state *state = own;
    int64_t begin, end;

    team_part(team, state->n, &begin, &end);
    if (state->single)
        matmul_run_single(state->n, state->a, state->b, state->c, begin + 1, end);
    else
        matmul_run_double(state->n, state->a, state->b, state->c, begin + 1, end);
}

/* Rounding of sums of n products, n of them added up: an element's error grows with the root of n,
 * and four times that is far from what an error in the method makes. */
static double matmul_tolerance(const struct matmul_state *state)
{
    double n = (double)state->n;

    return 4 * (state->single ? SINGLE_EPSILON : DOUBLE_EPSILON) * n * sqrt(n);
}

static void spoil_last(struct matmul_state *state)
{
    size_t last = (size_t)state->n * (size_t)state->n - 1;

    if (state->single)
        ((float *)state->c)[last] += 1e-2f * (float)state->n;
    else
        ((double *)state->c)[last] += 1e-2 * (double)state->n;
}

static void matmul_check(struct team *team, void *own, struct kernel_result *result)
{
    struct matmul_state *state = own;

    if (team->rank != 0)
        return;
    if (state->test_wrong)
        spoil_last(state);
    if (state->single)
        matmul_check_single(state->n, state->a, state->b, state->c, &result->value, &result->error);
    else
        matmul_check_double(state->n, state->a, state->b, state->c, &result->value, &result->error);
    if (!(result->error <= matmul_tolerance(state)))
        snprintf(result->wrong, sizeof result->wrong,
                 "C r and A (B r) are %.3g apart, and at most %.3g is rounding", result->error,
                 matmul_tolerance(state));
}

static void matmul_say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Checksum is %.15g, C r is %e off A (B r)\n", result->value, result->error);
}

static const struct kernel_option matmul_options[] = {
    {.name = "--bits",
     .value = "N",
     .preset = 64,
     .minimum = 32,
     .maximum = 64,
     .step = 32,
     .help = "of a number: 64 or 32"},
    {.name = NULL},
};

static const struct kernel matmul_kernel = {
    .name = "matmul",
    .summary = "product of two n x n matrices by MATMUL, rows split",
    .unit = "multiply-add",
    .work = "size^3",
    .size = "rows and columns",
    .default_size = 2000,
    .maximum_size = 100000,
    .options = matmul_options,
    .need = matmul_need,
    .prepare = matmul_prepare,
    .run = matmul_run,
    .check = matmul_check,
    .say = matmul_say,
    .finish = free,
};

/* gradient: the loss is compared with that of the same descent in double precision. ----------- */

struct gradient_state {
    const struct loops *loops;
    int64_t rows, columns, epochs;
    double rate;
    float *x, *y, *w; /* rows x columns, rows, columns + 1; one copy for all */
    float *slopes;    /* columns + 1 of each worker */
    bool test_wrong;
};

static void gradient_need(const struct team *team, const struct kernel_arguments *arguments,
                          struct kernel_need *need)
{
    double columns = arguments->options[0];

    need->shared = sizeof(float) * ((double)arguments->size + team->size) * (columns + 1);
}

static void *gradient_prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct gradient_state *state = allocate_state(team, sizeof *state);

    state->loops = loops_choose();
    state->rows = arguments->size;
    state->columns = (int64_t)arguments->options[0];
    state->epochs = (int64_t)arguments->options[1];
    state->rate =
        arguments->options[2] > 0 ? arguments->options[2] : fmin(10 / (double)state->columns, 0.1);
    state->test_wrong = arguments->test_wrong;
    size_t parameters = (size_t)state->columns + 1;
    state->x = team_share(team, (size_t)state->rows * (size_t)state->columns * sizeof *state->x);
    state->y = team_share(team, (size_t)state->rows * sizeof *state->y);
    state->w = team_share(team, parameters * sizeof *state->w);
    state->slopes = team_share(team, (size_t)team->size * parameters * sizeof *state->slopes);
    gradient_fill(state->columns, state->rows, state->x, state->y);
    if (team->rank == 0)
        memset(state->w, 0, parameters * sizeof *state->w);
    return state;
}

static void gradient_run(struct team *team, void *own)
{
    struct gradient_state *state = own;
    float step = (float)(2 * state->rate / (double)state->rows);
    float *slope = state->slopes + team->rank * (state->columns + 1);
    int64_t begin, end;

    team_part(team, state->rows, &begin, &end);
    for (int64_t epoch = 0; epoch < state->epochs; epoch++) {
        state->loops->gradient_part(state->columns, state->rows, state->x, state->y, state->w,
                                    begin + 1, end, slope);
        team_barrier(team);
        gradient_average(state->columns, team->size, state->slopes, step, state->w);
    }
}

static void gradient_check(struct team *team, void *own, struct kernel_result *result)
{
    struct gradient_state *state = own;

    if (team->rank != 0)
        return;
    if (state->test_wrong)
        state->w[state->columns] += 1;
    result->value = gradient_loss(state->columns, state->rows, state->x, state->y, state->w);
    double right = gradient_reference(state->columns, state->rows, state->x, state->y,
                                      state->epochs, state->rate);
    result->error = fabs(result->value - right);
    if (!(result->error <= 1e-4 * fabs(right) + 1e-7))
        snprintf(result->wrong, sizeof result->wrong, "the loss is %.7g, and it must be %.7g",
                 result->value, right);
}

static void gradient_say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Loss is %.9g, Error is %e\n", result->value, result->error);
}

static const struct kernel_option gradient_options[] = {
    {.name = "--columns",
     .value = "N",
     .preset = 1000,
     .minimum = 1,
     .maximum = 10000000,
     .step = 1,
     .help = "of each row"},
    {.name = "--epochs",
     .value = "N",
     .preset = 200,
     .minimum = 1,
     .maximum = 10000000,
     .step = 1,
     .help = "steps, each of all rows"},
    {.name = "--rate",
     .value = "R",
     .preset = 0,
     .minimum = 0,
     .maximum = 1e9,
     .help = "of learning; 0: 10 / columns, at most 0.1"},
    {.name = NULL},
};

static const struct kernel gradient_kernel = {
    .name = "gradient",
    .summary = "linear model by gradient descent, rows split, parameters averaged",
    .unit = "row",
    .work = "size",
    .size = "rows",
    .default_size = 3000,
    .maximum_size = 1000000000,
    .options = gradient_options,
    .isa = isa_name,
    .need = gradient_need,
    .prepare = gradient_prepare,
    .run = gradient_run,
    .check = gradient_check,
    .say = gradient_say,
    .finish = free,
};

const struct kernel *const kernels[] = {
    &integration2d_kernel,
    &matmul_kernel,
    &gradient_kernel,
    NULL,
};
