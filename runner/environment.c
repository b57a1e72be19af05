#include "environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

static void add_entry(struct environment *e, char *entry)
{
    array_grow(&e->list, e->count + 1, &e->capacity, sizeof *e->list);
    e->list[e->count++] = entry;
    e->list[e->count] = NULL;
}

void environment_from_list(struct environment *e, char *const *list)
{
    *e = (struct environment){0};
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        add_entry(e, xstrdup(list[i]));
}

void environment_from_block(struct environment *e, const char *block, size_t length)
{
    *e = (struct environment){0};
    for (size_t begin = 0; begin < length;) {
        size_t entry = strlen(block + begin);
        if (strchr(block + begin, '=') != NULL)
            add_entry(e, xstrndup(block + begin, entry));
        begin += entry + 1;
    }
}

void environment_copy(struct environment *e, const struct environment *other)
{
    environment_from_list(e, other->list);
}

/* Index of the entry for `name`, or `count`. */
static size_t find(const struct environment *e, const char *name)
{
    size_t length = strlen(name), i = 0;
    while (i < e->count && (strncmp(e->list[i], name, length) != 0 || e->list[i][length] != '='))
        i++;
    return i;
}

void environment_set(struct environment *e, const char *name, const char *value)
{
    char *entry = text_format("%s=%s", name, value);
    size_t i = find(e, name);
    if (i == e->count) {
        add_entry(e, entry);
        return;
    }
    free(e->list[i]);
    e->list[i] = entry;
}

void environment_unset(struct environment *e, const char *name)
{
    size_t i = find(e, name);
    if (i == e->count)
        return;
    free(e->list[i]);
    e->list[i] = e->list[--e->count];
    e->list[e->count] = NULL;
}

const char *environment_get(const struct environment *e, const char *name)
{
    size_t i = find(e, name);
    return i == e->count ? NULL : e->list[i] + strlen(name) + 1;
}

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

char *environment_find_program(const struct environment *e, const char *program)
{
    if (strchr(program, '/') != NULL)
        return xstrdup(program);
    const char *folder = environment_get(e, "PATH");
    while (folder != NULL) {
        size_t length = strcspn(folder, ":");
        char *path = length == 0 ? xstrdup(program) /* an empty entry is the current folder */
                                 : text_format("%.*s/%s", (int)length, folder, program);
        if (is_program(path))
            return path;
        free(path);
        folder = folder[length] == '\0' ? NULL : folder + length + 1;
    }
    return NULL;
}

char **environment_take(struct environment *e)
{
    char **list = e->list == NULL ? xcalloc(1, sizeof *list) : e->list;
    *e = (struct environment){0};
    return list;
}

void environment_free(struct environment *e)
{
    string_list_free(e->list);
    *e = (struct environment){0};
}

void shell_add_quoted(struct strbuf *sb, const char *text)
{
    strbuf_add_char(sb, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            strbuf_add(sb, "'\\''");
        else
            strbuf_add_char(sb, *text);
    }
    strbuf_add_char(sb, '\'');
}
