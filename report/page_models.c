/*
 * What the scaling models say of each curve, and what they may not say.
 */
#include <math.h>
#include <string.h>

#include "model_bands.h"
#include "models.h"
#include "page_report.h"
#include "wording.h"

enum { COLUMN_BACKEND, COLUMN_MODEL, COLUMN_SERIAL, COLUMN_GROWTH, COLUMN_MISS, COLUMN_WEIGHT,
       COLUMN_COUNT };

static const struct page_column columns[COLUMN_COUNT] = {
    [COLUMN_BACKEND] = {"backend", NULL, false, false},
    [COLUMN_MODEL] = {"model", "the one that the data speak for; of equals the simplest", false,
                      false},
    [COLUMN_SERIAL] = {"serial part", "share of T(1) that more cores do not shorten, 95 %", true,
                       false},
    [COLUMN_GROWTH] = {"growth", "share of T(1) that each further core adds (USL), or each doubling "
                                 "(logarithmic), 95 %", true, false},
    [COLUMN_MISS] = {"misses by", "largest error at an inner count when the model is fitted without "
                                  "it", true, false},
    [COLUMN_WEIGHT] = {"evidence", "Akaike weight among the models", true, false},
};

static bool is_chosen(const struct series *series)
{
    return series->models != NULL && series->models->chosen >= 0;
}

/* "0.012 (0.008 – 0.017)"; "" where the model has no such part. */
static const char *with_band(struct page *page, double value, struct interval band)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(value))
        return "";
    wording_significant(&sb, value, 2);
    if (isfinite(band.low) && isfinite(band.high)) {
        strbuf_add(&sb, " (");
        wording_significant(&sb, band.low, 2);
        strbuf_add(&sb, " – ");
        wording_significant(&sb, band.high, 2);
        strbuf_add(&sb, ")");
    }
    return page_take(page, &sb);
}

static const char *percent(struct page *page, double share)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(share))
        return "";
    wording_percent(&sb, share);
    return page_take(page, &sb);
}

static void fill_row(struct page *page, const struct series *series, struct page_row *row)
{
    const struct models *models = series->models;
    const struct model *model = &models->all[models->chosen];
    const struct model_bands *bands = series->bands;
    row->cells[COLUMN_BACKEND] = series->label;
    row->cells[COLUMN_MODEL] = model_name(model->kind);
    row->cells[COLUMN_SERIAL] = models->starts_at_one
                                    ? with_band(page, model->serial.value, bands->serial)
                                    : "";
    row->cells[COLUMN_GROWTH] = models->starts_at_one
                                    ? with_band(page, model->overhead.value, bands->overhead)
                                    : "";
    row->cells[COLUMN_MISS] = percent(page, model->left_out_inner);
    row->cells[COLUMN_WEIGHT] = percent(page, model->weight);
}

static void add_table(struct page *page, const struct group *group)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        count += is_chosen(group->series[i]);
    if (count == 0)
        return;
    struct page_table *table = page_add_table(page, "Scaling models", columns, COLUMN_COUNT);
    for (size_t i = 0; i < group->count; i++)
        if (is_chosen(group->series[i]))
            fill_row(page, group->series[i], page_add_row(page, table, count));
}

/* The first count that is shown to take longer than a smaller one; 0 none. */
static int64_t count_past_the_fastest(const struct series *series)
{
    const struct optimum *o = &series->optimum;
    int64_t last = o->candidate_count > 0 ? o->candidates[o->candidate_count - 1] : INT64_MAX;
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].cores > last && series->points[i].ratio_to_fastest_lower95 > 1)
            return series->points[i].cores;
    return 0;
}

/* Where the time is lowest; nothing is claimed beyond what the data carry. */
static void say_peak(struct strbuf *sb, const struct series *series)
{
    const struct models *models = series->models;
    const struct model *model = &models->all[models->chosen];
    const struct interval *band = &series->bands->peak;
    if (models->peak == MODELS_PEAK_NONE) {
        int64_t past = count_past_the_fastest(series);
        if (past > 0)
            strbuf_addf(sb, "%s: %lld cores take longer than %lld, and the model does not tell from "
                            "where on.",
                        series->label, (long long)past, (long long)series->optimum.fastest);
        else
            strbuf_addf(sb, "%s: no count was seen, up to %.0f, from which on more cores take longer.",
                        series->label, models->high);
        return;
    }
    strbuf_addf(sb, "%s: by the model the time is lowest on about %.0f cores", series->label,
                model->peak.value);
    if (isfinite(band->low) && isfinite(band->high))
        strbuf_addf(sb, " (95 %%: %.0f – %.0f)", band->low, band->high);
    else if (isfinite(band->low))
        strbuf_addf(sb, " (95 %%: at least %.0f)", band->low);
    strbuf_add(sb, models->peak == MODELS_PEAK_AHEAD
                       ? ", which is beyond what was measured: an extrapolation."
                       : ".");
}

static void say_chosen(struct page *page, const struct series *series)
{
    struct strbuf sb = STRBUF_INIT;
    const struct model *model = &series->models->all[series->models->chosen];
    say_peak(&sb, series);
    if (model->misses_data)
        strbuf_addf(&sb, " The %s model misses the data by more than noise: look for steps, as at the "
                         "border of a socket or of a memory domain.",
                    model_name(model->kind));
    if (!model->interpolates)
        strbuf_add(&sb, " It misses a count in between by more than 10 %, so it is not used to tell "
                        "times that were not measured.");
    page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_PLAIN, "%s", sb.str);
    strbuf_free(&sb);
}

static bool refused_alike(const struct series *a, const struct series *b)
{
    return a->models != NULL && b->models != NULL && !is_chosen(a) && !is_chosen(b) &&
           strcmp(a->models->refusal_text, b->models->refusal_text) == 0;
}

/* Once for all that it is said of, at the first of them. */
static void say_refusal(struct page *page, const struct group *group, size_t first)
{
    struct strbuf sb = STRBUF_INIT;
    size_t count = 0, said = 0;
    for (size_t i = 0; i < group->count; i++) {
        bool alike = refused_alike(group->series[first], group->series[i]);
        if (alike && i < first)
            return;
        count += alike;
    }
    for (size_t i = first; i < group->count; i++)
        if (refused_alike(group->series[first], group->series[i]))
            strbuf_addf(&sb, "%s%s", wording_separator(said++, count), group->series[i]->label);
    page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_QUIET, "%s: %s.", sb.str,
             group->series[first]->models->refusal_text);
    strbuf_free(&sb);
}

void page_add_models(struct page *page, const struct group *group)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        count += group->series[i]->models != NULL;
    if (count == 0)
        return;
    page_heading(page, 2, "models", "What the curves say");
    add_table(page, group);
    for (size_t i = 0; i < group->count; i++)
        if (is_chosen(group->series[i]))
            say_chosen(page, group->series[i]);
        else if (group->series[i]->models != NULL)
            say_refusal(page, group, i);
}
