#include "jsontext.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "jsonscan.h"
#include "number.h"

/* --- documents ------------------------------------------------------------- */

/* cJSON reads at most 63 characters of a number. Longer ones are put in their
 * shortest form, with blanks behind, so that all else stays in its place. */
static void shorten_numbers(char *text, size_t length, const struct json_scan *scan)
{
    for (size_t i = 0; i < scan->long_count; i++) {
        char *start = text + scan->long_numbers[i], shortest[NUMBER_TEXT_SIZE];
        size_t number_length = json_number_length(start, text + length);
        double value = 0;
        number_parse(start, number_length, &value);
        number_format(shortest, value);
        memset(start, ' ', number_length);
        memcpy(start, shortest, strlen(shortest));
    }
}

static int build_tree(struct json_doc *doc, const struct json_scan *scan, struct error *err)
{
    const char *text = doc->text;
    char *copy = NULL;
    if (scan->long_count > 0) {
        copy = xstrndup(doc->text, doc->length);
        shorten_numbers(copy, doc->length, scan);
        text = copy;
    }
    doc->root = cJSON_ParseWithLengthOpts(text, doc->length + 1, NULL, 1);
    free(copy);
    if (doc->root == NULL) /* the text is in order, so this is memory */
        return error_system(err, "%s: not enough memory to read it", doc->path);
    return 0;
}

struct member {
    const char *key;
    size_t node; /* its place in preorder */
};

struct key_check {
    const struct json_doc *doc;
    size_t node; /* the next one in preorder */
    struct member *members; /* of the objects that are open, outermost first */
    size_t count, capacity;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

/* Sorted, not compared pair by pair: a file may have a million keys. */
/* For the small objects that records are: nothing is sorted, few keys are compared. */
static bool has_twins(const struct member *members, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (members[i].key[0] == members[j].key[0] &&
                strcmp(members[i].key, members[j].key) == 0)
                return true;
    return false;
}

static int check_members(struct member *members, size_t count, const struct json_doc *doc,
                         struct error *err)
{
    enum { FEW = 64 };
    const struct member *second = NULL;
    size_t first_node = 0;
    if (count <= FEW && !has_twins(members, count))
        return 0;
    qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (strcmp(members[i].key, members[first].key) != 0) {
            first = i;
        } else if (second == NULL || members[i].node < second->node) {
            second = &members[i];
            first_node = members[first].node;
        }
    }
    if (second == NULL)
        return 0;
    char name[ERROR_NAME_SIZE];
    size_t line, column, first_line, first_column;
    text_place(doc->text, doc->offsets[first_node], &first_line, &first_column);
    text_place(doc->text, doc->offsets[second->node], &line, &column);
    return error_set(err, "%s:%zu:%zu: the key \"%s\" is there twice; line %zu has it already",
                     doc->path, line, column, error_name(name, second->key, strlen(second->key)),
                     first_line);
}

static int check_keys(struct key_check *check, const cJSON *node, struct error *err)
{
    size_t start = check->count;
    check->node++;
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        struct member member = {.key = child->string, .node = check->node};
        if (check_keys(check, child, err) != 0)
            return -1;
        if (member.key != NULL) {
            array_grow(&check->members, check->count, &check->capacity, sizeof *check->members);
            check->members[check->count++] = member;
        }
    }
    int rc = 0;
    if (check->count > start + 1)
        rc = check_members(check->members + start, check->count - start, check->doc, err);
    check->count = start;
    return rc;
}

static int refuse_duplicates(const struct json_doc *doc, struct error *err)
{
    struct key_check check = {.doc = doc};
    int rc = check_keys(&check, doc->root, err);
    free(check.members);
    return rc;
}

int json_parse(struct json_doc *doc, const char *path, const char *text, size_t length,
               struct error *err)
{
    struct json_scan scan;
    int rc = json_scan(&scan, path, text, length, err);
    if (rc == 0) {
        struct json_doc parsed = {.path = xstrdup(path),
                                  .text = xstrndup(text, length),
                                  .length = length,
                                  .offsets = scan.offsets,
                                  .node_count = scan.count};
        scan.offsets = NULL;
        rc = build_tree(&parsed, &scan, err);
        if (rc == 0)
            rc = refuse_duplicates(&parsed, err);
        if (rc == 0)
            *doc = parsed;
        else
            json_free(&parsed);
    }
    json_scan_free(&scan);
    return rc;
}

int json_load(struct json_doc *doc, const char *path, size_t max_bytes, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    int rc = file_read(path, max_bytes, &text, err);
    if (rc == 0)
        rc = json_parse(doc, path, text.str, text.len, err);
    strbuf_free(&text);
    return rc;
}

void json_free(struct json_doc *doc)
{
    cJSON_Delete(doc->root);
    free(doc->path);
    free(doc->text);
    free(doc->offsets);
    *doc = (struct json_doc){0};
}

/* --- messages -------------------------------------------------------------- */

/* Counts the nodes before `wanted` in preorder; true where it was found. */
static bool find_node(const cJSON *node, const cJSON *wanted, size_t *index)
{
    if (node == wanted)
        return true;
    ++*index;
    for (const cJSON *child = node->child; child != NULL; child = child->next)
        if (find_node(child, wanted, index))
            return true;
    return false;
}

int json_error(const struct json_doc *doc, const cJSON *item, struct error *err,
               const char *format, ...)
{
    struct strbuf sentence = STRBUF_INIT;
    size_t index = 0, line = 1, column = 1;
    va_list arguments;

    va_start(arguments, format);
    strbuf_addv(&sentence, format, arguments);
    va_end(arguments);
    if (item != NULL && find_node(doc->root, item, &index) && index < doc->node_count)
        text_place(doc->text, doc->offsets[index], &line, &column);
    error_set(err, "%s:%zu:%zu: %s", doc->path, line, column, sentence.str);
    strbuf_free(&sentence);
    return -1;
}

void json_add_found(struct strbuf *out, const cJSON *item)
{
    char name[ERROR_NAME_SIZE], number[NUMBER_TEXT_SIZE];
    if (cJSON_IsString(item))
        strbuf_addf(out, "text \"%s\"",
                    error_name(name, item->valuestring, strlen(item->valuestring)));
    else if (cJSON_IsNumber(item))
        strbuf_add(out, number_format(number, item->valuedouble));
    else if (cJSON_IsBool(item))
        strbuf_add(out, cJSON_IsTrue(item) ? "true" : "false");
    else if (cJSON_IsArray(item))
        strbuf_add(out, "an array");
    else
        strbuf_add(out, cJSON_IsObject(item) ? "an object" : "null");
}

/* --- typed reads ----------------------------------------------------------- */

static const char *type_name(const cJSON *item)
{
    if (cJSON_IsString(item))
        return "a text";
    if (cJSON_IsNumber(item))
        return "a number";
    if (cJSON_IsBool(item))
        return "true or false";
    if (cJSON_IsArray(item))
        return "a list";
    return cJSON_IsObject(item) ? "an object" : "null";
}

/* The member, or NULL where it is absent or null. */
static const cJSON *find_member(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNull(item) ? NULL : item;
}

static int refuse_type(const struct json_doc *doc, const cJSON *item, const char *wanted,
                       struct error *err)
{
    return json_error(doc, item, err, "\"%s\" must be %s, not %s", item->string, wanted,
                      type_name(item));
}

int json_get_string(const struct json_doc *doc, const cJSON *object, const char *key,
                    const char *absent, const char **out, struct error *err)
{
    const cJSON *item = find_member(object, key);
    if (item != NULL && !cJSON_IsString(item))
        return refuse_type(doc, item, "a text", err);
    *out = item == NULL ? absent : item->valuestring;
    return 0;
}

int json_get_number(const struct json_doc *doc, const cJSON *object, const char *key,
                    double absent, double *out, struct error *err)
{
    const cJSON *item = find_member(object, key);
    if (item != NULL && !cJSON_IsNumber(item))
        return refuse_type(doc, item, "a number", err);
    *out = item == NULL ? absent : item->valuedouble;
    return 0;
}

int json_get_int(const struct json_doc *doc, const cJSON *object, const char *key, int64_t absent,
                 int64_t *out, struct error *err)
{
    static const double largest = 9007199254740992.0; /* 2^53: doubles count by ones up to it */
    const cJSON *item = find_member(object, key);
    if (item == NULL) {
        *out = absent;
        return 0;
    }
    if (!cJSON_IsNumber(item))
        return refuse_type(doc, item, "a whole number", err);
    double value = item->valuedouble;
    if (fabs(value) > largest)
        return json_error(doc, item, err, "\"%s\" must be a whole number of at most 16 digits",
                          item->string);
    if ((double)(int64_t)value != value) {
        char text[NUMBER_TEXT_SIZE];
        return json_error(doc, item, err, "\"%s\" must be a whole number, not %s", item->string,
                          number_format(text, value));
    }
    *out = (int64_t)value;
    return 0;
}

int json_get_bool(const struct json_doc *doc, const cJSON *object, const char *key, bool absent,
                  bool *out, struct error *err)
{
    const cJSON *item = find_member(object, key);
    if (item != NULL && !cJSON_IsBool(item))
        return refuse_type(doc, item, "true or false", err);
    *out = item == NULL ? absent : cJSON_IsTrue(item);
    return 0;
}

/* --- writing --------------------------------------------------------------- */

void json_add_string(struct strbuf *sb, const char *text)
{
    static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *end = text + strlen(text);

    strbuf_add_char(sb, '"');
    while (text < end) {
        const char *plain = text;
        size_t length = 0;
        while (text < end && (unsigned char)*text >= 0x20 && *text != '"' && *text != '\\' &&
               (length = utf8_length(text, end)) != 0)
            text += length;
        strbuf_add_bytes(sb, plain, (size_t)(text - plain));
        if (text == end)
            break;
        const char *escape = strchr(named, *text);
        if (escape != NULL)
            strbuf_addf(sb, "\\%c", names[escape - named]);
        else if ((unsigned char)*text < 0x20)
            strbuf_addf(sb, "\\u%04x", (unsigned)*text);
        else
            strbuf_add(sb, "\xef\xbf\xbd");
        text++;
    }
    strbuf_add_char(sb, '"');
}

static void new_line(struct json_writer *w)
{
    strbuf_add_char(w->out, '\n');
    for (int i = 0; i < w->depth; i++)
        strbuf_add(w->out, "  ");
}

/* All that stands before a value. */
static void begin_value(struct json_writer *w, const char *key)
{
    if (w->depth > 0) {
        if (!w->first)
            strbuf_add(w->out, w->pretty ? "," : ", ");
        if (w->pretty)
            new_line(w);
    }
    w->first = false;
    if (key != NULL) {
        json_add_string(w->out, key);
        strbuf_add(w->out, ": ");
    }
}

static void open_level(struct json_writer *w, const char *key, char bracket)
{
    begin_value(w, key);
    strbuf_add_char(w->out, bracket);
    w->depth++;
    w->first = true;
}

static void close_level(struct json_writer *w, char bracket)
{
    w->depth--;
    if (w->pretty && !w->first)
        new_line(w);
    strbuf_add_char(w->out, bracket);
    w->first = false;
}

void json_begin_object(struct json_writer *w, const char *key)
{
    open_level(w, key, '{');
}

void json_end_object(struct json_writer *w)
{
    close_level(w, '}');
}

void json_begin_array(struct json_writer *w, const char *key)
{
    open_level(w, key, '[');
}

void json_end_array(struct json_writer *w)
{
    close_level(w, ']');
}

void json_null(struct json_writer *w, const char *key)
{
    begin_value(w, key);
    strbuf_add(w->out, "null");
}

void json_string(struct json_writer *w, const char *key, const char *value)
{
    if (value == NULL) {
        json_null(w, key);
        return;
    }
    begin_value(w, key);
    json_add_string(w->out, value);
}

void json_number(struct json_writer *w, const char *key, double value)
{
    char text[NUMBER_TEXT_SIZE];
    if (!isfinite(value)) {
        json_null(w, key);
        return;
    }
    begin_value(w, key);
    strbuf_add(w->out, number_format(text, value));
}

void json_int(struct json_writer *w, const char *key, int64_t value)
{
    begin_value(w, key);
    strbuf_addf(w->out, "%lld", (long long)value);
}

void json_bool(struct json_writer *w, const char *key, bool value)
{
    begin_value(w, key);
    strbuf_add(w->out, value ? "true" : "false");
}
