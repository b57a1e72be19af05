/*
 * Speedup, efficiency and Karp-Flatt of every point, each with its interval:
 * ratios of medians, never means of ratios. docs/method.md, "Speedup".
 */
#ifndef SCALESTUDY_SPEEDUP_H
#define SCALESTUDY_SPEEDUP_H

#include "context.h"

/* The limits that are wanted; each costs a search. */
enum { LIMIT_CI95 = 1, LIMIT_LOWER95 = 2, LIMIT_UPPER95 = 4 };

/* The ratio of two points' medians; limits that were not asked for are NAN. */
struct ratio {
    double value;            /* NAN where a median is not there or the denominator is 0 */
    struct interval ci95;    /* two-sided; NAN below RATIO_INTERVAL_LEAST blocks on a side */
    double lower95, upper95; /* one-sided each, so together 90 %; NAN below RULE_LIMIT_LEAST */
};

/* median(numerator) / median(denominator); a point against itself is exactly 1. */
struct ratio ratio_of_points(const struct context *context, struct place numerator,
                             struct place denominator, unsigned limits);

/*
 * Speedup is this times T(base) / T(p): the base's cores (1, or more where the
 * base is relative), and in weak scaling times the growth of the work done, or
 * of the cores where the work is not known.
 */
double speedup_scale(const struct context *context, struct place base, struct place point);

/* Karp and Flatt's experimentally determined serial fraction; NAN below 2 cores. */
double karp_flatt(double speedup, double cores);

/* Gustafson's: the part of the time on `cores` that is serial, from the scaled
 * speedup, S = p - s (p - 1); NAN below 2 cores. */
double gustafson(double scaled_speedup, double cores);

/* The series' base (analysis.h says which) into its base_* members. */
void speedup_find_base(struct context *context, size_t series);

/* All speedup, efficiency, karp_flatt and ratio_to_fastest members of a series. */
void speedup_compute(struct context *context, size_t series);

/* The point of least median with ok runs at `cores` cores (0: any count); fewer
 * cores first among equals. */
struct place speedup_least(const struct context *context, size_t series, int64_t cores);

#endif
