/*
 * Times two commands in turn, A B A B …, and prints the medians and the median
 * of the rounds' own ratios: on a shared machine only what ran side by side
 * can be compared.
 *
 *     bench_pair [-n ROUNDS] [-a MARKER] [-b MARKER] -- A [ARG…] --- B [ARG…]
 *
 * The time is the number behind MARKER in the command's output (`"seconds": `),
 * or without a marker the wall time of the whole process. Output:
 * MEDIAN_A MEDIAN_B RATIO_A/B LEAST_RATIO LARGEST_RATIO
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_ROUNDS = 1001, MOST_OUTPUT = 1 << 16 };

static void fail(const char *what)
{
    fprintf(stderr, "bench_pair: %s\n", what);
    exit(2);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double number_behind(const char *output, const char *marker, const char *command)
{
    const char *found = strstr(output, marker);
    if (found == NULL) {
        fprintf(stderr, "bench_pair: %s printed no \"%s\":\n%s\n", command, marker, output);
        exit(2);
    }
    return atof(found + strlen(marker));
}

/* Runs a command and returns its time; its output is read to the end. */
static double run(char **argv, const char *marker)
{
    static char output[MOST_OUTPUT];
    int ends[2], status;
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child;
    double begin = now();
    if (posix_spawnp(&child, argv[0], &actions, NULL, argv, environ) != 0)
        fail(argv[0]);
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    char rest[4096];
    while ((got = length < MOST_OUTPUT - 1 ? read(ends[0], output + length, MOST_OUTPUT - 1 - length)
                                           : read(ends[0], rest, sizeof rest)) > 0)
        length += length < MOST_OUTPUT - 1 ? (size_t)got : 0;
    output[length] = '\0';
    waitpid(child, &status, 0);
    double wall = now() - begin;
    close(ends[0]);
    posix_spawn_file_actions_destroy(&actions);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench_pair: %s failed:\n%s\n", argv[0], output);
        exit(2);
    }
    return marker == NULL ? wall : number_behind(output, marker, argv[0]);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
    int rounds = 9, option;
    const char *marker_a = NULL, *marker_b = NULL;
    while ((option = getopt(argc, argv, "+n:a:b:")) != -1) {
        if (option == 'n')
            rounds = atoi(optarg);
        else if (option == 'a')
            marker_a = optarg;
        else if (option == 'b')
            marker_b = optarg;
        else
            return 2;
    }
    char **a = argv + optind, **b = a;
    while (*b != NULL && strcmp(*b, "---") != 0)
        b++;
    if (*a == NULL || *b == NULL || b[1] == NULL || rounds < 1 || rounds > MOST_ROUNDS)
        fail("usage: bench_pair [-n ROUNDS] [-a MARKER] [-b MARKER] -- A [ARG...] --- B [ARG...]");
    *b++ = NULL;
    static double times_a[MOST_ROUNDS], times_b[MOST_ROUNDS], ratios[MOST_ROUNDS];
    run(a, marker_a); /* caches and pages, for both */
    run(b, marker_b);
    for (int i = 0; i < rounds; i++) {
        times_a[i] = run(a, marker_a);
        times_b[i] = run(b, marker_b);
        ratios[i] = times_a[i] / times_b[i];
    }
    double ratio = median(ratios, rounds);
    printf("%.6g %.6g %.4g %.4g %.4g\n", median(times_a, rounds), median(times_b, rounds), ratio,
           ratios[0], ratios[rounds - 1]);
    return 0;
}
