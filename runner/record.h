/*
 * Records: one line of JSON a run, appended as soon as it has ended, in
 * records/TASK.ATTEMPT.jsonl. The first line of a file tells the machine; on a
 * cluster others tell of the job (see task_facts.h).
 *
 * A kill loses no record that was appended; a power cut loses at most a
 * second of them: a thread of the log syncs what is new within that time, so
 * that no run pays for it. A line that a crash has torn is closed before the
 * next one is written, and readers pass over it.
 */
#ifndef SCALESTUDY_RECORD_H
#define SCALESTUDY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "machines.h"
#include "results.h"
#include "schedule.h"

struct record_log; /* opaque */

/* Opens or makes the file, locks it (two workers never write one), and closes
 * a torn last line. Attempt 0 makes the first that is not there yet: a worker
 * that another one may not have left yet gets a file of its own. */
struct record_log *record_log_open(const char *folder, const char *task, int64_t attempt,
                                   struct error *err);
int64_t record_log_attempt(const struct record_log *log);
int record_log_machine(struct record_log *log, const struct machine *machine, struct error *err);
int record_log_append(struct record_log *log, const struct planned_run *planned,
                      const struct run *run, struct error *err);

/* One more line that is not a record: a JSON object of one member. */
int record_log_line(struct record_log *log, const char *line, struct error *err);

/* Syncs what is left. -1 where the disk refused; frees in any case. */
int record_log_close(struct record_log *log, struct error *err);

#endif
