/*
 * Memory that is freed all at once: the small texts and arrays of a page or a
 * figure, which live and die together.
 */
#ifndef SCALESTUDY_POOL_H
#define SCALESTUDY_POOL_H

#include <stdarg.h>
#include <stddef.h>

struct pool_chunk;
struct pool {
    struct pool_chunk *chunks;
};
#define POOL_INIT                                                                                  \
    {                                                                                              \
        .chunks = NULL                                                                             \
    }

void *pool_alloc(struct pool *pool, size_t count, size_t size); /* zeroed */
char *pool_copy(struct pool *pool, const char *text);
char *pool_text(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));
void pool_free(struct pool *pool); /* empty again */

#endif
