#include "throughput_fit.h"

#include <math.h>

#include "levenberg.h"
#include "quantiles.h"

enum { ONE, SIGMA, KAPPA, UNKNOWNS };

struct observed {
    const double *cores, *throughput;
    size_t count;
};

static double below(const double *at, double cores)
{
    return 1 + at[SIGMA] * (cores - 1) + at[KAPPA] * cores * (cores - 1);
}

static void evaluate(const void *data, const double *at, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double n = o->cores[i], share = n / below(at, n), x = at[ONE] * share;
        double *to = slopes + UNKNOWNS * i;
        residuals[i] = o->throughput[i] - x;
        to[ONE] = share;
        to[SIGMA] = -x * share / n * (n - 1);
        to[KAPPA] = -x * share * (n - 1);
    }
}

static bool are_good(const struct observed *o)
{
    for (size_t i = 0; i < o->count; i++)
        if (!(o->cores[i] >= 1 && isfinite(o->cores[i]) && o->throughput[i] > 0 &&
              isfinite(o->throughput[i])))
            return false;
    return o->count > 0;
}

/* From a straight, a bent and a falling curve: the best end of the three. */
static struct levenberg_fit search(const struct levenberg_problem *problem, double one)
{
    static const double bends[][2] = {{0.01, 1e-4}, {0.1, 1e-3}, {0.3, 0.1}};
    struct levenberg_fit best = {.converged = false};
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
        const double start[] = {one, bends[i][0], bends[i][1]};
        struct levenberg_fit fit = levenberg_fit(problem, start);
        if (fit.converged && (!best.converged || fit.sum_squares < best.sum_squares))
            best = fit;
    }
    return best;
}

static struct estimate estimate_of(const struct levenberg_fit *fit, size_t j, double most)
{
    double value = fit->values[j], error = fit->errors[j];
    double reach = error * student_quantile(0.975, fit->freedom);
    struct interval ci = {fmax(value - reach, 0), fmin(value + reach, most)};
    if (isnan(reach))
        ci = (struct interval){NAN, NAN};
    return (struct estimate){value, error, ci, fit->at_bound[j]};
}

static void find_peak(struct throughput_fit *out)
{
    double sigma = out->sigma.value, kappa = out->kappa.value;
    out->limit = out->one.value / sigma; /* INFINITY for 0 */
    out->peak_cores = kappa > 0 ? fmax(sqrt((1 - sigma) / kappa), 1) : INFINITY;
    out->peak = kappa > 0 ? throughput_at(out, out->peak_cores) : out->limit;
}

struct throughput_fit throughput_fit(const double *cores, const double *throughput, size_t count)
{
    const struct estimate none = {NAN, NAN, {NAN, NAN}, false};
    struct throughput_fit out = {false, none, none, none, NAN, NAN, NAN, NAN, NAN, NAN};
    const struct observed observed = {cores, throughput, count};
    const double low[] = {0, 0, 0}, high[] = {INFINITY, 1, 1};
    const struct levenberg_problem problem = {UNKNOWNS, count, evaluate, &observed, low, high};
    if (!are_good(&observed))
        return out;
    double steepest = 0;
    for (size_t i = 0; i < count; i++)
        steepest = fmax(steepest, throughput[i] / cores[i]);
    struct levenberg_fit fit = search(&problem, steepest);
    if (!fit.converged)
        return out;
    out.converged = true;
    out.one = estimate_of(&fit, ONE, INFINITY);
    out.sigma = estimate_of(&fit, SIGMA, 1);
    out.kappa = estimate_of(&fit, KAPPA, 1);
    out.sum_squares = fit.sum_squares;
    out.freedom = fit.freedom;
    out.deviation = fit.deviation;
    find_peak(&out);
    return out;
}

double throughput_at(const struct throughput_fit *fit, double cores)
{
    const double at[] = {fit->one.value, fit->sigma.value, fit->kappa.value};
    return at[ONE] * cores / below(at, cores);
}
