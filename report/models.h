/*
 * What the scaling models say about one strong-scaling series: how each lies to
 * its medians, which one the data speak for, and what may be claimed from it.
 * docs/method.md, "Models".
 *
 * Numbers that do not exist are NAN. Arrays and texts are in the pool that was
 * given. Nothing here draws a random number or keeps anything.
 */
#ifndef SCALESTUDY_MODELS_H
#define SCALESTUDY_MODELS_H

#include <stdbool.h>
#include <stddef.h>

#include "interval.h"
#include "model.h"
#include "pool.h"

struct model_point {
    double cores;       /* 1 or more, distinct, ascending */
    double median;      /* seconds */
    struct interval ci; /* of the median, 95 % or the next that order statistics have; NAN none */
    size_t blocks;      /* behind it */
};

struct model_data {
    const struct model_point *points;
    size_t count;
    double resolution; /* of the timer, seconds; 0 not known */
    double node_cores; /* cores of one node; 0 not known */
};

/* A parameter. By the curve's slopes: the bootstrap's interval (model_bands.h)
 * is the one to show, this is the second opinion. */
struct estimate {
    double value;
    double error;       /* standard error; NAN at its bound */
    struct interval ci; /* 95 % by Student's t, within the parameter's bounds; NAN at its bound */
    bool at_bound;
};

struct model {
    enum model_kind kind;
    bool fitted;        /* enough points for it; all below is NAN where it is false */
    struct model_curve curve;
    double misfit;      /* sum of weights x (ln T - ln f)^2 */
    double aicc;        /* less is better */
    double weight;      /* Akaike's: the share of the evidence among the fitted models */
    const double *left_out; /* per point: by what part the curve through the others misses it */
    double left_out_inner;  /* the largest of the inner points */
    double left_out_ends;   /* of the first and last, which are extrapolated to */
    bool interpolates;      /* no inner point is missed by more than MODELS_INNER_MISS */

    struct estimate time_one; /* T(1); measured only where the series starts at 1 */
    struct estimate serial;   /* s / T(1): Amdahl's serial fraction, the USL's sigma */
    struct estimate overhead; /* c / T(1): the USL's kappa; per doubling where logarithmic */
    struct estimate exponent; /* of the power law */
    struct estimate peak;     /* cores of the lowest time; INFINITY: falls for ever. Not to be
                                 shown but by models.peak */

    double chi_square;         /* of the misses over the medians' own uncertainty; NAN not known */
    double chi_square_freedom; /* points minus coefficients */
    double chi_square_limit;   /* 99 % quantile */
    bool misses_data;          /* above it: the model is off by more than noise */
    double scatter; /* tau: what would have to be added to every s to explain it, in ln T; 0 none */
};

#define MODELS_INNER_MISS 0.10 /* no times in between are told */
#define MODELS_GROSS_MISS 0.25 /* nothing is */

/* Why there is no fit. */
enum models_refusal {
    MODELS_NOT_REFUSED,
    MODELS_BAD_TIME,     /* "bad-time": a time or a count that is none */
    MODELS_SAME_CORES,   /* "same-cores": a count stands for two shapes */
    MODELS_FEW_POINTS,   /* "few-points": fewer than MODELS_POINTS_LEAST, or 4 that are not ideal */
    MODELS_NARROW,       /* "narrow-range": the largest count is not 4 times the smallest */
    MODELS_FEW_BLOCKS,   /* "few-blocks": fewer than 5 at the smallest count */
    MODELS_NOISY,        /* "noise": a median's uncertainty is above half of what all change */
    MODELS_FLAT,         /* "flat": within noise all counts take the same time */
    MODELS_MISFIT        /* "misfit": the best of them misses an inner count by more than
                            MODELS_GROSS_MISS, and all by more than noise where that is known */
};

enum { MODELS_POINTS_LEAST = 4, MODELS_RANGE_LEAST = 4, MODELS_BLOCKS_LEAST = 5 };

/* What may be said about the count from which on more cores take longer. */
enum models_peak {
    MODELS_PEAK_NONE,     /* nothing: what was measured holds no lowest time of a curve */
    MODELS_PEAK_MEASURED, /* within what was measured */
    MODELS_PEAK_AHEAD     /* the model puts it beyond, but no further than 1 / 0.7 of the largest
                             count: to be marked as an extrapolation */
};

enum models_reach {
    MODELS_OUTSIDE, /* below the smallest count, beyond the limit, or no model to go by */
    MODELS_WITHIN,  /* between counts that were measured */
    MODELS_BEYOND   /* extrapolated: to be dashed and said */
};

struct models {
    enum models_refusal refusal;
    const char *refusal_code; /* "few-points", …; "" not refused */
    const char *refusal_text; /* one sentence with the numbers; "" not refused */
    struct model all[MODEL_KINDS]; /* by kind */
    int chosen;                    /* index in all; -1 none */
    bool starts_at_one;  /* else T(1) and what is relative to it are extrapolated: no serial
                            fraction may be claimed */
    bool weighted;       /* by the medians' intervals; false: fewer than 6 blocks somewhere, so all
                            count the same and there is no chi-square */
    enum models_peak peak; /* of the chosen one */
    double low, high;    /* smallest and largest count */
    double limit;        /* the largest count that may be extrapolated to */
    size_t least_blocks; /* of all points */
    size_t count;
    const double *cores, *log_times, *weights; /* as fitted, for model_bands.h */
};

/*
 * Fits all models to the data and chooses: the least AICc, but of models within
 * 2 of it one with fewest coefficients. AICc needs two points more than it
 * counts parameters (the coefficients and the variance): below, a model is not
 * fitted.
 *
 * For strong scaling only, and for runs of one CPU type on one kind of node:
 * that is the caller's to see to.
 */
void models_fit(struct models *out, const struct model_data *data, struct pool *pool);

/* Seconds by the chosen model, with how far that reaches; NAN outside. */
double models_time(const struct models *models, double cores, enum models_reach *reach);

/* The standard deviation of a median's logarithm by its interval; NAN without one. */
double models_uncertainty(const struct model_point *point, double resolution);

#endif
