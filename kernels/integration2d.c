/*
 * integration2d: the integral of sin(x + y + c x y) over [0, pi]^2 by the midpoint
 * rule on n x n points: h^2 times the sum, h = pi / n, x = h (i + 1/2), y = h (j + 1/2).
 *
 * n^2 sines are evaluated, 27 flop each (see sine_lanes.h) and 8 bytes of a table
 * of y, which stays in cache. c is known only at run time, and 0 in studies: for
 * any other the sum neither splits into sums over x and y nor depends on i + j
 * alone. The same code computes both, but that an addition does where c x is 0
 * for what is else a multiplication and addition in one; a c too small to matter
 * gives the same bits. Weak scaling gives each worker the same number of sines: n
 * grows with the square root of the workers.
 *
 * Rows are dealt out as workers ask for them. Each has one double, and these
 * are added as a fixed tree, so that the answer has the same bits whatever the
 * number of workers, the backend and the schedule.
 *
 * The function that adds up a row is chosen at run time and its sums go to memory
 * that other workers read, so no compiler can move them out of the timed part.
 *
 * Checked: the integral is 0 for c = 0, but the symmetry that makes it 0 also
 * hides a bad sine. So rows are compared, each with what it must be:
 * the sum over j of sin(x + y) is cos(x) / sin(h / 2). For other c there is no such
 * form, and the rows are added up again with the long double sine of libm.
 */
#include "isa.h"
#include "kernel.h"
#include "pairwise.h"
#include "sine.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PI 3.14159265358979323846264338327950288L
/* Columns at a time: 125 KiB of y stay in the second-level cache. Whole blocks of any width. */
#define TILE 16000

struct integration2d_state {
    const struct sine_isa *isa;
    int64_t n;
    double curvature;
    double h;
    double *y;    /* n, and SINE_PAD behind; one copy a node */
    double *sums; /* of each row; one copy a node */
    double value; /* rank 0's */
    bool test_wrong;
};

/* The rows [begin, end). Columns come in tiles of fixed size, so that the bits do not depend on the
 * rows either. */
static void sum_rows(const struct integration2d_state *state, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++)
        state->sums[i] = 0;
    for (int64_t tile = 0; tile < state->n; tile += TILE) {
        size_t columns = (size_t)(state->n - tile < TILE ? state->n - tile : TILE);

        for (int64_t i = begin; i < end; i++) {
            double x = state->h * ((double)i + 0.5);
            /* x + y + c x y = x + (1 + c x) y */
            state->sums[i] +=
                sine_row(state->isa, x, 1 + state->curvature * x, state->y + tile, columns);
        }
    }
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Wide vector units take some microseconds to wake; half a millisecond is enough for all of them.
 */
static void warm_up(const struct integration2d_state *state)
{
    size_t columns = (size_t)(state->n < 2048 ? state->n : 2048);
    double start = now();
    volatile double sink = 0;

    while (now() - start < 0.5e-3)
        sink = sine_row(state->isa, sink * 0 + state->h, 1, state->y, columns);
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct integration2d_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        team_fail(team, "out of memory");
    state->isa = sine_isa(); /* main() has seen that there is one */
    state->n = arguments->size;
    state->curvature = arguments->options[0];
    state->test_wrong = arguments->test_wrong;
    state->h = (double)(PI / (long double)state->n);
    state->y = team_share(team, ((size_t)state->n + SINE_PAD) * sizeof *state->y);
    state->sums = team_share(team, (size_t)state->n * sizeof *state->sums);

    const struct team node = {.rank = team->local_rank, .size = team->local_size};
    int64_t begin, end;
    team_part(&node, state->n + SINE_PAD, &begin, &end);
    for (int64_t j = begin; j < end; j++)
        state->y[j] = state->h * ((double)j + 0.5);
    team_barrier(team);
    warm_up(state);
    return state;
}

static void run(struct team *team, void *own)
{
    struct integration2d_state *state = own;
    struct team_loop loop;
    int64_t begin, end, chunk = state->n / (8 * (int64_t)team->size);

    /* 4 to 5000 rows at a time cost the same; few enough that the last ones do not keep all
     * waiting. */
    chunk = chunk < 1 ? 1 : chunk > 32 ? 32 : chunk;
    team_deal(team, &loop, state->n, chunk);
    while (team_next_chunk(&loop, &begin, &end))
        sum_rows(state, begin, end);
    team_collect_dealt(team, state->sums, sizeof *state->sums, state->n);
    if (team->rank == 0)
        state->value = state->h * state->h * pairwise_sum(state->sums, (size_t)state->n);
}

/* h times what the sum of row i must be. */
static long double row_reference(const struct integration2d_state *state, int64_t i)
{
    long double h = PI / (long double)state->n, x = h * ((long double)i + 0.5L),
                c = (long double)state->curvature;
    long double sum = 0;

    if (state->curvature == 0)
        return h * cosl(x) / sinl(h / 2);
    for (int64_t j = 0; j < state->n; j++) {
        long double y = h * ((long double)j + 0.5L);
        sum += sinl(x + y + c * x * y);
    }
    return h * sum;
}

/*
 * How far h times a row's sum may be off, in the worst case: each argument of
 * size a carries at most four roundings (of h, y, the product and the sum), the
 * sine 2 units in the last place, and each of 8 lanes adds n / 8 terms one after
 * the other. At n = 10000 it is 5e-13, of sums of up to 2. Rows are usually good
 * to 2e-15, and a sine of single precision would be off by 1e-7.
 */
static double row_tolerance(const struct integration2d_state *state)
{
    double n = (double)state->n, pi = (double)PI,
           largest = 2 * pi + fabs(state->curvature) * pi * pi;

    return pi * (DBL_EPSILON / 2) * (4 * largest + 2 + n / 8 + 16);
}

static double worst_row(const struct integration2d_state *state)
{
    const int64_t rows[] = {0, state->n / 4, state->n / 2, state->n - state->n / 4 - 1,
                            state->n - 1};
    double worst = 0;

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double sum = state->h * state->sums[rows[k]];
        double off = fabs((double)((long double)sum - row_reference(state, rows[k])));
        if (!(off <= worst)) /* also where it is no number */
            worst = off;
    }
    return worst;
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct integration2d_state *state = own;

    if (team->rank != 0)
        return;
    if (state->test_wrong) {
        state->sums[state->n / 2] += 1e-6 * (double)state->n;
        state->value = state->h * state->h * pairwise_sum(state->sums, (size_t)state->n);
    }
    double row = worst_row(state), tolerance = row_tolerance(state);

    /* The sum of n rows, each times h: no row may be further off than `tolerance`. */
    result->value = state->value;
    result->error = state->curvature == 0 ? fabs(state->value) : (double)PI * row;
    if (!(row <= tolerance))
        snprintf(result->wrong, sizeof result->wrong,
                 "a row's sum is %.3g off, and at most %.3g is rounding", row, tolerance);
    else if (!(result->error <= (double)PI * tolerance))
        snprintf(result->wrong, sizeof result->wrong,
                 "the integral is %.3g off, and at most %.3g is rounding", result->error,
                 (double)PI * tolerance);
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
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = free,
};
