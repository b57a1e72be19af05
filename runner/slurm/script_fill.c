#include "script_fill.h"

#include <string.h>

#include "alloc.h"
#include "environment.h"
#include "sbatch_text.h"

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz_";

struct filling {
    const char *path;
    const struct fill_value *values;
    size_t count;
    struct strbuf *out;
    struct error *err;
    size_t line; /* the first is 1 */
    bool inside; /* of @@if */
    bool skip;   /* as its value is not given */
    bool blank;  /* the line before was empty, so this one need not be */
};

void script_add_word(struct strbuf *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_./:@%+,-";
    if (*text != '\0' && text[strspn(text, plain)] == '\0')
        strbuf_add(out, text);
    else
        shell_add_quoted(out, text);
}

static int mistake(const struct filling *f, const char *what, const char *word, size_t length)
{
    char name[ERROR_NAME_SIZE];
    return error_set(f->err, "%s:%zu: %s %s", f->path, f->line, what,
                     error_name(name, word, length));
}

static const struct fill_value *find(const struct filling *f, const char *name, size_t length)
{
    for (size_t i = 0; i < f->count; i++)
        if (strncmp(f->values[i].name, name, length) == 0 && f->values[i].name[length] == '\0')
            return &f->values[i];
    return NULL;
}

/* The length of "{name}" at the beginning of the text; 0: it is something else. */
static size_t placeholder_length(const char *text)
{
    if (*text != '{')
        return 0;
    size_t length = strspn(text + 1, name_letters);
    return length > 0 && text[length + 1] == '}' ? length + 2 : 0;
}

/* How often the line comes: as often as its longest list has items; 0 where a
 * value is not given. -1: a name that means nothing. */
static int times_of_line(const struct filling *f, const char *line, size_t length, size_t *times)
{
    size_t most = 1;
    bool given = true;
    for (const char *p = line; p < line + length; p++) {
        size_t word = placeholder_length(p);
        if (word == 0 || (p > line && p[-1] == '$'))
            continue;
        const struct fill_value *value = find(f, p + 1, word - 2);
        if (value == NULL)
            return mistake(f, "there is no value", p, word);
        size_t items = string_list_count(value->items);
        given = given && items > 0;
        most = items > most ? items : most;
    }
    *times = given ? most : 0;
    return 0;
}

/* In a comment only the line matters, so blanks stand for what would end it. */
static void add_comment(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++)
        strbuf_add_char(out, (unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text);
}

static void add_line(struct filling *f, const char *line, size_t length, size_t time)
{
    bool is_option = strncmp(line, "#SBATCH ", 8) == 0;
    bool is_comment = !is_option && *line == '#';
    for (const char *p = line; p < line + length;) {
        size_t word = placeholder_length(p);
        if (word == 0 || (p > line && p[-1] == '$')) {
            strbuf_add_char(f->out, *p++);
            continue;
        }
        const struct fill_value *value = find(f, p + 1, word - 2);
        size_t items = string_list_count(value->items);
        const char *item = value->items[time < items ? time : items - 1];
        if (is_comment)
            add_comment(f->out, item);
        else if (value->as_is)
            strbuf_add(f->out, item);
        else if (is_option)
            sbatch_add_quoted(f->out, item);
        else
            script_add_word(f->out, item);
        p += word;
    }
    strbuf_add_char(f->out, '\n');
}

/* "@@if name", "@@end" and remarks. */
static int obey(struct filling *f, const char *line, size_t length)
{
    if (strncmp(line, "@@if ", 5) == 0) {
        const struct fill_value *value = find(f, line + 5, length - 5);
        if (value == NULL)
            return mistake(f, "there is no value", line + 5, length - 5);
        if (f->inside)
            return mistake(f, "an @@end is missing before", line, length);
        f->inside = true;
        f->skip = string_list_count(value->items) == 0;
    } else if (length == 5 && strncmp(line, "@@end", 5) == 0) {
        if (!f->inside)
            return mistake(f, "there is no @@if before", line, length);
        f->inside = f->skip = false;
    }
    return 0;
}

static int fill_line(struct filling *f, const char *line, size_t length)
{
    if (strncmp(line, "@@", 2) == 0)
        return obey(f, line, length);
    size_t times = 0;
    if (times_of_line(f, line, length, &times) != 0)
        return -1;
    if (f->skip || (length == 0 && f->blank))
        return 0;
    for (size_t i = 0; i < times; i++)
        add_line(f, line, length, i);
    if (times > 0)
        f->blank = length == 0;
    return 0;
}

int script_fill(const char *path, const char *text, const struct fill_value *values, size_t count,
                struct strbuf *out, struct error *err)
{
    struct filling f = {.path = path, .values = values, .count = count, .out = out, .err = err};
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        f.line++;
        if (fill_line(&f, text, length) != 0)
            return -1;
        text += length + (text[length] == '\n');
    }
    if (f.inside)
        return mistake(&f, "there is no @@end for the last", "@@if", 4);
    return 0;
}
