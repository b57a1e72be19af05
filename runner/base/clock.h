/*
 * Time: a monotonic clock for durations, wall-clock time only for stamps.
 */
#ifndef SCALESTUDY_CLOCK_H
#define SCALESTUDY_CLOCK_H

#include <time.h>

double clock_seconds(void); /* CLOCK_MONOTONIC; only differences mean something */

enum { CLOCK_STAMP_SIZE = 32 };

/* ISO 8601 UTC with milliseconds: 2026-11-22T14:50:55.123Z */
const char *clock_stamp(char text[CLOCK_STAMP_SIZE], struct timespec when);
struct timespec clock_now(void); /* CLOCK_REALTIME */

/* The timer itself (Method 1.7): smallest non-zero difference between two
 * readings, and the median cost of a reading, in seconds, over 1e5 readings. */
void clock_calibrate(double *resolution, double *overhead);

#endif
