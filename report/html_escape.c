#include "html_escape.h"

#include "utf8.h"

static const char *entity(uint32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        break;
    }
    if (c == '\t' || c == '\n')
        return NULL;
    /* What XML 1.0 has no place for, and direction marks that would turn the
     * text behind a name around. */
    if (c == UTF8_INVALID || c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF ||
        (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
        return "\xEF\xBF\xBD";
    return NULL;
}

void html_escape(struct strbuf *out, const char *text)
{
    size_t length;
    for (uint32_t c; (c = utf8_next(text, &length)), length != 0; text += length) {
        const char *replacement = entity(c);
        if (replacement != NULL)
            strbuf_add(out, replacement);
        else
            strbuf_add_bytes(out, text, length);
    }
}
