/*
 * matmul: C = A B of n x n matrices, in double or (--bits 32) single precision.
 * Each worker has its block of rows of A and C. B is there as a whole, one copy a
 * node (--split 0), or each worker has a block of its columns and the blocks go from
 * worker to worker, so that no node holds all of B (--split 1): then each worker
 * receives n^2 numbers on the way.
 *
 *     A[i][j] = frac(0.6180339887498949 (i + 1) + 0.7548776662466927 (j + 1)) - 1/2
 *     B[i][j] = frac(0.5698402909980532 (i + 1) + 0.8191725133961645 (j + 1)) - 1/2
 *
 * A unit of work is a multiply-add: 2 flop, and n^3 of them; memory has 3 n^2
 * numbers, so an element is used n times and the processor limits. OpenBLAS
 * computes, one thread for each worker. Weak scaling gives each worker the same
 * number of multiply-adds: n grows with the cube root of the workers.
 *
 * The value is w' C w / n, w[i] = frac(0.6180339887498949 (i + 1)) - 1/2, added up in
 * double. OpenBLAS may add in another order where a worker has another number of
 * rows, so bits differ between numbers of workers: relative to the value by 1e-12
 * in double and by 1e-3 in single precision at most, usually a thousandth of that.
 *
 * Checked: C r = A (B r), every row, in double, for two vectors r of random signs.
 * A single wrong element of a row is always seen; several can cancel, for at most
 * half of all r. A row may be off by 8 u |A| |B|, u half a unit in the last place
 * of the precision and |A|, |B| the largest sums of a row's absolute values: more
 * than rounding makes of n terms as even as these, and far below one wrong element.
 */
#include "fractions.h"
#include "kernel.h"
#include "memory.h"
#include "openblas.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct matmul_state {
    int64_t n, begin, end; /* rows of A and C of this worker */
    int64_t width;         /* numbers that a row of a block of B has: n, or of the largest block */
    bool single, split, test_wrong;
    size_t bytes, rows_bytes, block_bytes; /* of a number, of A and of C, of a block of B */
    void *a, *c;                           /* this worker's */
    void *b;        /* all of B, the node's; or this worker's columns of it, its own */
    void *received; /* another worker's columns, where B is split */
};

static void put(const struct matmul_state *state, void *array, int64_t place, double number)
{
    if (state->single)
        ((float *)array)[place] = (float)number;
    else
        ((double *)array)[place] = number;
}

static double get(const struct matmul_state *state, const void *array, int64_t place)
{
    return state->single ? (double)((const float *)array)[place] : ((const double *)array)[place];
}

/* The columns of B that worker `rank` has. */
static void columns_of(const struct team *team, int64_t n, int rank, int64_t *begin, int64_t *end)
{
    const struct team as = {.rank = rank, .size = team->size};

    team_part(&as, n, begin, end);
}

static void multiply(const struct matmul_state *state, const void *b, int64_t b_stride,
                     int64_t begin, int64_t end)
{
    const struct openblas_product product = {
        .rows = state->end - state->begin,
        .inner = state->n,
        .columns = end - begin,
        .a = state->a,
        .b = b,
        .c = (unsigned char *)state->c + (size_t)begin * state->bytes,
        .a_stride = state->n,
        .b_stride = b_stride,
        .c_stride = state->n,
    };

    (state->single ? openblas_float : openblas_double)(&product);
}

static void fill_rows_of_b(const struct matmul_state *state, int64_t begin, int64_t end,
                           int64_t first, int64_t last)
{
    for (int64_t i = begin; i < end; i++)
        for (int64_t j = first; j < last; j++)
            put(state, state->b, i * state->width + j - first, fraction_second(i, j) - 0.5);
}

/* Whole, by the node's workers together, or this worker's columns. */
static void make_b(struct team *team, struct matmul_state *state)
{
    const struct team node = {.rank = team->local_rank, .size = team->local_size};
    int64_t begin, end;

    if (state->split) {
        columns_of(team, state->n, team->rank, &begin, &end);
        fill_rows_of_b(state, 0, state->n, begin, end);
    } else {
        team_part(&node, state->n, &begin, &end);
        fill_rows_of_b(state, begin, end, 0, state->n);
    }
}

static void allocate(struct team *team, struct matmul_state *state)
{
    size_t n = (size_t)state->n;

    state->bytes = state->single ? sizeof(float) : sizeof(double);
    state->rows_bytes = (size_t)(state->end - state->begin) * n * state->bytes;
    state->width = state->split ? (state->n + team->size - 1) / team->size : state->n;
    state->block_bytes = n * (size_t)state->width * state->bytes;
    state->a = memory_take(state->rows_bytes);
    state->c = memory_take(state->rows_bytes);
    state->b =
        state->split ? memory_take(state->block_bytes) : team_share(team, state->block_bytes);
    state->received = state->split ? memory_take(state->block_bytes) : NULL;
    if (state->a == NULL || state->b == NULL || state->c == NULL ||
        (state->split && state->received == NULL))
        team_fail(team, "out of memory; give a smaller --size");
}

/* OpenBLAS takes its work space at the first product, and a thread finds it again. */
static void warm_up(const struct matmul_state *state)
{
    int64_t n = state->n < 64 ? state->n : 64, rows = state->end - state->begin;
    const struct openblas_product product = {
        .rows = rows < n ? rows : n,
        .inner = n,
        .columns = state->width < n ? state->width : n,
        .a = state->a,
        .b = state->b,
        .c = state->c,
        .a_stride = state->n,
        .b_stride = state->width,
        .c_stride = state->n,
    };

    (state->single ? openblas_float : openblas_double)(&product);
    memset(state->c, 0xff, state->rows_bytes); /* no numbers, and its pages are there */
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct matmul_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        team_fail(team, "out of memory");
    state->n = arguments->size;
    state->single = arguments->options[0] == 32;
    state->split = arguments->options[1] != 0;
    state->test_wrong = arguments->test_wrong;
    team_part(team, state->n, &state->begin, &state->end);
    allocate(team, state);
    for (int64_t i = state->begin; i < state->end; i++)
        for (int64_t j = 0; j < state->n; j++)
            put(state, state->a, (i - state->begin) * state->n + j, fraction_first(i, j) - 0.5);
    make_b(team, state);
    team_barrier(team);
    warm_up(state);
    return state;
}

/*
 * In round r the workers a and b with a + b = r, round and round, swap their own blocks:
 * after as many rounds as workers each has met each other once, and itself.
 */
static void run(struct team *team, void *own)
{
    struct matmul_state *state = own;

    if (!state->split) {
        multiply(state, state->b, state->n, 0, state->n);
        return;
    }
    for (int round = 0; round < team->size; round++) {
        int peer = (round - team->rank + team->size) % team->size;
        bool alone = peer == team->rank;
        int64_t begin, end;

        team_exchange(team, alone ? TEAM_NOBODY : peer, state->b, state->received,
                      state->block_bytes);
        columns_of(team, state->n, peer, &begin, &end);
        multiply(state, alone ? state->b : state->received, state->width, begin, end);
    }
}

#define VECTORS 2

/* What the check and the value take from one row of C or A. */
struct row_sums {
    double size;           /* of absolute values */
    double times[VECTORS]; /* with the sign vectors, or with B r */
    double weighted;       /* with w */
};

/* t = B r for both r, from the formula of B, and the largest row of |B|; each worker its rows. */
static double times_signs(struct team *team, const struct matmul_state *state, double *t)
{
    double largest = 0;

    for (int64_t i = state->begin; i < state->end; i++) {
        double sums[VECTORS] = {0, 0}, size = 0;
        for (int64_t j = 0; j < state->n; j++) {
            double number = fraction_second(i, j) - 0.5;
            if (state->single)
                number = (double)(float)number;
            size += fabs(number);
            for (int k = 0; k < VECTORS; k++)
                sums[k] += number * fraction_sign(j, (uint64_t)k);
        }
        for (int k = 0; k < VECTORS; k++)
            t[VECTORS * i + k] = sums[k];
        largest = fmax(largest, size);
    }
    team_collect(team, t, VECTORS * sizeof *t, state->begin, state->end);
    return largest;
}

static struct row_sums sums_of_c(const struct matmul_state *state, int64_t i)
{
    struct row_sums sums = {.size = 0};

    for (int64_t j = 0; j < state->n; j++) {
        double number = get(state, state->c, (i - state->begin) * state->n + j);
        for (int k = 0; k < VECTORS; k++)
            sums.times[k] += number * fraction_sign(j, (uint64_t)k);
        sums.weighted += number * (fraction_row(j) - 0.5);
    }
    return sums;
}

static struct row_sums sums_of_a(const struct matmul_state *state, int64_t i, const double *t)
{
    struct row_sums sums = {.size = 0};

    for (int64_t j = 0; j < state->n; j++) {
        double number = get(state, state->a, (i - state->begin) * state->n + j);
        sums.size += fabs(number);
        for (int k = 0; k < VECTORS; k++)
            sums.times[k] += number * t[VECTORS * j + k];
    }
    return sums;
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct matmul_state *state = own;
    double *t = team_share(team, VECTORS * (size_t)state->n * sizeof *t), value = 0;
    double largest[3] = {0, times_signs(team, state, t), 0}; /* |A|, |B|, off */

    if (state->test_wrong && state->end == state->n && state->begin < state->end) {
        int64_t place = (state->end - state->begin) * state->n - 1;
        put(state, state->c, place, get(state, state->c, place) + 1e-2 * (double)state->n);
    }
    for (int64_t i = state->begin; i < state->end; i++) {
        struct row_sums c = sums_of_c(state, i), a = sums_of_a(state, i, t);
        value += (fraction_row(i) - 0.5) * c.weighted;
        largest[0] = fmax(largest[0], a.size);
        for (int k = 0; k < VECTORS; k++) {
            double off = fabs(c.times[k] - a.times[k]);
            largest[2] = off <= largest[2] ? largest[2] : isnan(off) ? HUGE_VAL : off;
        }
    }
    team_allreduce_double(team, largest, 3, TEAM_MAX);
    team_allreduce_double(team, &value, 1, TEAM_SUM);

    double norm = largest[0] * largest[1];
    double allowed = 8 * (state->single ? FLT_EPSILON : DBL_EPSILON) / 2;
    result->value = value / (double)state->n;
    result->error = largest[2] / norm;
    result->giga = 2e-9 * (double)state->n * (double)state->n * (double)state->n;
    result->giga_per_second = "GFLOP/s";
    if (!(result->error <= allowed))
        snprintf(result->wrong, sizeof result->wrong,
                 "C r differs from A (B r) by %.3g of |A| |B|, and at most %.3g is rounding",
                 result->error, allowed);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "w' C w / n is %.15g, C r - A (B r) is %.3g of |A| |B|\nComputed by %s\n",
            result->value, result->error, openblas_about());
}

static void finish(void *own)
{
    struct matmul_state *state = own;

    memory_give(state->a, state->rows_bytes);
    memory_give(state->c, state->rows_bytes);
    if (state->split) {
        memory_give(state->b, state->block_bytes);
        memory_give(state->received, state->block_bytes);
    }
    free(state);
}

/* OpenBLAS's own work space is 32 MiB a thread. */
static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *out)
{
    double n = (double)arguments->size, matrix = n * n * arguments->options[0] / 8,
           here = (double)team->local_size / team->size;
    bool split = arguments->options[1] != 0;

    out->shared = (split ? 0 : matrix) + 16 * n;
    out->own = (split ? 4 : 2) * matrix * here + 32e6 * team->local_size;
}

static const struct kernel_option options[] = {
    {"--bits", "N", 64, 32, 64, 32, "of a number: 64 or 32"},
    {"--split", "0|1", 0, 0, 1, 1, "1: B in pieces that are passed around"},
    {.name = NULL},
};

const struct kernel matmul_kernel = {
    .name = "matmul",
    .summary = "product of two n x n matrices by OpenBLAS",
    .unit = "multiply-add",
    .work = "size^3",
    .size = "rows and columns",
    .default_size = 2000,
    .maximum_size = 1000000,
    .options = options,
    .ready = openblas_load,
    .library = openblas_about,
    .need = need,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = finish,
};
