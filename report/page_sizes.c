#include <math.h>
#include <string.h>

#include "page_report.h"
#include "wording.h"

enum { FIXED_COLUMNS = 2, SWEEP_COLUMNS = 2 };

static bool is_of_one_curve(const struct size_sweep *a, const struct size_sweep *b)
{
    return a->whole.from_series == b->whole.from_series;
}

/* "2.01 [1.99, 2.03]" */
static const char *exponent(struct page *page, const struct size_step *step)
{
    struct strbuf sb = STRBUF_INIT;
    wording_fixed(&sb, step->exponent, 2);
    if (interval_exists(step->exponent_ci)) {
        strbuf_add(&sb, " [");
        wording_fixed(&sb, step->exponent_ci.low, 2);
        strbuf_add(&sb, ", ");
        wording_fixed(&sb, step->exponent_ci.high, 2);
        strbuf_add(&sb, "]");
    }
    return page_take(page, &sb);
}

static void fill_row(struct page *page, const struct analysis *analysis, struct page_row *row,
                     const struct size_sweep *sweeps, size_t count, size_t size)
{
    const struct size_step *step = &sweeps[0].steps[size == 0 ? 0 : size - 1];
    const struct series *series =
        &analysis->series[size == 0 ? step->from_series : step->to_series];
    struct strbuf sb = STRBUF_INIT;
    wording_size(&sb, series->size);
    row->cells[0] = page_take(page, &sb);
    for (size_t i = 0; i < count; i++) {
        step = &sweeps[i].steps[size == 0 ? 0 : size - 1];
        int point = size == 0 ? step->from_point : step->to_point;
        wording_seconds(&sb, series->points[point].median);
        row->cells[1 + SWEEP_COLUMNS * i] = page_take(page, &sb);
        if (size > 0)
            row->cells[2 + SWEEP_COLUMNS * i] = exponent(page, step);
    }
    if (series->optimum.recommended > 0)
        wording_count(&sb, series->optimum.recommended);
    row->cells[1 + SWEEP_COLUMNS * count] = page_take(page, &sb);
}

static void add_table(struct page *page, const struct analysis *analysis,
                      const struct size_sweep *sweeps, size_t count)
{
    const struct series *first = &analysis->series[sweeps[0].whole.from_series];
    struct page_column columns[FIXED_COLUMNS + 2 * SWEEP_COLUMNS];
    size_t used = 0;
    columns[used++] = (struct page_column){"size", NULL, true, false};
    for (size_t i = 0; i < count; i++) {
        struct strbuf name = STRBUF_INIT;
        strbuf_add(&name, "time on ");
        wording_plural(&name, sweeps[i].cores, "core", "cores");
        columns[used++] = (struct page_column){page_take(page, &name), "median over the blocks",
                                               true, false};
        columns[used++] = (struct page_column){
            "power", "of the size by which the time grew from the size before, with its 95 % "
                     "interval",
            true, true};
    }
    columns[used++] =
        (struct page_column){"recommended", "core count of this backend", true, false};
    struct page_table *table = page_add_table(
        page, pool_text(&page->pool, "%s by size", first->label), columns, used);
    size_t rows = sweeps[0].step_count + 1;
    for (size_t size = 0; size < rows; size++)
        fill_row(page, analysis, page_add_row(page, table, rows), sweeps, count, size);
}

static void say_sweep(struct page *page, const struct analysis *analysis,
                      const struct size_sweep *sweep)
{
    const struct series *from = &analysis->series[sweep->whole.from_series];
    const struct series *to = &analysis->series[sweep->whole.to_series];
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s on ", from->label);
    wording_plural(&sb, sweep->cores, "core", "cores");
    strbuf_add(&sb, ": from size ");
    wording_size(&sb, from->size);
    strbuf_add(&sb, " to ");
    wording_size(&sb, to->size);
    strbuf_add(&sb, " the time grows ");
    wording_ratio(&sb, sweep->whole.growth);
    strbuf_add(&sb, ", as the size to the power of ");
    strbuf_addf(&sb, "%s.", exponent(page, &sweep->whole));
    page_plain(page, "%s", sb.str);
    strbuf_free(&sb);
}

void page_add_sizes(struct page *page, const struct report_content *content)
{
    const struct analysis *analysis = content->analysis;
    if (analysis->sweep_count == 0)
        return;
    page_heading(page, 2, "sizes", "How time grows with the size");
    for (size_t i = 0, end; i < analysis->sweep_count; i = end) {
        const struct size_sweep *sweeps = &analysis->sweeps[i];
        for (end = i + 1; end < analysis->sweep_count &&
                          is_of_one_curve(sweeps, &analysis->sweeps[end]);
             end++)
            continue;
        for (size_t j = i; j < end; j++)
            say_sweep(page, analysis, &analysis->sweeps[j]);
        add_table(page, analysis, sweeps, end - i);
    }
}
