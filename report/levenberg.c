#include "levenberg.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum { STEPS_MOST = 500 };

/* Where the search stands. */
struct search {
    const struct levenberg_problem *problem;
    double at[LINEAR_UNKNOWNS_MOST], *residuals, *slopes;
    double next[LINEAR_UNKNOWNS_MOST], *next_residuals, *next_slopes;
    double *rows; /* for a decomposition */
    double squares;
    double damping;
    bool free[LINEAR_UNKNOWNS_MOST];
    struct linear_system system; /* of the free unknowns: their best step */
    double lengths[LINEAR_UNKNOWNS_MOST]; /* of the columns of slopes of the free unknowns */
};

static double low_of(const struct search *s, size_t j)
{
    return s->problem->low == NULL ? -INFINITY : s->problem->low[j];
}

static double high_of(const struct search *s, size_t j)
{
    return s->problem->high == NULL ? INFINITY : s->problem->high[j];
}

static double within(const struct search *s, size_t j, double value)
{
    return fmin(fmax(value, low_of(s, j)), high_of(s, j));
}

/* NAN or infinite where the formula has left its domain. */
static double sum_of_squares(const struct search *s, const double *residuals)
{
    double sum = 0;
    for (size_t i = 0; i < s->problem->count; i++)
        sum += residuals[i] * residuals[i];
    return sum;
}

static double slope_of_squares(const struct search *s, size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < s->problem->count; i++)
        sum += s->slopes[i * s->problem->unknowns + j] * s->residuals[i];
    return sum;
}

/* An unknown at its bound stays there while the squares fall only beyond it. */
static void choose_free(struct search *s)
{
    for (size_t j = 0; j < s->problem->unknowns; j++) {
        bool at_low = s->at[j] <= low_of(s, j), at_high = s->at[j] >= high_of(s, j);
        double downhill = at_low || at_high ? slope_of_squares(s, j) : 0;
        s->free[j] = !((at_low && downhill <= 0) || (at_high && downhill >= 0));
    }
}

/* Residuals against the slopes of the free unknowns. */
static void linearise(struct search *s)
{
    size_t unknowns = s->problem->unknowns, kept = 0, to = 0;
    choose_free(s);
    for (size_t j = 0; j < unknowns; j++)
        kept += s->free[j];
    for (size_t i = 0; i < s->problem->count; i++) {
        for (size_t j = 0; j < unknowns; j++)
            if (s->free[j])
                s->rows[to++] = s->slopes[i * unknowns + j];
        s->rows[to++] = s->residuals[i];
    }
    s->system = linear_reduce(s->rows, s->problem->count, kept);
    for (size_t j = 0; j < kept; j++) {
        s->lengths[j] = 0;
        for (size_t i = 0; i <= j; i++)
            s->lengths[j] = hypot(s->lengths[j], s->system.triangle[i][j]);
    }
}

/* The free unknowns' step, damped by Marquardt's scaling, into `step` (0 for the others). */
static bool damped_step(const struct search *s, double damping, double *step)
{
    double rows[2 * LINEAR_UNKNOWNS_MOST * (LINEAR_UNKNOWNS_MOST + 1)] = {0};
    double values[LINEAR_UNKNOWNS_MOST] = {0};
    size_t kept = s->system.unknowns, width = kept + 1, from = 0;
    for (size_t i = 0; i < kept; i++) {
        for (size_t j = i; j < kept; j++)
            rows[i * width + j] = s->system.triangle[i][j];
        rows[i * width + kept] = s->system.right[i];
        rows[(kept + i) * width + i] = sqrt(damping) * s->lengths[i];
    }
    struct linear_system damped = linear_reduce(rows, 2 * kept, kept);
    if (!linear_solve(&damped, values))
        return false;
    for (size_t j = 0; j < s->problem->unknowns; j++)
        step[j] = s->free[j] ? values[from++] : 0;
    return true;
}

/* How far the best step would go, in units of what the residuals leave open. */
static double relative_offset(const struct search *s)
{
    double gain = 0;
    for (size_t j = 0; j < s->system.unknowns; j++)
        gain += s->system.right[j] * s->system.right[j];
    return gain == 0 ? 0 : sqrt(gain / s->system.rest);
}

static bool changes_nothing(const struct search *s, const double *step)
{
    for (size_t j = 0; j < s->problem->unknowns; j++)
        if (!(fabs(step[j]) <= 1e-13 * fabs(s->at[j])))
            return false;
    return true;
}

/* The best step is then taken after all: it is too short to be wrong. */
static bool is_at_the_end(struct search *s, double offset)
{
    double step[LINEAR_UNKNOWNS_MOST];
    if (!damped_step(s, 0, step) || !(offset < 1e-10 || changes_nothing(s, step)))
        return false;
    for (size_t j = 0; j < s->problem->unknowns; j++)
        s->at[j] = within(s, j, s->at[j] + step[j]);
    return true;
}

static void swap(double **a, double **b)
{
    double *kept = *a;
    *a = *b;
    *b = kept;
}

/*
 * One step, taken if it lessens the squares. Near the end they no longer tell:
 * they are flat where the unknowns are not yet exact to half of their digits,
 * so there a step is also taken if it leaves them as they are.
 */
static bool take_step(struct search *s, double offset)
{
    double step[LINEAR_UNKNOWNS_MOST];
    if (!damped_step(s, s->damping, step))
        return false;
    for (size_t j = 0; j < s->problem->unknowns; j++)
        s->next[j] = within(s, j, s->at[j] + step[j]);
    s->problem->evaluate(s->problem->data, s->next, s->next_residuals, s->next_slopes);
    double squares = sum_of_squares(s, s->next_residuals);
    double allowed = offset < 1e-4 ? s->squares * (1 + 1e-12) : s->squares;
    if (!(squares < s->squares || (offset < 1e-4 && squares <= allowed)))
        return false;
    memcpy(s->at, s->next, sizeof s->at);
    swap(&s->residuals, &s->next_residuals);
    swap(&s->slopes, &s->next_slopes);
    s->squares = squares;
    return true;
}

static bool search(struct search *s, size_t *steps)
{
    s->problem->evaluate(s->problem->data, s->at, s->residuals, s->slopes);
    s->squares = sum_of_squares(s, s->residuals);
    if (!isfinite(s->squares))
        return false;
    linearise(s);
    for (*steps = 0; *steps < STEPS_MOST; ++*steps) {
        double offset = relative_offset(s);
        if (is_at_the_end(s, offset))
            return true;
        if (take_step(s, offset)) {
            s->damping = fmax(s->damping / 10, 1e-14);
            linearise(s);
        } else if ((s->damping *= 10) > 1e20) {
            return false;
        }
    }
    return false;
}

static void fill_in(const struct search *s, struct levenberg_fit *fit)
{
    double covariance[LINEAR_UNKNOWNS_MOST * LINEAR_UNKNOWNS_MOST];
    size_t fitted = 0, kept = s->system.unknowns, from = 0;
    for (size_t j = 0; j < s->problem->unknowns; j++)
        fitted += low_of(s, j) < high_of(s, j);
    fit->converged = true;
    fit->sum_squares = s->squares;
    fit->freedom = (double)s->problem->count - (double)fitted;
    if (fit->freedom > 0)
        fit->deviation = sqrt(s->squares / fit->freedom);
    bool known = linear_covariance(&s->system, NULL, covariance);
    for (size_t j = 0; j < s->problem->unknowns; j++) {
        fit->values[j] = s->at[j];
        fit->at_bound[j] = !s->free[j];
        if (known && s->free[j])
            fit->errors[j] = fit->deviation * sqrt(covariance[from * kept + from]);
        from += s->free[j];
    }
}

struct levenberg_fit levenberg_fit(const struct levenberg_problem *problem, const double *start)
{
    size_t unknowns = problem->unknowns, count = problem->count;
    struct levenberg_fit fit = {.sum_squares = NAN, .freedom = NAN, .deviation = NAN};
    assert(unknowns <= LINEAR_UNKNOWNS_MOST);
    /* Two of residuals and slopes, and a system of both. */
    double *memory = xcalloc(count * (3 * unknowns + 3) + 1, sizeof *memory);
    struct search s = {.problem = problem, .damping = 1e-3};
    s.residuals = memory;
    s.next_residuals = memory + count;
    s.slopes = memory + 2 * count;
    s.next_slopes = s.slopes + count * unknowns;
    s.rows = s.next_slopes + count * unknowns;
    for (size_t j = 0; j < unknowns; j++) {
        fit.values[j] = fit.errors[j] = NAN;
        s.at[j] = within(&s, j, start[j]);
    }
    if (search(&s, &fit.steps))
        fill_in(&s, &fit);
    free(memory);
    return fit;
}
