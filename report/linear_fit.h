/*
 * Least squares of a few unknowns, with or without the condition that none is
 * negative. Rows come weighted: each multiplied by the root of its weight.
 */
#ifndef SCALESTUDY_LINEAR_FIT_H
#define SCALESTUDY_LINEAR_FIT_H

#include <stdbool.h>
#include <stddef.h>

enum { LINEAR_UNKNOWNS_MOST = 8 };

/*
 * All that the rows say about the unknowns: the triangle R of their orthogonal
 * decomposition, the right side turned with it, and what no choice of the
 * unknowns can remove.
 */
struct linear_system {
    size_t unknowns;
    double triangle[LINEAR_UNKNOWNS_MOST][LINEAR_UNKNOWNS_MOST]; /* upper; 0 below */
    double right[LINEAR_UNKNOWNS_MOST];
    double rest; /* sum of squares */
};

/*
 * `rows` holds `count` rows of `unknowns` + 1 numbers, the last the right side;
 * they are overwritten. Householder reflections: the normal equations would
 * lose half of the digits.
 */
struct linear_system linear_reduce(double *rows, size_t count, size_t unknowns);

/* The unknowns of least squares. False where the rows do not determine them
 * (then `out` is left alone). */
bool linear_solve(const struct linear_system *system, double *out);

/*
 * The same among unknowns of 0 or more; returns the sum of squares. By trying
 * every choice of unknowns held at 0: for the four or so that are meant, fewer
 * steps than any search and nothing to converge. Unknowns that the rows cannot
 * tell from others are 0.
 */
double linear_solve_nonnegative(const struct linear_system *system, double *out);

/*
 * The inverse of R'R for the unknowns that are `free` (NULL: all), row after
 * row in `unknowns` x `unknowns` numbers, with 0 for the others: times the
 * variance of a row of weight 1, the covariances of the unknowns. False where
 * the rows do not determine them.
 */
bool linear_covariance(const struct linear_system *system, const bool *free, double *out);

#endif
