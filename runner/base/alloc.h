/*
 * Memory that is always there: when the system has none left, these end the
 * program with a sentence on stderr and status 3, and no caller checks.
 */
#ifndef SCALESTUDY_ALLOC_H
#define SCALESTUDY_ALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *memory, size_t size);
void *xreallocarray(void *memory, size_t count, size_t size); /* overflow ends the program */
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);

/*
 * Makes room for one more element in an array that doubles: `*array` holds
 * `count` elements of `size` bytes with space for `*capacity`.
 */
void array_grow(void *array, size_t count, size_t *capacity, size_t size);

/* NULL-terminated lists of strings; both take NULL for an empty list. */
char **string_list_copy(char *const *list);
size_t string_list_count(char *const *list);
void string_list_free(char **list);

#endif
