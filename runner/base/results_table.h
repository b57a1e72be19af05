/*
 * How results.c reads a table: our columns, and where a file has them. For
 * results*.c alone.
 */
#ifndef SCALESTUDY_RESULTS_TABLE_H
#define SCALESTUDY_RESULTS_TABLE_H

#include "csvtable.h"
#include "results.h"

enum results_kind_of_cell { TEXT, WHOLE, REAL };

struct results_column {
    const char *name;
    enum results_kind_of_cell kind;
    size_t offset; /* in struct run: of a const char *, an int64_t or a double */
};

enum { RESULTS_COLUMNS = 43 };
extern const struct results_column results_columns[RESULTS_COLUMNS];

int results_column_index(const char *name); /* -1: none of ours */

/* What a column of ours is measured in, an enum unit_kind; -1: a number of things, or a text. */
int results_kind(const struct results_column *column);

struct results_source {
    const struct results_column *column;
    size_t field;            /* of the file's rows */
    const struct unit *unit; /* that it is in; NULL: ours */
    const char *name;        /* of the column, or "throughput" */
};

struct results_table {
    const struct results_reader *reader;
    size_t width;                                   /* fields of the header; 0 before it */
    struct results_source sources[RESULTS_COLUMNS]; /* the columns of ours that the file has */
    size_t source_count;
    size_t fields[RESULTS_COLUMNS]; /* where a column of ours stands */
    uint64_t found;                 /* bit i: results_columns[i] is there */
    int cores, seconds, wall_seconds, scaling;
    bool has_rows;
};

static inline bool results_table_has(const struct results_table *t, int column)
{
    return (t->found >> column & 1) != 0;
}

/*
 * Finds our columns in the header, by the reader's aliases and by their own names, and tells
 * the reader. -1 with file:line:column where one is missing, twice there or of a unit that does not
 * fit.
 */
int results_match_header(struct results_table *table, const struct csv_row *header,
                         struct error *err);

/* Whether a cell is its own column's name: tables that were put together bear the header again. */
bool results_is_header_again(const struct results_table *table, const char *text,
                             const struct results_source *source);

#endif
