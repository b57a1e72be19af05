/*
 * Errors: one sentence, written where the cause is known, printed once by the
 * command line. Functions that can fail return 0 or -1 (or a pointer or NULL),
 * take `struct error *err` last and leave their outputs alone on failure.
 */
#ifndef SCALESTUDY_ERROR_H
#define SCALESTUDY_ERROR_H

#include <stddef.h>

/* What the program exits with. */
enum status {
    STATUS_OK = 0,
    STATUS_SOME_FAILED = 1, /* some runs failed, or plots could not be drawn; the report is written */
    STATUS_INPUT = 2,       /* wrong command line, study, or missing input */
    STATUS_SYSTEM = 3,      /* could not submit, start or write */
    STATUS_INTERRUPTED = 130
};

struct error {
    char text[2048]; /* one sentence with its place and remedy; may hold hostile bytes from names:
                        whoever prints it escapes it */
    enum status status;
};

#define ERROR_INIT {.text = "", .status = STATUS_OK}

/* The user's input is wrong (STATUS_INPUT). Always returns -1. err->text may
 * be among the arguments: a sentence can be put around the one before. */
int error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The system said no (STATUS_SYSTEM). Always returns -1. */
int error_system(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * text[0..length) as a message quotes it: whole up to 60 characters, else its
 * beginning and "…". In `out`, which is returned; hostile bytes are kept.
 */
enum { ERROR_NAME_SIZE = 256 };
const char *error_name(char out[ERROR_NAME_SIZE], const char *text, size_t length);

/*
 * The one of `candidates` that `word` is a slip of: at most two letters wrong,
 * missing, extra or swapped, and fewer than half of them; an ending -ies for -y
 * is one. NULL if none is.
 */
const char *suggest(const char *word, const char *const *candidates, size_t count);

#endif
