#include "study_input.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* --- settings -------------------------------------------------------------- */

enum { LONGEST_SHOWN = 300 }; /* bytes of a setting in a message */

/* "--set key=value", cut between characters where it is long. */
static char *setting_label(const char *setting)
{
    size_t length = strlen(setting);
    if (length <= LONGEST_SHOWN)
        return text_format("--set %s", setting);
    length = LONGEST_SHOWN;
    while (length > 0 && ((unsigned char)setting[length] & 0xc0) == 0x80)
        length--;
    return text_format("--set %.*s…", (int)length, setting);
}

static int setting_error(const struct study_source *source, const char *sentence, struct error *err)
{
    char *label = setting_label(source->setting);
    error_set(err, "%s: %s", label, sentence);
    free(label);
    return -1;
}

/* The value as a JSON text. Bytes are left as they are: json_parse() judges them. */
static void add_quoted(struct strbuf *out, const char *value)
{
    strbuf_add_char(out, '"');
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            strbuf_addf(out, "\\%c", *p);
        else if ((unsigned char)*p < 0x20)
            strbuf_addf(out, "\\u%04x", (unsigned)*p);
        else
            strbuf_add_char(out, *p);
    }
    strbuf_add_char(out, '"');
}

/* A message of json_parse() without its place, which means nothing here. */
static const char *without_place(const char *message)
{
    const char *sentence = strstr(message, ": ");
    return sentence == NULL ? message : sentence + 2;
}

static int parse_value(struct study_source *source, struct error *err)
{
    struct error why = ERROR_INIT;
    struct strbuf quoted = STRBUF_INIT;
    if (json_parse(&source->doc, "value", source->value, strlen(source->value), &why) == 0)
        return 0;
    if (*source->value != '\0' && strchr("[{\"", *source->value) != NULL)
        source->problem = xstrdup(without_place(why.text));
    add_quoted(&quoted, source->value);
    int rc = json_parse(&source->doc, "value", quoted.str, quoted.len, &why);
    strbuf_free(&quoted);
    if (rc != 0)
        return setting_error(source, without_place(why.text), err);
    return 0;
}

static int open_setting(struct study_source *source, const char *setting, struct error *err)
{
    source->setting = setting;
    const char *equals = strchr(setting, '=');
    if (equals == NULL)
        return setting_error(source, "has no \"=\"; write key=value, as in blocks=9", err);
    if (equals == setting)
        return setting_error(source, "has no key before the \"=\"; write key=value, as in blocks=9",
                             err);
    source->key = xstrndup(setting, (size_t)(equals - setting));
    source->value = equals + 1;
    return parse_value(source, err);
}

int study_input_open(struct study_input *input, const char *path, const char *text, size_t length,
                     char *const *settings, size_t setting_count, struct error *err)
{
    *input = (struct study_input){.err = err};
    input->sources = xcalloc(setting_count + 1, sizeof *input->sources);
    input->count = 1;
    int rc = json_parse(&input->sources[0].doc, path, text, length, err);
    for (size_t i = 0; rc == 0 && i < setting_count; i++)
        rc = open_setting(&input->sources[input->count++], settings[i], err);
    if (rc != 0)
        study_input_close(input);
    return rc;
}

/* --- places ---------------------------------------------------------------- */

/* The nodes of the file by address, for a file may have thousands of core
 * counts and json_error() walks the whole tree for one. */
struct study_places {
    struct stand {
        const cJSON *item;
        size_t offset;
    } * stands;
    size_t count;
    size_t offset, line, column; /* the last one asked for: the next is often behind it */
};

static void collect_stands(struct study_places *places, const struct json_doc *doc,
                           const cJSON *item)
{
    if (places->count == doc->node_count)
        return;
    places->stands[places->count] = (struct stand){item, doc->offsets[places->count]};
    places->count++;
    for (const cJSON *child = item->child; child != NULL; child = child->next)
        collect_stands(places, doc, child);
}

static int compare_stands(const void *a, const void *b)
{
    const struct stand *x = a, *y = b;
    return (x->item > y->item) - (x->item < y->item);
}

static struct study_places *places_new(const struct json_doc *doc)
{
    struct study_places *places = xcalloc(1, sizeof *places);
    places->stands = xcalloc(doc->node_count, sizeof *places->stands);
    places->line = places->column = 1;
    collect_stands(places, doc, doc->root);
    qsort(places->stands, places->count, sizeof *places->stands, compare_stands);
    return places;
}

static void places_free(struct study_places *places)
{
    if (places != NULL)
        free(places->stands);
    free(places);
}

static void places_go(struct study_places *places, const char *text, size_t offset)
{
    if (offset < places->offset) {
        places->offset = 0;
        places->line = places->column = 1;
    }
    for (; places->offset < offset; places->offset++) {
        unsigned char c = (unsigned char)text[places->offset];
        if (c == '\n') {
            places->line++;
            places->column = 1;
        } else if ((c & 0xc0) != 0x80) {
            places->column++;
        }
    }
}

void study_input_close(struct study_input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        json_free(&input->sources[i].doc);
        free(input->sources[i].key);
        free(input->sources[i].problem);
    }
    free(input->sources);
    places_free(input->places);
    *input = (struct study_input){0};
}

/* --- nodes ----------------------------------------------------------------- */

struct study_node study_input_root(struct study_input *input)
{
    return (struct study_node){.input = input, .item = input->sources[0].doc.root};
}

/* Whether `key` lies below `path`. */
static bool is_below(const char *key, const char *path)
{
    size_t length = strlen(path);
    return length == 0 || (strncmp(key, path, length) == 0 && key[length] == '.');
}

void study_node_rename(struct study_node *node, const char *name)
{
    size_t length = strlen(node->path);
    snprintf(node->path + length, sizeof node->path - length, "%s%s", length == 0 ? "" : ".", name);
}

bool study_node_member(const struct study_node *object, const char *key, struct study_node *member)
{
    struct study_input *input = object->input;
    *member = *object;
    study_node_rename(member, key);
    member->item =
        cJSON_IsObject(object->item) ? cJSON_GetObjectItemCaseSensitive(object->item, key) : NULL;
    /* only settings behind the one that gave the object: a later `optimum={…}`
     * replaces an earlier `optimum.rule=…` with it */
    for (size_t i = object->source + 1; i < input->count; i++) {
        struct study_source *source = &input->sources[i];
        if (strcmp(source->key, member->path) != 0)
            continue;
        member->item = source->doc.root;
        member->source = i;
        for (size_t j = 1; j <= i; j++)
            if (j == i || strcmp(input->sources[j].key, member->path) == 0 ||
                is_below(input->sources[j].key, member->path))
                input->sources[j].used = true;
    }
    return member->item != NULL;
}

bool study_node_has_settings(const struct study_node *node)
{
    for (size_t i = node->source + 1; i < node->input->count; i++)
        if (is_below(node->input->sources[i].key, node->path))
            return true;
    return false;
}

struct study_node study_node_element(const struct study_node *array, const cJSON *item)
{
    struct study_node element = *array;
    element.item = item;
    return element;
}

void study_node_offer(const struct study_node *object, const struct study_table *table)
{
    size_t length = strlen(object->path);
    for (size_t i = object->source + 1; i < object->input->count; i++) {
        struct study_source *source = &object->input->sources[i];
        if (is_below(source->key, object->path) &&
            (source->parent == NULL || length >= source->parent_length)) {
            source->parent = table;
            source->parent_length = length;
        }
    }
}

/* The source that a message names: of a node with nothing but settings below
 * it, the first of those. */
static size_t source_to_blame(const struct study_node *node)
{
    if (node->item == NULL)
        for (size_t i = 1; i < node->input->count; i++)
            if (*node->path != '\0' && is_below(node->input->sources[i].key, node->path))
                return i;
    return node->source;
}

int study_node_error(const struct study_node *node, const char *format, ...)
{
    struct strbuf sentence = STRBUF_INIT;
    struct study_source *source = &node->input->sources[source_to_blame(node)];
    va_list arguments;

    va_start(arguments, format);
    strbuf_addv(&sentence, format, arguments);
    va_end(arguments);
    if (source->setting == NULL)
        json_error(&source->doc, node->item, node->input->err, "%s", sentence.str);
    else
        setting_error(source, sentence.str, node->input->err);
    strbuf_free(&sentence);
    return -1;
}

/* The end of a path says more than its beginning where both do not fit. */
static void set_place(struct study_place *place, const char *text)
{
    static const char dots[] = "…";
    size_t length = strlen(text);
    if (length < sizeof place->text) {
        memcpy(place->text, text, length + 1);
        return;
    }
    const char *tail = text + length - (sizeof place->text - sizeof dots);
    while (((unsigned char)*tail & 0xc0) == 0x80)
        tail++;
    snprintf(place->text, sizeof place->text, "%s%s", dots, tail);
}

void study_node_place(const struct study_node *node, struct study_place *place)
{
    struct study_input *input = node->input;
    const struct study_source *source = &input->sources[source_to_blame(node)];
    char *text;
    if (source->setting != NULL) {
        text = setting_label(source->setting);
    } else {
        const struct stand wanted = {.item = node->item};
        if (input->places == NULL)
            input->places = places_new(&source->doc);
        const struct stand *found = bsearch(&wanted, input->places->stands, input->places->count,
                                            sizeof wanted, compare_stands);
        places_go(input->places, source->doc.text, found == NULL ? 0 : found->offset);
        text =
            text_format("%s:%zu:%zu", source->doc.path, input->places->line, input->places->column);
    }
    set_place(place, text);
    free(text);
}

/* --- settings that nothing took -------------------------------------------- */

/* Bytes of NAME in "NAME.KEY…"; a name may hold dots itself. */
static size_t entry_length(const char *text, const struct study_table *members)
{
    const char *dot = strchr(text, '.'), *last = dot;
    for (; dot != NULL; last = dot, dot = strchr(dot + 1, '.')) {
        char *key = xstrndup(dot + 1, strcspn(dot + 1, "."));
        bool known = study_field_find(members, key) != NULL;
        free(key);
        if (known)
            return (size_t)(dot - text);
    }
    return last == NULL ? strlen(text) : (size_t)(last - text);
}

static int refuse_setting(const struct study_source *source, struct error *err)
{
    const struct study_table *table = source->parent;
    const char *key = source->key + source->parent_length + (source->parent_length > 0 ? 1 : 0);
    char *first = xstrndup(key, strcspn(key, "."));
    const struct study_field *field = study_field_find(table, first);
    const char *meant = study_field_suggest(table, first);
    const char *name = key + strlen(first) + (key[strlen(first)] == '.');
    struct strbuf sentence = STRBUF_INIT;

    if (field == NULL && meant != NULL)
        strbuf_addf(&sentence, "unknown key \"%s\"; did you mean \"%s\"?", first, meant);
    else if (field == NULL)
        strbuf_addf(&sentence, "unknown key \"%s\"; `scalestudy help study` lists all", first);
    else if (field->kind == STUDY_BACKENDS)
        strbuf_addf(&sentence, "the study lists no backend \"%.*s\"",
                    (int)entry_length(name, field->members), name);
    else if (field->kind == STUDY_CLUSTERS)
        strbuf_addf(&sentence, "the study lists no cluster \"%.*s\"; write clusters={\"%.*s\": {…}}",
                    (int)entry_length(name, field->members), name,
                    (int)entry_length(name, field->members), name);
    else
        strbuf_addf(&sentence, "\"%s\" has no keys of its own; write %.*s=VALUE", first,
                    (int)(source->parent_length + (source->parent_length > 0) + strlen(first)),
                    source->key);
    setting_error(source, sentence.str, err);
    strbuf_free(&sentence);
    free(first);
    return -1;
}

int study_input_refuse_unused(const struct study_input *input)
{
    for (size_t i = 1; i < input->count; i++)
        if (!input->sources[i].used && input->sources[i].parent != NULL)
            return refuse_setting(&input->sources[i], input->err);
    return 0;
}
