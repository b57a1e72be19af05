#include "alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

static void out_of_memory(void)
{
    static const char sentence[] = "scalestudy: out of memory; nothing that was measured is lost\n";
    if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0)
        _exit(STATUS_SYSTEM);
    _exit(STATUS_SYSTEM);
}

void *xmalloc(size_t size)
{
    void *memory = malloc(size == 0 ? 1 : size);
    if (memory == NULL)
        out_of_memory();
    return memory;
}

void *xcalloc(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
    if (memory == NULL)
        out_of_memory();
    return memory;
}

void *xrealloc(void *memory, size_t size)
{
    void *moved = realloc(memory, size == 0 ? 1 : size);
    if (moved == NULL)
        out_of_memory();
    return moved;
}

void *xreallocarray(void *memory, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        out_of_memory();
    return xrealloc(memory, count * size);
}

char *xstrndup(const char *text, size_t length)
{
    char *copy = xmalloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *xstrdup(const char *text)
{
    return xstrndup(text, strlen(text));
}

void array_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return;
    size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    void *memory;
    memcpy(&memory, array, sizeof memory); /* `array` is the address of a pointer of any type */
    memory = xreallocarray(memory, wanted, size);
    memcpy(array, &memory, sizeof memory);
    *capacity = wanted;
}

size_t string_list_count(char *const *list)
{
    size_t count = 0;
    while (list != NULL && list[count] != NULL)
        count++;
    return count;
}

char **string_list_copy(char *const *list)
{
    size_t count = string_list_count(list);
    char **copy = xcalloc(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = xstrdup(list[i]);
    return copy;
}

void string_list_free(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        free(list[i]);
    free(list);
}
