/*
 * Which rows belong together: rows into points, points into series, in the
 * order in which a report shows them.
 *
 * A series has one cluster, CPU type, kernel, backend, size and scaling: runs on
 * two CPU types are two curves, never one. Rows whose CPU type is not known,
 * and types on which nothing succeeded, go with the type that has most ok runs.
 * Warm-ups belong to no point.
 *
 * Order of series: cluster and kernel by first appearance, size ascending,
 * backend as the plan lists it (then by first appearance). Points ascend by
 * cores, then nodes, ranks and threads.
 */
#ifndef SCALESTUDY_GATHER_H
#define SCALESTUDY_GATHER_H

#include <stddef.h>
#include <stdint.h>

#include "observations.h"
#include "planfile.h"
#include "pool.h"

struct gathered_point {
    const struct shape *shape; /* of its first ok row, else of its first row */
    const uint32_t *rows;      /* indices of observations, in the file's order */
    size_t row_count;
};

struct gathered_series {
    struct setting setting;
    size_t backend_rank; /* the same for a backend everywhere: 0, 1, … */
    struct gathered_point *points;
    size_t point_count;
};

struct gathering {
    struct gathered_series *series;
    size_t series_count;
};

/* Near-linear in the rows. Everything is in `pool`; `plan` may be NULL. */
struct gathering gather(const struct observations *observations, const struct plan *plan,
                        struct pool *pool);

#endif
