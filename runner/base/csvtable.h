/*
 * CSV (RFC 4180) by libcsv, both ways, streaming: a table of a million rows is
 * never held. A byte-order mark, CRLF and LF line ends and quoted fields with
 * line ends in them are read; blank lines are passed over.
 */
#ifndef SCALESTUDY_CSVTABLE_H
#define SCALESTUDY_CSVTABLE_H

#include <stddef.h>

#include "error.h"
#include "strbuf.h"

struct csv_row {
    const char *path;
    size_t line;   /* of the file, where the row begins; 1 is the first */
    size_t count;  /* fields */
    const char *const *fields; /* NUL-terminated; valid until the callback returns */
    const size_t *lengths;
};

/* Called for each row; a non-zero return ends the reading and is its result. */
typedef int csv_row_fn(const struct csv_row *row, void *context, struct error *err);

/* Reads a file. -1 with `file:line:column` if it cannot be read or is not CSV
 * (a quote inside a bare field, an unclosed quote, a NUL byte). */
int csv_read(const char *path, csv_row_fn *each, void *context, struct error *err);

/* "path:line:column: sentence" at field `index` of the row. Always -1. */
int csv_row_error(const struct csv_row *row, size_t index, struct error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Appends one field, quoted only where RFC 4180 needs it, with a comma before
 * it unless it begins a line. */
void csv_add_field(struct strbuf *sb, const char *text);
void csv_add_number(struct strbuf *sb, double value); /* empty where not finite */
void csv_end_row(struct strbuf *sb);                  /* LF: what the tools of our users expect */

#endif
