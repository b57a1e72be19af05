/*
 * The fits that `--fit throughput` asks for, with the digits that comparing
 * with published ones takes.
 */
#include <math.h>
#include <stdio.h>

#include "page_report.h"
#include "throughput_fit.h"
#include "wording.h"

enum { DIGITS = 5, ERROR_DIGITS = 3 };

enum {
    COLUMN_BACKEND,
    COLUMN_ONE,
    COLUMN_ONE_CI,
    COLUMN_SIGMA,
    COLUMN_SIGMA_CI,
    COLUMN_KAPPA,
    COLUMN_KAPPA_CI,
    COLUMN_COUNT
};

static const struct page_column columns[COLUMN_COUNT] = {
    [COLUMN_BACKEND] = {"backend", NULL, false, false},
    [COLUMN_ONE] = {"λ (1/s)", "throughput of one core by the fit, ± standard error", true, false},
    [COLUMN_ONE_CI] = {"95 %", "Student's t interval of λ", true, true},
    [COLUMN_SIGMA] = {"σ", "contention, ± standard error", true, false},
    [COLUMN_SIGMA_CI] = {"95 %", "Student's t interval of σ, within 0 and 1", true, true},
    [COLUMN_KAPPA] = {"κ", "coherency, ± standard error", true, false},
    [COLUMN_KAPPA_CI] = {"95 %", "Student's t interval of κ, within 0 and 1", true, true},
};

/* What follows from the parameters, and how well they fit. */
enum {
    COLUMN_PEAK = 1,
    COLUMN_CORES,
    COLUMN_LIMIT,
    COLUMN_DEVIATION,
    COLUMN_FREEDOM,
    RESULT_COUNT
};

static const struct page_column result_columns[RESULT_COUNT] = {
    [COLUMN_BACKEND] = {"backend", NULL, false, false},
    [COLUMN_PEAK] = {"peak (1/s)", "largest throughput by the fit", true, false},
    [COLUMN_CORES] = {"on cores", "that give it", true, false},
    [COLUMN_LIMIT] = {"limit (1/s)", "λ/σ: what contention alone would leave", true, false},
    [COLUMN_DEVIATION] = {"residuals (1/s)", "their standard deviation", true, false},
    [COLUMN_FREEDOM] = {"df", "counts less parameters fitted", true, false},
};

static const char *figure(struct page *page, double value, int digits)
{
    struct strbuf sb = STRBUF_INIT;
    wording_significant(&sb, value, digits);
    return page_take(page, &sb);
}

static const char *with_error(struct page *page, const struct estimate *estimate)
{
    const char *value = figure(page, estimate->value, DIGITS);
    if (estimate->at_bound)
        return pool_text(&page->pool, "%s (at its bound)", value);
    if (!isfinite(estimate->error))
        return value;
    return pool_text(&page->pool, "%s ± %s", value, figure(page, estimate->error, ERROR_DIGITS));
}

static const char *range(struct page *page, struct interval ci)
{
    struct strbuf sb = STRBUF_INIT;
    if (!interval_exists(ci))
        return "";
    wording_significant(&sb, ci.low, 2);
    strbuf_add(&sb, " – ");
    wording_significant(&sb, ci.high, 2);
    return page_take(page, &sb);
}

static int64_t most_cores(const struct series *series)
{
    int64_t most = 0;
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].blocks > 0)
            most = series->points[i].cores;
    return most;
}

static void fill_row(struct page *page, const struct series *series, const char **cells)
{
    const struct throughput_fit *fit = series->throughput;
    cells[COLUMN_BACKEND] = series->label;
    cells[COLUMN_ONE] = with_error(page, &fit->one);
    cells[COLUMN_ONE_CI] = range(page, fit->one.ci);
    cells[COLUMN_SIGMA] = with_error(page, &fit->sigma);
    cells[COLUMN_SIGMA_CI] = range(page, fit->sigma.ci);
    cells[COLUMN_KAPPA] = with_error(page, &fit->kappa);
    cells[COLUMN_KAPPA_CI] = range(page, fit->kappa.ci);
}

/* A curve that rises for ever has no peak; one beyond what was measured says so. */
static void fill_results(struct page *page, const struct series *series, const char **cells)
{
    const struct throughput_fit *fit = series->throughput;
    cells[COLUMN_BACKEND] = series->label;
    cells[COLUMN_PEAK] = "none: rises for ever";
    if (isfinite(fit->peak_cores)) {
        cells[COLUMN_PEAK] = figure(page, fit->peak, DIGITS);
        cells[COLUMN_CORES] = figure(page, fit->peak_cores, DIGITS);
        if (fit->peak_cores > (double)most_cores(series))
            cells[COLUMN_CORES] = pool_text(&page->pool, "%s, extrapolated", cells[COLUMN_CORES]);
    }
    cells[COLUMN_LIMIT] = isfinite(fit->limit) ? figure(page, fit->limit, DIGITS) : "none: σ is 0";
    if (isfinite(fit->deviation))
        cells[COLUMN_DEVIATION] = figure(page, fit->deviation, DIGITS);
    cells[COLUMN_FREEDOM] = pool_text(&page->pool, "%.0f", fit->freedom);
}

static bool has_fit(const struct series *series)
{
    return series->throughput != NULL && series->throughput->converged;
}

static void add_parameters(struct page *page, const struct group *group, size_t count)
{
    struct page_table *table =
        page_add_table(page, "USL by least squares of throughput", columns, COLUMN_COUNT);
    for (size_t i = 0; i < group->count; i++)
        if (has_fit(group->series[i]))
            fill_row(page, group->series[i], page_add_row(page, table, count)->cells);
}

static void add_results(struct page *page, const struct group *group, size_t count)
{
    struct page_table *table =
        page_add_table(page, "What follows from these fits", result_columns, RESULT_COUNT);
    for (size_t i = 0; i < group->count; i++)
        if (has_fit(group->series[i]))
            fill_results(page, group->series[i], page_add_row(page, table, count)->cells);
}

static void say_missing(struct page *page, const struct series *series)
{
    struct page_paragraph *paragraph = &page_add(page, PAGE_PARAGRAPH)->paragraph;
    page_say(page, paragraph, PAGE_QUIET, "%s: no fit of throughput: %s.", series->label,
             series->throughput == NULL ? "it takes three core counts at least"
                                        : "the search for the least squares did not end");
}

void page_add_throughput(struct page *page, const struct report_content *content,
                         const struct group *group, int level)
{
    size_t fits = 0, wanted = 0;
    for (size_t i = 0; i < group->count; i++) {
        fits += has_fit(group->series[i]);
        wanted += group->series[i]->models != NULL;
    }
    if (!content->analysis->asked.fit_throughput || wanted == 0)
        return;
    char id[40];
    snprintf(id, sizeof id, "throughput-%zu", (size_t)(group - content->groups.list) + 1);
    page_heading(page, level, id, "Throughput, as published fits have it");
    if (fits > 0) {
        add_parameters(page, group, fits);
        page_plain(page,
                   "Least squares of throughput, 1 / median seconds: X(N) = λN / (1 + σ(N − 1) + "
                   "κN(N − 1)). They are for comparing with published fits only. Each count weighs "
                   "by its absolute error there, so the fastest decide, and noise that grows with "
                   "throughput is not allowed for; models of the logarithm of time weigh relative "
                   "errors, by what each count's blocks tell of its noise, and choose among "
                   "several laws.");
        add_results(page, group, fits);
    }
    for (size_t i = 0; i < group->count; i++)
        if (group->series[i]->models != NULL && !has_fit(group->series[i]))
            say_missing(page, group->series[i]);
}
