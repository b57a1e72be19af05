/*
 * What a study's jobs do, for a person: a table that is drawn anew on a
 * terminal, a line when something has changed elsewhere.
 */
#ifndef SCALESTUDY_JOBS_VIEW_H
#define SCALESTUDY_JOBS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "executor_slurm.h"
#include "strbuf.h"

struct jobs_view {
    bool moves;    /* drawn anew over what stands there */
    int lines;     /* that stand there */
    char *last;    /* the line said last, where nothing moves */
};

void jobs_view_begin(struct jobs_view *view);
void jobs_view_show(struct jobs_view *view, const struct slurm_view *jobs);
void jobs_view_say(struct jobs_view *view, const char *sentence); /* above the table */
void jobs_view_end(struct jobs_view *view);

/* The table and what follows from it, as `status` prints them. */
void jobs_view_describe(const struct slurm_view *jobs, struct strbuf *out);

#endif
