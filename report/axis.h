/*
 * Axes of the plots: their range, and ticks that a person would have chosen.
 */
#ifndef SCALESTUDY_AXIS_H
#define SCALESTUDY_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool.h"

struct axis_tick {
    double at;
    const char *text; /* "" where there is no room for it, or the line alone is wanted */
};

struct axis {
    double low, high;
    bool log; /* logarithmic; then 0 < low */
    struct axis_tick *ticks;
    size_t tick_count;
};

/* Where a value stands: 0 at `low`, 1 at `high`. */
double axis_place(const struct axis *axis, double value);

/*
 * Core counts on a logarithmic axis of `pixels`: a tick at each count, a text
 * where there is room, for the ends of the first `measured` counts first.
 * `counts` ascend; `inset` pixels stay free at both ends.
 */
struct axis axis_of_cores(struct pool *pool, const int64_t *counts, size_t count, size_t measured,
                          double pixels, double text_size, double inset);

/* Powers of two from `low` to `high`, both more than 0. */
struct axis axis_of_ratios(struct pool *pool, double low, double high);

/* 0 % to at least 100 %. */
struct axis axis_of_percent(struct pool *pool, double high);

/* Times on a logarithmic axis: 20 ms, 50 ms, 0.1 s, … 2 min, … 5 h. */
struct axis axis_of_seconds(struct pool *pool, double low, double high);

/*
 * Amounts from 0 to `high`, linear: at most `most` ticks beside 0, at 1, 2 or 5
 * times a power of ten of `unit`, whose name stands behind each ("" none).
 */
struct axis axis_of_amounts(struct pool *pool, double high, double unit, const char *unit_name,
                            int most);

/* The pixels of the widest tick text. */
double axis_text_pixels(const struct axis *axis, double text_size);

#endif
