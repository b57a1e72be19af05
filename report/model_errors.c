#include "model_errors.h"

#include <math.h>

#include "quantiles.h"

/* Its error by the slopes of what is estimated along each coefficient. */
static double error_of(const double *covariance, const double *slopes)
{
    double sum = 0;
    for (size_t a = 0; a < MODEL_COEFFICIENTS_MOST; a++)
        for (size_t b = 0; b < MODEL_COEFFICIENTS_MOST; b++)
            sum += slopes[a] * covariance[a * MODEL_COEFFICIENTS_MOST + b] * slopes[b];
    return sqrt(sum);
}

/* `factor` is Student's t. */
static struct estimate estimate(double value, double error, double factor, double low, double high)
{
    struct interval ci = {fmax(value - factor * error, low), fmin(value + factor * error, high)};
    if (isnan(error) || isnan(factor))
        ci = (struct interval){NAN, NAN};
    return (struct estimate){value, error, ci, false};
}

/* Of what can only be positive the error is relative. */
static struct estimate positive_estimate(double value, double error, double factor)
{
    double part = exp(factor * error / value);
    struct interval ci = {value / part, value * part};
    return (struct estimate){value, error, ci, false};
}

static struct estimate bound_estimate(double value)
{
    return (struct estimate){value, NAN, {NAN, NAN}, true};
}

/* Fractions of T(1) = b + s. */
static void estimate_fractions(struct model *m, const double *covariance, double factor)
{
    const double *x = m->curve.coefficients;
    double one = x[0] + x[1], one_squared = one * one;
    bool bent = m->kind == MODEL_USL || m->kind == MODEL_LOGARITHMIC;
    const double ones[] = {1, m->kind == MODEL_IDEAL ? 0 : 1, 0};
    m->time_one = positive_estimate(one, error_of(covariance, ones), factor);
    if (m->kind == MODEL_IDEAL)
        return;
    const double serial[] = {-x[1] / one_squared, x[0] / one_squared, 0};
    m->serial = x[0] > 0 && x[1] > 0
                    ? estimate(x[1] / one, error_of(covariance, serial), factor, 0, 1)
                    : bound_estimate(x[1] / one);
    if (!bent)
        return;
    const double overhead[] = {-x[2] / one_squared, -x[2] / one_squared, 1 / one};
    m->overhead = bound_estimate(0);
    if (x[2] > 0)
        m->overhead = estimate(x[2] / one, error_of(covariance, overhead), factor, 0, INFINITY);
}

/* Its logarithm is half of ln b - ln c, or all of it. */
static void estimate_peak(struct model *m, const double *covariance, double factor)
{
    const double *x = m->curve.coefficients;
    double peak = model_peak(&m->curve), part = m->kind == MODEL_USL ? 0.5 : 1;
    m->peak = bound_estimate(peak);
    if ((m->kind != MODEL_USL && m->kind != MODEL_LOGARITHMIC) || !isfinite(peak) || peak <= 1)
        return;
    const double slopes[] = {part * peak / x[0], 0, -part * peak / x[2]};
    m->peak = positive_estimate(peak, error_of(covariance, slopes), factor);
}

void model_estimate(struct model *m, struct model_fitter *fitter, size_t count)
{
    double covariance[MODEL_COEFFICIENTS_MOST * MODEL_COEFFICIENTS_MOST];
    double freedom = (double)count - (double)model_coefficients(m->kind);
    double factor = student_quantile(0.975, freedom), variance = m->misfit / freedom;
    bool known = freedom > 0 && model_fitter_covariance(fitter, &m->curve, covariance);
    for (size_t i = 0; i < sizeof covariance / sizeof *covariance; i++)
        covariance[i] = known ? covariance[i] * variance : NAN;
    if (m->kind == MODEL_POWER) {
        const double first[] = {1, 0, 0}, second[] = {0, 1, 0};
        const double *x = m->curve.coefficients;
        m->time_one = positive_estimate(x[0], error_of(covariance, first), factor);
        m->exponent = estimate(x[1], error_of(covariance, second), factor, -INFINITY, INFINITY);
    } else {
        estimate_fractions(m, covariance, factor);
    }
    estimate_peak(m, covariance, factor);
}
