#include "number_problem.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"

static const char digits[] = "0123456789";

/* "1,234.5", "1,234,567": a point or a second comma proves it; "1,234" is left to be a decimal. */
static bool has_thousands(const char *text)
{
    size_t at = strspn(text, digits), groups = 0;
    if (at == 0 || at > 3)
        return false;
    while (text[at] == ',' && strspn(text + at + 1, digits) == 3) {
        at += 4;
        groups++;
    }
    return (groups == 1 && text[at] == '.') || (groups > 1 && strchr(".", text[at]) != NULL);
}

static bool is_decimal_comma(const char *text)
{
    text += *text == '-';
    size_t before = strspn(text, digits);
    if (before == 0 || text[before] != ',')
        return false;
    size_t behind = strspn(text + before + 1, digits);
    return behind > 0 && strspn(text + before + 1 + behind, "eE+-0123456789") ==
                             strlen(text + before + 1 + behind);
}

static bool is_not_finite(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    return end != text && *end == '\0' && !isfinite(value);
}

/* Words of other tools for what is not known. */
static bool means_unknown(const char *text)
{
    static const char *const words[] = {"NA", "N/A", "#N/A", "null", "none", "-", "?", "missing"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* "4 cores", "1.5s" */
static bool has_a_word_behind(const char *text)
{
    char *end;
    strtod(text, &end);
    while (*end == ' ')
        end++;
    return end != text && isalpha((unsigned char)*end) && strncasecmp(text, "0x", 2) != 0;
}

static bool is_large(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    return *end == '\0' && fabs(value) > 9007199254740992.0;
}

static const char *remedy_for(const char *text, bool whole)
{
    if (means_unknown(text))
        return "; leave it empty where it is not known";
    if (has_thousands(text))
        return "; write thousands without commas";
    if (has_a_word_behind(text))
        return whole ? "; write the number alone"
                     : "; write the number alone, and its unit in the header, as in seconds[ms]";
    return "";
}

void number_problem(struct strbuf *out, const char *column, const char *text, bool whole)
{
    char name[ERROR_NAME_SIZE];
    error_name(name, text, strlen(text));
    if (is_not_finite(text))
        strbuf_addf(out,
                    "column %s holds \"%s\", which is not a finite number; leave it empty "
                    "where it is not known",
                    column, name);
    else if (whole && is_large(text))
        strbuf_addf(out, "column %s holds \"%s\", which is too large", column, name);
    else if (is_decimal_comma(text) && !has_thousands(text))
        strbuf_addf(out, "\"%s\" in column %s uses a decimal comma; write a point", name, column);
    else
        strbuf_addf(out, "column %s holds \"%s\", which is not a %snumber%s", column, name,
                    whole ? "whole " : "", remedy_for(text, whole));
}
