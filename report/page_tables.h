/*
 * The table of one backend's figures, or of several backends' that have few
 * each: which columns there are, and what stands in their cells.
 */
#ifndef SCALESTUDY_PAGE_TABLES_H
#define SCALESTUDY_PAGE_TABLES_H

#include "groups.h"
#include "page.h"

struct tabled {
    const struct series **series;
    size_t count;
    const struct point_summary *chosen; /* of several: the one that the report recommends; or NULL */
};

/* The columns of a table; each is shown where it has anything to say. */
enum table_column {
    COLUMN_BACKEND,
    COLUMN_CORES,
    COLUMN_SHAPE,
    COLUMN_BLOCKS,
    COLUMN_FAILED,
    COLUMN_MISSING,
    COLUMN_TIME,
    COLUMN_TIME_CI,
    COLUMN_SPEEDUP,
    COLUMN_SPEEDUP_CI,
    COLUMN_PAIRED,
    COLUMN_PAIRED_CI,
    COLUMN_EFFICIENCY,
    COLUMN_SERIAL,
    COLUMN_COST,
    COLUMN_CPU,
    COLUMN_MEMORY,
    COLUMN_COUNT
};

/* Which columns have anything to show, for all tables of the group alike. */
void tables_find_columns(struct page *page, const struct group *group, bool shown[COLUMN_COUNT]);

void tables_add(struct page *page, const char *caption, const struct tabled *tabled,
                const bool shown[COLUMN_COUNT]);

#endif
