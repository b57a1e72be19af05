#include "models.h"

#include <math.h>

#include "model_errors.h"
#include "quantiles.h"
#include "summary.h"

/* No clock is better than this, relative: an interval may be narrower by chance. */
static const double least_uncertainty = 1e-4;

/* Misses below this, in ln T, are rounding: exact times speak for no model. */
static const double least_miss = 1e-6;

/* Without intervals, all times this near to each other are the same. */
static const double flat_without_intervals = 0.02;

static const double peak_in_sight = 0.7, aicc_tie = 2;

/*
 * The interval covers what its ranks achieve, not 95 %: taken for 95 %, that of
 * 7 blocks (98.4 %) would be 1.2 times as uncertain as it is.
 */
double models_uncertainty(const struct model_point *point, double resolution)
{
    double coverage = summary_ranks(point->blocks, 0.95).coverage;
    double width = log(point->ci.high / point->ci.low);
    if (!isfinite(width) || isnan(coverage))
        return NAN;
    double uncertainty = width / (2 * normal_quantile((1 + coverage) / 2));
    return fmax(uncertainty, fmax(resolution / point->median, least_uncertainty));
}

/* What the fits go by. */
struct fitting {
    const struct model_data *data;
    struct models *out;
    struct pool *pool;
    double *uncertainties; /* of ln T; NAN where not known */
    double *cores, *log_times, *weights;
};

static int refuse(struct fitting *f, enum models_refusal why, const char *code, const char *text)
{
    f->out->refusal = why;
    f->out->refusal_code = code;
    f->out->refusal_text = text;
    return -1;
}

static bool is_good(const struct model_point *point)
{
    return isfinite(point->median) && point->median > 0 && isfinite(point->cores) &&
           point->cores >= 1;
}

static int check_points(struct fitting *f)
{
    const struct model_point *points = f->data->points;
    size_t count = f->data->count;
    for (size_t i = 0; i < count; i++) {
        if (!is_good(&points[i]))
            return refuse(f, MODELS_BAD_TIME, "bad-time",
                          "no model is fitted: a time is not a positive number of seconds");
        if (i > 0 && !(points[i].cores > points[i - 1].cores))
            return refuse(f, MODELS_SAME_CORES, "same-cores",
                          pool_text(f->pool,
                                    "no model is fitted: %g cores were measured in two ways, and a "
                                    "curve has one time for a count",
                                    points[i].cores));
    }
    if (count < MODELS_POINTS_LEAST)
        return refuse(f, MODELS_FEW_POINTS, "few-points",
                      pool_text(f->pool, "no model is fitted to %zu core %s: %d is the least", count,
                                count == 1 ? "count" : "counts", MODELS_POINTS_LEAST));
    if (points[count - 1].cores < MODELS_RANGE_LEAST * points[0].cores)
        return refuse(f, MODELS_NARROW, "narrow-range",
                      pool_text(f->pool,
                                "no model is fitted from %g to %g cores: the largest count is to "
                                "be %d times the smallest at least",
                                points[0].cores, points[count - 1].cores, MODELS_RANGE_LEAST));
    if (points[0].blocks < MODELS_BLOCKS_LEAST)
        return refuse(f, MODELS_FEW_BLOCKS, "few-blocks",
                      pool_text(f->pool,
                                "no model is fitted: on %g %s, where every curve begins, there %s "
                                "%zu %s, and %d is the least",
                                points[0].cores, points[0].cores == 1 ? "core" : "cores",
                                points[0].blocks == 1 ? "is" : "are", points[0].blocks,
                                points[0].blocks == 1 ? "block" : "blocks", MODELS_BLOCKS_LEAST));
    return 0;
}

/* chi-square of one time for all. */
static double misfit_of_constant(const struct fitting *f)
{
    double sum = 0, weight = 0, squares = 0;
    for (size_t i = 0; i < f->data->count; i++) {
        sum += f->weights[i] * f->log_times[i];
        weight += f->weights[i];
    }
    for (size_t i = 0; i < f->data->count; i++)
        squares += f->weights[i] * pow(f->log_times[i] - sum / weight, 2);
    return squares;
}

static int check_signal(struct fitting *f)
{
    double noise = 0, low = INFINITY, high = -INFINITY;
    size_t count = f->data->count;
    for (size_t i = 0; i < count; i++) {
        noise = fmax(noise, f->uncertainties[i]); /* not NAN */
        low = fmin(low, f->log_times[i]);
        high = fmax(high, f->log_times[i]);
    }
    double freedom = (double)count - 1;
    bool flat = f->out->weighted
                    ? misfit_of_constant(f) <= chi_square_quantile(0.99, freedom)
                    : high - low < flat_without_intervals;
    if (flat)
        return refuse(f, MODELS_FLAT, "flat",
                      pool_text(f->pool,
                                "no model is fitted: no speedup is shown, as from %g to %g cores "
                                "all times are the same within noise",
                                f->out->low, f->out->high));
    if (noise > (high - low) / 2)
        return refuse(f, MODELS_NOISY, "noise",
                      pool_text(f->pool,
                                "no model is fitted: a median is uncertain by %.0f %%, and all "
                                "core counts together change the time by %.0f %%",
                                100 * expm1(noise), 100 * expm1(high - low)));
    return 0;
}

/* Weights by the medians' intervals, or the same for all where one has none. */
static void prepare(struct fitting *f)
{
    size_t count = f->data->count;
    double *memory = pool_alloc(f->pool, 4 * count + 1, sizeof *memory);
    f->cores = memory;
    f->log_times = memory + count;
    f->weights = memory + 2 * count;
    f->uncertainties = memory + 3 * count;
    f->out->weighted = true;
    f->out->least_blocks = f->data->points[0].blocks;
    for (size_t i = 0; i < count; i++) {
        const struct model_point *point = &f->data->points[i];
        if (point->blocks < f->out->least_blocks)
            f->out->least_blocks = point->blocks;
        f->cores[i] = point->cores;
        f->log_times[i] = log(point->median);
        f->uncertainties[i] = models_uncertainty(point, f->data->resolution);
        f->out->weighted = f->out->weighted && !isnan(f->uncertainties[i]);
    }
    for (size_t i = 0; i < count; i++)
        f->weights[i] = f->out->weighted ? pow(f->uncertainties[i], -2) : 1;
    f->out->cores = f->cores;
    f->out->log_times = f->log_times;
    f->out->weights = f->weights;
}

/*
 * Never beyond twice the largest count, and not past the first node where all
 * was measured within it: what a second node does is not in the data.
 */
static void set_range(struct fitting *f)
{
    struct models *m = f->out;
    double node = f->data->node_cores;
    m->count = f->data->count;
    m->low = f->data->points[0].cores;
    m->high = f->data->points[m->count - 1].cores;
    m->starts_at_one = m->low == 1;
    m->limit = 2 * m->high;
    if (node >= m->high)
        m->limit = fmin(m->limit, node);
}

static struct estimate no_estimate(void)
{
    return (struct estimate){NAN, NAN, {NAN, NAN}, false};
}

static void clear_model(struct model *m, enum model_kind kind)
{
    *m = (struct model){.kind = kind, .misfit = NAN, .aicc = NAN, .weight = NAN,
                        .left_out_inner = NAN, .left_out_ends = NAN, .chi_square = NAN,
                        .chi_square_freedom = NAN, .chi_square_limit = NAN, .scatter = NAN};
    m->curve.kind = kind;
    for (size_t j = 0; j < MODEL_COEFFICIENTS_MOST; j++)
        m->curve.coefficients[j] = NAN;
    m->time_one = m->serial = m->overhead = m->exponent = m->peak = no_estimate();
}

static void leave_each_out(struct fitting *f, struct model *m, struct model_fitter *fitter)
{
    size_t count = f->data->count;
    double *misses = pool_alloc(f->pool, count, sizeof *misses);
    m->left_out_inner = m->left_out_ends = 0;
    for (size_t i = 0; i < count; i++) {
        struct model_curve others;
        model_fitter_leave_out(fitter, i);
        misses[i] = INFINITY;
        if (model_fitter_fit(fitter, f->log_times, &m->curve, &others))
            misses[i] = expm1(fabs(f->log_times[i] - log(model_time(&others, f->cores[i]))));
        double *largest = i == 0 || i + 1 == count ? &m->left_out_ends : &m->left_out_inner;
        *largest = fmax(*largest, misses[i]);
    }
    model_fitter_leave_out(fitter, count);
    m->left_out = misses;
    m->interpolates = m->left_out_inner <= MODELS_INNER_MISS;
}

/* Sum of squares over s^2 + scatter^2, which falls with the scatter. */
static double chi_square(const struct fitting *f, const struct model *m, double scatter)
{
    double sum = 0;
    for (size_t i = 0; i < f->data->count; i++) {
        double miss = f->log_times[i] - log(model_time(&m->curve, f->cores[i]));
        sum += miss * miss / (pow(f->uncertainties[i], 2) + scatter * scatter);
    }
    return sum;
}

/*
 * The uncertainties are not estimated from the misses, so each point is one
 * degree of freedom and each coefficient takes one.
 */
static void check_fit(const struct fitting *f, struct model *m)
{
    if (!f->out->weighted)
        return;
    m->chi_square_freedom = (double)f->data->count - (double)model_coefficients(m->kind);
    m->chi_square = chi_square(f, m, 0);
    m->chi_square_limit = chi_square_quantile(0.99, m->chi_square_freedom);
    m->misses_data = m->chi_square > m->chi_square_limit;
    m->scatter = 0;
    if (!m->misses_data)
        return;
    double low = 0, high = 1;
    while (chi_square(f, m, high) > m->chi_square_freedom)
        high *= 2;
    for (int round = 0; round < 60; round++) {
        double middle = (low + high) / 2;
        if (chi_square(f, m, middle) > m->chi_square_freedom)
            low = middle;
        else
            high = middle;
    }
    m->scatter = high;
}

static void fit_model(struct fitting *f, enum model_kind kind)
{
    struct model *m = &f->out->all[kind];
    double points = (double)f->data->count, parameters = (double)model_coefficients(kind) + 1;
    double weight = 0;
    if (points < parameters + 2)
        return;
    struct model_fitter *fitter =
        model_fitter_new(kind, f->cores, f->weights, f->data->count);
    m->fitted = model_fitter_fit(fitter, f->log_times, NULL, &m->curve);
    if (m->fitted) {
        for (size_t i = 0; i < f->data->count; i++)
            weight += f->weights[i];
        m->misfit = model_fitter_misfit(fitter, f->log_times, &m->curve);
        m->aicc = points * log(fmax(m->misfit, weight * least_miss * least_miss) / points) +
                  2 * parameters + 2 * parameters * (parameters + 1) / (points - parameters - 1);
        model_estimate(m, fitter, f->data->count);
        leave_each_out(f, m, fitter);
        check_fit(f, m);
    }
    model_fitter_free(fitter);
}

static void choose(struct models *models)
{
    double least = INFINITY, sum = 0;
    for (int k = 0; k < MODEL_KINDS; k++)
        if (models->all[k].fitted)
            least = fmin(least, models->all[k].aicc);
    for (int k = 0; k < MODEL_KINDS; k++) {
        struct model *m = &models->all[k];
        if (!m->fitted)
            continue;
        m->weight = exp((least - m->aicc) / 2);
        sum += m->weight;
        if (m->aicc > least + aicc_tie)
            continue;
        const struct model *best = models->chosen < 0 ? NULL : &models->all[models->chosen];
        if (best == NULL || (model_coefficients(m->kind) == model_coefficients(best->kind) &&
                             m->aicc < best->aicc)) /* fewer coefficients come first */
            models->chosen = k;
    }
    for (int k = 0; k < MODEL_KINDS; k++)
        models->all[k].weight /= sum;
}

static enum models_peak peak_of(const struct models *models, const struct model *m)
{
    double peak = m->peak.value;
    if ((m->kind != MODEL_USL && m->kind != MODEL_LOGARITHMIC) || peak < models->low)
        return MODELS_PEAK_NONE;
    if (peak <= models->high)
        return MODELS_PEAK_MEASURED;
    return models->high >= peak_in_sight * peak ? MODELS_PEAK_AHEAD : MODELS_PEAK_NONE;
}

/*
 * The lowest point is the model's more than the data's, so it is not told where
 * a model that is as good (within the tie) has it out of sight.
 */
static void judge_peak(struct models *models)
{
    models->peak = MODELS_PEAK_NONE;
    if (models->chosen < 0)
        return;
    const struct model *best = &models->all[models->chosen];
    models->peak = best->interpolates ? peak_of(models, best) : MODELS_PEAK_NONE;
    for (int k = 0; k < MODEL_KINDS; k++) {
        const struct model *m = &models->all[k];
        if (m->fitted && m->aicc <= best->aicc + aicc_tie &&
            peak_of(models, m) == MODELS_PEAK_NONE)
            models->peak = MODELS_PEAK_NONE;
    }
}

/* The largest part by which the curve misses any of its points. */
static double largest_miss(const struct fitting *f, const struct model *m)
{
    double largest = 0;
    for (size_t i = 0; i < f->data->count; i++)
        largest = fmax(largest, expm1(fabs(f->log_times[i] - log(model_time(&m->curve, f->cores[i])))));
    return largest;
}

/*
 * The least of a criterion is no fit yet. Where there are points for the ideal
 * model only, it is taken only if it holds; and with few points what each
 * coefficient costs may decide for a model that is far off.
 */
static void check_choice(struct fitting *f)
{
    struct models *m = f->out;
    if (m->chosen < 0)
        return;
    const struct model *best = &m->all[m->chosen];
    double miss = fmax(best->left_out_inner, largest_miss(f, best));
    if (m->chosen == MODEL_IDEAL && !m->all[MODEL_AMDAHL].fitted && miss > MODELS_INNER_MISS) {
        m->chosen = -1;
        refuse(f, MODELS_FEW_POINTS, "few-points",
               pool_text(f->pool,
                         "no model is fitted: %zu core counts are enough for the ideal one only, "
                         "and it misses them by up to %.0f %%",
                         m->count, 100 * miss));
    } else if (best->left_out_inner > MODELS_GROSS_MISS && (best->misses_data || !m->weighted)) {
        m->chosen = -1;
        refuse(f, MODELS_MISFIT, "misfit",
               pool_text(f->pool,
                         "no model describes it: the best of them, %s, misses a count in between by "
                         "%.0f %% where it is fitted without it",
                         model_name(best->kind), 100 * best->left_out_inner));
    }
}

void models_fit(struct models *out, const struct model_data *data, struct pool *pool)
{
    struct fitting f = {.data = data, .out = out, .pool = pool};
    *out = (struct models){.refusal_code = "", .refusal_text = "", .chosen = -1,
                           .low = NAN, .high = NAN, .limit = NAN};
    for (int k = 0; k < MODEL_KINDS; k++)
        clear_model(&out->all[k], (enum model_kind)k);
    if (check_points(&f) != 0)
        return;
    set_range(&f);
    prepare(&f);
    if (check_signal(&f) != 0)
        return;
    for (int k = 0; k < MODEL_KINDS; k++)
        fit_model(&f, (enum model_kind)k);
    choose(out);
    check_choice(&f);
    judge_peak(out);
}

double models_time(const struct models *models, double cores, enum models_reach *reach)
{
    *reach = MODELS_OUTSIDE;
    if (models->chosen < 0 || !(cores >= models->low && cores <= models->limit))
        return NAN;
    const struct model *m = &models->all[models->chosen];
    if (cores > models->high && !m->interpolates)
        return NAN;
    *reach = cores > models->high ? MODELS_BEYOND : MODELS_WITHIN;
    return model_time(&m->curve, cores);
}
