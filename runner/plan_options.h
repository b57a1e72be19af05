/*
 * The options of a kernel in its command line.
 */
#ifndef SCALESTUDY_PLAN_OPTIONS_H
#define SCALESTUDY_PLAN_OPTIONS_H

#include <stddef.h>

#include "catalog.h"
#include "study.h"

/*
 * "--name", "value" for each option that the study gives, the backend's own
 * before the study's, in the kernel's order; a list that the caller frees with
 * string_list_free(). NULL with the place where the workload has no such option
 * or the value is out of its range.
 */
char **plan_option_words(const struct study *study, const struct study_backend *backend,
                         const struct catalog_workload *workload, struct error *err);

#endif
