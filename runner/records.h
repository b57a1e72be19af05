/*
 * All records of a study's folder, found once and read when they are needed:
 * where each run's line stands, and which of several counts.
 */
#ifndef SCALESTUDY_RECORDS_H
#define SCALESTUDY_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"
#include "jsontext.h"
#include "results.h"
#include "strbuf.h"

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
