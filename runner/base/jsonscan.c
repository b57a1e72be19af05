#include "jsonscan.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "number.h"
#include "strbuf.h"

struct scanner {
    const char *path;
    const char *text, *end;
    const char *at; /* what is looked at now; all before it is fine */
    int depth;
    struct json_scan *out;
    struct error *err;
};

size_t utf8_length(const char *text, const char *end)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t left = (size_t)(end - text);
    if (left == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    /* the second byte's range is what refuses overlong forms, surrogates and
     * all above U+10FFFF (Unicode, table 3-7) */
    size_t length = 0;
    unsigned char low = 0x80, high = 0xbf;
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        length = 2;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        length = 3;
        low = p[0] == 0xe0 ? 0xa0 : 0x80;
        high = p[0] == 0xed ? 0x9f : 0xbf;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        length = 4;
        low = p[0] == 0xf0 ? 0x90 : 0x80;
        high = p[0] == 0xf4 ? 0x8f : 0xbf;
    }
    if (length == 0 || left < length || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

void text_place(const char *text, size_t offset, size_t *line, size_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}

/* The sentence at a place. Always -1. */
static int refuse(const struct scanner *s, const char *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(const struct scanner *s, const char *place, const char *format, ...)
{
    struct strbuf sentence = STRBUF_INIT;
    size_t line, column;
    va_list arguments;

    va_start(arguments, format);
    strbuf_addv(&sentence, format, arguments);
    va_end(arguments);
    text_place(s->text, (size_t)(place - s->text), &line, &column);
    error_set(s->err, "%s:%zu:%zu: %s", s->path, line, column, sentence.str);
    strbuf_free(&sentence);
    return -1;
}

static bool is_digit(const struct scanner *s, const char *p)
{
    return p < s->end && *p >= '0' && *p <= '9';
}

static bool is_word(const struct scanner *s, const char *p)
{
    return p < s->end && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_');
}

static bool starts_with(const struct scanner *s, const char *p, const char *prefix)
{
    size_t length = strlen(prefix);
    return (size_t)(s->end - p) >= length && memcmp(p, prefix, length) == 0;
}

static void skip_blanks(struct scanner *s)
{
    while (s->at < s->end &&
           (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

/* A byte that cannot stand here, for any reason that does not depend on what was expected. */
static int refuse_byte(struct scanner *s)
{
    const char *p = s->at;
    unsigned char byte = (unsigned char)*p;
    size_t length = utf8_length(p, s->end);

    if (byte == 0)
        return refuse(s, p, "a NUL byte; this is not a text file");
    if (length == 0)
        return refuse(s, p, "byte 0x%02x is not UTF-8; save the file as UTF-8", byte);
    if (byte < 0x20 || byte == 0x7f)
        return refuse(s, p, "control character 0x%02x; remove it", byte);
    if (*p == '\'')
        return refuse(s, p, "texts stand in double quotes (\"), not in single ones");
    if (starts_with(s, p, "“") || starts_with(s, p, "”") || starts_with(s, p, "„") ||
        starts_with(s, p, "‘") || starts_with(s, p, "’"))
        return refuse(s, p, "texts stand in plain double quotes (\"), not in typographic ones");
    if (*p == '#' || starts_with(s, p, "//") || starts_with(s, p, "/*"))
        return refuse(s, p, "JSON has no comments; remove it");
    if (starts_with(s, p, "\xc2\xa0"))
        return refuse(s, p, "a no-break space; write a plain one");
    if (starts_with(s, p, "\xef\xbb\xbf"))
        return refuse(s, p, "a byte-order mark; remove it");
    return refuse(s, p, "unexpected character \"%.*s\"", (int)length, p);
}

/* --- strings --------------------------------------------------------------- */

/* The four digits at `p`; -1 where they are not that. */
static int hexadecimal(const struct scanner *s, const char *p)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *digit = p + i < s->end && p[i] != '\0' ? strchr(digits, p[i]) : NULL;
        if (digit == NULL)
            return -1;
        value = value * 16 + (int)((digit - digits) % 16);
    }
    return value;
}

static int scan_unicode_escape(struct scanner *s)
{
    const char *start = s->at;
    int code = hexadecimal(s, start + 2);
    if (code < 0)
        return refuse(s, start, "\\u needs four hexadecimal digits behind it");
    if (code == 0)
        return refuse(s, start, "\\u0000 cannot stand in a text");
    s->at += 6;
    if (code < 0xd800 || code > 0xdfff)
        return 0;
    int low = starts_with(s, s->at, "\\u") ? hexadecimal(s, s->at + 2) : -1;
    if (code > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return refuse(s, start, "%.6s is half of a surrogate pair; write the character itself",
                      start);
    s->at += 6;
    return 0;
}

static int scan_escape(struct scanner *s)
{
    const char *p = s->at + 1;
    if (p < s->end && *p == 'u')
        return scan_unicode_escape(s);
    if (p < s->end && *p != '\0' && strchr("\"\\/bfnrt", *p) != NULL) {
        s->at += 2;
        return 0;
    }
    size_t length = p < s->end && (unsigned char)*p >= 0x20 ? utf8_length(p, s->end) : 0;
    return refuse(s, s->at, "\"\\%.*s\" is no escape; a backslash itself is written \\\\",
                  (int)length, p);
}

static int refuse_in_string(struct scanner *s, const char *start)
{
    unsigned char byte = (unsigned char)*s->at;
    if (byte == '\n' || byte == '\r')
        return refuse(s, start, "this text is not closed on its line; a quote (\") is missing, or "
                                "\\n in place of the line end");
    if (byte == '\t')
        return refuse(s, s->at, "a tab inside a text; write \\t");
    if (byte != 0 && byte < 0x20)
        return refuse(s, s->at, "control character 0x%02x inside a text; write \\u%04x", byte,
                      byte);
    return refuse_byte(s);
}

static int scan_string(struct scanner *s)
{
    const char *start = s->at++;
    while (s->at < s->end && *s->at != '"') {
        size_t length = utf8_length(s->at, s->end);
        if (*s->at == '\\') {
            if (scan_escape(s) != 0)
                return -1;
        } else if (length == 0 || (unsigned char)*s->at < 0x20) {
            return refuse_in_string(s, start);
        } else {
            s->at += length;
        }
    }
    if (s->at == s->end)
        return refuse(s, start, "this text has no closing quote (\")");
    s->at++;
    return 0;
}

/* --- numbers and words ----------------------------------------------------- */

size_t json_number_length(const char *text, const char *end)
{
    const char *p = text;
    while (p < end && *p != '\0' && strchr("+-.0123456789eE", *p) != NULL)
        p++;
    return (size_t)(p - text);
}

static void skip_digits(struct scanner *s)
{
    while (is_digit(s, s->at))
        s->at++;
}

static int scan_number(struct scanner *s)
{
    const char *start = s->at;
    if (*s->at == '-')
        s->at++;
    if (!is_digit(s, s->at))
        return refuse(s, start, "a digit is missing behind \"-\"");
    const char *first = s->at;
    skip_digits(s);
    if (*first == '0' && s->at > first + 1) {
        char name[ERROR_NAME_SIZE];
        while (*first == '0' && first + 1 < s->at)
            first++;
        error_name(name, first, (size_t)(s->at - first));
        return refuse(s, start, "a number does not begin with 0; write %s", name);
    }
    if (*first == '0' && s->at < s->end && (*s->at == 'x' || *s->at == 'X'))
        return refuse(s, start, "numbers are decimal in JSON, not hexadecimal");
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        if (!is_digit(s, s->at))
            return refuse(s, start, "a digit is missing behind the decimal point");
        skip_digits(s);
    }
    const char *fraction_end = s->at;
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
            s->at++;
        if (!is_digit(s, s->at))
            return refuse(s, start, "a digit is missing in the exponent");
        skip_digits(s);
    }
    double value;
    size_t length = (size_t)(s->at - start);
    bool is_small = length <= JSON_LONGEST_NUMBER && s->at == fraction_end; /* no exponent */
    if (!is_small && !number_parse(start, length, &value)) {
        char name[ERROR_NAME_SIZE];
        return refuse(s, start, "the number %s is too large", error_name(name, start, length));
    }
    struct json_scan *out = s->out;
    if (length > JSON_LONGEST_NUMBER) {
        array_grow(&out->long_numbers, out->long_count, &out->long_capacity, sizeof(size_t));
        out->long_numbers[out->long_count++] = (size_t)(start - s->text);
    }
    return 0;
}

static const char *const words[] = {"true", "false", "null"};
enum { WORDS = sizeof words / sizeof *words };

/* What a word that JSON does not have stands for elsewhere. */
static int refuse_word(struct scanner *s, const char *start, size_t length)
{
    static const char *const no_numbers[] = {"nan", "inf", "infinity"};
    char name[ERROR_NAME_SIZE];
    error_name(name, start, length);
    for (size_t i = 0; i < sizeof no_numbers / sizeof *no_numbers; i++)
        if (strcasecmp(name, no_numbers[i]) == 0)
            return refuse(s, start, "JSON has no number %s; write null for not known", name);

    const char *meant = strcmp(name, "None") == 0 || strcmp(name, "nil") == 0 ? "null" : NULL;
    for (size_t i = 0; i < WORDS; i++)
        if (strcasecmp(name, words[i]) == 0)
            meant = words[i];
    if (meant == NULL)
        meant = suggest(name, words, WORDS);
    if (meant != NULL)
        return refuse(s, start, "unknown word %s; did you mean %s?", name, meant);
    return refuse(s, start, "unknown word %s; texts stand in double quotes: \"%s\"", name, name);
}

static int scan_word(struct scanner *s)
{
    const char *start = s->at;
    while (is_word(s, s->at) || is_digit(s, s->at))
        s->at++;
    size_t length = (size_t)(s->at - start);
    for (size_t i = 0; i < WORDS; i++)
        if (length == strlen(words[i]) && memcmp(start, words[i], length) == 0)
            return 0;
    return refuse_word(s, start, length);
}

/* --- values ---------------------------------------------------------------- */

static int scan_value(struct scanner *s, const char *key);

static int refuse_end(const struct scanner *s, char closing)
{
    return refuse(s, s->end, "the file ends too early; a \"%c\" is missing", closing);
}

/* Between two members. On return 0 `s->at` is at the next one or, if `*done`, behind `closing`. */
static int scan_separator(struct scanner *s, char closing, bool *done)
{
    skip_blanks(s);
    *done = false;
    if (s->at == s->end)
        return refuse_end(s, closing);
    if (*s->at == closing) {
        *done = true;
        s->at++;
        return 0;
    }
    if (*s->at == ',') {
        const char *comma = s->at++;
        skip_blanks(s);
        if (s->at < s->end && *s->at == closing)
            return refuse(s, comma, "remove this comma: nothing follows it before the \"%c\"",
                          closing);
        if (s->at < s->end && *s->at == ',')
            return refuse(s, s->at, "two commas with nothing between them");
        return s->at == s->end ? refuse_end(s, closing) : 0;
    }
    if (*s->at == ']' || *s->at == '}')
        return refuse(s, s->at, "expected \"%c\" here, found \"%c\"", closing, *s->at);
    if (*s->at == '"' || *s->at == '{' || *s->at == '[' || *s->at == '-' || is_digit(s, s->at) ||
        is_word(s, s->at))
        return refuse(s, s->at, "a comma is missing before this");
    if (*s->at == ';' || *s->at == ':' || *s->at == '=')
        return refuse(s, s->at, "expected a comma or \"%c\" here, found \"%c\"", closing, *s->at);
    return refuse_byte(s);
}

static int scan_key(struct scanner *s)
{
    char name[ERROR_NAME_SIZE];
    const char *start = s->at;
    if (is_word(s, start)) {
        while (is_word(s, s->at) || is_digit(s, s->at))
            s->at++;
        error_name(name, start, (size_t)(s->at - start));
        return refuse(s, start, "keys stand in double quotes: \"%s\"", name);
    }
    if (*start == ',')
        return refuse(s, start, "remove this comma: nothing stands before it");
    if (*start == ']')
        return refuse(s, start, "expected \"}\" here, found \"]\"");
    if (*start == '{' || *start == '[' || *start == '-' || is_digit(s, start))
        return refuse(s, start, "expected a key in double quotes here");
    if (*start != '"')
        return refuse_byte(s);
    if (scan_string(s) != 0)
        return -1;
    const char *key_end = s->at - 1;
    skip_blanks(s);
    if (s->at < s->end && *s->at == ':') {
        s->at++;
        return 0;
    }
    error_name(name, start + 1, (size_t)(key_end - start - 1));
    if (s->at == s->end)
        return refuse(s, s->end, "the file ends too early; the key \"%s\" has no value", name);
    if (*s->at == '=')
        return refuse(s, s->at, "write \":\" in place of \"=\" behind the key \"%s\"", name);
    return refuse(s, s->at, "a \":\" and a value are missing behind the key \"%s\"", name);
}

static int scan_members(struct scanner *s, char closing)
{
    const char *start = s->at++;
    if (++s->depth > JSON_DEEPEST)
        return refuse(s, start, "nested deeper than %d levels", JSON_DEEPEST);
    skip_blanks(s);
    if (s->at == s->end)
        return refuse_end(s, closing);
    bool done = *s->at == closing;
    if (done)
        s->at++;
    while (!done) {
        const char *key = NULL;
        if (closing == '}') {
            key = s->at;
            if (scan_key(s) != 0)
                return -1;
        }
        if (scan_value(s, key) != 0 || scan_separator(s, closing, &done) != 0)
            return -1;
    }
    s->depth--;
    return 0;
}

static int refuse_value(struct scanner *s)
{
    char c = *s->at;
    if (c == '+')
        return refuse(s, s->at, "a number does not begin with \"+\"; write it without");
    if (c == '.')
        return refuse(s, s->at, "a number does not begin with its point; write 0 before it");
    if (c == ',' || c == '}' || c == ']')
        return refuse(s, s->at, "a value is missing before this \"%c\"", c);
    return refuse_byte(s);
}

static int scan_value(struct scanner *s, const char *key)
{
    struct json_scan *out = s->out;
    skip_blanks(s);
    if (s->at == s->end)
        return refuse(s, s->end, "the file ends too early; a value is missing");
    array_grow(&out->offsets, out->count, &out->capacity, sizeof *out->offsets);
    out->offsets[out->count++] = (size_t)((key != NULL ? key : s->at) - s->text);
    switch (*s->at) {
    case '{': return scan_members(s, '}');
    case '[': return scan_members(s, ']');
    case '"': return scan_string(s);
    case '-': return scan_number(s);
    default: break;
    }
    if (is_digit(s, s->at))
        return scan_number(s);
    return is_word(s, s->at) ? scan_word(s) : refuse_value(s);
}

static int scan_document(struct scanner *s)
{
    if (starts_with(s, s->at, "\xef\xbb\xbf"))
        return refuse(s, s->at, "the file begins with a byte-order mark; save it as UTF-8 without");
    if (starts_with(s, s->at, "\xff\xfe") || starts_with(s, s->at, "\xfe\xff"))
        return refuse(s, s->at, "the file is UTF-16; save it as UTF-8");
    skip_blanks(s);
    if (s->at == s->end)
        return refuse(s, s->text, "the file is empty");
    if (scan_value(s, NULL) != 0)
        return -1;
    skip_blanks(s);
    if (s->at == s->end)
        return 0;
    if (*s->at == '}' || *s->at == ']')
        return refuse(s, s->at, "one \"%c\" too many", *s->at);
    if (*s->at == '#' || *s->at == '/' || utf8_length(s->at, s->end) == 0 || *s->at == '\0')
        return refuse_byte(s);
    return refuse(s, s->at, "the document ends before this; one file holds one value");
}

int json_scan(struct json_scan *scan, const char *path, const char *text, size_t length,
              struct error *err)
{
    struct scanner s = {
        .path = path, .text = text, .end = text + length, .at = text, .out = scan, .err = err};
    *scan = (struct json_scan){0};
    return scan_document(&s);
}

void json_scan_free(struct json_scan *scan)
{
    free(scan->offsets);
    free(scan->long_numbers);
    *scan = (struct json_scan){0};
}
