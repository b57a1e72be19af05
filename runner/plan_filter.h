/*
 * --only: the part of a study that is measured.
 */
#ifndef SCALESTUDY_PLAN_FILTER_H
#define SCALESTUDY_PLAN_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "planfile.h"
#include "study.h"

/* --only kernel=NAME,backend=NAME,cores=N: points that match none of a given kind are left out. */
struct plan_filter {
    char **kernels, **backends; /* lists, NULL: any */
    int64_t *cores;
    size_t core_count; /* 0: any */
};

/* Reads one --only argument into `filter`, adding to what it holds. */
int plan_filter_parse(struct plan_filter *filter, const char *text, struct error *err);
void plan_filter_free(struct plan_filter *filter);

bool plan_filter_takes(const struct plan_filter *filter, const char *kernel, const char *backend,
                       int64_t cores);

/* -1 with what was meant where it names a backend that `plan` has not, or a kernel that
 * `study` has not. */
int plan_filter_check(const struct plan_filter *filter, const struct study *study,
                      const struct plan *plan, struct error *err);

#endif
