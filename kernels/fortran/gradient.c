/*
 * gradient in Fortran: every step is checked along two directions of random signs, as in C.
 */
#include "workloads.h"

#include "isa.h"
#include "loops.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct gradient_state {
    const struct loops *loops;
    int64_t rows, columns, epochs;
    double rate;
    float *x, *y, *w; /* rows x columns, rows, columns + 1; one copy for all */
    float *slopes;    /* columns + 1 of each worker */
    float *path;      /* parameters before each epoch and behind the last: rank 0's business */
    bool test_wrong;
};

static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *need)
{
    double columns = arguments->options[0];

    double rows = (double)arguments->size + team->size + arguments->options[1] + 1;
    need->shared = sizeof(float) * rows * (columns + 1);
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct gradient_state *state = workload_state(team, sizeof *state);

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
    size_t path_bytes = (size_t)(state->epochs + 1) * parameters * sizeof *state->path;
    state->path = team_share(team, path_bytes);
    gradient_fill(state->columns, state->rows, state->x, state->y);
    if (team->rank == 0) {
        memset(state->w, 0, parameters * sizeof *state->w);
        memset(state->path, 0xff, path_bytes); /* no numbers, and its pages are there */
    }
    return state;
}

/* Before a barrier: behind the next one the parameters change. */
static void keep_parameters(const struct team *team, const struct gradient_state *state,
                            int64_t epoch)
{
    size_t parameters = (size_t)state->columns + 1;

    if (team->rank == 0)
        memcpy(state->path + (size_t)epoch * parameters, state->w, parameters * sizeof *state->w);
}

static void run(struct team *team, void *own)
{
    struct gradient_state *state = own;
    float step = (float)(2 * state->rate / (double)state->rows);
    float *slope = state->slopes + team->rank * (state->columns + 1);
    int64_t begin, end;

    team_part(team, state->rows, &begin, &end);
    for (int64_t epoch = 0; epoch < state->epochs; epoch++) {
        keep_parameters(team, state, epoch);
        state->loops->gradient_part(state->columns, state->rows, state->x, state->y, state->w,
                                    begin + 1, end, slope);
        team_barrier(team);
        gradient_average(state->columns, team->size, state->slopes, step, state->w);
    }
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct gradient_state *state = own;

    if (team->rank != 0)
        return;
    if (state->test_wrong)
        state->w[state->columns / 2] += 0.01f;
    keep_parameters(team, state, state->epochs);
    double without;
    int64_t epoch;
    gradient_means(state->columns, state->rows, state->x, state->y, state->w, &result->value,
                   &without);
    gradient_judge(state->columns, state->rows, state->epochs, state->x, state->y, state->path,
                   state->rate, without, &result->error, &epoch);
    if (!(result->value <= without))
        snprintf(result->wrong, sizeof result->wrong,
                 "the mean squared error went from %.3g to %.3g; --rate is too large", without,
                 result->value);
    else if (!(result->error <= 1))
        snprintf(result->wrong, sizeof result->wrong,
                 "the step of epoch %" PRId64 " is off by %.3g times what rounding can do", epoch,
                 result->error);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Mean squared error is %.9g, steps are off by %.2g of what rounding may do\n",
            result->value, result->error);
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
    .finish = free,
};
