/*
 * Tables of runs written in a test, and the analysis of them.
 */
#ifndef SCALESTUDY_ROWS_FIXTURE_H
#define SCALESTUDY_ROWS_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis.h"

struct rows {
    struct observations *table;
    struct plan plan; /* a plain one; tests change it */
    struct plan_backend backends[2];
    struct machines machines;
    struct analysis_options asked; /* nothing; tests change it */
    struct analysis *analysis;
};

static inline int rows_setup(void **state)
{
    struct rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return -1;
    rows->table = observations_new();
    rows->plan = (struct plan){.name = (char *)"study", .title = (char *)"", .kernel = (char *)"k",
                               .scaling = (char *)"strong", .timing = (char *)"kernel",
                               .bind = (char *)"cores", .runs = 1};
    rows->plan.optimum = (struct plan_optimum){RULE_FAST, 0.05, 0.70, NAN};
    rows->plan.cluster = (struct plan_cluster){.name = (char *)"local", .title = (char *)"here",
                                               .charge_granule = 1, .charge_weight = 1};
    *state = rows;
    return 0;
}

static inline int rows_teardown(void **state)
{
    struct rows *rows = *state;
    analysis_free(rows->analysis);
    observations_free(rows->table);
    free(rows);
    return 0;
}

/* A bound, ok run that used all it was granted. */
static inline struct run rows_run(const char *backend, int64_t cores, int64_t block,
                                  double seconds)
{
    struct run run = run_unknown();
    run.backend = backend;
    run.kernel = "k";
    run.cluster = "local";
    run.cpu_model = "cpu A";
    run.host = "h1";
    run.size = 1000;
    run.scaling = "strong";
    run.status = "ok";
    run.cores = cores;
    run.block = block;
    run.run = 0;
    run.seconds = seconds;
    run.wall_seconds = seconds;
    run.user_seconds = seconds * (double)cores;
    run.bound = 1;
    return run;
}

static inline void rows_add(struct rows *rows, const struct run *run)
{
    struct error err = ERROR_INIT;
    assert_int_equal(observations_add(rows->table, run, &err), 0);
}

/* One block a time. */
static inline void rows_add_point(struct rows *rows, const char *backend, int64_t cores,
                                  const double *times, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct run run = rows_run(backend, cores, (int64_t)i, times[i]);
        rows_add(rows, &run);
    }
}

/* `count` blocks, all within about half a percent of `seconds`. */
static inline void rows_add_calm(struct rows *rows, const char *backend, int64_t cores,
                                 double seconds, size_t count)
{
    static const double noise[] = {0.1, -0.3, 0.5, 0, -0.2, 0.3, -0.1, 0.4, -0.4};
    for (size_t i = 0; i < count; i++) {
        struct run run =
            rows_run(backend, cores, (int64_t)i, seconds * (1 + noise[i % 9] / 100));
        rows_add(rows, &run);
    }
}

static inline const struct analysis *rows_analyse(struct rows *rows, const struct plan *plan)
{
    analysis_free(rows->analysis);
    rows->analysis = analysis_with(&rows->asked, rows->table, plan, &rows->machines);
    return rows->analysis;
}

static inline const struct series *rows_series(const struct rows *rows, const char *backend)
{
    for (size_t i = 0; i < rows->analysis->series_count; i++)
        if (strcmp(rows->analysis->series[i].backend, backend) == 0)
            return &rows->analysis->series[i];
    fail_msg("no series of %s", backend);
    return NULL;
}

static inline const struct point_summary *rows_point(const struct rows *rows, const char *backend,
                                                     int64_t cores)
{
    const struct series *series = rows_series(rows, backend);
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].cores == cores)
            return &series->points[i];
    fail_msg("no point of %s on %lld cores", backend, (long long)cores);
    return NULL;
}

static inline const struct warning *rows_warning(const struct rows *rows, const char *code)
{
    for (size_t i = 0; i < rows->analysis->warning_count; i++)
        if (strcmp(rows->analysis->warnings[i].code, code) == 0)
            return &rows->analysis->warnings[i];
    return NULL;
}

static inline void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

#endif
