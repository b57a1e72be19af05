/*
 * jacobi2d: --sweeps sweeps of Jacobi's method for Laplace's equation on a grid of `size` x
 * `size` points between borders of 0: every point becomes the mean of its four
 * neighbours, old values all. Each worker has a block of rows, and swaps its first
 * and last with its neighbours' before each sweep: how codes on grids communicate.
 *
 * A point takes 4 flop and 16 bytes (8 read, 8 written; 24 where the written line is
 * read first) in each sweep, so memory limits it; a worker sends 16 n bytes a
 * sweep however many rows it has, so halos weigh more with each worker. A unit of
 * work is a point in a sweep. Weak scaling gives each worker the same number of
 * points: n grows with the square root of the workers. Sweeps are not blocked in time, as
 * they are not in codes that do more than this.
 *
 * Every point is computed by the same operations wherever it lies, so the answer, the mean of
 * all points, has the same bits for any number of workers, backend and instruction set.
 *
 * Checked: every point. The grid begins as two of the method's own shapes, sin(a pi i h)
 * sin(b pi j h) with h = 1 / (n + 1), and a sweep multiplies such a shape by (cos(a pi h) +
 * cos(b pi h)) / 2. Each sweep may round by 4 units in the last place of 1. A border that is a
 * sweep old is seen, as one sweep changes points by 10 / n^2.
 */
#include "isa.h"
#include "kernel.h"
#include "memory.h"
#include "pairwise.h"
#include "streams.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846264338327950288L

/* a, b and height of the two shapes. */
static const struct shape {
    int a, b;
    double height;
} shapes[] = {{1, 1, 1}, {2, 3, 0.5}};

#define SHAPES (sizeof shapes / sizeof *shapes)

struct jacobi2d_state {
    const struct streams_isa *isa;
    int64_t n, begin, end, sweeps; /* rows of this worker, from 0 */
    size_t stride, bytes;          /* doubles of a row with its borders; bytes of a grid */
    double *now, *next;            /* this worker's rows and one on each side */
    double *sines;                 /* of each shape, along i and along j: 2 SHAPES rows of n */
    double *sums;                  /* of each row; one copy a node */
    bool test_wrong;
};

static double *row_of(const struct jacobi2d_state *state, double *grid, int64_t i)
{
    return grid + (size_t)(i - state->begin + 1) * state->stride + 1;
}

/* sin(a pi (i + 1) h); the angle is reduced in integers, which loses nothing. */
static double sine_at(int64_t n, int64_t a, int64_t i)
{
    int64_t turns = a * (i + 1) % (2 * (n + 1));

    return (double)sinl(PI * (long double)turns / (long double)(n + 1));
}

static const double *sines_of(const struct jacobi2d_state *state, size_t shape, bool along_j)
{
    return state->sines + (2 * shape + (along_j ? 1 : 0)) * (size_t)state->n;
}

static void make_sines(struct jacobi2d_state *state)
{
    for (size_t k = 0; k < SHAPES; k++)
        for (int64_t i = 0; i < state->n; i++) {
            state->sines[2 * k * (size_t)state->n + (size_t)i] = sine_at(state->n, shapes[k].a, i);
            state->sines[(2 * k + 1) * (size_t)state->n + (size_t)i] =
                sine_at(state->n, shapes[k].b, i);
        }
}

/* The point i, j where the shapes are so high. */
static double point(const struct jacobi2d_state *state, const double heights[SHAPES], int64_t i,
                    int64_t j)
{
    double sum = 0;

    for (size_t k = 0; k < SHAPES; k++)
        sum += heights[k] * sines_of(state, k, false)[i] * sines_of(state, k, true)[j];
    return sum;
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct jacobi2d_state *state = calloc(1, sizeof *state);
    const double heights[SHAPES] = {shapes[0].height, shapes[1].height};

    if (state == NULL)
        team_fail(team, "out of memory");
    state->isa = streams_isa();
    state->n = arguments->size;
    state->sweeps = (int64_t)arguments->options[0];
    state->test_wrong = arguments->test_wrong;
    team_part(team, state->n, &state->begin, &state->end);
    state->stride = (size_t)state->n + 2;
    state->bytes = (size_t)(state->end - state->begin + 2) * state->stride * sizeof(double);
    state->now = memory_take(state->bytes);
    state->next = memory_take(state->bytes);
    state->sines = malloc(2 * SHAPES * (size_t)state->n * sizeof *state->sines);
    state->sums = team_share(team, (size_t)state->n * sizeof *state->sums);
    if (state->now == NULL || state->next == NULL || state->sines == NULL)
        team_fail(team, "out of memory; give a smaller --size");
    memset(state->now, 0, state->bytes);
    memset(state->next, 0, state->bytes);
    make_sines(state);
    for (int64_t i = state->begin; i < state->end; i++)
        for (int64_t j = 0; j < state->n; j++)
            row_of(state, state->now, i)[j] = point(state, heights, i, j);
    return state;
}

/* First those of even rank with the next, then those of odd rank; workers behind the last row have
 * no neighbour. */
static void swap_borders(struct team *team, const struct jacobi2d_state *state)
{
    int64_t active = team->size < state->n ? team->size : state->n;
    size_t bytes = (size_t)state->n * sizeof(double);

    for (int odd = 0; odd < 2; odd++) {
        bool below = team->rank % 2 == odd;
        int peer = below ? team->rank + 1 : team->rank - 1;
        bool meets = peer >= 0 && peer < active && team->rank < active;
        int64_t edge = below ? state->end - 1 : state->begin;
        const double *send = meets ? row_of(state, state->now, edge) : NULL;
        double *receive = meets ? row_of(state, state->now, below ? edge + 1 : edge - 1) : NULL;

        team_exchange(team, meets ? peer : TEAM_NOBODY, send, receive, meets ? bytes : 0);
    }
}

static void run(struct team *team, void *own)
{
    struct jacobi2d_state *state = own;

    for (int64_t sweep = 0; sweep < state->sweeps; sweep++) {
        double *old = state->now;

        swap_borders(team, state);
        for (int64_t i = state->begin; i < state->end; i++)
            state->isa->stencil(row_of(state, state->next, i), row_of(state, old, i - 1),
                                row_of(state, old, i), row_of(state, old, i + 1), (size_t)state->n);
        state->now = state->next;
        state->next = old;
    }
}

/* How high the shapes are after all sweeps. */
static void heights_after(const struct jacobi2d_state *state, double heights[SHAPES])
{
    long double h = 1 / (long double)(state->n + 1);

    for (size_t k = 0; k < SHAPES; k++) {
        long double factor = (cosl(shapes[k].a * PI * h) + cosl(shapes[k].b * PI * h)) / 2;
        heights[k] = shapes[k].height * (double)powl(factor, (long double)state->sweeps);
    }
}

/* The largest distance of this worker's points from where they should be; fills in the sums of
 * its rows. */
static double worst_point(const struct jacobi2d_state *state)
{
    double heights[SHAPES], worst = 0;

    heights_after(state, heights);
    for (int64_t i = state->begin; i < state->end; i++) {
        const double *row = row_of(state, state->now, i);
        state->sums[i] = 0;
        for (int64_t j = 0; j < state->n; j++) {
            double off = fabs(row[j] - point(state, heights, i, j));
            state->sums[i] += row[j];
            worst = off <= worst ? worst : isnan(off) ? HUGE_VAL : off;
        }
    }
    return worst;
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct jacobi2d_state *state = own;
    double points = (double)state->n * (double)state->n;
    double allowed = 4 * DBL_EPSILON * ((double)state->sweeps + 2);

    if (state->test_wrong && state->end == state->n && state->begin < state->end)
        row_of(state, state->now, state->n - 1)[0] += 1e-6;
    result->error = worst_point(state);
    team_allreduce_double(team, &result->error, 1, TEAM_MAX);
    team_collect(team, state->sums, sizeof *state->sums, state->begin, state->end);
    if (team->rank == 0)
        result->value = pairwise_sum(state->sums, (size_t)state->n) / points;
    result->work = points * (double)state->sweeps;
    result->giga = 16e-9 * result->work;
    result->giga_per_second = "GB/s";
    if (!(result->error <= allowed))
        snprintf(result->wrong, sizeof result->wrong,
                 "a point is %.3g off, and at most %.3g is rounding", result->error, allowed);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Mean of all points is %.15g, points are off by at most %.3g\n", result->value,
            result->error);
}

static void finish(void *own)
{
    struct jacobi2d_state *state = own;

    memory_give(state->now, state->bytes);
    memory_give(state->next, state->bytes);
    free(state->sines);
    free(state);
}

static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *out)
{
    double n = (double)arguments->size, here = (double)team->local_size / team->size;

    out->own = 16 * (n + 2) * (n * here + 2 * team->local_size) +
               16 * (double)SHAPES * n * team->local_size;
    out->shared = 8 * n;
}

static const struct kernel_option options[] = {
    {"--sweeps", "N", 50, 1, 1e7, 1, "over the grid"},
    {.name = NULL},
};

const struct kernel jacobi2d_kernel = {
    .name = "jacobi2d",
    .summary = "sweeps over an n x n grid, borders swapped with neighbours",
    .unit = "point",
    .work = "size^2",
    .size = "points along each side",
    .default_size = 4000,
    .maximum_size = 10000000,
    .options = options,
    .isa = isa_name,
    .need = need,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = finish,
};
