/*
 * triad: a[i] = b[i] + s c[i] over arrays of `size` doubles, --passes times: as
 * STREAM measures what memory can deliver, which is what most codes wait for
 * once a few cores are busy.
 *
 * An element takes 2 flop and 24 bytes, 8 of each array, in each pass. Stores that
 * go through the caches read the line first, 32 bytes in all; so where the
 * arrays exceed the last cache, stores pass the caches. Rates count 24, as
 * STREAM does. Each worker has its block of elements in its own memory, touched
 * first by itself, so that nothing is shared. Weak scaling gives each worker the
 * same number of elements. s is another one in each pass.
 *
 * b and c are small integers, so every product and sum is exact: the answer, the
 * mean of a, has the same bits for any number of workers, backend and
 * instruction set.
 *
 * Checked: each element of a, against b + s c from the formulas of b and c.
 */
#include "isa.h"
#include "kernel.h"
#include "memory.h"
#include "streams.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

struct triad_state {
    const struct streams_isa *isa;
    int64_t size, begin, end; /* all, and this worker's */
    int64_t passes;
    double *a, *b, *c; /* this worker's elements */
    size_t bytes;      /* of each */
    bool past;         /* stores pass the caches */
    bool test_wrong;
};

static double b_of(int64_t i)
{
    return (double)(i % 1021);
}

static double c_of(int64_t i)
{
    return (double)(i % 509 + 1);
}

static double s_of(int64_t pass)
{
    return (double)(3 + pass % 8);
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct triad_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        team_fail(team, "out of memory");
    state->isa = streams_isa();
    state->size = arguments->size;
    state->passes = (int64_t)arguments->options[0];
    state->test_wrong = arguments->test_wrong;
    team_part(team, state->size, &state->begin, &state->end);
    state->bytes = (size_t)(state->end - state->begin) * sizeof(double);
    state->past = 3 * (double)state->bytes > memory_cache("", team->local_size);
    state->a = memory_take(state->bytes);
    state->b = memory_take(state->bytes);
    state->c = memory_take(state->bytes);
    if (state->a == NULL || state->b == NULL || state->c == NULL)
        team_fail(team, "out of memory; give a smaller --size");
    for (int64_t i = state->begin; i < state->end; i++) {
        state->a[i - state->begin] = -1;
        state->b[i - state->begin] = b_of(i);
        state->c[i - state->begin] = c_of(i);
    }
    return state;
}

static void run(struct team *team, void *own)
{
    struct triad_state *state = own;
    size_t count = (size_t)(state->end - state->begin);

    (void)team;
    for (int64_t pass = 0; pass < state->passes; pass++)
        (state->past ? state->isa->triad_past : state->isa->triad)(state->a, state->b, state->c,
                                                                   s_of(pass), count);
}

/* All are integers below 2^13, so that sums are exact up to 2^50 elements. */
static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct triad_state *state = own;
    double s = s_of(state->passes - 1);
    int64_t sums[2] = {0, 0}; /* of the elements; of the wrong ones */

    if (state->test_wrong && state->end == state->size)
        state->a[state->end - state->begin - 1] += 1;
    for (int64_t i = state->begin; i < state->end; i++) {
        double found = state->a[i - state->begin];
        bool right = found == b_of(i) + s * c_of(i);
        sums[0] += right ? (int64_t)found : 0;
        sums[1] += !right;
    }
    team_allreduce_int64(team, sums, 2, TEAM_SUM);
    result->value = (double)sums[0] / (double)state->size;
    result->error = (double)sums[1];
    result->giga = 24e-9 * (double)state->size * (double)state->passes;
    result->giga_per_second = "GB/s";
    if (sums[1] > 0)
        snprintf(result->wrong, sizeof result->wrong,
                 "%" PRId64 " of %" PRId64 " elements are not b + s c", sums[1], state->size);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Mean of a is %.15g, wrong elements: %.0f\n", result->value, result->error);
}

static void finish(void *own)
{
    struct triad_state *state = own;

    memory_give(state->a, state->bytes);
    memory_give(state->b, state->bytes);
    memory_give(state->c, state->bytes);
    free(state);
}

static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *out)
{
    out->own = 24 * (double)arguments->size * team->local_size / team->size;
}

static const struct kernel_option options[] = {
    {"--passes", "N", 10, 1, 1e6, 1, "times over the arrays"},
    {.name = NULL},
};

const struct kernel triad_kernel = {
    .name = "triad",
    .summary = "a = b + s c over long arrays: what memory delivers",
    .unit = "element",
    .work = "size",
    .size = "elements of each of the three arrays",
    .default_size = 40000000,
    .maximum_size = 1000000000000,
    .options = options,
    .isa = isa_name,
    .need = need,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = finish,
};
