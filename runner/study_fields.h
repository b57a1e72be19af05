/*
 * The table of what study.json may hold. Reading, suggestions, the help text
 * and the JSON Schema all walk these rows, so a key is added by adding a row.
 */
#ifndef SCALESTUDY_STUDY_FIELDS_H
#define SCALESTUDY_STUDY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* What a value is, and what stands at `offset`. */
enum study_kind {
    STUDY_IGNORED,   /* nothing */
    STUDY_TEXT,      /* char *: any text */
    STUDY_NAME,      /* char *: see study_name_is_valid() */
    STUDY_WORD,      /* char *: one word of an #SBATCH line */
    STUDY_PATH,      /* char *: of a folder */
    STUDY_PATTERN,   /* char *: a POSIX extended regular expression */
    STUDY_CHOICE,    /* char *: one of `choices` */
    STUDY_RULE,      /* enum plan_rule: the index into `choices` */
    STUDY_SWITCH,    /* int: 0, 1; -1 where not given */
    STUDY_WHOLE,     /* int64_t: 0 where not given */
    STUDY_NUMBER,    /* double: NAN where not given */
    STUDY_TIME,      /* double: seconds, NAN where not given */
    STUDY_COMMAND,   /* char **: an argument vector */
    STUDY_LINES,     /* char **: lines of shell */
    STUDY_WORDS,     /* char **: words, as modules are */
    STUDY_OPTIONS,   /* char **: options of sbatch */
    STUDY_VARIABLES, /* struct plan_variable *, and a count in struct study_backend */
    STUDY_KERNEL_OPTIONS, /* struct study_options */
    STUDY_KERNELS,   /* kernels of struct study; `members` describes each */
    STUDY_OBJECT,    /* a struct that `members` describes */
    STUDY_EXPECT,    /* the same, in the struct around it; has_expect tells if it was given */
    STUDY_CORES,     /* struct study_cores_list */
    STUDY_SIZES,     /* struct study_sizes */
    STUDY_REQUEST,   /* request_cores of struct study */
    STUDY_BACKENDS,  /* backends of struct study; `members` describes each */
    STUDY_CLUSTERS,  /* clusters of struct study; `members` describes each */
    STUDY_KINDS
};

/* Ends of a range that do not belong to it. */
enum { OPEN_MINIMUM = 1, OPEN_MAXIMUM = 2 };

struct study_table;

struct study_field {
    const char *key;
    enum study_kind kind;
    size_t offset;
    double minimum, maximum;
    int open; /* OPEN_MINIMUM, OPEN_MAXIMUM */
    bool required;
    const char *const *choices; /* ends in NULL */
    const struct study_table *members;
    const char *absent;    /* what it is where it is not given, as JSON; NULL: see the kind */
    const char *otherwise; /* the same in words, where JSON cannot say it */
    const char *example;   /* of a required one, as JSON */
    const char *hint;      /* said after a value of the wrong type; NULL */
    const char *help;
};

struct study_table {
    const char *owner; /* "a study", "a backend": for messages */
    const struct study_field *fields;
    size_t count;
};

extern const struct study_table study_table; /* the root */
extern const struct study_table study_backend_table, study_cluster_table, study_kernel_table;

const struct study_field *study_field_find(const struct study_table *table, const char *key);

/* The key of `table` that `word` is a slip of, or NULL. */
const char *study_field_suggest(const struct study_table *table, const char *word);

/* "a whole number", "an array of texts": what a kind takes. */
const char *study_kind_noun(enum study_kind kind);

struct strbuf;

/* `"a", "b" or "c"` */
void study_add_choices(struct strbuf *out, const char *const *choices);

/* "from 1 to 9", "above 0 and below 1"; nothing where the row has no range. */
void study_add_range(struct strbuf *out, const struct study_field *field);

#endif
