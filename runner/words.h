/* A command while it is being put together. */
#ifndef SCALESTUDY_WORDS_H
#define SCALESTUDY_WORDS_H

#include <stddef.h>

struct words {
    char **list; /* NULL-terminated; NULL while there is none. Freed with string_list_free() */
    size_t count, capacity;
};

void words_add(struct words *words, const char *word);
void words_add_list(struct words *words, const char *const *list);
void words_addf(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
