#include "model_bands.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "random.h"
#include "summary.h"

/* Below, a median's law is too narrow by far (as for ratios, context.h). */
enum { BLOCKS_LEAST = 5 };

/* Stretches of a curve that is drawn: none is seen to be straight. */
enum { CURVE_STEPS = 48 };

static const struct interval no_interval = {NAN, NAN};

/* A law to draw from: P(outcome >= i) falls with i. */
struct draw {
    const double *above;
    double *logs;
    size_t count;
};

static double draw_from(const struct draw *draw, struct random *random)
{
    size_t low = 0, high = draw->count; /* above[low] > u >= above[high] */
    double u = random_uniform(random) * draw->above[0];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (draw->above[middle] > u)
            low = middle;
        else
            high = middle;
    }
    return draw->logs[low];
}

static struct draw *prepare_draws(const struct median_law *laws, size_t count)
{
    struct draw *draws = xcalloc(count, sizeof *draws);
    for (size_t i = 0; i < count; i++) {
        draws[i] = (struct draw){laws[i].above, xcalloc(laws[i].count, sizeof(double)),
                                 laws[i].count};
        for (size_t k = 0; k < laws[i].count; k++)
            draws[i].logs[k] = log(laws[i].values[k]);
    }
    return draws;
}

static void free_draws(struct draw *draws, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(draws[i].logs);
    free(draws);
}

/* Where the base is another series', its draws are of their own: the fits are the same with any. */
static const uint64_t seed_of_base = 0x9E3779B97F4A7C15;

static bool has_base(const struct model_base *base)
{
    return base->law != NULL && base->law->count > 0;
}

struct refits {
    struct model_curve *fits;
    double *bases;  /* of each: cores times seconds */
    double *values; /* room for one number of each */
};

/* The fits, from the curve at hand, which is near to all of them. */
static size_t refit(const struct models *models, const struct model *model,
                    const struct median_law *laws, const struct model_base *base, uint64_t seed,
                    struct refits *out)
{
    size_t count = models->count, fitted = 0;
    struct random random = {seed}, base_random = {seed ^ seed_of_base};
    double *logs = xcalloc(count, sizeof *logs);
    struct draw *draws = prepare_draws(laws, count);
    struct draw *base_draw = prepare_draws(base->law, has_base(base) ? 1 : 0);
    struct model_fitter *fitter =
        model_fitter_new(model->kind, models->cores, models->weights, count);
    for (int study = 0; study < MODEL_BANDS_REFITS; study++) {
        double base_log = NAN;
        for (size_t i = 0; i < count; i++) {
            logs[i] = draw_from(&draws[i], &random);
            if (i == base->own)
                base_log = logs[i];
            if (model->scatter > 0) /* false for NAN */
                logs[i] += model->scatter * random_normal(&random);
        }
        if (has_base(base) && base->own >= count)
            base_log = draw_from(base_draw, &base_random);
        out->bases[fitted] = base->cores * exp(base_log);
        fitted += model_fitter_fit(fitter, logs, &model->curve, &out->fits[fitted]);
    }
    model_fitter_free(fitter);
    free_draws(draws, count);
    free_draws(base_draw, has_base(base) ? 1 : 0);
    free(logs);
    return fitted;
}

/* The middle 95 % of values; no interpolation, as some may be infinite. */
static struct interval middle(double *values, size_t count)
{
    size_t outside = count / 40, rank = outside > 0 ? outside - 1 : 0;
    double low = summary_select(values, count, rank);
    /* From there on none is below it, so the other end is looked for behind. */
    double high = summary_select(values + rank, count - rank, count - 1 - 2 * rank);
    return (struct interval){low, high};
}

static double time_one(const struct model_curve *curve)
{
    return model_time(curve, 1);
}

static double serial(const struct model_curve *curve)
{
    return curve->coefficients[1] / time_one(curve);
}

static double overhead(const struct model_curve *curve)
{
    return curve->coefficients[2] / time_one(curve);
}

static double exponent(const struct model_curve *curve)
{
    return curve->coefficients[1];
}

static struct interval band_of(double (*value)(const struct model_curve *),
                               const struct model_curve *fits, size_t count, double *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = value(&fits[i]);
    return middle(values, count);
}

static void band_parameters(struct model_bands *out, enum model_kind kind,
                            const struct model_curve *fits, double *values)
{
    size_t count = out->refits, endless = 0;
    out->time_one = band_of(time_one, fits, count, values);
    if (kind == MODEL_POWER)
        out->exponent = band_of(exponent, fits, count, values);
    else if (kind != MODEL_IDEAL)
        out->serial = band_of(serial, fits, count, values);
    if (kind == MODEL_USL || kind == MODEL_LOGARITHMIC)
        out->overhead = band_of(overhead, fits, count, values);
    out->peak = band_of(model_peak, fits, count, values);
    for (size_t i = 0; i < count; i++)
        endless += isinf(values[i]) != 0;
    out->endless = (double)endless / (double)count;
}

static void band_curve(struct model_bands *out, const struct models *models,
                       const struct model_base *base, const struct refits *refits)
{
    double *values = refits->values;
    for (size_t k = 0; k < out->count; k++) {
        struct model_band *band = &out->curve[k];
        if (!(band->cores >= models->low && band->cores <= models->limit))
            continue;
        for (size_t i = 0; i < out->refits; i++)
            values[i] = model_time(&refits->fits[i], band->cores);
        band->time = middle(values, out->refits);
        if (!has_base(base))
            continue;
        for (size_t i = 0; i < out->refits; i++)
            values[i] = refits->bases[i] / model_time(&refits->fits[i], band->cores);
        band->speedup = middle(values, out->refits);
    }
}

static bool can_be_drawn(const struct models *models, const struct median_law *laws)
{
    if (models->least_blocks < BLOCKS_LEAST)
        return false;
    for (size_t i = 0; i < models->count; i++)
        if (laws[i].count == 0 || !(laws[i].values[0] > 0))
            return false;
    return true;
}

static int by_count(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

size_t model_bands_counts(const struct models *models, struct pool *pool, const double **out)
{
    size_t most = models->count + CURVE_STEPS + 1, count = 0;
    double *counts = pool_alloc(pool, most, sizeof *counts);
    for (size_t i = 0; i < models->count; i++)
        counts[i] = models->cores[i];
    for (int i = 0; i < CURVE_STEPS; i++)
        counts[models->count + (size_t)i] =
            models->low * pow(models->limit / models->low, (double)i / CURVE_STEPS);
    counts[most - 1] = models->limit; /* not a rounding beyond it */
    qsort(counts, most, sizeof *counts, by_count);
    for (size_t i = 0; i < most; i++) /* what stands nearly on another is that one */
        if (count == 0 || counts[i] > counts[count - 1] * (1 + 1e-9))
            counts[count++] = counts[i];
    *out = counts;
    return count;
}

void model_bands(struct model_bands *out, const struct models *models, enum model_kind kind,
                 const struct median_law *laws, const struct model_base *base, const double *cores,
                 size_t count, uint64_t seed, struct pool *pool)
{
    const struct model *model = &models->all[kind];
    *out = (struct model_bands){.time_one = no_interval, .serial = no_interval,
                                .overhead = no_interval, .exponent = no_interval,
                                .peak = no_interval, .endless = NAN, .count = count};
    out->curve = pool_alloc(pool, count, sizeof *out->curve);
    for (size_t k = 0; k < count; k++)
        out->curve[k] = (struct model_band){cores[k], no_interval, no_interval};
    if (!model->fitted || !can_be_drawn(models, laws))
        return;
    struct refits refits = {xcalloc(MODEL_BANDS_REFITS, sizeof *refits.fits),
                            xcalloc(MODEL_BANDS_REFITS, sizeof *refits.bases),
                            xcalloc(MODEL_BANDS_REFITS, sizeof *refits.values)};
    out->refits = refit(models, model, laws, base, seed, &refits);
    if (out->refits > 0) {
        band_parameters(out, kind, refits.fits, refits.values);
        band_curve(out, models, base, &refits);
    }
    free(refits.values);
    free(refits.bases);
    free(refits.fits);
}
