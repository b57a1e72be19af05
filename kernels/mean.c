/*
 * mean: the mean of a column of `size` values 3, 5, 7, ..., in chunks that are dealt
 * out as workers ask for them. A row takes one addition. Weak scaling gives each
 * worker the same number of rows. Three forms:
 *
 *   in memory    8 bytes a row are read, of the Value column only: an ID is not
 *                needed, so not held. 1e9 rows are 8 GB, one copy a node, and each
 *                node holds its own rows only.
 *   --file 1     a CSV file of ID,Value, written before the clock starts, to
 *                $TMPDIR or /tmp of each node, and read in ranges of bytes: a line
 *                belongs to the range that it begins in. Some 20 bytes a row are read,
 *                from the page cache as far as the system has kept them.
 *   --hold 0     each chunk is made when it is dealt, in a buffer of its worker, and
 *                then added up: no memory but that, for any number of rows; the time
 *                includes the making.
 *
 * Values and sums are integers, so the mean, n + 2, is exact for any number of
 * workers and any chunks. Checked: so is the number of rows seen, and the mean.
 */
#include "isa.h"
#include "kernel.h"
#include "memory.h"
#include "rows_file.h"
#include "streams.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

struct mean_state {
    const struct streams_isa *isa;
    int64_t size, chunk;
    int64_t first; /* row of this node that `values` begins with */
    bool hold;
    int64_t *values;        /* the node's rows; or a chunk of this worker's own */
    struct rows_file *file; /* NULL: in memory */
    int64_t totals[2];      /* sum and number of rows: this worker's, then all */
    bool test_wrong;
};

static int64_t value_of(int64_t i)
{
    return 2 * i + 3;
}

/* Some dozens for each worker, so that the last ones do not keep all waiting; but 1000, as few rows
 * cost no more than asking for them, and 1 MiB, as more brings nothing. */
static int64_t chunk_rows(const struct team *team, int64_t size, double asked)
{
    int64_t rows = size / (64 * (int64_t)team->size);

    if (asked > 0)
        return (int64_t)asked;
    return rows < 1000 ? 1000 : rows > 131072 ? 131072 : rows;
}

/* The rows of this node, as team_deal() will share them out. */
static void node_rows(struct team *team, int64_t size, int64_t *begin, int64_t *end)
{
    struct team_loop loop;

    team_deal(team, &loop, size, 1);
    *begin = loop.next;
    *end = loop.end;
}

/* Filled in turns as the chunks will be read, roughly: who comes first is anybody's guess. */
static void make_column(struct team *team, struct mean_state *state)
{
    int64_t begin, end, rows;
    struct team_loop loop;

    node_rows(team, state->size, &state->first, &end);
    rows = end - state->first;
    team_allreduce_int64(team, &rows, 1, TEAM_MAX);
    state->values = team_share(team, (size_t)rows * sizeof *state->values);
    team_deal(team, &loop, state->size, state->chunk);
    while (team_next_chunk(&loop, &begin, &end))
        for (int64_t i = begin; i < end; i++)
            state->values[i - state->first] = value_of(i);
    team_barrier(team);
}

static void make_file(struct team *team, struct mean_state *state)
{
    int64_t begin, end;

    node_rows(team, state->size, &begin, &end);
    state->file = rows_file_make(team, begin, end, value_of);
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct mean_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        team_fail(team, "out of memory");
    state->isa = streams_isa();
    state->size = arguments->size;
    state->chunk = chunk_rows(team, state->size, arguments->options[0]);
    state->hold = arguments->options[2] != 0;
    state->test_wrong = arguments->test_wrong;
    if (arguments->options[1] != 0) {
        make_file(team, state);
    } else if (state->hold) {
        make_column(team, state);
    } else {
        state->values = memory_take((size_t)state->chunk * sizeof *state->values);
        if (state->values == NULL)
            team_fail(team, "out of memory; give a smaller --chunk");
    }
    return state;
}

static int64_t sum_of_chunk(const struct mean_state *state, int64_t begin, int64_t end)
{
    size_t rows = (size_t)(end - begin);

    if (state->hold)
        return state->isa->sum(state->values + (begin - state->first), rows);
    for (int64_t i = begin; i < end; i++)
        state->values[i - begin] = value_of(i);
    return state->isa->sum(state->values, rows);
}

static void run(struct team *team, void *own)
{
    struct mean_state *state = own;
    struct team_loop loop;
    int64_t begin, end;

    if (state->file != NULL) {
        rows_file_sum(team, state->file, state->size, state->chunk, state->totals);
    } else {
        team_deal(team, &loop, state->size, state->chunk);
        while (team_next_chunk(&loop, &begin, &end)) {
            state->totals[0] += sum_of_chunk(state, begin, end);
            state->totals[1] += end - begin;
        }
    }
    team_allreduce_int64(team, state->totals, 2, TEAM_SUM);
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct mean_state *state = own;
    int64_t sum = state->totals[0] - (state->test_wrong ? 1 : 0), rows = state->totals[1];
    int64_t divisor = rows > 0 ? rows : 1;
    double bytes =
        state->file != NULL ? rows_file_bytes(team, state->file) : 8 * (double)state->size;

    result->value = (double)(sum / divisor) + (double)(sum % divisor) / (double)divisor;
    result->error = fabs(result->value - (double)(state->size + 2));
    result->giga = 1e-9 * bytes;
    result->giga_per_second = "GB/s";
    if (rows != state->size)
        snprintf(result->wrong, sizeof result->wrong, "%" PRId64 " of %" PRId64 " rows were read",
                 rows, state->size);
    else if (sum != state->size * (state->size + 2))
        snprintf(result->wrong, sizeof result->wrong, "the mean is %.17g, and should be %" PRId64,
                 result->value, state->size + 2);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Mean is %.15g, Error is %g\n", result->value, result->error);
}

static void finish(void *own)
{
    struct mean_state *state = own;

    if (state->file == NULL && !state->hold)
        memory_give(state->values, (size_t)state->chunk * sizeof *state->values);
    rows_file_close(state->file);
    free(state);
}

static void need(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *out)
{
    double here = (double)team->local_size / team->size, rows = (double)arguments->size;

    if (arguments->options[1] != 0) {
        out->disk = rows_file_most_bytes(arguments->size) * here;
        out->folder = rows_file_folder();
    } else if (arguments->options[2] != 0) {
        out->shared = 8 * rows * here;
    } else {
        out->own =
            8 * (double)chunk_rows(team, arguments->size, arguments->options[0]) * team->local_size;
    }
}

static const struct kernel_option options[] = {
    {"--chunk", "N", 0, 0, 1e9, 1, "rows at a time; 0: by the size"},
    {"--file", "0|1", 0, 0, 1, 1, "1: from a CSV file in $TMPDIR"},
    {"--hold", "0|1", 1, 0, 1, 1, "0: no column in memory, chunks are made when dealt"},
    {.name = NULL},
};

/* 3e9 rows: their sum is the largest that 64 bits hold. */
const struct kernel mean_kernel = {
    .name = "mean",
    .summary = "mean of a column in chunks, from memory or a CSV file",
    .unit = "row",
    .work = "size",
    .size = "rows",
    .default_size = 100000000,
    .maximum_size = 3000000000,
    .options = options,
    .isa = isa_name,
    .need = need,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = finish,
};
