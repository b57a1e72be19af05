/*
 * journal.jsonl: what was asked of Slurm and what became of it, a line an
 * event, only ever appended to. An intent stands there, synced to disk, before
 * sbatch is called, and its job id after: whatever kills the runner in between,
 * the next one finds the name that it must look for, and nothing is submitted
 * twice. docs/slurm.md tells the events.
 *
 * Everything is owned by the journal.
 */
#ifndef SCALESTUDY_SLURM_JOURNAL_H
#define SCALESTUDY_SLURM_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "error.h"
#include "planfile.h"
#include "slurm_state.h"

enum submission_fate {
    SUBMISSION_INTENDED, /* sbatch was about to be called: nobody knows */
    SUBMISSION_ACCEPTED, /* `job` is its id */
    SUBMISSION_REFUSED,  /* `words` are Slurm's */
    SUBMISSION_NEVER     /* looked for and not found: it did not arrive */
};

/* One element of a submission: a task. */
struct submission_element {
    int64_t block;
    bool ended;
    enum slurm_state state; /* once ended; SLURM_UNKNOWN where nobody can tell */
    char *reason;           /* of the end, in Slurm's words: "TIMEOUT", "CANCELLED by 1001" */
    bool accounted;         /* sacct has answered: */
    double cpu_seconds, memory_bytes, energy_joules; /* NAN not known */
};

struct submission {
    char *name;  /* of the job: "integration-1f2e3d4c-7" */
    char *array; /* key of the array, see tasks.h */
    int64_t first_block; /* the block of index 0 */
    struct submission_element *elements; /* by ascending block */
    size_t element_count, ended_count;
    int64_t at; /* epoch seconds of the intent */
    enum submission_fate fate;
    char *job, *words;
    bool cancelled; /* by `scalestudy cancel` */
};

struct journal {
    char *path;
    int fd; /* -1: for reading only */
    int64_t followed; /* bytes in which others' wishes were looked for, see journal_asks_to_stop() */
    struct submission *list; /* in the order of their intents */
    size_t count, capacity;
    int64_t serial; /* of the last name; a line that cannot be read may have had one too */
    bool torn;      /* the last line could not be written whole */
};

/* Reads what is there; a journal that is not there is empty. `writable` makes it;
 * without it events change the journal in memory only. */
int journal_open(struct journal *journal, const char *folder, bool writable, struct error *err);
void journal_close(struct journal *journal); /* an all-zero one is fine */

/* Each appends its event, syncs where said, and changes the journal alike. */
int journal_intend(struct journal *journal, const struct plan *plan, const char *array,
                   int64_t first_block, const int64_t *blocks, size_t count, size_t *index,
                   struct error *err); /* synced */
int journal_accept(struct journal *journal, size_t index, const char *job, struct error *err); /* synced */
int journal_refuse(struct journal *journal, size_t index, const char *words, struct error *err);
int journal_never(struct journal *journal, size_t index, struct error *err);
int journal_cancel(struct journal *journal, size_t index, struct error *err);
int journal_end(struct journal *journal, size_t index, size_t element, enum slurm_state state,
                const char *reason, struct error *err);
int journal_account(struct journal *journal, size_t index, size_t element,
                    const struct slurm_account *account, struct error *err);

/* `scalestudy cancel` asks whoever watches the folder to submit nothing more. */
int journal_stop(struct journal *journal, struct error *err);

/* Whether another process has asked so since the journal was opened. */
bool journal_asks_to_stop(struct journal *journal);

/* Whether Slurm may still have something of it to run: intended or accepted, and not all ended. */
bool submission_is_open(const struct submission *submission);

/* The same of single tasks: of one, and how many there are. */
bool journal_task_is_open(const struct journal *journal, const char *array, int64_t block);
int64_t journal_open_tasks(const struct journal *journal);

/* The element of that block; NULL where there is none. */
struct submission_element *submission_element(const struct submission *submission, int64_t block);

#endif
