#include "words.h"

#include <stdarg.h>
#include <stdlib.h>

#include "alloc.h"
#include "strbuf.h"

static void take(struct words *words, char *word)
{
    array_grow(&words->list, words->count + 1, &words->capacity, sizeof *words->list);
    words->list[words->count++] = word;
    words->list[words->count] = NULL;
}

void words_add(struct words *words, const char *word)
{
    take(words, xstrdup(word));
}

void words_add_list(struct words *words, const char *const *list)
{
    for (; *list != NULL; list++)
        words_add(words, *list);
}

void words_addf(struct words *words, const char *format, ...)
{
    struct strbuf word = STRBUF_INIT;
    va_list arguments;
    va_start(arguments, format);
    strbuf_addv(&word, format, arguments);
    va_end(arguments);
    take(words, strbuf_take(&word));
}
