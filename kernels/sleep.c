/*
 * sleep: `size` waits of --seconds each, each worker its block of them. Nothing
 * is computed and no memory moved (0 flops, 0 bytes a wait), so what is missing
 * to a perfect speedup is the team's own cost. The work grows with the size:
 * weak scaling gives each worker the same number of waits.
 *
 * With two options a study has a known answer. --serial is one wait of the first
 * worker before the others begin; --per-worker is one of all at the end, that
 * long for each worker beyond the first. Where p workers divide the n
 * waits of s seconds
 *
 *     T(p) = serial + n s / p + per_worker (p - 1)
 *
 * which is Amdahl's law for per_worker = 0, and otherwise the universal scalability
 * law without remainder:
 *
 *     T(1) = serial + n s,  sigma = serial / T(1),  kappa = per_worker / T(1),
 *
 * fastest at sqrt(n s / per_worker) workers. Where p does not divide n, a worker
 * with the most waits has n / p rounded up.
 *
 * Checked: as many waits were made as were asked for, these two among them, and none
 * was shorter than asked.
 */
#include "kernel.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

struct sleep_state {
    int64_t size;
    double seconds, serial, per_worker;
    int64_t waits; /* made by this worker and not too short */
    int64_t extra; /* serial and per-worker ones that were */
    bool test_wrong;
};

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct sleep_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        team_fail(team, "out of memory");
    state->size = arguments->size;
    state->seconds = arguments->options[0];
    state->serial = arguments->options[1];
    state->per_worker = arguments->options[2];
    state->test_wrong = arguments->test_wrong;
    /* By default the kernel may be 50 us late on purpose, to wake several sleepers at once. */
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    return state;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Whether it was long enough: a nanosecond is lost where the request is cut to whole ones, some
 * more in the clock's double. */
static bool wait_for(double seconds)
{
    double whole = floor(seconds), start = now();
    struct timespec left = {.tv_sec = (time_t)whole, .tv_nsec = (long)((seconds - whole) * 1e9)};

    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        ;
    return now() - start >= seconds - 1e-6;
}

static void run(struct team *team, void *own)
{
    struct sleep_state *state = own;
    int64_t begin, end, counts[2];

    if (state->serial > 0) {
        state->extra += team->rank != 0 || wait_for(state->serial);
        team_barrier(team);
    }
    team_part(team, state->size, &begin, &end);
    for (int64_t i = begin; i < end; i++)
        state->waits += wait_for(state->seconds);
    if (state->per_worker > 0) {
        team_barrier(team);
        state->extra += wait_for(state->per_worker * (team->size - 1));
    }
    counts[0] = state->waits;
    counts[1] = state->extra;
    team_allreduce_int64(team, counts, 2, TEAM_SUM);
    state->waits = counts[0];
    state->extra = counts[1];
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct sleep_state *state = own;
    int64_t extra = ((state->serial > 0) + (state->per_worker > 0)) * (int64_t)team->size;

    if (state->test_wrong)
        state->waits--;
    result->value = (double)state->waits;
    result->error = fabs((double)(state->size - state->waits));
    if (state->waits != state->size)
        snprintf(result->wrong, sizeof result->wrong,
                 "%" PRId64 " of %" PRId64 " waits were made in full", state->waits, state->size);
    else if (state->extra != extra)
        snprintf(result->wrong, sizeof result->wrong,
                 "the serial wait or the one per worker was not made in full");
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Waits made: %.0f, missing: %.0f\n", result->value, result->error);
}

static const struct kernel_option options[] = {
    {"--seconds", "S", 0.05, 0, 3600, 0, "length of a wait in seconds"},
    {"--serial", "S", 0, 0, 3600, 0, "a wait of the first worker alone, before the others"},
    {"--per-worker", "S", 0, 0, 3600, 0, "a wait of all at the end, for each worker but one"},
    {.name = NULL},
};

const struct kernel sleep_kernel = {
    .name = "sleep",
    .summary = "waits shared out among the workers: what the team itself costs",
    .unit = "wait",
    .work = "size",
    .size = "number of waits",
    .default_size = 20,
    .maximum_size = 1000000000,
    .options = options,
    .prepare = prepare,
    .run = run,
    .check = check,
    .say = say,
    .finish = free,
};
