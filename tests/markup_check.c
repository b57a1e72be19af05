#include "markup_check.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"

enum { MOST_DEPTH = 64, MOST_IDS = 2000 };

struct check {
    char *open[MOST_DEPTH];
    size_t depth;
    char *ids[MOST_IDS], *targets[MOST_IDS];
    size_t id_count, target_count;
    char *problem;
};

static void complain(struct check *c, const char *what, const char *where)
{
    if (c->problem == NULL)
        c->problem = text_format("%s: %.80s", what, where);
}

static bool is_void(const char *name)
{
    static const char *const names[] = {"meta", "br", "hr", "img", "link", "input"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool contains(char *const *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

static void check_attribute(struct check *c, const char *name, const char *value)
{
    if (strcmp(name, "id") == 0) {
        if (contains(c->ids, c->id_count, value))
            complain(c, "an id is there twice", value);
        if (c->id_count < MOST_IDS)
            c->ids[c->id_count++] = text_format("%s", value);
    } else if (strcmp(name, "href") == 0) {
        if (value[0] != '#')
            complain(c, "a link leaves the page", value);
        else if (c->target_count < MOST_IDS)
            c->targets[c->target_count++] = text_format("%s", value + 1);
    } else if (strcmp(name, "src") == 0 || strcmp(name, "style") == 0 ||
               strncmp(name, "on", 2) == 0 || strncmp(name, "xlink:", 6) == 0) {
        complain(c, "an attribute that must not be there", name);
    } else if (strstr(value, "://") != NULL && strcmp(name, "xmlns") != 0 &&
               strcmp(name, "title") != 0 && strcmp(name, "aria-label") != 0) {
        complain(c, "an address in an attribute", value);
    }
    if (strchr(value, '<') != NULL)
        complain(c, "an attribute is not escaped", value);
}

static char *word(const char **at, const char *ends)
{
    size_t length = strcspn(*at, ends);
    char *text = text_format("%.*s", (int)length, *at);
    *at += length;
    return text;
}

/* From behind the name to behind the '>'; true where the tag closes itself. */
static bool check_attributes(struct check *c, const char **at)
{
    char *seen[32];
    size_t count = 0;
    bool empty = false;
    while (c->problem == NULL) {
        *at += strspn(*at, " \t\r\n");
        if (**at == '/' || **at == '>' || **at == '\0') {
            empty = **at == '/';
            *at += strcspn(*at, ">");
            *at += **at == '>';
            break;
        }
        char *name = word(at, "= \t\r\n/>");
        if ((*at)[0] != '=' || (*at)[1] != '"') {
            complain(c, "an attribute without a quoted value", name);
            free(name);
            break;
        }
        *at += 2;
        char *value = word(at, "\"");
        *at += **at == '"';
        check_attribute(c, name, value);
        if (contains(seen, count, name))
            complain(c, "an attribute is there twice", name);
        if (count < sizeof seen / sizeof *seen)
            seen[count++] = name;
        else
            free(name);
        free(value);
    }
    while (count > 0)
        free(seen[--count]);
    return empty;
}

static void close_tag(struct check *c, const char *name)
{
    if (c->depth == 0 || strcmp(c->open[c->depth - 1], name) != 0)
        complain(c, "closed, but not the last one opened", name);
    else
        free(c->open[--c->depth]);
}

static void open_tag(struct check *c, char *name, const char **at)
{
    bool empty = check_attributes(c, at);
    if (strcmp(name, "script") == 0)
        complain(c, "a script", name);
    if (strcmp(name, "style") == 0 && !empty) { /* its text is no markup */
        const char *end = strstr(*at, "</style>");
        *at = end == NULL ? *at + strlen(*at) : end + strlen("</style>");
        free(name);
    } else if (empty || is_void(name)) {
        free(name);
    } else if (c->depth == MOST_DEPTH) {
        complain(c, "too deep", name);
        free(name);
    } else {
        c->open[c->depth++] = name;
    }
}

static void check_tags(struct check *c, const char *at)
{
    while (c->problem == NULL && (at = strchr(at, '<')) != NULL) {
        at++;
        if (*at == '?' || *at == '!') {
            at += strcspn(at, ">");
        } else if (*at == '/') {
            at++;
            char *name = word(&at, " >");
            close_tag(c, name);
            free(name);
        } else if (isalpha((unsigned char)*at)) {
            open_tag(c, word(&at, " \t\r\n/>"), &at);
        } else {
            complain(c, "a < that begins no tag", at - 1);
        }
    }
    if (c->problem == NULL && c->depth > 0)
        complain(c, "never closed", c->open[c->depth - 1]);
    for (size_t i = 0; i < c->target_count; i++)
        if (!contains(c->ids, c->id_count, c->targets[i]))
            complain(c, "a link to nowhere", c->targets[i]);
}

char *markup_problem(const char *text)
{
    struct check *c = calloc(1, sizeof *c);
    check_tags(c, text);
    while (c->depth > 0)
        free(c->open[--c->depth]);
    for (size_t i = 0; i < c->id_count; i++)
        free(c->ids[i]);
    for (size_t i = 0; i < c->target_count; i++)
        free(c->targets[i]);
    char *problem = c->problem;
    free(c);
    return problem;
}
