#include "figure_models.h"

#include <math.h>

#include "models.h"

enum { MOST_BANDS = 3 }; /* more of them lie on each other, and none can be told apart */

bool figure_has_model(const struct figure_models *models, const struct series *series)
{
    const struct models *m = series->models;
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].too_small)
            return false;
    return models->view != NULL && m != NULL && series->bands != NULL && m->chosen >= 0 &&
           m->all[m->chosen].interpolates &&
           isfinite(
               models->view->value(series, m->low, model_time(&m->all[m->chosen].curve, m->low)));
}

static double value_at(const struct figure_models *models, const struct series *series,
                       double cores)
{
    enum models_reach reach;
    return models->view->value(series, cores, models_time(series->models, cores, &reach));
}

static bool has_band(const struct figure_models *models, const struct series *series)
{
    return (models->only_band == NULL || models->only_band == series) && series->bands->count > 0 &&
           interval_exists(models->view->band(&series->bands->curve[0]));
}

static bool has_bars(const struct series *series)
{
    for (size_t i = 0; i < series->point_count; i++)
        if (interval_exists(series->points[i].ci))
            return true;
    return false;
}

struct figure_models figure_models_of(const struct group *group, const struct series *favourite,
                                      const struct model_view *view)
{
    static const struct figure_models nothing;
    struct figure_models models = {.view = view};
    for (size_t i = 0; i < group->count; i++)
        models.drawn += figure_has_model(&models, group->series[i]);
    if (models.drawn == 0)
        return nothing;
    if (models.drawn > MOST_BANDS)
        models.only_band = favourite != NULL ? favourite : group->series[0];
    for (size_t i = 0; i < group->count; i++) {
        const struct series *series = group->series[i];
        bool drawn = figure_has_model(&models, series);
        models.has_bars = models.has_bars || has_bars(series);
        models.has_bands = models.has_bands || (drawn && has_band(&models, series));
        models.has_beyond =
            models.has_beyond || (drawn && series->models->limit > series->models->high);
        models.some_without = models.some_without || (!drawn && series->point_count > 1);
    }
    return models;
}

struct figure_point figure_model_end(const struct figure_models *models,
                                     const struct series *series)
{
    double limit = series->models->limit;
    return (struct figure_point){.x = limit, .y = value_at(models, series, limit)};
}

void figure_model_range(const struct figure_models *models, const struct series *series,
                        struct interval *range)
{
    for (size_t i = 0; i < series->bands->count; i++) {
        const struct model_band *at = &series->bands->curve[i];
        double value = value_at(models, series, at->cores);
        struct interval band = models->view->band(at);
        range->low = fmin(range->low, value);
        range->high = fmax(range->high, value);
        if (!has_band(models, series) || at->cores > series->models->high)
            continue;
        range->low = fmin(range->low, band.low); /* not NAN */
        range->high = fmax(range->high, band.high);
    }
}

static double within(const struct axis *axis, double value)
{
    return fmin(fmax(value, axis->low), axis->high);
}

void figure_add_model_band(struct figure *f, const struct figure_models *models,
                           const struct series *series)
{
    size_t count = series->bands->count;
    if (!has_band(models, series))
        return;
    struct figure_point *points = figure_add_mark(f, ROLE_MODEL_BAND, series->colour, count);
    for (size_t i = 0; i < count; i++) {
        struct interval band = models->view->band(&series->bands->curve[i]);
        points[i].x = series->bands->curve[i].cores;
        points[i].y = points[i].low = within(&f->y, band.low);
        points[i].high = within(&f->y, band.high);
    }
}

/* One part of the curve: the counts from `first` to before `end`. */
static void add_part(struct figure *f, const struct figure_models *models,
                     const struct series *series, enum figure_role role, size_t first, size_t end)
{
    if (end < first + 2)
        return;
    struct figure_point *points = figure_add_mark(f, role, series->colour, end - first);
    for (size_t i = first; i < end; i++) {
        double cores = series->bands->curve[i].cores;
        points[i - first] = (struct figure_point){.x = cores, .y = value_at(models, series, cores)};
    }
}

void figure_add_model(struct figure *f, const struct figure_models *models,
                      const struct series *series)
{
    size_t count = series->bands->count, last = 0; /* the largest count that was measured */
    for (size_t i = 0; i < count; i++)
        if (series->bands->curve[i].cores <= series->models->high)
            last = i;
    add_part(f, models, series, ROLE_MODEL, 0, last + 1);
    add_part(f, models, series, ROLE_MODEL_BEYOND, last, count);
}

void figure_say_models(struct strbuf *sb, const struct figure_models *models)
{
    strbuf_add(sb, models->has_bars ? "bars: 95 %; " : "");
    strbuf_add(sb, "curves: models");
    if (models->has_bands)
        strbuf_add(sb, " with 95 % band");
    if (models->has_bands && models->only_band != NULL)
        strbuf_addf(sb, " (%s)", models->only_band->label);
    if (models->has_beyond)
        strbuf_add(sb, ", dashed where not measured");
    if (models->some_without)
        strbuf_add(sb, "; straight lines: no model");
}

void figure_describe_models(struct strbuf *sb, const struct figure_models *models)
{
    if (models->drawn == 0)
        return;
    strbuf_add(sb, " Points are measured");
    strbuf_add(sb, models->has_bars ? ", bars their 95 % intervals; " : "; ");
    strbuf_add(sb, "curves are fitted models");
    if (models->has_bands && models->only_band != NULL)
        strbuf_addf(sb, ", that of %s with its 95 %% band", models->only_band->label);
    else if (models->has_bands)
        strbuf_add(sb, " with their 95 % bands");
    if (models->has_beyond)
        strbuf_add(sb, ", and dashed beyond the largest count that was measured, where they "
                       "extrapolate");
    strbuf_add(sb, models->some_without ? "; straight lines join points of which there is no model."
                                        : ".");
}
