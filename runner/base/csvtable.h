/*
 * CSV (RFC 4180) by libcsv, both ways, streaming: a table of a million rows is
 * never held. A byte-order mark, CRLF and LF line ends and quoted fields with
 * line ends in them are read; blank lines are passed over, and so are blanks
 * and tabs around a field that is not quoted.
 */
#ifndef SCALESTUDY_CSVTABLE_H
#define SCALESTUDY_CSVTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "strbuf.h"

struct csv_row {
    const char *path;
    size_t line;   /* of the file, where the row begins; 1 is the first */
    size_t count;  /* fields, 1 or more */
    const char *const *fields; /* NUL-terminated; valid until the callback returns */
    const size_t *lengths;

    /* The row's bytes, from which csv_row_error() finds the place. */
    const char *raw;
    size_t raw_length;
    bool in_place; /* `fields` point into `raw` */
};

/* Called for each row; a non-zero return ends the reading and is its result. */
typedef int csv_row_fn(const struct csv_row *row, void *context, struct error *err);

/* Reads a file. -1 with `file:line:column` if it cannot be read or is not CSV
 * (a quote inside a bare field, an unclosed quote, a NUL byte, a carriage
 * return on its own, a field longer than 1 MiB, a row longer than 16 MiB). */
int csv_read(const char *path, csv_row_fn *each, void *context, struct error *err);

/* "path:line:column: sentence" at field `index` of the row (at its end where
 * it has fewer). Always -1. Not csv_error(): libcsv has that name. */
int csv_row_error(const struct csv_row *row, size_t index, struct error *err, const char *format,
                  ...) __attribute__((format(printf, 4, 5)));

/*
 * Appends one field, quoted only where it must be, with a comma before it
 * unless it begins a line. An empty field at the beginning of a line is
 * written as "", so that the next one is told from it.
 */
void csv_add_field(struct strbuf *sb, const char *text);
void csv_add_number(struct strbuf *sb, double value); /* empty where not finite */
void csv_end_row(struct strbuf *sb);                  /* LF: what the tools of our users expect */

#endif
