/*
 * What Slurm and the records say of the open submissions: one squeue for all of
 * them, sacct once for each that is over. Every end is written to the journal.
 */
#ifndef SCALESTUDY_SLURM_WATCH_H
#define SCALESTUDY_SLURM_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "error.h"
#include "executor_slurm.h"
#include "journal.h"
#include "missing.h"

/* What is known of a submission beside the journal. */
struct watched {
    int64_t pending, running; /* at the last look */
    char *reason;             /* Slurm's, of its first pending task; NULL none */
    int64_t start;
    double *gone_since; /* of each element: clock_seconds() when squeue first did not show it; 0 */
    double over_since;  /* when its last task had ended; 0 */
    bool accounts_done; /* sacct has said all it will say */
};

struct watch {
    const char *folder;
    struct journal *journal;
    struct slurm_client *client;
    const struct slurm_pace *pace;
    struct watched *list; /* one for each of the journal's */
    size_t count;
    bool no_accounts;     /* there is no accounting here */
    bool answered;        /* squeue did, the last time */
    char *words;          /* what it said where not */
};

/*
 * Looks once. `missing` is fresh: tasks that have all their records are over
 * whatever Slurm says. `*ended` counts the tasks that are found to have ended.
 * -1 only where the journal cannot be written.
 */
int watch_look(struct watch *watch, const struct missing *missing, int64_t *ended,
               struct error *err);

/* Whether sacct is still to be asked about something that is over. */
bool watch_awaits_accounts(const struct watch *watch);

/* Whether the queue shows a task that has not ended; and whether it lacks one
 * of which nobody has told the end yet. */
bool watch_shows(const struct watch *watch, size_t index, size_t element);
bool watch_awaits_end(const struct watch *watch);

/* Those that Slurm accepted. A task that was submitted several times counts where
 * it was last; a submission all of whose tasks were is left out. The caller frees
 * the list; its texts are borrowed from the watch and the journal. */
struct slurm_row *watch_rows(const struct watch *watch, const struct missing *missing,
                             size_t *count);

void watch_free(struct watch *watch); /* not what it points to */

#endif
