/*
 * The stage that a cluster's study has in place of measuring here: its jobs are
 * submitted and watched, what they recorded is collected and reported.
 */
#ifndef SCALESTUDY_STAGE_CLUSTER_H
#define SCALESTUDY_STAGE_CLUSTER_H

#include <stdbool.h>

#include "folder.h"
#include "planfile.h"
#include "strbuf.h"

/* `detach`: only submits. Returns an exit status; the folder is locked by the caller. */
int stage_cluster(const struct study_folder *folder, struct plan *plan, bool retry_failed,
                  bool detach);

/* Adds what would be submitted: the scripts and the price. */
int cluster_dry_run(const struct study_folder *folder, const struct plan *plan, struct strbuf *out,
                    struct error *err);

#endif
