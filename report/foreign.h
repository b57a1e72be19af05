/*
 * Result files, ours and other tools', told apart by what is in them:
 * tables (results.csv, JUBE's, anyone's), hyperfine's JSON export, and ReFrame's
 * run reports.
 */
#ifndef SCALESTUDY_FOREIGN_H
#define SCALESTUDY_FOREIGN_H

#include "error.h"
#include "jsontext.h"
#include "pool.h"
#include "results.h"

/* As results_read(), of any of them. */
int foreign_read(const char *path, const struct results_reader *reader, struct error *err);

/* For the readers of JSON, foreign_NAME.c: */
struct foreign {
    struct json_doc doc;
    const struct results_reader *reader;
    struct pool pool;     /* texts of runs */
    bool *used;           /* for each alias: something in the file has its name */
    struct strbuf names;  /* what there is to choose from, for messages: "threads, size" */
};

/*
 * Sets what `name` is read as, by the aliases, or as a column of ours where none
 * says otherwise; passed over where it is neither. `item` is text, a number or a
 * boolean; `unit` what the file says it is in, NULL: ours.
 */
int foreign_set(struct foreign *f, struct run *run, const char *name, const cJSON *item,
                const struct unit *unit, struct error *err);

/* Whether a column of ours was chosen by the user. */
const struct results_alias *foreign_alias_to(const struct foreign *f, const char *ours);

/* A name that --columns could have chosen; each is listed once. */
void foreign_offer(struct foreign *f, const char *name);

/* Hands the run on. `item` is what messages point at. */
int foreign_give(struct foreign *f, const cJSON *item, const struct run *run, struct error *err);

/* An array or object of the file, or NULL. */
const cJSON *foreign_member(const cJSON *object, const char *key);
const char *foreign_text(const cJSON *object, const char *key); /* "" where there is none */

int foreign_hyperfine(struct foreign *f, const cJSON *results, struct error *err);
int foreign_reframe(struct foreign *f, const cJSON *runs, struct error *err);

#endif
