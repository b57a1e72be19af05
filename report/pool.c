#include "pool.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum { POOL_CHUNK_BYTES = 16384, POOL_ALIGNMENT = 16 };

struct pool_chunk {
    struct pool_chunk *next;
    size_t used, capacity; /* bytes behind this header */
};

/* The header takes whole alignment units, so that what follows is aligned. */
static size_t header_bytes(void)
{
    return (sizeof(struct pool_chunk) + POOL_ALIGNMENT - 1) / POOL_ALIGNMENT * POOL_ALIGNMENT;
}

void *pool_alloc(struct pool *pool, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        abort(); /* no array of a report comes near */
    size_t bytes = (count * size + POOL_ALIGNMENT - 1) / POOL_ALIGNMENT * POOL_ALIGNMENT;
    struct pool_chunk *chunk = pool->chunks;
    if (chunk == NULL || chunk->capacity - chunk->used < bytes) {
        size_t capacity = bytes > POOL_CHUNK_BYTES ? bytes : POOL_CHUNK_BYTES;
        chunk = xcalloc(1, header_bytes() + capacity);
        chunk->capacity = capacity;
        chunk->next = pool->chunks;
        pool->chunks = chunk;
    }
    void *memory = (char *)chunk + header_bytes() + chunk->used;
    chunk->used += bytes;
    return memory;
}

char *pool_copy(struct pool *pool, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(pool_alloc(pool, size, 1), text, size);
}

char *pool_text(struct pool *pool, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = pool_alloc(pool, length < 0 ? 1 : (size_t)length + 1, 1);
    if (length > 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

void pool_free(struct pool *pool)
{
    while (pool->chunks != NULL) {
        struct pool_chunk *next = pool->chunks->next;
        free(pool->chunks);
        pool->chunks = next;
    }
}
