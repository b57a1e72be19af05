/*
 * time_analysis BLOCKS SERIAL: CPU seconds of the analysis of 8 backends on 12
 * core counts, the median of five. SERIAL is the first one's serial fraction:
 * 0.01 for steep curves; near 1 all points are so close that each may be the
 * fastest. It measures and asserts nothing.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis.h"
#include "summary.h"

enum { BACKENDS = 8, COUNTS = 12, REPEATS = 5 };

static const int64_t counts[COUNTS] = {1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28};
static const char *const names[BACKENDS] = {"serial-c", "openmp", "pthreads", "processes",
                                            "mpi",      "hybrid", "fortran",  "julia"};

static double uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(uniform(state)));
    return radius * cos(2 * 3.14159265358979323846 * uniform(state));
}

static double seconds_of(int backend, double cores, double serial)
{
    double parallel = (1 - serial) * (1 - 0.003 * backend);
    return (10 + 0.05 * backend) * (1 - parallel + parallel / cores + 2e-4 * (cores - 1));
}

static struct observations *make(long blocks, double serial)
{
    struct observations *all = observations_new();
    struct error err = ERROR_INIT;
    uint64_t state = 20261122;
    struct run run = run_unknown();
    run.status = "ok";
    run.scaling = "strong";
    run.size = 1000;
    run.run = 0;
    for (run.block = 0; run.block < blocks; run.block++)
        for (int i = 0; i < BACKENDS; i++)
            for (int j = 0; j < COUNTS; j++) {
                run.backend = names[i];
                run.cores = counts[j];
                run.seconds = seconds_of(i, (double)counts[j], serial) * exp(0.03 * normal(&state));
                run.wall_seconds = run.seconds + 0.1;
                observations_add(all, &run, &err);
            }
    return all;
}

int main(int argc, char **argv)
{
    long blocks = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    double serial = argc == 3 ? strtod(argv[2], NULL) : 0;
    if (blocks < 1 || !(serial > 0 && serial < 1)) {
        fputs("usage: time_analysis BLOCKS SERIAL, as in: time_analysis 30 0.05\n", stderr);
        return 2;
    }
    struct observations *all = make(blocks, serial);
    double seconds[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
        clock_t begin = clock();
        analysis_free(analysis_new(all, NULL, NULL));
        seconds[i] = (double)(clock() - begin) / CLOCKS_PER_SEC;
    }
    printf("%.3f s\n", summary_median_of(seconds, REPEATS));
    observations_free(all);
    return 0;
}
