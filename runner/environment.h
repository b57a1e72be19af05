/*
 * A child's environment while it is being put together, and the one escape
 * function for shell text.
 */
#ifndef SCALESTUDY_ENVIRONMENT_H
#define SCALESTUDY_ENVIRONMENT_H

#include <stddef.h>

#include "strbuf.h"

struct environment {
    char **list; /* "NAME=value", NULL-terminated */
    size_t count, capacity;
};

/* Each makes a new environment: from a NULL-terminated list, from the output
 * of `env -0`, from another. */
void environment_from_list(struct environment *environment, char *const *list);
void environment_from_block(struct environment *environment, const char *block, size_t length);
void environment_copy(struct environment *environment, const struct environment *other);

void environment_set(struct environment *environment, const char *name, const char *value);
void environment_unset(struct environment *environment, const char *name);

/* Borrowed; NULL where it is not set. */
const char *environment_get(const struct environment *environment, const char *name);

/*
 * The full path of `program` as this environment's PATH has it, NULL where it
 * is not found; with a slash in it, itself. The caller frees it.
 */
char *environment_find_program(const struct environment *environment, const char *program);

/* The list, which the caller frees with string_list_free(). */
char **environment_take(struct environment *environment);
void environment_free(struct environment *environment); /* an all-zero one is fine */

/* `text` as one word of a POSIX shell, whatever it holds. */
void shell_add_quoted(struct strbuf *sb, const char *text);

#endif
