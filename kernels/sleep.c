/*
 * sleep: `size` waits of --seconds each, each worker its block of them. Nothing
 * is computed and no memory moved (0 flops, 0 bytes a wait), so what is missing
 * to a perfect speedup is the team's own cost. The work grows with the size:
 * weak scaling gives each worker the same number of waits.
 *
 * Checked: as many waits were made as were asked for, and none was shorter
 * than asked.
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
    double seconds;
    int64_t waits; /* made by this worker and not too short */
    bool test_wrong;
};

static void *prepare(struct team *team, const struct kernel_arguments *arguments)
{
    struct sleep_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        team_fail(team, "out of memory");
    state->size = arguments->size;
    state->seconds = arguments->options[0];
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

static void run(struct team *team, void *own)
{
    struct sleep_state *state = own;
    double whole = floor(state->seconds);
    int64_t begin, end;

    state->waits = 0;
    team_part(team, state->size, &begin, &end);
    for (int64_t i = begin; i < end; i++) {
        struct timespec left = {.tv_sec = (time_t)whole,
                                .tv_nsec = (long)((state->seconds - whole) * 1e9)};
        double start = now();

        while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
            ;
        /* A nanosecond is lost where the request was cut to whole ones, some more in the clock's
         * double. */
        state->waits += now() - start >= state->seconds - 1e-6;
    }
    team_allreduce_int64(team, &state->waits, 1, TEAM_SUM);
}

static void check(struct team *team, void *own, struct kernel_result *result)
{
    struct sleep_state *state = own;

    (void)team;
    if (state->test_wrong)
        state->waits--;
    result->value = (double)state->waits;
    result->error = fabs((double)(state->size - state->waits));
    if (state->waits != state->size)
        snprintf(result->wrong, sizeof result->wrong,
                 "%" PRId64 " of %" PRId64 " waits were made in full", state->waits, state->size);
}

static void say(const struct kernel_result *result, FILE *out)
{
    fprintf(out, "Waits made: %.0f, missing: %.0f\n", result->value, result->error);
}

static const struct kernel_option options[] = {
    {"--seconds", "S", 0.05, 0, 3600, 0, "length of a wait in seconds"},
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
