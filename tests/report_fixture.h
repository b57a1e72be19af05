/*
 * An analysis built by hand, for the tests of plots and writers: they need not
 * wait for statistics, and each strange shape can be had.
 */
#ifndef SCALESTUDY_REPORT_FIXTURE_H
#define SCALESTUDY_REPORT_FIXTURE_H

#include "analysis.h"
#include "machines.h"
#include "planfile.h"
#include "pool.h"
#include "use.h"

struct fixture_backend {
    const char *name;
    double first;    /* seconds on one core */
    double fraction; /* that is serial */
    double overhead; /* a core, in parts of `first` */
};

struct fixture_shape {
    const char *study, *cluster, *kernel;
    const struct fixture_backend *backends; /* the first is the base of all speedups */
    size_t backend_count;
    const int64_t *cores;
    size_t core_count;
    size_t blocks;
    double noise; /* 0.01: times differ by about a percent */
    size_t sizes; /* 1 or more: 10000, 5000, … */
};

struct fixture {
    struct analysis analysis;
    struct plan plan;
    struct machines machines;
    struct uses uses; /* of the recommended point, and of the last series' last one */
    struct pool pool;
};

/* The study of the course: four backends on up to 14 cores, 9 blocks. */
extern const struct fixture_shape fixture_course;

void fixture_fill(struct fixture *fixture, const struct fixture_shape *shape);
void fixture_free(struct fixture *fixture);

/* A shape by name, for the programs that show them; NULL where there is none. */
const struct fixture_shape *fixture_shape_find(const char *name);

#endif
