#include "utf8.h"

#include <stdbool.h>
#include <string.h>

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

uint32_t utf8_next(const char *text, size_t *length)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least; /* smaller ones are overlong */
    } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    unsigned char first = (unsigned char)text[0];
    *length = first == 0 ? 0 : 1;
    for (size_t extra = 0; extra < 4; extra++) {
        if ((first & forms[extra].mask) != forms[extra].lead)
            continue;
        uint32_t character = first & (unsigned char)~forms[extra].mask;
        for (size_t i = 1; i <= extra; i++) {
            if (!is_continuation(text[i]))
                return UTF8_INVALID;
            character = character << 6 | ((unsigned char)text[i] & 0x3F);
        }
        if (character < forms[extra].least || character > 0x10FFFF ||
            (character >= 0xD800 && character <= 0xDFFF))
            return UTF8_INVALID;
        *length = first == 0 ? 0 : extra + 1;
        return character;
    }
    return UTF8_INVALID;
}

int utf8_columns(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } wide[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
    if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F))
        return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (c >= wide[i].first && c <= wide[i].last)
            return 2;
    return 1;
}

size_t utf8_text_columns(const char *text)
{
    size_t columns = 0, length;
    for (uint32_t c; (c = utf8_next(text, &length)), length != 0; text += length)
        columns += (size_t)utf8_columns(c);
    return columns;
}

/* Widths in units of the font's size, from the widest of the usual sans-serif fonts. */
static double character_width(uint32_t c)
{
    if (c < 0x80 && c != 0 && strchr("iljtf.,:;'|!()[]/ ", (int)c) != NULL)
        return 0.36;
    if (c < 0x80 && c != 0 && strchr("mwMW@%", (int)c) != NULL)
        return 0.98;
    if (c < 0x80 && c != 0 && strchr("#~+=<>&", (int)c) != NULL)
        return 0.84;
    if (c >= 'A' && c <= 'Z')
        return 0.70;
    if (utf8_columns(c) == 2)
        return 1.05;
    return 0.62 * utf8_columns(c);
}

double utf8_text_pixels(const char *text, double size)
{
    double width = 0;
    size_t length;
    for (uint32_t c; (c = utf8_next(text, &length)), length != 0; text += length)
        width += character_width(c);
    return width * size;
}

size_t utf8_fit(const char *text, double size, double pixels)
{
    if (utf8_text_pixels(text, size) <= pixels)
        return strlen(text);
    double width = 1.0; /* of the ellipsis */
    size_t fits = 0, length;
    for (uint32_t c; (c = utf8_next(text + fits, &length)), length != 0; fits += length) {
        width += character_width(c);
        if (width * size > pixels)
            break;
    }
    return fits;
}
