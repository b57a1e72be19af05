/*
 * team-check: every operation of a team, --size times over, with sizes that do not
 * divide and more bytes than fit into one piece. For tests; the value is the
 * number of mistakes that any worker saw.
 */
#include "kernel.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct team_check_state {
    int64_t rounds, mistakes;
    bool test_wrong;
};

static void expect(struct team_check_state *state, bool right)
{
    if (!right)
        state->mistakes++;
}

static void *memory(struct team *team, size_t bytes)
{
    void *new = malloc(bytes > 0 ? bytes : 1);
    if (new == NULL)
        team_fail(team, "out of memory");
    return new;
}

/* What worker `rank` has at place i; exact in a float too. */
static int64_t number(int rank, size_t i, int64_t round)
{
    return (int64_t)((rank * 7 + (int64_t)i * 3 + round) % 101) - 50;
}

static int64_t expected(const struct team *team, size_t i, int64_t round,
                        enum team_operation operation)
{
    int64_t all = number(0, i, round);

    for (int rank = 1; rank < team->size; rank++) {
        int64_t one = number(rank, i, round);
        all = operation == TEAM_SUM ? all + one : all > one ? all : one;
    }
    return all;
}

#define CHECK_REDUCE(name, type)                                                                   \
    static void check_reduce_##name(struct team *team, struct team_check_state *state,             \
                                    size_t count, int64_t round, enum team_operation operation)    \
    {                                                                                              \
        type *values = memory(team, count * sizeof *values);                                       \
        for (size_t i = 0; i < count; i++)                                                         \
            values[i] = (type)number(team->rank, i, round);                                        \
        team_allreduce_##name(team, values, count, operation);                                     \
        for (size_t i = 0; i < count; i += count / 50 + 1)                                         \
            expect(state, values[i] == (type)expected(team, i, round, operation));                 \
        free(values);                                                                              \
    }
CHECK_REDUCE(double, double)
CHECK_REDUCE(float, float)
CHECK_REDUCE(int64, int64_t)

static void check_reduce(struct team *team, struct team_check_state *state, int64_t round)
{
    static const size_t counts[] = {0, 1, 3, 64, 65, 1000, 20000};

    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (int operation = TEAM_SUM; operation <= TEAM_MAX; operation++) {
            check_reduce_double(team, state, counts[k], round, (enum team_operation)operation);
            check_reduce_float(team, state, counts[k], round, (enum team_operation)operation);
            check_reduce_int64(team, state, counts[k], round, (enum team_operation)operation);
        }
}

/* Numbers whose sum depends on the order: the bits must be the same on every worker, and every
 * time. */
static void check_determinism(struct team *team, struct team_check_state *state)
{
    static const size_t counts[] = {1, 500, 12000};

    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        size_t bytes = counts[k] * sizeof(double);
        double *first = memory(team, bytes), *again = memory(team, bytes),
               *roots = memory(team, bytes);

        for (size_t i = 0; i < counts[k]; i++)
            first[i] = again[i] = 1.0 / (double)(3 + team->rank + 5 * (int)i);
        team_allreduce_double(team, first, counts[k], TEAM_SUM);
        team_allreduce_double(team, again, counts[k], TEAM_SUM);
        memcpy(roots, first, bytes);
        team_broadcast(team, roots, bytes, team->size - 1);
        expect(state, memcmp(first, again, bytes) == 0 && memcmp(first, roots, bytes) == 0);
        free(first);
        free(again);
        free(roots);
    }
}

static void check_broadcast(struct team *team, struct team_check_state *state, int64_t round)
{
    static const size_t sizes[] = {1, 8, 65536, 65537, 300001};
    int root = (int)(round % team->size);

    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        unsigned char *data = memory(team, sizes[k]);
        memset(data, team->rank == root ? (int)(root + round) & 0xff : 0xee, sizes[k]);
        team_broadcast(team, data, sizes[k], root);
        expect(state,
               data[0] == ((root + round) & 0xff) && data[sizes[k] - 1] == ((root + round) & 0xff));
        free(data);
    }
}

/* Around a ring of pairs, even with the next, then odd with the next: neighbours of halos. */
static void check_exchange(struct team *team, struct team_check_state *state, int64_t round)
{
    static const size_t sizes[] = {8, 80000, 200000};

    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (int odd = 0; odd < 2; odd++) {
            int peer = team->rank % 2 == odd ? team->rank + 1 : team->rank - 1;
            if (peer < 0 || peer >= team->size)
                peer = TEAM_NOBODY;
            unsigned char *out = memory(team, sizes[k]), *in = memory(team, sizes[k]);
            memset(out, (int)(team->rank + round) & 0xff, sizes[k]);
            memset(in, 0xee, sizes[k]);
            team_exchange(team, peer, out, in, sizes[k]);
            int want = peer == TEAM_NOBODY ? 0xee : (int)(peer + round) & 0xff;
            expect(state, in[0] == want && in[sizes[k] - 1] == want);
            free(out);
            free(in);
        }
    /* With the worker opposite, and with oneself. */
    int64_t mine = team->rank * 3 + round, theirs = -1, peer = team->size - 1 - team->rank;
    team_exchange(team, (int)peer, &mine, &theirs, sizeof mine);
    expect(state, theirs == peer * 3 + round);
}

/* Blocks by rank, and again in reverse, so that nodes' ranges lie in pieces. */
static void check_collect(struct team *team, struct team_check_state *state, int64_t *array,
                          int64_t count, int64_t round)
{
    for (int reverse = 0; reverse < 2; reverse++) {
        struct team as = *team;
        int64_t begin, end;

        if (reverse)
            as.rank = team->size - 1 - team->rank;
        team_part(&as, count, &begin, &end);
        for (int64_t i = begin; i < end; i++)
            array[i] = i * i + round + reverse;
        team_collect(team, array, sizeof *array, begin, end);
        for (int64_t i = 0; i < count; i++)
            expect(state, array[i] == i * i + round + reverse);
        team_barrier(team);
    }
}

static void check_loop(struct team *team, struct team_check_state *state, int64_t *array,
                       int64_t count, int64_t round)
{
    struct team_loop loop;
    int64_t begin, end, done = 0;

    team_deal(team, &loop, count, 1 + round % 7);
    while (team_next_chunk(&loop, &begin, &end))
        for (int64_t i = begin; i < end; i++, done++)
            array[i] = -i - round;
    expect(state, !team_next_chunk(&loop, &begin, &end));
    team_collect_dealt(team, array, sizeof *array, count);
    for (int64_t i = 0; i < count; i++)
        expect(state, array[i] == -i - round);
    team_allreduce_int64(team, &done, 1, TEAM_SUM);
    expect(state, done == count);
    /* Two loops with nothing between. */
    done = 0;
    for (int again = 0; again < 3; again++) {
        team_deal(team, &loop, count + again, 2);
        while (team_next_chunk(&loop, &begin, &end))
            done += end - begin;
    }
    team_allreduce_int64(team, &done, 1, TEAM_SUM);
    expect(state, done == 3 * count + 3);
}

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct team_check_state *state = memory(team, sizeof *state);

    state->rounds = arguments->size;
    state->mistakes = 0;
    state->test_wrong = arguments->test_wrong;
    return state;
}

static void run(struct team *team, void *own)
{
    static const int64_t counts[] = {1, 5, 64, 1000, 10007};
    struct team_check_state *state = own;

    for (int64_t round = 0; round < state->rounds; round++) {
        int64_t count = counts[round % 5];
        int64_t *array = team_share(team, (size_t)count * sizeof *array);

        check_reduce(team, state, round);
        check_determinism(team, state);
        check_broadcast(team, state, round);
        check_exchange(team, state, round);
        check_collect(team, state, array, count, round);
        check_loop(team, state, array, count, round);
    }
    team_allreduce_int64(team, &state->mistakes, 1, TEAM_SUM);
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct team_check_state *state = own;

    (void)team;
    result->value = result->error = (double)(state->mistakes + (state->test_wrong ? 1 : 0));
    if (result->value > 0)
        snprintf(result->wrong, sizeof result->wrong, "%.0f mistakes of the team", result->value);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Mistakes: %.0f\n", result->value);
}

const struct kernel team_check_kernel = {
    .name = "team-check",
    .summary = "every operation of a team",
    .unit = "round",
    .work = "size",
    .size = "rounds",
    .default_size = 5,
    .maximum_size = 1000000,
    .hidden = true,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = free,
};
