#include "textrule.h"

#include <stdint.h>
#include <string.h>

#include "number.h"

/* Not isalpha(): it follows the locale, and names end in folders and scripts. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The character that `text` begins with, as a sentence can show it. */
static void add_character(struct strbuf *sentence, const char *text)
{
    unsigned char c = (unsigned char)*text;
    size_t length = 1;
    if (c == '\n' || c == '\r') {
        strbuf_add(sentence, "a line end");
    } else if (c == '\t') {
        strbuf_add(sentence, "a tab");
    } else if (c == ' ') {
        strbuf_add(sentence, "a blank");
    } else if (c == '"') {
        strbuf_add(sentence, "a double quote");
    } else if (c < 0x20 || c == 0x7f) {
        strbuf_addf(sentence, "the control character U+%04X", c);
    } else {
        while (((unsigned char)text[length] & 0xc0) == 0x80)
            length++;
        strbuf_addf(sentence, "\"%.*s\"", (int)length, text);
    }
}

bool may_not_hold(struct strbuf *sentence, const char *character, const char *remedy)
{
    strbuf_add(sentence, "may not hold ");
    add_character(sentence, character);
    strbuf_addf(sentence, "; %s", remedy);
    return true;
}

/* --- names, words, lines --------------------------------------------------- */

bool name_problem(const char *text, struct strbuf *sentence)
{
    static const char allowed[] = "allowed are letters, digits and . _ + -";
    size_t length = strlen(text);
    if (length == 0) {
        strbuf_addf(sentence, "must not be empty; %s", allowed);
        return true;
    }
    for (const char *p = text; *p != '\0'; p++)
        if (!is_letter(*p) && !is_digit(*p) && strchr("._+-", *p) == NULL)
            return may_not_hold(sentence, p, allowed);
    if (!is_letter(*text) && !is_digit(*text)) {
        strbuf_addf(sentence, "must begin with a letter or a digit, not with \"%c\"", *text);
        return true;
    }
    if (length > LONGEST_NAME) {
        strbuf_addf(sentence, "is %zu characters long; a name has at most %d", length,
                    LONGEST_NAME);
        return true;
    }
    return false;
}

bool word_problem(const char *text, struct strbuf *sentence)
{
    if (*text == '\0') {
        strbuf_add(sentence, "must not be empty; leave it out instead");
        return true;
    }
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c <= 0x20 || c >= 0x7f || strchr("\"'`$\\<>;#", c) != NULL)
            return may_not_hold(sentence, p,
                                "it is one word of letters, digits and signs, and no shell or "
                                "quotes are read");
    }
    return false;
}

bool line_problem(const char *text, struct strbuf *sentence)
{
    for (const char *p = text; *p != '\0'; p++)
        if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
            return may_not_hold(sentence, p, "write each line as a text of its own");
    return false;
}

/* --- times ----------------------------------------------------------------- */

bool digits_read(const char **text, size_t most, int64_t *number)
{
    size_t count = 0;
    int64_t value = 0;
    for (; is_digit(**text); ++*text) {
        if (++count > most)
            return false;
        value = value * 10 + (**text - '0');
    }
    *number = value;
    return count > 0;
}

bool time_parse(const char *text, double *seconds)
{
    int64_t days = 0, part[3];
    size_t count = 0;
    const char *p = text;
    bool has_days = false;

    if (text[strspn(text, "0123456789.")] == '\0')
        return number_parse(text, strlen(text), seconds);
    do {
        if (count == 3 || !digits_read(&p, 9, &part[count]))
            return false;
        if (*p == '-' && count == 0 && !has_days) {
            has_days = true;
            days = part[0];
        } else {
            count++;
            if (*p != ':' && *p != '\0')
                return false;
        }
    } while (*p++ != '\0');

    /* Slurm reads the parts from the left: days first, or else minutes where
     * there are two and hours where there are three. */
    static const int64_t with_days[] = {3600, 60, 1};
    const int64_t *unit = has_days ? with_days : with_days + (3 - count);
    int64_t total = days * 86400;
    for (size_t i = 0; i < count; i++) {
        int64_t limit = unit[i] == 3600 ? 24 : 60;
        if ((i > 0 || has_days) && part[i] >= limit)
            return false;
        total += part[i] * unit[i];
    }
    *seconds = (double)total;
    return true;
}

void time_add(struct strbuf *out, double seconds)
{
    int64_t whole = (int64_t)seconds, days = whole / 86400;
    if (days > 0)
        strbuf_addf(out, "%lld-", (long long)days);
    strbuf_addf(out, "%02d:%02d:%02d", (int)(whole / 3600 % 24), (int)(whole / 60 % 60),
                (int)(whole % 60));
}
