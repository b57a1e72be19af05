/*
 * Inside salloc or srun --pty: the allocation that is there takes one packed
 * block of the study. Run again, there or in another one, it takes the next.
 */
#ifndef SCALESTUDY_STAGE_ALLOCATION_H
#define SCALESTUDY_STAGE_ALLOCATION_H

#include <stdbool.h>

#include "folder.h"
#include "planfile.h"

/* Whether this shell has an allocation for a person; a batch job submits as any other shell. */
bool allocation_is_ours(void);

/* Measures, collects and reports. Returns an exit status; the folder is locked by the caller. */
int stage_allocation(const struct study_folder *folder, const struct plan *plan);

#endif
