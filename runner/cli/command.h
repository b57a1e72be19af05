/*
 * Subcommands: one file and one row of the table in main.c each. Only here is
 * anything printed, and only here does the program exit.
 */
#ifndef SCALESTUDY_COMMAND_H
#define SCALESTUDY_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* One option of a command, as --help shows it. */
struct option_row {
    const char *name;  /* "set"; for --set */
    char letter;       /* 'o' for -o; 0 none */
    const char *value; /* "KEY=VALUE"; NULL: takes none */
    const char *help;
};

struct command {
    const char *name;
    const char *arguments; /* "STUDY" */
    const char *summary;   /* a line of `scalestudy help` */
    const struct option_row *options; /* ends with a NULL name; NULL: none */
    const char *details;   /* more for its own help; "" none */
    int (*run)(const struct command *command, int argc, char **argv); /* returns the exit status */
    bool internal;         /* left out of the list */
};

/* What a command line held. */
struct arguments {
    const char *const *positional; /* after the subcommand */
    size_t positional_count;
    /* One entry per occurrence, in order. */
    const struct option_row *const *options;
    const char *const *values;
    size_t option_count;
};

/*
 * Reads a command's arguments. -1 with a sentence (and did-you-mean) for an
 * unknown option, a missing or unwanted value, or another number of positional
 * arguments than asked for.
 */
int arguments_parse(struct arguments *arguments, const struct command *command, int argc,
                    char **argv, size_t least, size_t most, struct error *err);
void arguments_free(struct arguments *arguments);

/*
 * The command, topic or option that `word` means: a slip (see suggest()), whatever
 * its case, or the only one with the same beginning, as "dry" of "dry-run". NULL if
 * none is.
 */
const char *suggest_word(const char *word, const char *const *candidates, size_t count);

bool arguments_has(const struct arguments *arguments, const char *name);
/* The last value given, or NULL. */
const char *arguments_value(const struct arguments *arguments, const char *name);
/* All values given to an option; the caller frees the array only. */
char **arguments_values(const struct arguments *arguments, const char *name, size_t *count);

#endif
