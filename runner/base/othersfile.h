/*
 * others.csv, what others did on the cores of each run: the runner writes it,
 * the report reads it. One row for each run that was watched, in the order of
 * results.csv, with which `order` joins them. The header is always the same.
 *
 * others_seconds is CPU time of others on watched_cpus hardware threads within
 * watched_seconds; counted in ticks of OTHERS_TICK, and so below zero at times.
 * stolen_seconds is what a hypervisor gave to other machines meanwhile.
 */
#ifndef SCALESTUDY_OTHERSFILE_H
#define SCALESTUDY_OTHERSFILE_H

#include "error.h"
#include "results.h"
#include "strbuf.h"

/* Seconds to which the kernel tells what a CPU did. */
#define OTHERS_TICK 0.01

void othersfile_add_header(struct strbuf *sb);
void othersfile_add_row(struct strbuf *sb,
                        const struct run *run); /* nothing where none was watched */

/* Called for each row with its order and the four members of struct run alone. */
typedef void othersfile_row_fn(const struct run *run, void *context);

/* -1 with the place where it is not as `scalestudy collect` writes it. */
int othersfile_read(const char *path, othersfile_row_fn *row, void *context, struct error *err);

#endif
