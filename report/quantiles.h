/*
 * Where the usual distributions put a probability: what intervals and tests
 * multiply and compare with. Accurate to about 1e-12, relative.
 *
 * NAN where a probability is not between 0 and 1 or a number of degrees of
 * freedom is not above 0; degrees of freedom need not be whole.
 */
#ifndef SCALESTUDY_QUANTILES_H
#define SCALESTUDY_QUANTILES_H

/* Regularised incomplete gamma P(a, x), a > 0, x >= 0. */
double incomplete_gamma(double a, double x);

/* Regularised incomplete beta I_x(a, b), a and b > 0, 0 <= x <= 1. */
double incomplete_beta(double a, double b, double x);

/* The value with this probability below it. */
double normal_quantile(double probability);
double student_quantile(double probability, double freedom);
double chi_square_quantile(double probability, double freedom);

#endif
