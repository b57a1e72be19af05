/*
 * One curve of time against cores, and how it is laid through medians: least
 * squares of ln T, none of its parts negative. So no time is ever negative
 * either, and every point counts by its relative error.
 */
#ifndef SCALESTUDY_MODEL_H
#define SCALESTUDY_MODEL_H

#include <stdbool.h>
#include <stddef.h>

/* Those with fewer coefficients first. */
enum model_kind {
    MODEL_IDEAL,       /* b / p */
    MODEL_AMDAHL,      /* b / p + s */
    MODEL_POWER,       /* a p^-e */
    MODEL_USL,         /* b / p + s + c (p - 1), Gunther's universal scalability law */
    MODEL_LOGARITHMIC, /* b / p + s + c log2 p */
    MODEL_KINDS
};

enum { MODEL_COEFFICIENTS_MOST = 3 };

/*
 * Coefficients in the order b, s, c, or a, e. None is negative but e, which is
 * where more cores take longer. The parts are chosen so that T(1) is b + s in
 * all of them: the USL's sigma = s / T(1) and kappa = c / T(1) then have their
 * bounds where s and c have them.
 */
struct model_curve {
    enum model_kind kind;
    double coefficients[MODEL_COEFFICIENTS_MOST];
};

const char *model_name(enum model_kind kind);    /* "Amdahl" */
const char *model_formula(enum model_kind kind); /* "T(p) = b/p + s" */
size_t model_coefficients(enum model_kind kind);

/* Seconds on `cores`, 1 or more; the bare formula, wherever it is asked. */
double model_time(const struct model_curve *curve, double cores);

/* Where the curve is lowest: INFINITY where it falls for ever, 1 at least. */
double model_peak(const struct model_curve *curve);

/* The same core counts are fitted again and again: what does not change is kept here. */
struct model_fitter;

/* `cores` are distinct and 1 or more, `weights` positive; both are copied. */
struct model_fitter *model_fitter_new(enum model_kind kind, const double *cores,
                                      const double *weights, size_t count);
void model_fitter_free(struct model_fitter *fitter); /* NULL is fine */

/* The next fits are without this one; `count` or more: with all again. */
void model_fitter_leave_out(struct model_fitter *fitter, size_t index);

/*
 * The curve of least sum of weights x (ln T - ln f)^2. `start` may be NULL; a
 * curve of the same kind that is near saves half of the time. False, and `out`
 * left alone, where the points do not determine it or a number is not finite.
 */
bool model_fitter_fit(struct model_fitter *fitter, const double *log_times,
                      const struct model_curve *start, struct model_curve *out);

/* That sum, of all points. */
double model_fitter_misfit(const struct model_fitter *fitter, const double *log_times,
                           const struct model_curve *curve);

/*
 * Covariances of the coefficients for residuals of variance 1 / weight, in
 * MODEL_COEFFICIENTS_MOST squared numbers, row after row; 0 for a coefficient
 * at its bound. False where the points do not determine them.
 */
bool model_fitter_covariance(struct model_fitter *fitter, const struct model_curve *curve,
                             double *out);

#endif
