/*
 * Whether a block brought anything: where none of its runs and warm-ups was ok
 * the next block would hardly be better.
 */
#ifndef SCALESTUDY_BLOCK_TALLY_H
#define SCALESTUDY_BLOCK_TALLY_H

#include <stdbool.h>

#include "planfile.h"
#include "results.h"
#include "schedule.h"

struct block_tally {
    size_t wave;
    int64_t block;
    bool any_ok;    /* in the block */
    int64_t failed; /* tried now one after the other, in the blocks before too where none was ok */
    char *first;    /* what the first of these came to, as a sentence without a full stop */
};

/* True where the run begins another block and all of the one before was in vain, which one or two
 * runs may be by chance; else the tally is that of the run's block. */
bool block_tally_ends_in_vain(struct block_tally *tally, const struct planned_run *planned);

/* One run of the block: recorded before, or tried now. */
void block_tally_recorded(struct block_tally *tally, bool ok);
void block_tally_tried(struct block_tally *tally, const struct plan *plan,
                       const struct planned_run *planned, const struct run *run);

void block_tally_free(struct block_tally *tally); /* an all-zero one is fine */

#endif
