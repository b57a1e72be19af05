/*
 * The figures of backends as short tables in plain text.
 */
#ifndef SCALESTUDY_TERMINAL_TABLES_H
#define SCALESTUDY_TERMINAL_TABLES_H

#include <stdbool.h>

#include "page_report.h"

/* A table for each backend of the group; where they are many one of all of them, the fastest
 * first, below that of the recommended one. */
void terminal_tables(struct strbuf *out, const struct report_content *content,
                     const struct group *group, bool colour);

#endif
