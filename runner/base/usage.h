/*
 * usage.csv, what the runs used over time: the runner writes it, the report
 * reads it. One row a sample, the rows of a run together, runs in the order of
 * results.csv, with which `order` joins them; a run without samples (too short,
 * or its processes were not ours to look at) has no row. The header is always
 * the same.
 *
 * busy_cores is the mean since the row before, or since the run's start;
 * memory_bytes the largest seen in that time, empty where nobody looked.
 */
#ifndef SCALESTUDY_USAGE_H
#define SCALESTUDY_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "results.h"
#include "samples.h"

/* Whose use it is, the column `source`. */
enum usage_source {
    USAGE_TREE,      /* of all processes of the run */
    USAGE_FIRST_NODE /* of those on the first node: what runs on the others is not seen */
};

void usage_add_header(struct strbuf *sb);

/* The run's samples as rows; its texts are names of the plan, which need no quotes. */
void usage_add_rows(struct strbuf *sb, const struct run *run);

struct usage_reader {
    /* Whether this run's samples are wanted: rows of others are passed over
     * without a look at them. */
    bool (*wants)(int64_t order, void *context);
    void (*sample)(int64_t order, enum usage_source source, const struct sample *sample,
                   void *context);
    void *context;
};

/* -1 with file and line where it cannot be read, is another table, or a row
 * that is wanted is malformed. */
int usage_read(const char *path, const struct usage_reader *reader, struct error *err);

#endif
