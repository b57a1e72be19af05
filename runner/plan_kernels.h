/*
 * What of a study is each kernel's own: its options and its sizes. A kernel is
 * NULL for programs where the study names none.
 */
#ifndef SCALESTUDY_PLAN_KERNELS_H
#define SCALESTUDY_PLAN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "catalog.h"
#include "study.h"

/* The size that the kernel says of itself, the smallest of the study's backends that hold it: an
 * interpreter's is smaller. 0: there is none. */
double plan_default_size(const struct study *study, const struct catalog *catalog,
                         const struct study_kernel *kernel);

/*
 * Whether a backend can take the size at which it runs on so many cores: `size`, or what weak
 * scaling makes of it. -1 with the place of the size, or of what stands for it.
 */
int plan_check_size(const struct study *study, const struct study_kernel *kernel,
                    const struct study_backend *backend, const struct catalog_workload *workload,
                    double size, int64_t cores, struct error *err);

/* The same for all sizes that the study gives, on the most cores that it gives as a number. */
int plan_check_given_sizes(const struct study *study, const struct study_kernel *kernel,
                           const struct study_backend *backend,
                           const struct catalog_workload *workload, bool one_worker,
                           struct error *err);

/* The size at which a point runs: what weak scaling makes of the one that is asked for. */
double plan_actual_size(const struct study *study, const char *work, double size, int64_t cores);

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
