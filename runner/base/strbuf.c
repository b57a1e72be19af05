#include "strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

char strbuf_empty[1] = "";

void strbuf_reserve(struct strbuf *sb, size_t extra)
{
    if (extra > SIZE_MAX / 4 || sb->len > SIZE_MAX / 4)
        xreallocarray(NULL, SIZE_MAX, 2); /* ends the program: no such memory */
    size_t needed = sb->len + extra + 1;
    if (needed <= sb->capacity)
        return;
    size_t capacity = sb->capacity < 32 ? 64 : sb->capacity * 2;
    if (capacity < needed)
        capacity = needed;
    char *owned = sb->capacity == 0 ? NULL : sb->str;
    sb->str = xrealloc(owned, capacity);
    sb->capacity = capacity;
    sb->str[sb->len] = '\0';
}

void strbuf_set_length(struct strbuf *sb, size_t length)
{
    if (sb->capacity == 0 && length == 0)
        return;
    sb->len = length;
    sb->str[length] = '\0';
}

void strbuf_add_bytes(struct strbuf *sb, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    strbuf_reserve(sb, length);
    memcpy(sb->str + sb->len, bytes, length);
    strbuf_set_length(sb, sb->len + length);
}

void strbuf_add(struct strbuf *sb, const char *text)
{
    strbuf_add_bytes(sb, text, strlen(text));
}

void strbuf_add_char(struct strbuf *sb, char c)
{
    strbuf_add_bytes(sb, &c, 1);
}

void strbuf_addv(struct strbuf *sb, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0) {
        strbuf_reserve(sb, (size_t)length);
        vsnprintf(sb->str + sb->len, (size_t)length + 1, format, again);
        sb->len += (size_t)length;
    }
    va_end(again);
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    strbuf_addv(sb, format, arguments);
    va_end(arguments);
}

char *strbuf_take(struct strbuf *sb)
{
    char *text = sb->capacity == 0 ? xstrdup("") : sb->str;
    *sb = (struct strbuf)STRBUF_INIT;
    return text;
}

void strbuf_clear(struct strbuf *sb)
{
    strbuf_set_length(sb, 0);
}

void strbuf_free(struct strbuf *sb)
{
    if (sb->capacity != 0)
        free(sb->str);
    *sb = (struct strbuf)STRBUF_INIT;
}

char *text_format(const char *format, ...)
{
    struct strbuf sb = STRBUF_INIT;
    va_list arguments;
    va_start(arguments, format);
    strbuf_addv(&sb, format, arguments);
    va_end(arguments);
    return strbuf_take(&sb);
}
