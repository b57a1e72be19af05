/*
 * What became of a folder's tasks, from its journal and from what the workers
 * wrote: what the collector wants to know.
 */
#ifndef SCALESTUDY_SLURM_JOURNAL_FATES_H
#define SCALESTUDY_SLURM_JOURNAL_FATES_H

#include "error.h"
#include "fates.h"

/* Sorted; the caller frees. A folder without a journal has none. -1 where the
 * journal cannot be read. */
int journal_fates(struct task_fates *fates, const char *folder, struct error *err);

#endif
