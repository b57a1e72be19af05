/*
 * Whether a study that ends by itself wants more blocks: one with a precision
 * until its intervals are narrow, one with a budget of time while it lasts.
 */
#ifndef SCALESTUDY_MORE_BLOCKS_H
#define SCALESTUDY_MORE_BLOCKS_H

#include <stdbool.h>

#include "error.h"
#include "folder.h"
#include "planfile.h"

/*
 * Collects what is there, and adds the blocks that are wanted and can be paid
 * as waves; the plan is written then. `*said` is a sentence on them, NULL where
 * none came; the caller frees it.
 */
int more_blocks(const struct study_folder *folder, struct plan *plan, char **said,
                struct error *err);

#endif
