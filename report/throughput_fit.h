/*
 * The universal scalability law by least squares of throughput, as published
 * fits are made: for comparing with those only. Every point counts by its
 * absolute error there, so the largest counts decide; models.h does better.
 */
#ifndef SCALESTUDY_THROUGHPUT_FIT_H
#define SCALESTUDY_THROUGHPUT_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "models.h"

/* X(N) = one N / (1 + sigma (N - 1) + kappa N (N - 1)), all three 0 or more, sigma and kappa 1 at
 * most. */
struct throughput_fit {
    bool converged; /* all else is NAN where it is false */
    struct estimate one, sigma, kappa;
    double peak_cores, peak; /* N* = sqrt((1 - sigma) / kappa) and X(N*); INFINITY and `limit` where
                                kappa is 0 */
    double limit;            /* one / sigma: what contention alone would leave */
    double sum_squares, freedom, deviation; /* of the residuals */
};

/* `cores` 1 or more, `throughput` positive, in any unit (1 / seconds for times). */
struct throughput_fit throughput_fit(const double *cores, const double *throughput, size_t count);

double throughput_at(const struct throughput_fit *fit, double cores);

#endif
