/*
 * What of a study is each kernel's own: its options and its sizes. A kernel is
 * NULL for programs where the study names none.
 */
#ifndef SCALESTUDY_PLAN_KERNELS_H
#define SCALESTUDY_PLAN_KERNELS_H

#include <stddef.h>

#include "catalog.h"
#include "study.h"

/* The first of the catalog's workloads of that name; NULL: there is none. */
const struct catalog_workload *plan_workload(const struct catalog *catalog,
                                             const struct study_kernel *kernel);

/*
 * "--name", "value" for each option that the study gives, the backend's own
 * before the kernel's before the study's, in the order of the workload; a list
 * that the caller frees with string_list_free(). NULL with the place where the
 * workload has no such option or the value is out of its range.
 */
char **plan_option_words(const struct study *study, const struct study_kernel *kernel,
                         const struct study_backend *backend,
                         const struct catalog_workload *workload, struct error *err);

/*
 * The sizes at which a kernel is measured: its own, the study's, or what the
 * kernel says of itself (1 for programs); `found` is the one of "auto". Borrowed
 * from the study, or `room`.
 */
const double *plan_sizes(const struct study *study, const struct study_kernel *kernel,
                         const struct catalog *catalog, double found, double *room, size_t *count);

#endif
