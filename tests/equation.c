#include "equation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at;
    bool failed;
};

static bool take(struct reader *r, const char *token)
{
    r->at += strspn(r->at, " ");
    size_t length = strlen(token);
    if (strncmp(r->at, token, length) != 0)
        return false;
    r->at += length;
    return true;
}

static double read_sum(struct reader *r);

static double read_bracket(struct reader *r)
{
    double value = read_sum(r);
    r->failed = r->failed || !take(r, ")");
    return value;
}

static double read_atom(struct reader *r)
{
    if (take(r, "√("))
        return sqrt(read_bracket(r));
    if (take(r, "ln("))
        return log(read_bracket(r));
    if (take(r, "("))
        return read_bracket(r);
    char *end;
    r->at += strspn(r->at, " ");
    double value = strtod(r->at, &end);
    r->failed = r->failed || end == r->at;
    r->at = end;
    return value;
}

static double read_power(struct reader *r)
{
    double value = read_atom(r);
    return take(r, "^") ? pow(value, read_atom(r)) : value;
}

static double read_product(struct reader *r)
{
    double value = read_power(r);
    for (;;) {
        if (take(r, "×"))
            value *= read_power(r);
        else if (take(r, "/"))
            value /= read_power(r);
        else
            return value;
    }
}

static double read_sum(struct reader *r)
{
    double value = read_product(r);
    for (;;) {
        if (take(r, "+"))
            value += read_product(r);
        else if (take(r, "−"))
            value -= read_product(r);
        else
            return value;
    }
}

static bool read_side(const char *begin, const char *end, double *value)
{
    struct reader r = {begin, false};
    *value = read_sum(&r);
    r.at += strspn(r.at, " ");
    return !r.failed && r.at == end;
}

bool equation_read(const char *text, double *left, double *right, double *unit)
{
    const char *begin = text, *last = NULL, *point;
    for (const char *at = strstr(text, " = "); at != NULL; at = strstr(at + 1, " = ")) {
        begin = last == NULL ? text : last + 3;
        last = at;
    }
    if (last == NULL || !read_side(begin, last + 1, left) ||
        !read_side(last + 3, text + strlen(text), right))
        return false;
    point = strchr(last + 3, '.');
    *unit = point == NULL ? 1 : pow(10, -(double)strlen(point + 1));
    return true;
}
