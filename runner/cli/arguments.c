#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "plural.h"
#include "study_fields.h"

struct collecting {
    const char **positional;
    const struct option_row **options;
    const char **values;
    size_t positional_count, option_count;
};

static const struct option_row *find_long(const struct command *command, const char *name,
                                          size_t length)
{
    for (const struct option_row *o = command->options; o != NULL && o->name != NULL; o++)
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0)
            return o;
    return NULL;
}

static const struct option_row *find_letter(const struct command *command, char letter)
{
    for (const struct option_row *o = command->options; o != NULL && o->name != NULL; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

static size_t common_beginning(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] != '\0' && a[n] == b[n])
        n++;
    return n;
}

/* Four letters in common, or all of a shorter word. */
static const char *suggest_beginning(const char *word, const char *const *candidates, size_t count)
{
    enum { ENOUGH = 4, SHORTEST = 3 };
    const char *best = NULL;
    size_t longest = strlen(word) == SHORTEST ? SHORTEST - 1 : ENOUGH - 1;
    for (size_t i = 0; i < count; i++) {
        size_t common = common_beginning(word, candidates[i]);
        if (common < longest || (common == longest && best == NULL))
            continue;
        best = common == longest ? NULL : candidates[i]; /* two of them: neither */
        longest = common;
    }
    return best;
}

const char *suggest_word(const char *word, const char *const *candidates, size_t count)
{
    char *small = xstrdup(word);
    for (char *c = small; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    const char *meant = suggest(small, candidates, count);
    if (meant == NULL)
        meant = suggest_beginning(small, candidates, count);
    free(small);
    return meant;
}

/* What is no option may be a key of the study. */
static bool is_key(const struct command *command, const char *name)
{
    return find_long(command, "set", 3) != NULL && study_field_find(&study_table, name) != NULL;
}

static int refuse_unknown(const struct command *command, const char *word, size_t length,
                          struct error *err)
{
    const char *names[32];
    size_t count = 0;
    if (command->options == NULL)
        return error_set(err, "%s has no options, and %.*s was given", command->name, (int)length,
                         word);
    for (const struct option_row *o = command->options; o != NULL && o->name != NULL; o++)
        if (count < sizeof names / sizeof *names)
            names[count++] = o->name;
    char *name = xstrndup(word + 2, length - 2);
    const char *meant = suggest_word(name, names, count);
    bool key = is_key(command, name);
    free(name);
    if (key)
        return error_set(err, "%s has no option %.*s, which is a key of the study; write --set %.*s=VALUE",
                         command->name, (int)length, word, (int)length - 2, word + 2);
    if (meant != NULL)
        return error_set(err, "%s has no option %.*s; did you mean --%s?", command->name,
                         (int)length, word, meant);
    return error_set(err, "%s has no option %.*s; `scalestudy help %s` lists them", command->name,
                     (int)length, word, command->name);
}

static void keep(struct collecting *c, const struct option_row *option, const char *value)
{
    c->options[c->option_count] = option;
    c->values[c->option_count++] = value;
}

/* --name, --name=value, --name value. Sets *used to the words taken. */
static int take_long(struct collecting *c, const struct command *command, char **words, int *used,
                     struct error *err)
{
    const char *word = words[0], *equals = strchr(word, '=');
    size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const struct option_row *option = find_long(command, word + 2, length - 2);
    if (option == NULL)
        return refuse_unknown(command, word, length, err);
    if (option->value == NULL && equals != NULL)
        return error_set(err, "--%s takes no value", option->name);
    if (option->value != NULL && equals == NULL && words[1] == NULL)
        return error_set(err, "--%s needs a value: --%s %s", option->name, option->name,
                         option->value);
    *used = option->value != NULL && equals == NULL ? 2 : 1;
    keep(c, option, option->value == NULL ? "" : equals != NULL ? equals + 1 : words[1]);
    return 0;
}

/* -o value, -ovalue. */
static int take_letter(struct collecting *c, const struct command *command, char **words, int *used,
                       struct error *err)
{
    const char *word = words[0];
    const struct option_row *option = find_letter(command, word[1]);
    if (option == NULL && command->options == NULL)
        return refuse_unknown(command, word, 2, err);
    if (option == NULL)
        return error_set(err, "%s has no option -%c; `scalestudy help %s` lists them",
                         command->name, word[1], command->name);
    if (option->value == NULL && word[2] != '\0')
        return error_set(err, "-%c takes no value", word[1]);
    if (option->value != NULL && word[2] == '\0' && words[1] == NULL)
        return error_set(err, "-%c needs a value: -%c %s", word[1], word[1], option->value);
    *used = option->value != NULL && word[2] == '\0' ? 2 : 1;
    keep(c, option, option->value == NULL ? "" : word[2] != '\0' ? word + 2 : words[1]);
    return 0;
}

static int take_all(struct collecting *c, const struct command *command, int argc, char **argv,
                    struct error *err)
{
    bool only_positional = false;
    for (int i = 0; i < argc;) {
        const char *word = argv[i];
        int used = 1, rc = 0;
        if (only_positional || word[0] != '-' || word[1] == '\0')
            c->positional[c->positional_count++] = word;
        else if (strcmp(word, "--") == 0)
            only_positional = true;
        else if (word[1] == '-')
            rc = take_long(c, command, argv + i, &used, err);
        else
            rc = take_letter(c, command, argv + i, &used, err);
        if (rc != 0)
            return -1;
        i += used;
    }
    return 0;
}

/* Most often a variable of the shell that is not set. */
static bool has_empty(const struct collecting *c)
{
    for (size_t i = 0; i < c->positional_count; i++)
        if (c->positional[i][0] == '\0')
            return true;
    return false;
}

static int check_positional(const struct command *command, const struct collecting *c, size_t least,
                            size_t most, struct error *err)
{
    size_t count = c->positional_count;
    if (has_empty(c) && most > 0)
        return error_set(err, "%s takes %s, and an empty word was given; is a variable not set?",
                         command->name, command->arguments);
    if (count < least)
        return error_set(err, "%s needs %s: scalestudy %s %s", command->name, command->arguments,
                         command->name, command->arguments);
    if (count > most)
        return error_set(err, "%s takes %s, not %zu word%s: scalestudy %s%s%s", command->name,
                         command->arguments[0] == '\0' ? "no words" : command->arguments, count,
                         plural((int64_t)count), command->name,
                         command->arguments[0] == '\0' ? "" : " ", command->arguments);
    return 0;
}

int arguments_parse(struct arguments *arguments, const struct command *command, int argc,
                    char **argv, size_t least, size_t most, struct error *err)
{
    size_t room = (size_t)argc + 1;
    struct collecting c = {
        .positional = xcalloc(room, sizeof *c.positional),
        .options = xcalloc(room, sizeof *c.options),
        .values = xcalloc(room, sizeof *c.values),
    };
    int rc = take_all(&c, command, argc, argv, err);
    if (rc == 0)
        rc = check_positional(command, &c, least, most, err);
    *arguments = (struct arguments){c.positional, c.positional_count, c.options, c.values,
                                    c.option_count};
    if (rc != 0)
        arguments_free(arguments);
    return rc;
}

void arguments_free(struct arguments *arguments)
{
    free((void *)arguments->positional);
    free((void *)arguments->options);
    free((void *)arguments->values);
    *arguments = (struct arguments){0};
}

const char *arguments_value(const struct arguments *arguments, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < arguments->option_count; i++)
        if (strcmp(arguments->options[i]->name, name) == 0)
            value = arguments->values[i];
    return value;
}

bool arguments_has(const struct arguments *arguments, const char *name)
{
    return arguments_value(arguments, name) != NULL;
}

char **arguments_values(const struct arguments *arguments, const char *name, size_t *count)
{
    char **values = xcalloc(arguments->option_count + 1, sizeof *values);
    *count = 0;
    for (size_t i = 0; i < arguments->option_count; i++)
        if (strcmp(arguments->options[i]->name, name) == 0)
            values[(*count)++] = (char *)(void *)arguments->values[i];
    return values;
}
