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

/*
 * What a record holds: the row of results.csv as far as the run knows it. The
 * rest (study, backend, …) is the plan's, and is joined when collected.
 */
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

/* Where each run's record stands: found once, read when needed. */
struct record_place {
    uint32_t file;   /* index of records_index.files; UINT32_MAX: no record */
    uint32_t length; /* bytes of the line */
    int64_t offset;
    bool ok;
};
struct records_index {
    char **files;     /* names, ascending by task, then attempt */
    size_t file_count;
    struct record_place *places; /* by order */
    int64_t count;    /* of places: all runs and warm-ups of the plan */
    int64_t found, ok; /* places with a record, and with an ok one */
    int64_t torn;     /* lines that could not be read */
};

/*
 * Goes through all record files of a study folder, or those of one task. Of
 * several records of one run the first ok one counts, else the last. `machine`
 * (may be NULL) is called for each machine line.
 */
int records_index(struct records_index *index, const char *folder, const char *task, int64_t run_count,
                  int (*machine)(const struct json_doc *doc, const cJSON *object, void *context,
                                 struct error *err),
                  void *context, struct error *err);
void records_index_free(struct records_index *index);

/*
 * Reads the records behind an index, one after the other; meant for ascending
 * order numbers. Texts of `run` are valid until the next read.
 */
struct records_reader {
    const struct records_index *index;
    const char *folder;
    void *open_file; /* FILE */
    uint32_t open_index;
    struct strbuf line;
    struct json_doc doc;
};
void records_reader_begin(struct records_reader *reader, const struct records_index *index,
                          const char *folder);
/* 1: read; 0: no record of this run; -1: cannot be read. */
int records_reader_get(struct records_reader *reader, int64_t order, struct run *run,
                       struct error *err);
void records_reader_end(struct records_reader *reader);

#endif
