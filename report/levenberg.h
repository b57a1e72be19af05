/*
 * Least squares of a formula that is not linear in its unknowns, by Levenberg
 * and Marquardt, with bounds.
 */
#ifndef SCALESTUDY_LEVENBERG_H
#define SCALESTUDY_LEVENBERG_H

#include <stdbool.h>
#include <stddef.h>

#include "linear_fit.h"

struct levenberg_problem {
    size_t unknowns; /* LINEAR_UNKNOWNS_MOST at most */
    size_t count;    /* of observations */
    /*
     * At the unknowns `at`: observation minus formula into residuals[count],
     * and the formula's derivatives into slopes[count * unknowns], all of the
     * first observation first. What is not finite is a step too far.
     */
    void (*evaluate)(const void *data, const double *at, double *residuals, double *slopes);
    const void *data;
    /* NULL: none. An unknown whose two bounds are equal is held, not fitted. */
    const double *low, *high;
};

struct levenberg_fit {
    bool converged; /* all else is NAN where it is false */
    double values[LINEAR_UNKNOWNS_MOST];
    /* Standard deviations. NAN for an unknown at its bound, where there is
     * none, and for all where there are no more observations than unknowns. */
    double errors[LINEAR_UNKNOWNS_MOST];
    bool at_bound[LINEAR_UNKNOWNS_MOST];
    double sum_squares;
    double freedom;   /* observations minus unknowns fitted */
    double deviation; /* of the residuals: sqrt(sum_squares / freedom) */
    size_t steps;
};

/*
 * From `start`, which is moved into the bounds. It ends where a further step
 * would change no unknown by 1e-10 of its standard deviation (Bates and Watts'
 * relative offset), or, where nothing is left to fit, by 1e-13 of itself.
 * Another minimum than the least is possible: that is for the start to prevent.
 */
struct levenberg_fit levenberg_fit(const struct levenberg_problem *problem, const double *start);

#endif
