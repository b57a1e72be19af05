/*
 * Text that grows. `str` is never NULL and always ends in NUL, so it can be
 * read as a C string at any time. Nothing here can fail: out of memory ends
 * the program (see alloc.h).
 */
#ifndef SCALESTUDY_STRBUF_H
#define SCALESTUDY_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf {
    char *str;
    size_t len;      /* bytes, without the NUL */
    size_t capacity; /* bytes owned; 0 while `str` is the shared empty string */
};

extern char strbuf_empty[];
#define STRBUF_INIT {.str = strbuf_empty}

void strbuf_add(struct strbuf *sb, const char *text);
void strbuf_add_bytes(struct strbuf *sb, const char *bytes, size_t length);
void strbuf_add_char(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_addv(struct strbuf *sb, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Room for `extra` more bytes (and the NUL) behind `len`; the caller writes
 * there and then calls strbuf_set_length(). */
void strbuf_reserve(struct strbuf *sb, size_t extra);
void strbuf_set_length(struct strbuf *sb, size_t length);

/* The text, which the caller frees; `sb` is empty again. */
char *strbuf_take(struct strbuf *sb);
void strbuf_clear(struct strbuf *sb); /* empty, memory kept */
void strbuf_free(struct strbuf *sb);  /* empty again, not dangling */

/* A new string from a format; the caller frees it. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
