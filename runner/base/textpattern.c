/*
 * Regular expressions: judged before they are compiled, because a short one
 * can keep regcomp() busy for minutes and fill the memory.
 */
#include <regex.h>
#include <string.h>

#include "textrule.h"

/* Atoms that a pattern may have once its repetitions are written out, which is
 * what glibc does: (((a+)+)+)+ doubles at every +. */
enum { MOST_ATOMS = 2000 };

static size_t at_most(size_t value)
{
    return value < MOST_ATOMS + 1 ? value : MOST_ATOMS + 1;
}

/* Behind a bracket expression: "[]a]", "[^]]" and "[[:digit:]]" hold brackets. */
static const char *skip_bracket(const char *p)
{
    if (*p == '^')
        p++;
    if (*p == ']')
        p++;
    while (*p != '\0' && *p != ']') {
        if (*p == '[' && p[1] != '\0' && strchr(":.=", p[1]) != NULL) {
            const char ends[] = {p[1], ']', '\0'};
            const char *close = strstr(p + 2, ends);
            p = close == NULL ? p + 1 : close + 2;
        } else {
            p++;
        }
    }
    return *p == ']' ? p + 1 : p;
}

/* How often "{m}", "{m,}" or "{m,n}" writes its atom; 1 where it is no count. */
static size_t interval_factor(const char *p, const char **behind)
{
    size_t number = 0, largest = 1;
    bool open = false; /* "{m,}" ends in one more that may repeat */
    for (p++; (*p >= '0' && *p <= '9') || *p == ','; p++) {
        open = *p == ',';
        number = open ? 0 : at_most(number * 10 + (size_t)(*p - '0'));
        if (number > largest)
            largest = number;
    }
    *behind = *p == '}' ? p + 1 : p;
    return largest + open;
}

static size_t atoms_written_out(const char *p)
{
    size_t total[LONGEST_PATTERN + 1] = {0}; /* of each group that is open */
    size_t depth = 0, last = 0;                    /* `last`: what a repetition would repeat */
    while (*p != '\0') {
        size_t factor = 0;
        if (*p == '(') {
            total[++depth] = 0;
            last = 0;
            p++;
            continue;
        }
        if (*p == '+' || *p == '*' || *p == '?') {
            factor = *p++ == '+' ? 2 : 1;
        } else if (*p == '{') {
            factor = interval_factor(p, &p);
        } else if (*p == ')' && depth > 0) {
            last = at_most(total[depth--] + 1);
            p++;
        } else {
            last = 1;
            p = *p == '[' ? skip_bracket(p + 1) : *p == '\\' && p[1] != '\0' ? p + 2 : p + 1;
        }
        if (factor > 0) { /* the atom itself is counted already */
            total[depth] = at_most(total[depth] + last * (factor - 1));
            last = at_most(last * factor);
        } else {
            total[depth] = at_most(total[depth] + last);
        }
    }
    size_t sum = 0;
    for (size_t i = 0; i <= depth; i++)
        sum = at_most(sum + total[i]);
    return sum;
}

/* \d, which other kinds of regular expressions have: here it would match the letter. */
static bool has_digit_class(const char *text)
{
    for (const char *at = text; (at = strchr(at, '\\')) != NULL && at[1] != '\0'; at += 2)
        if (at[1] == 'd')
            return true;
    return false;
}

bool pattern_problem(const char *text, struct strbuf *sentence)
{
    size_t length = strlen(text);
    if (length == 0) {
        strbuf_add(sentence, "must not be empty; leave it out instead");
        return true;
    }
    if (length > LONGEST_PATTERN) {
        strbuf_addf(sentence, "is %zu bytes long; a regular expression has at most %d", length,
                    LONGEST_PATTERN);
        return true;
    }
    if (atoms_written_out(text) > MOST_ATOMS) {
        strbuf_add(sentence, "repeats repetitions too often; write it without + and {} inside of "
                             "each other");
        return true;
    }
    if (has_digit_class(text)) {
        strbuf_add(sentence, "holds \\d, which a POSIX regular expression does not know; write [0-9]");
        return true;
    }
    regex_t compiled;
    int rc = regcomp(&compiled, text, REG_EXTENDED);
    if (rc == 0) {
        regfree(&compiled);
        return false;
    }
    char reason[128];
    regerror(rc, &compiled, reason, sizeof reason);
    strbuf_addf(sentence, "is no POSIX extended regular expression: %s", reason);
    return true;
}
