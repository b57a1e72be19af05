/*
 * gradient: a linear model fitted by gradient descent, data-parallel as neural
 * networks are trained: `size` rows of --columns numbers are split over the workers,
 * each takes one step on the mean squared error of its own rows, and then the
 * parameters are averaged over all workers, --epochs times.
 *
 *     X[i][j] = frac(0.6180339887498949 (i + 1) + 0.7548776662466927 (j + 1)) - 1/2
 *     y = X t + 1/4,  t[j] = frac(0.5698402909980532 (j + 1)) - 1/2
 *
 * in single precision, rounded from double. Weights and bias begin at 0. The
 * averages are weighted by the workers' rows, so that they are the step on all
 * rows whatever the parts: the same path for any number of workers, but for
 * rounding.
 *
 * X is read once an epoch: some rows at a time are multiplied by the weights, and
 * added to the gradient while they are in cache. That is 4 flop and 4 bytes for
 * each element of X, an epoch; so memory limits it where X exceeds the caches. (X'X
 * would make an epoch cheap, but then no data were read.) A unit of work is a row,
 * in all its epochs, and weak scaling gives each worker the same number of rows.
 *
 * The value is the mean squared error at the end, added up in double. The order of
 * sums in single precision depends on the number of workers and on the
 * instructions; values agree to 1e-5 of the mean of y^2, usually to 1e-7.
 *
 * Checked: every epoch, in double, along two directions r of random signs. Be A =
 * [X 1] and p the parameters. A step must be -2 rate / m A'(A p - y), so its length
 * along r must be -2 rate / m (v'p - c) with v = A'(A r) and c = (A r)'y: v and c
 * take two sweeps over X for all epochs together, and an epoch then takes no sweep
 * at all. A step that is wrong in one parameter is always seen, one that is wrong
 * in several at least every second time. As the path is shown to be that of gradient
 * descent, its end is. What rounding may do is said at step_off().
 */
#include "fractions.h"
#include "isa.h"
#include "kernel.h"
#include "memory.h"
#include "streams.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTIONS 2
#define ROWS_TOGETHER 65536 /* more are added up in parts, as a large sum rounds what is added to it */

struct gradient_state {
    const struct streams_isa *isa;
    int64_t size, begin, end; /* rows in all, and this worker's */
    int64_t columns, epochs;
    double rate;
    size_t width; /* of a row: columns, a 1 for the bias, zeros */
    size_t row_bytes, path_bytes;
    float *x, *against;        /* this worker's rows, and their -y */
    float *parameters, *slope; /* of `width`: the current ones, the gradient */
    float *part;               /* of `width`: the gradient of some rows */
    float *path;               /* rank 0's: the parameters before each epoch */
    bool ahead;                /* X is in no cache */
    bool test_wrong;
};

static int64_t rows_of(const struct gradient_state *state)
{
    return state->end - state->begin;
}

static size_t width_of(int64_t columns)
{
    return ((size_t)columns + STREAMS_FLOATS) / STREAMS_FLOATS * STREAMS_FLOATS;
}

static void allocate(struct team *team, struct gradient_state *state)
{
    size_t rows = (size_t)rows_of(state);

    state->row_bytes = state->width * sizeof(float);
    state->path_bytes = team->rank == 0 ? (size_t)state->epochs * state->row_bytes : 0;
    state->x = memory_take(rows * state->row_bytes);
    state->against = memory_take(rows * sizeof(float));
    state->parameters = memory_take(state->row_bytes);
    state->slope = memory_take(state->row_bytes);
    state->part = memory_take(state->row_bytes);
    state->path = memory_take(state->path_bytes);
    if (state->x == NULL || state->against == NULL || state->parameters == NULL ||
        state->slope == NULL || state->part == NULL || state->path == NULL)
        team_fail(team, "out of memory; give a smaller --size");
    memset(state->path, 0xff, state->path_bytes); /* no numbers, and its pages are there */
}

static void make_row(struct gradient_state *state, int64_t i)
{
    float *row = state->x + (size_t)(i - state->begin) * state->width;
    double y = 0.25, product = 0;

    for (int64_t j = 0; j < state->columns; j++) {
        row[j] = (float)(fraction_first(i, j) - 0.5);
        product += (double)row[j] * (fraction_column(j) - 0.5);
    }
    row[state->columns] = 1;
    state->against[i - state->begin] = -(float)(product + y);
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct gradient_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        team_fail(team, "out of memory");
    state->isa = streams_isa();
    state->size = arguments->size;
    state->columns = (int64_t)arguments->options[0];
    state->epochs = (int64_t)arguments->options[1];
    /* The steepest direction of this X is below 1 + columns / 12, and 1 over that is stable. */
    state->rate =
        arguments->options[2] > 0 ? arguments->options[2] : 10 / fmax((double)state->columns, 100);
    state->width = width_of(state->columns);
    state->test_wrong = arguments->test_wrong;
    team_part(team, state->size, &state->begin, &state->end);
    allocate(team, state);
    state->ahead =
        (double)rows_of(state) * (double)state->row_bytes > memory_cache("", team->local_size);
    for (int64_t i = state->begin; i < state->end; i++)
        make_row(state, i);
    return state;
}

/* The gradient of half the squared error, of the rows [i, end) of this worker's. */
static void descend_rows(const struct gradient_state *state, int64_t i, int64_t end, float *slope)
{
    float off[STREAMS_ROWS];

    memset(slope, 0, state->row_bytes);
    while (i < end) {
        size_t now = end - i >= STREAMS_ROWS ? STREAMS_ROWS : 1;
        (state->ahead ? state->isa->descend_ahead : state->isa->descend)(
            state->x + (size_t)i * state->width, state->width, now, state->parameters,
            state->against + i, off, slope);
        i += (int64_t)now;
    }
}

static void descend(const struct gradient_state *state)
{
    int64_t rows = rows_of(state), end = rows < ROWS_TOGETHER ? rows : ROWS_TOGETHER;

    descend_rows(state, 0, end, state->slope);
    for (int64_t i = end; i < rows; i = end) {
        end = rows - i < ROWS_TOGETHER ? rows : i + ROWS_TOGETHER;
        descend_rows(state, i, end, state->part);
        for (size_t j = 0; j < state->width; j++)
            state->slope[j] += state->part[j];
    }
}

/* Rows are whole numbers in the sum, so that weights add up to 1 but for the last division. */
static void run(struct team *team, void *own)
{
    struct gradient_state *state = own;
    float rows = (float)rows_of(state), all = (float)state->size;
    float step = rows > 0 ? (float)(2 * state->rate / (double)rows) : 0;

    for (int64_t epoch = 0; epoch < state->epochs; epoch++) {
        if (team->rank == 0)
            memcpy(state->path + (size_t)epoch * state->width, state->parameters, state->row_bytes);
        descend(state);
        for (size_t j = 0; j < state->width; j++)
            state->parameters[j] = rows * (state->parameters[j] - step * state->slope[j]);
        team_allreduce_float(team, state->parameters, (size_t)state->columns + 1, TEAM_SUM);
        for (size_t j = 0; j < state->width; j++)
            state->parameters[j] /= all;
    }
}

/* Of all rows: with the parameters at the end, and with none at all, which is the mean of y^2. */
static void mean_squares(struct team *team, const struct gradient_state *state, double means[2])
{
    means[0] = means[1] = 0;
    for (int64_t i = 0; i < rows_of(state); i++) {
        const float *row = state->x + (size_t)i * state->width;
        double none = (double)state->against[i], off = none;
        for (int64_t j = 0; j <= state->columns; j++)
            off += (double)row[j] * (double)state->parameters[j];
        means[0] += off * off;
        means[1] += none * none;
    }
    team_allreduce_double(team, means, 2, TEAM_SUM);
    means[0] /= (double)state->size;
    means[1] /= (double)state->size;
}

/* What a step along a direction must be, of all epochs: see the top. */
struct direction {
    double *v;
    double c;
    uint64_t seed; /* of its signs */
};

static struct direction look_along(struct team *team, const struct gradient_state *state,
                                   uint64_t seed)
{
    size_t count = (size_t)state->columns + 1;
    struct direction direction = {.seed = seed};
    double *signs = malloc(count * sizeof *signs);

    direction.v = calloc(count, sizeof(double));
    if (direction.v == NULL || signs == NULL)
        team_fail(team, "out of memory");
    for (size_t j = 0; j < count; j++)
        signs[j] = fraction_sign((int64_t)j, seed);
    for (int64_t i = 0; i < rows_of(state); i++) {
        const float *row = state->x + (size_t)i * state->width;
        double along = 0;
        for (size_t j = 0; j < count; j++)
            along += (double)row[j] * signs[j];
        for (size_t j = 0; j < count; j++)
            direction.v[j] += along * (double)row[j];
        direction.c -= along * (double)state->against[i];
    }
    free(signs);
    team_allreduce_double(team, direction.v, count, TEAM_SUM);
    team_allreduce_double(team, &direction.c, 1, TEAM_SUM);
    return direction;
}

/*
 * How far the step from `from` to `to` is off along a direction, in parts of what
 * rounding may do: 16 u, u one unit in the last place, of the parameters' own length
 * (each is rounded some times), of the step's times sqrt(m) / 8 (8 rows at a time are added to the
 * gradient, and roundings add up as a random walk does), and of the step that the data
 * themselves are worth. Rounding is usually a tenth of it, and the check sees a
 * thousandth of a step missing.
 */
static double step_off(const struct gradient_state *state, const struct direction *direction,
                       double y, const float *from, const float *to)
{
    double m = (double)state->size, along = 0, product = 0, place = 0, length = 0;

    for (int64_t j = 0; j <= state->columns; j++) {
        double moved = (double)to[j] - (double)from[j];
        along += fraction_sign(j, direction->seed) * moved;
        product += direction->v[j] * (double)from[j];
        place += (double)from[j] * (double)from[j];
        length += moved * moved;
    }
    double allowed = 16 * FLT_EPSILON *
                     (sqrt(place) + (1 + sqrt(m) / 8) * sqrt(length) +
                      state->rate * sqrt((double)state->columns + 1) * y);
    return fabs(along + 2 * state->rate / m * (product - direction->c)) / allowed;
}

/* The worst of all steps, and which it was. */
static double worst_step(const struct gradient_state *state, const struct direction *direction,
                         double y, int64_t *which)
{
    double worst = 0;

    for (int64_t epoch = 0; epoch < state->epochs; epoch++) {
        const float *from = state->path + (size_t)epoch * state->width;
        const float *to = epoch + 1 < state->epochs ? from + state->width : state->parameters;
        double off = step_off(state, direction, y, from, to);
        if (off <= worst)
            continue;
        worst = isnan(off) ? HUGE_VAL : off;
        *which = epoch;
    }
    return worst;
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct gradient_state *state = own;
    double means[2], worst = 0;
    int64_t epoch = 0;

    if (state->test_wrong)
        state->parameters[state->columns / 2] += 0.01f;
    mean_squares(team, state, means);
    for (uint64_t seed = 0; seed < DIRECTIONS; seed++) {
        struct direction direction = look_along(team, state, seed);
        if (team->rank == 0)
            worst = fmax(worst, worst_step(state, &direction, sqrt(means[1]), &epoch));
        free(direction.v);
    }
    result->value = means[0];
    result->error = worst;
    result->giga = 4e-9 * (double)state->size * (double)state->columns * (double)state->epochs;
    result->giga_per_second = "GB/s";
    if (!(means[0] <= means[1]))
        snprintf(result->wrong, sizeof result->wrong,
                 "the mean squared error went from %.3g to %.3g; --rate is too large", means[1],
                 means[0]);
    else if (!(worst <= 1))
        snprintf(result->wrong, sizeof result->wrong,
                 "the step of epoch %" PRId64 " is off by %.3g times what rounding can do",
                 epoch + 1, worst);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Mean squared error is %.9g, steps are off by %.2g of what rounding may do\n",
            result->value, result->error);
}

static void finish(void *own)
{
    struct gradient_state *state = own;
    size_t rows = (size_t)rows_of(state);

    memory_give(state->x, rows * state->row_bytes);
    memory_give(state->against, rows * sizeof(float));
    memory_give(state->parameters, state->row_bytes);
    memory_give(state->slope, state->row_bytes);
    memory_give(state->part, state->row_bytes);
    memory_give(state->path, state->path_bytes);
    free(state);
}

static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *out)
{
    double row = 4 * (double)width_of((int64_t)arguments->options[0]);

    out->own = (double)arguments->size * (row + 4) * team->local_size / team->size +
               7 * row * team->local_size;
    if (team->rank == 0)
        out->own += row * arguments->options[1];
}

static const struct kernel_option options[] = {
    {"--columns", "N", 1000, 1, 10000000, 1, "of each row"},
    {"--epochs", "N", 200, 1, 10000000, 1, "steps, each of all rows"},
    {"--rate", "R", 0, 0, 1e9, 0, "of learning; 0: 10 / columns, at most 0.1"},
    {.name = NULL},
};

const struct kernel gradient_kernel = {
    .name = "gradient",
    .summary = "linear model by gradient descent, rows split, parameters averaged",
    .unit = "row",
    .work = "size",
    .size = "rows",
    .default_size = 3000,
    .maximum_size = 1000000000,
    .options = options,
    .isa = isa_name,
    .need = need,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = finish,
};
