#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "linear_fit.h"

/* Rounds in time, then in logarithms; the latter end by themselves. */
enum { TIME_ROUNDS = 3, LOG_ROUNDS = 200 };

static const struct {
    const char *name, *formula;
    size_t coefficients;
} shapes[MODEL_KINDS] = {
    [MODEL_IDEAL] = {"ideal", "T(p) = b/p", 1},
    [MODEL_AMDAHL] = {"Amdahl", "T(p) = b/p + s", 2},
    [MODEL_POWER] = {"power law", "T(p) = a p^-e", 2},
    [MODEL_USL] = {"USL", "T(p) = b/p + s + c (p - 1)", 3},
    [MODEL_LOGARITHMIC] = {"logarithmic", "T(p) = b/p + s + c log2 p", 3},
};

const char *model_name(enum model_kind kind)
{
    return shapes[kind].name;
}

const char *model_formula(enum model_kind kind)
{
    return shapes[kind].formula;
}

size_t model_coefficients(enum model_kind kind)
{
    return shapes[kind].coefficients;
}

/* What the coefficients are multiplied with; of the power law, in ln T. */
static void parts(enum model_kind kind, double cores, double *out)
{
    if (kind == MODEL_POWER) {
        out[0] = 1;
        out[1] = -log(cores);
        return;
    }
    out[0] = 1 / cores;
    if (kind == MODEL_IDEAL)
        return;
    out[1] = 1;
    if (kind == MODEL_USL)
        out[2] = cores - 1;
    else if (kind == MODEL_LOGARITHMIC)
        out[2] = log2(cores);
}

double model_time(const struct model_curve *curve, double cores)
{
    double part[MODEL_COEFFICIENTS_MOST], sum = 0;
    if (curve->kind == MODEL_POWER)
        return curve->coefficients[0] * pow(cores, -curve->coefficients[1]);
    parts(curve->kind, cores, part);
    for (size_t j = 0; j < shapes[curve->kind].coefficients; j++)
        sum += curve->coefficients[j] * part[j];
    return sum;
}

/* Where the derivative, -b / p^2 + c or -b / p^2 + c / (p ln 2), is 0. */
double model_peak(const struct model_curve *curve)
{
    const double *x = curve->coefficients;
    switch (curve->kind) {
    case MODEL_POWER:
        return x[1] > 0 ? INFINITY : 1;
    case MODEL_USL:
        return x[2] > 0 ? fmax(sqrt(x[0] / x[2]), 1) : INFINITY;
    case MODEL_LOGARITHMIC:
        return x[2] > 0 ? fmax(x[0] * log(2) / x[2], 1) : INFINITY;
    default:
        return INFINITY;
    }
}

struct model_fitter {
    enum model_kind kind;
    size_t count, unknowns, left_out;
    double *parts;   /* count x unknowns */
    double *roots;   /* of the weights */
    double *fitted;  /* of the curve at hand */
    double *misses;  /* ln T - ln fitted */
    double *tried, *tried_misses;
    double *rows;
};

struct model_fitter *model_fitter_new(enum model_kind kind, const double *cores,
                                      const double *weights, size_t count)
{
    struct model_fitter *f = xcalloc(1, sizeof *f);
    f->kind = kind;
    f->count = f->left_out = count;
    f->unknowns = shapes[kind].coefficients;
    f->parts = xcalloc(count * (2 * f->unknowns + 6) + 1, sizeof *f->parts);
    f->roots = f->parts + count * f->unknowns;
    f->fitted = f->roots + count;
    f->misses = f->fitted + count;
    f->tried = f->misses + count;
    f->tried_misses = f->tried + count;
    f->rows = f->tried_misses + count;
    for (size_t i = 0; i < count; i++) {
        parts(kind, cores[i], f->parts + i * f->unknowns);
        f->roots[i] = sqrt(weights[i]);
    }
    return f;
}

void model_fitter_free(struct model_fitter *fitter)
{
    if (fitter == NULL)
        return;
    free(fitter->parts);
    free(fitter);
}

void model_fitter_leave_out(struct model_fitter *fitter, size_t index)
{
    fitter->left_out = index;
}

static double root_of(const struct model_fitter *f, size_t i)
{
    return i == f->left_out ? 0 : f->roots[i];
}

/* Sum of squares of the points not left out; the curve and its misses into `fitted`, `misses`. */
static double follow(const struct model_fitter *f, const double *log_times, const double *x,
                     double *fitted, double *misses)
{
    double sum = 0;
    for (size_t i = 0; i < f->count; i++) {
        const double *part = f->parts + i * f->unknowns;
        double value = 0;
        for (size_t j = 0; j < f->unknowns; j++)
            value += x[j] * part[j];
        fitted[i] = value;
        misses[i] = log_times[i] - log(value);
        if (i == f->left_out)
            continue;
        double miss = f->roots[i] * misses[i];
        sum += miss * miss;
    }
    return sum;
}

/* One round: the parts against `target`, each point relative to what it was fitted before. */
static void solve_round(struct model_fitter *f, const double *before, const double *target,
                        double *x)
{
    double *to = f->rows;
    for (size_t i = 0; i < f->count; i++) {
        bool out = i == f->left_out; /* what is there may be no number */
        double scale = out ? 0 : f->roots[i] / before[i];
        for (size_t j = 0; j < f->unknowns; j++)
            *to++ = scale * f->parts[i * f->unknowns + j];
        *to++ = out ? 0 : f->roots[i] * target[i];
    }
    struct linear_system system = linear_reduce(f->rows, f->count, f->unknowns);
    linear_solve_nonnegative(&system, x);
}

/*
 * Relative errors of time, against T itself and then against the round before:
 * near enough for the logarithms to take over. A curve that is 0 somewhere is
 * no start; b / p through the mean always is one.
 */
static void start_in_time(struct model_fitter *f, const double *log_times, double *x)
{
    double *before = f->tried, *target = f->tried_misses, mean = 0, weight = 0;
    for (size_t i = 0; i < f->count; i++) {
        double root = root_of(f, i);
        before[i] = exp(log_times[i]);
        mean += root * root * (log_times[i] - log(f->parts[i * f->unknowns]));
        weight += root * root;
    }
    for (int round = 0; round < TIME_ROUNDS; round++) {
        for (size_t i = 0; i < f->count; i++)
            target[i] = exp(log_times[i]) / before[i];
        solve_round(f, before, target, x);
        follow(f, log_times, x, f->fitted, f->misses);
        for (size_t i = 0; i < f->count; i++)
            before[i] = fmax(f->fitted[i], 1e-3 * exp(log_times[i]));
    }
    if (isfinite(follow(f, log_times, x, f->fitted, f->misses)))
        return;
    memset(x, 0, MODEL_COEFFICIENTS_MOST * sizeof *x);
    x[0] = exp(mean / weight);
}

/* From x towards `goal`, half as far until the squares do not rise. */
static bool step_towards(struct model_fitter *f, const double *log_times, const double *goal,
                         double *x, double *squares)
{
    for (double part = 1; part > 1e-6; part /= 2) {
        double next[MODEL_COEFFICIENTS_MOST] = {0};
        for (size_t j = 0; j < f->unknowns; j++)
            next[j] = part == 1 ? goal[j] : x[j] + part * (goal[j] - x[j]);
        double sum = follow(f, log_times, next, f->tried, f->tried_misses);
        if (sum <= *squares * (1 + 1e-13)) {
            memcpy(x, next, sizeof next);
            *squares = sum;
            return true;
        }
    }
    return false;
}

/* The curve just tried becomes the one at hand; how far it moved, relative. */
static double adopt(struct model_fitter *f)
{
    double moved = 0, *kept = f->fitted;
    for (size_t i = 0; i < f->count; i++)
        moved = fmax(moved, fabs(f->tried[i] / f->fitted[i] - 1));
    f->fitted = f->tried;
    f->tried = kept;
    kept = f->misses;
    f->misses = f->tried_misses;
    f->tried_misses = kept;
    return moved;
}

/*
 * Gauss and Newton in logarithms. ln f changes by the parts over f, and the
 * parts of the curve at hand add up to f: so the next curve, not only the step
 * to it, is the solution for the target 1 + ln T - ln f, and can be held to be
 * non-negative as before.
 */
static bool polish(struct model_fitter *f, const double *log_times, double *x)
{
    double squares = follow(f, log_times, x, f->fitted, f->misses);
    if (!isfinite(squares))
        return false;
    for (int round = 0; round < LOG_ROUNDS; round++) {
        double goal[MODEL_COEFFICIENTS_MOST];
        for (size_t i = 0; i < f->count; i++)
            f->misses[i] += 1;
        solve_round(f, f->fitted, f->misses, goal);
        if (!step_towards(f, log_times, goal, x, &squares))
            return true; /* the least there is, within rounding */
        if (adopt(f) < 1e-12)
            return true;
    }
    return true;
}

static bool fit_power(struct model_fitter *f, const double *log_times, double *x)
{
    double *to = f->rows, line[2];
    for (size_t i = 0; i < f->count; i++) {
        double root = root_of(f, i);
        *to++ = root * f->parts[2 * i];
        *to++ = root * f->parts[2 * i + 1];
        *to++ = root * log_times[i];
    }
    struct linear_system system = linear_reduce(f->rows, f->count, 2);
    if (!linear_solve(&system, line))
        return false;
    x[0] = exp(line[0]);
    x[1] = line[1];
    return isfinite(x[0]) && x[0] > 0 && isfinite(x[1]);
}

bool model_fitter_fit(struct model_fitter *fitter, const double *log_times,
                      const struct model_curve *start, struct model_curve *out)
{
    double x[MODEL_COEFFICIENTS_MOST] = {0};
    size_t used = fitter->count - (fitter->left_out < fitter->count);
    if (used < fitter->unknowns)
        return false;
    for (size_t i = 0; i < fitter->count; i++)
        if (!isfinite(log_times[i]))
            return false;
    if (fitter->kind == MODEL_POWER) {
        if (!fit_power(fitter, log_times, x))
            return false;
    } else {
        if (start != NULL)
            memcpy(x, start->coefficients, sizeof x);
        else
            start_in_time(fitter, log_times, x);
        if (!polish(fitter, log_times, x))
            return false;
    }
    out->kind = fitter->kind;
    memcpy(out->coefficients, x, sizeof x);
    return true;
}

double model_fitter_misfit(const struct model_fitter *fitter, const double *log_times,
                           const struct model_curve *curve)
{
    double sum = 0;
    bool power = curve->kind == MODEL_POWER;
    for (size_t i = 0; i < fitter->count; i++) {
        const double *part = fitter->parts + i * fitter->unknowns, *x = curve->coefficients;
        double value = power ? log(x[0]) + x[1] * part[1] : 0;
        for (size_t j = 0; j < fitter->unknowns && !power; j++)
            value += x[j] * part[j];
        double miss = fitter->roots[i] * (log_times[i] - (power ? value : log(value)));
        sum += miss * miss;
    }
    return sum;
}

bool model_fitter_covariance(struct model_fitter *fitter, const struct model_curve *curve,
                             double *out)
{
    const double *x = curve->coefficients;
    double *to = fitter->rows, found[MODEL_COEFFICIENTS_MOST * MODEL_COEFFICIENTS_MOST];
    size_t n = fitter->unknowns;
    bool power = curve->kind == MODEL_POWER, free[MODEL_COEFFICIENTS_MOST];
    for (size_t j = 0; j < n; j++)
        free[j] = power || x[j] > 0;
    for (size_t i = 0; i < fitter->count; i++) {
        const double *part = fitter->parts + i * n;
        double value = power ? 1 : 0;
        for (size_t j = 0; j < n && !power; j++)
            value += x[j] * part[j];
        for (size_t j = 0; j < n; j++) /* d ln f / d coefficient */
            *to++ = fitter->roots[i] * part[j] / value / (power && j == 0 ? x[0] : 1);
        *to++ = 0;
    }
    struct linear_system system = linear_reduce(fitter->rows, fitter->count, n);
    if (!linear_covariance(&system, free, found))
        return false;
    memset(out, 0, sizeof found);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            out[a * MODEL_COEFFICIENTS_MOST + b] = found[a * n + b];
    return true;
}
