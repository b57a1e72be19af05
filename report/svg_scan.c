#include "svg_scan.h"

#include <string.h>

#include "number.h"

static const char blanks[] = " \t\r\n";

static const char *skip_past(const char *text, const char *end)
{
    const char *found = strstr(text, end);
    return found == NULL ? NULL : found + strlen(end);
}

/* The '>' that ends a tag: not one in quotes. */
static const char *tag_end(const char *at)
{
    char quote = '\0';
    for (; *at != '\0'; at++) {
        if (quote != '\0')
            quote = *at == quote ? '\0' : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        else if (*at == '>')
            return at;
    }
    return NULL;
}

bool svg_next_tag(const char **cursor, struct svg_tag *tag)
{
    const char *at = *cursor;
    while (at != NULL && (at = strchr(at, '<')) != NULL) {
        if (strncmp(at, "<!--", 4) == 0) {
            at = skip_past(at, "-->");
            continue;
        }
        if (strncmp(at, "<![CDATA[", 9) == 0) {
            at = skip_past(at, "]]>");
            continue;
        }
        const char *end = tag_end(at);
        if (end == NULL)
            return false;
        if (at[1] == '?' || at[1] == '!') {
            at = end + 1;
            continue;
        }
        tag->closing = at[1] == '/';
        tag->name = at + 1 + (tag->closing ? 1 : 0);
        tag->name_length = strcspn(tag->name, " \t\r\n/>");
        tag->attributes = tag->name + tag->name_length;
        tag->attributes_end = end;
        *cursor = end + 1;
        return true;
    }
    return false;
}

bool svg_tag_is(const struct svg_tag *tag, const char *name)
{
    return strlen(name) == tag->name_length && memcmp(tag->name, name, tag->name_length) == 0;
}

const char *svg_attribute(const struct svg_tag *tag, const char *name, size_t *length)
{
    const char *at = tag->attributes;
    while (at < tag->attributes_end) {
        at += strspn(at, " \t\r\n/");
        size_t key = strcspn(at, " \t\r\n=/>");
        const char *value = at + key;
        value += strspn(value, blanks);
        if (key == 0 || *value != '=')
            return NULL;
        value += 1 + strspn(value + 1, blanks);
        if (*value != '"' && *value != '\'')
            return NULL;
        const char *end = strchr(value + 1, *value);
        if (end == NULL || end > tag->attributes_end)
            return NULL;
        if (strlen(name) == key && memcmp(at, name, key) == 0) {
            *length = (size_t)(end - value - 1);
            return value + 1;
        }
        at = end + 1;
    }
    return NULL;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    return c == '\0' || found == NULL ? -1 : (int)(found - digits);
}

bool svg_colour(const char *value, size_t length, uint32_t *colour)
{
    double parts[3];
    if (length == 7 && value[0] == '#') {
        uint32_t sum = 0;
        for (int i = 1; i < 7; i++) {
            if (hex_digit(value[i]) < 0)
                return false;
            sum = sum << 4 | (uint32_t)hex_digit(value[i]);
        }
        *colour = sum;
        return true;
    }
    if (length < 4 || strncmp(value, "rgb(", 4) != 0 || svg_numbers(value, length, parts, 3) != 3)
        return false;
    *colour = 0;
    for (int i = 0; i < 3; i++) {
        if (parts[i] < 0 || parts[i] > 255)
            return false;
        *colour = *colour << 8 | (uint32_t)parts[i];
    }
    return true;
}

size_t svg_numbers(const char *text, size_t length, double *numbers, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < length && count < most;) {
        size_t run = strspn(text + i, "+-.0123456789eE");
        if (run > length - i)
            run = length - i;
        if (run > 0 && number_parse(text + i, run, &numbers[count]))
            count++;
        i += run > 0 ? run : 1;
    }
    return count;
}
