#include "page_cells.h"

#include <math.h>

#include "wording.h"

const char *page_cell_number(struct page *page, double value, int decimals)
{
    struct strbuf sb = STRBUF_INIT;
    wording_fixed(&sb, value, decimals);
    return page_take(page, &sb);
}

const char *page_cell_range(struct page *page, struct interval interval, int decimals)
{
    struct strbuf sb = STRBUF_INIT;
    if (!interval_exists(interval))
        return "";
    wording_fixed(&sb, interval.low, decimals);
    strbuf_add(&sb, " – ");
    wording_fixed(&sb, interval.high, decimals);
    return page_take(page, &sb);
}

const char *page_cell_percent(struct page *page, double value)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(value))
        return "";
    wording_percent(&sb, value);
    return page_take(page, &sb);
}

const char *page_cell_bytes(struct page *page, double value)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(value))
        return "";
    wording_bytes(&sb, value);
    return page_take(page, &sb);
}

const char *page_cell_core_seconds(struct page *page, double value)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(value))
        return "";
    wording_significant(&sb, value, 3);
    return page_take(page, &sb);
}

int page_cell_time_decimals(double shortest)
{
    int decimals = isfinite(shortest) ? wording_decimals(shortest, 3) : 0;
    return decimals < 1 ? 1 : decimals > 7 ? 7 : decimals;
}

int page_cell_ratio_decimals(double ratio)
{
    return ratio < 0.1 ? wording_decimals(ratio, 2) : 2;
}
