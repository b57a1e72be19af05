#include "wrapped.h"

#include <stdbool.h>
#include <string.h>

enum { LINE_WIDTH = 79 };

void text_add_wrapped(struct strbuf *out, const char *text, int indent, int further)
{
    int column = indent;
    strbuf_addf(out, "%*s", indent, "");
    for (bool first = true; *text != '\0'; first = false) {
        int length = (int)strcspn(text, " ");
        if (!first && column + 1 + length > LINE_WIDTH) {
            column = indent + further;
            strbuf_addf(out, "\n%*s", column, "");
        } else if (!first) {
            strbuf_add_char(out, ' ');
            column++;
        }
        strbuf_add_bytes(out, text, (size_t)length);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    strbuf_add_char(out, '\n');
}
