/*
 * time_sampling PROCESSES MIB SECONDS: what sampling a tree of so many sleeping
 * processes with so much memory each costs us, beside watching it without
 * samples; and what a start of /bin/true costs with either. It measures and
 * asserts nothing.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "clock.h"
#include "process.h"

static double own_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void watch(char **argv, double interval, const char *how)
{
    struct process_request request = {
        .argv = argv, .sample_interval = interval, .output_limit = 1000};
    struct process_result result;
    struct error err = ERROR_INIT;
    double before = own_seconds();
    if (process_run(&request, &result, &err) != 0 || !result.started) {
        fprintf(stderr, "time_sampling: could not start %s\n", argv[0]);
        exit(1);
    }
    double used = own_seconds() - before;
    printf(
        "%-16s %5.1f s, %2zu samples, %7.2f ms of CPU time, %.4f %% of one core; peak %.0f MiB\n",
        how, result.wall_seconds, result.samples.count, 1e3 * used,
        100 * used / result.wall_seconds, result.peak_memory_bytes / 1048576);
    process_result_free(&result);
}

static void start_many(double interval, const char *how)
{
    enum { STARTS = 2000 };
    char *argv[] = {"/bin/true", NULL};
    struct process_request request = {
        .argv = argv, .sample_interval = interval, .output_limit = 1000};
    struct error err = ERROR_INIT;
    double wall = clock_seconds(), cpu = own_seconds();
    for (int i = 0; i < STARTS; i++) {
        struct process_result result;
        if (process_run(&request, &result, &err) != 0)
            exit(1);
        process_result_free(&result);
    }
    printf("%-16s /bin/true: %.1f us, of them %.1f us of our CPU time\n", how,
           1e6 * (clock_seconds() - wall) / STARTS, 1e6 * (own_seconds() - cpu) / STARTS);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: time_sampling PROCESSES MIB SECONDS\n");
        return 2;
    }
    char *family[] = {TEST_CHILD, "family", argv[1], argv[2], "private", argv[3], NULL};
    watch(family, 0, "not sampled");
    watch(family, 0.2, "sampled");
    for (int i = 0; i < 2; i++) {
        start_many(0, "not sampled");
        start_many(0.2, "sampled");
    }
    return 0;
}
