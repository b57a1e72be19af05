/*
 * The table of what a cluster profile may hold. Reading, writing, freeing,
 * suggestions, the help text and the JSON Schema all walk these rows, so a key
 * is added by adding a row.
 */
#ifndef SCALESTUDY_PROFILE_FIELDS_H
#define SCALESTUDY_PROFILE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"
#include "textrule.h"

/* What a value is, and what stands at `offset`. */
enum profile_kind {
    PROFILE_IGNORED,  /* nothing */
    PROFILE_TEXT,     /* char *: one line of any text */
    PROFILE_NAME,     /* char *: as a study's names are */
    PROFILE_WORD,     /* char *: one word of an #SBATCH line */
    PROFILE_PATTERN,  /* char *: a POSIX extended regular expression */
    PROFILE_CHOICE,   /* char *: one of `choices` */
    PROFILE_DATE,     /* char *: "2026-09-30" */
    PROFILE_MONTH,    /* char *: the same, or without the day or the month */
    PROFILE_SHEBANG,  /* char *: "#!/bin/bash" */
    PROFILE_PATTERNS, /* char **: regular expressions */
    PROFILE_LINES,    /* char **: lines of shell */
    PROFILE_WORDS,    /* char **: words, as modules are */
    PROFILE_OPTIONS,  /* char **: options of sbatch, "--..." */
    PROFILE_FLAG,     /* bool */
    PROFILE_WHOLE,    /* int64_t: 0 where not given */
    PROFILE_NUMBER,   /* double: NAN where not given */
    PROFILE_TIME,     /* double: seconds, NAN where not given */
    PROFILE_OBJECTS,  /* a list of structs that `members` describes */
    PROFILE_KINDS
};

struct profile_table;

struct profile_field {
    const char *key;
    enum profile_kind kind;
    size_t offset;
    size_t count_offset;     /* of PROFILE_OBJECTS: its size_t */
    double minimum, maximum; /* no range where both are 0 */
    bool required;
    bool inherited; /* not given: left as it was, the profile's own */
    const char *const *choices; /* ends in NULL */
    const struct profile_table *members;
    const char *absent;    /* what it is where it is not given, as JSON; NULL: see the kind */
    const char *otherwise; /* the same in words, where JSON cannot say it */
    const char *example;   /* of a required one, as JSON */
    const char *help;
};

struct profile_table {
    const char *owner; /* "a profile": for messages */
    size_t size;       /* bytes of the struct */
    const struct profile_field *fields;
    size_t count;
};

extern const struct profile_table profile_table; /* the root */
extern const struct profile_table profile_cpu_table, profile_source_table;

const struct profile_field *profile_field_find(const struct profile_table *table, const char *key);

/* "a whole number", "an array of texts": what a kind takes. */
const char *profile_kind_noun(enum profile_kind kind);

/* What a text of this kind (or each of its list) must be; NULL: anything. */
text_problem *profile_kind_rule(enum profile_kind kind);
bool profile_kind_is_text(enum profile_kind kind); /* char * at the offset */
bool profile_kind_is_list(enum profile_kind kind); /* char ** at the offset */

#endif
