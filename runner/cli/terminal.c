#include "terminal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Length of the valid UTF-8 sequence at `s` that is printable, or 0. */
static size_t printable_sequence(const unsigned char *s)
{
    if (s[0] >= 0x20 && s[0] < 0x7f)
        return 1;
    size_t length = s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
                    : s[0] >= 0xf0 && s[0] < 0xf5                               ? 4
                                                                                : 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if (length == 2 && s[0] == 0xc2 && s[1] < 0xa0)
        return 0; /* C1 controls: some terminals obey them */
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xed && s[1] >= 0xa0) || (s[0] == 0xf4 && s[1] >= 0x90))
        return 0; /* longer than it need be, a surrogate, or beyond Unicode */
    if (length == 3 && s[0] == 0xe2 && ((s[1] == 0x80 && s[2] >= 0xa8 && s[2] <= 0xae) ||
                                        (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9)))
        return 0; /* line ends of Unicode; direction overrides would show a name as another one */
    return length;
}

void terminal_add_escaped(struct strbuf *sb, const char *text, bool lines)
{
    const unsigned char *s = (const unsigned char *)text;
    while (*s != '\0') {
        size_t length = printable_sequence(s);
        if (length > 0)
            strbuf_add_bytes(sb, (const char *)s, length);
        else if (*s == '\n')
            strbuf_add(sb, lines ? "\n" : "\\n");
        else if (*s == '\t')
            strbuf_add(sb, lines ? "\t" : "\\t");
        else
            strbuf_addf(sb, "\\x%02x", *s);
        s += length > 0 ? length : 1;
    }
}

static void print_escaped(FILE *stream, const char *text, bool lines)
{
    struct strbuf sb = STRBUF_INIT;
    terminal_add_escaped(&sb, text, lines);
    fputs(sb.str, stream);
    strbuf_free(&sb);
}

int terminal_fail(const struct error *err)
{
    fputs("scalestudy: ", stderr);
    print_escaped(stderr, err->text, false);
    fputc('\n', stderr);
    return (int)err->status;
}

void terminal_say(const char *format, ...)
{
    struct strbuf sb = STRBUF_INIT;
    va_list arguments;
    va_start(arguments, format);
    strbuf_addv(&sb, format, arguments);
    va_end(arguments);
    print_escaped(stderr, sb.str, false);
    fputc('\n', stderr);
    strbuf_free(&sb);
}

void terminal_say_lines(const char *text)
{
    print_escaped(stderr, text, true);
}

bool terminal_moves(FILE *stream)
{
    const char *kind = getenv("TERM");
    return isatty(fileno(stream)) && (kind == NULL || strcmp(kind, "dumb") != 0);
}

size_t terminal_width(FILE *stream)
{
    struct winsize size;
    return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

bool terminal_colours(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    return terminal_moves(stream) && (no_colour == NULL || no_colour[0] == '\0');
}

void terminal_print(const char *text)
{
    print_escaped(stdout, text, true);
}
