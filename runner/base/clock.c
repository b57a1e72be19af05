#include "clock.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"

enum { READINGS = 100000 };

static int64_t monotonic_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct timespec clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now;
}

const char *clock_stamp(char text[CLOCK_STAMP_SIZE], struct timespec when)
{
    struct tm utc;
    char seconds[CLOCK_STAMP_SIZE];

    /* Cut, not rounded: a stamp never lies in the future, and .9996 needs no carry. */
    if (gmtime_r(&when.tv_sec, &utc) == NULL ||
        strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc) == 0) {
        snprintf(text, CLOCK_STAMP_SIZE, "1970-01-01T00:00:00.000Z");
        return text;
    }
    snprintf(text, CLOCK_STAMP_SIZE, "%.26s.%03uZ", seconds,
             (unsigned)when.tv_nsec / 1000000 % 1000);
    return text;
}

static int compare_nanoseconds(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

void clock_calibrate(double *resolution, double *overhead)
{
    int64_t *steps = xmalloc(READINGS * sizeof *steps);
    int64_t before = monotonic_nanoseconds();

    /* The readings stand alone in the loop: sorting comes after. */
    for (size_t i = 0; i < READINGS; i++) {
        int64_t now = monotonic_nanoseconds();
        steps[i] = now - before;
        before = now;
    }
    qsort(steps, READINGS, sizeof *steps, compare_nanoseconds);
    *overhead = 1e-9 * (double)steps[READINGS / 2];

    size_t first = 0;
    while (first < READINGS && steps[first] == 0)
        first++;
    if (first < READINGS) {
        *resolution = 1e-9 * (double)steps[first];
    } else { /* a clock so coarse that it stood still all the while */
        struct timespec tick;
        clock_getres(CLOCK_MONOTONIC, &tick);
        *resolution = (double)tick.tv_sec + 1e-9 * (double)tick.tv_nsec;
    }
    free(steps);
}
