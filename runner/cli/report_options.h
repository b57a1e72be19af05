/*
 * Options that `report` and `compare` share.
 */
#ifndef SCALESTUDY_REPORT_OPTIONS_H
#define SCALESTUDY_REPORT_OPTIONS_H

#include "error.h"
#include "results.h"

#define REPORT_COLUMNS_HELP "a table's own names and units: --columns cores=p,seconds=time:ms"
#define REPORT_EXPLAIN_HELP "tell how each figure is made, with its numbers, and why warnings matter"
#define REPORT_FORMATS_HELP "of html, markdown, svg, png, csv (default: all)"

/* "html,png" as a set of enum report_format; NULL: 0. */
int parse_formats(const char *list, unsigned *chosen, struct error *err);

/* All there are. */
unsigned all_formats(void);

/* "cores=p,seconds=time:ms": the file's column p holds the cores, time the
 * seconds, in milliseconds. */
struct alias_list {
    struct results_alias *list; /* NULL: none */
    char *text;                 /* what the names are parts of */
};
int parse_aliases(const char *given, struct alias_list *aliases, struct error *err);
void free_aliases(struct alias_list *aliases); /* also where parsing failed */

#endif
