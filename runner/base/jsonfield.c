#include "jsonfield.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"

/* `record` is a struct of any type, its member at `offset` of the row's kind. */
static void *member(void *record, const struct json_field *field)
{
    return (char *)record + field->offset;
}

static const void *const_member(const void *record, const struct json_field *field)
{
    return (const char *)record + field->offset;
}

/* --- writing --------------------------------------------------------------- */

static void write_texts(struct json_writer *w, const char *key, char *const *texts)
{
    json_begin_array(w, key);
    for (size_t i = 0; i < string_list_count(texts); i++)
        json_string(w, NULL, texts[i]);
    json_end_array(w);
}

static void write_field(struct json_writer *w, const struct json_field *field, const void *at)
{
    switch (field->kind) {
    case JSON_TEXT: {
        const char *text = *(char *const *)at;
        json_string(w, field->key, text == NULL ? "" : text);
        break;
    }
    case JSON_TEXTS: write_texts(w, field->key, *(char **const *)at); break;
    case JSON_REAL: json_number(w, field->key, *(const double *)at); break;
    case JSON_WHOLE: json_int(w, field->key, *(const int64_t *)at); break;
    case JSON_INDEX: json_int(w, field->key, (int64_t) * (const size_t *)at); break;
    case JSON_FLAG: json_bool(w, field->key, *(const bool *)at); break;
    }
}

void json_write_fields(struct json_writer *w, const struct json_field *fields, size_t count,
                       const void *record)
{
    for (size_t i = 0; i < count; i++)
        write_field(w, &fields[i], const_member(record, &fields[i]));
}

/* --- reading --------------------------------------------------------------- */

static int check_choice(const struct json_doc *doc, const cJSON *item,
                        const struct json_field *field, const char *text, struct error *err)
{
    struct strbuf list = STRBUF_INIT;
    char name[ERROR_NAME_SIZE];
    for (const char *const *choice = field->choices; *choice != NULL; choice++) {
        if (strcmp(text, *choice) == 0) {
            strbuf_free(&list);
            return 0;
        }
        strbuf_addf(&list, "%s%s", list.len == 0 ? "" : ", ", *choice);
    }
    json_error(doc, item, err, "\"%s\" must be one of %s, not \"%s\"", field->key, list.str,
               error_name(name, text, strlen(text)));
    strbuf_free(&list);
    return -1;
}

static int read_text(const struct json_doc *doc, const cJSON *object,
                     const struct json_field *field, char **out, struct error *err)
{
    const char *text;
    if (json_get_string(doc, object, field->key, "", &text, err) != 0)
        return -1;
    if (field->choices != NULL && *text != '\0' &&
        check_choice(doc, cJSON_GetObjectItemCaseSensitive(object, field->key), field, text, err) !=
            0)
        return -1;
    *out = xstrdup(text);
    return 0;
}

static int read_texts(const struct json_doc *doc, const cJSON *object,
                      const struct json_field *field, char ***out, struct error *err)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, field->key), *item;
    size_t count = 0;
    if (array != NULL && !cJSON_IsNull(array) && !cJSON_IsArray(array))
        return json_error(doc, array, err, "\"%s\" must be a list of texts", field->key);
    cJSON_ArrayForEach(item, array)
    {
        count++;
        if (!cJSON_IsString(item))
            return json_error(doc, item, err, "\"%s\" must hold texts only", field->key);
    }
    char **texts = xcalloc(count + 1, sizeof *texts);
    count = 0;
    cJSON_ArrayForEach(item, array)
        texts[count++] = xstrdup(item->valuestring);
    *out = texts;
    return 0;
}

static int check_minimum(const struct json_doc *doc, const cJSON *object,
                         const struct json_field *field, double value, struct error *err)
{
    char least[NUMBER_TEXT_SIZE], given[NUMBER_TEXT_SIZE];
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, field->key);
    if (item == NULL || cJSON_IsNull(item) || value >= field->minimum)
        return 0;
    return json_error(doc, item, err, "\"%s\" must be %s or more, got %s", field->key,
                      number_format(least, field->minimum), number_format(given, value));
}

static int read_real(const struct json_doc *doc, const cJSON *object,
                     const struct json_field *field, double *out, struct error *err)
{
    if (json_get_number(doc, object, field->key, NAN, out, err) != 0)
        return -1;
    return check_minimum(doc, object, field, *out, err);
}

static int read_whole(const struct json_doc *doc, const cJSON *object,
                      const struct json_field *field, int64_t *out, struct error *err)
{
    if (json_get_int(doc, object, field->key, 0, out, err) != 0)
        return -1;
    return check_minimum(doc, object, field, (double)*out, err);
}

static int read_field(const struct json_doc *doc, const cJSON *object,
                      const struct json_field *field, void *at, struct error *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, field->key);
    if (field->needed && (item == NULL || cJSON_IsNull(item)))
        return json_error(doc, object, err, "\"%s\" is missing", field->key);
    switch (field->kind) {
    case JSON_TEXT: return read_text(doc, object, field, at, err);
    case JSON_TEXTS: return read_texts(doc, object, field, at, err);
    case JSON_REAL: return read_real(doc, object, field, at, err);
    case JSON_WHOLE: return read_whole(doc, object, field, at, err);
    case JSON_FLAG: return json_get_bool(doc, object, field->key, false, at, err);
    case JSON_INDEX: break;
    }
    int64_t whole; /* minimum is 0 or more, so that it fits a size_t */
    if (read_whole(doc, object, field, &whole, err) != 0)
        return -1;
    *(size_t *)at = (size_t)whole;
    return 0;
}

int json_read_fields(const struct json_doc *doc, const cJSON *object,
                     const struct json_field *fields, size_t count, void *record,
                     struct error *err)
{
    if (!cJSON_IsObject(object))
        return json_error(doc, object, err, "expected an object here");
    for (size_t i = 0; i < count; i++)
        if (read_field(doc, object, &fields[i], member(record, &fields[i]), err) != 0)
            return -1;
    return 0;
}

void json_free_fields(const struct json_field *fields, size_t count, void *record)
{
    for (size_t i = 0; i < count; i++) {
        void *at = member(record, &fields[i]);
        if (fields[i].kind == JSON_TEXT) {
            free(*(char **)at);
            *(char **)at = NULL;
        } else if (fields[i].kind == JSON_TEXTS) {
            string_list_free(*(char ***)at);
            *(char ***)at = NULL;
        }
    }
}

void json_copy_fields(const struct json_field *fields, size_t count, const void *record, void *copy)
{
    for (size_t i = 0; i < count; i++) {
        const void *from = const_member(record, &fields[i]);
        void *to = member(copy, &fields[i]);
        switch (fields[i].kind) {
        case JSON_TEXT: {
            const char *text = *(char *const *)from;
            *(char **)to = xstrdup(text == NULL ? "" : text);
            break;
        }
        case JSON_TEXTS: *(char ***)to = string_list_copy(*(char **const *)from); break;
        case JSON_REAL: *(double *)to = *(const double *)from; break;
        case JSON_WHOLE: *(int64_t *)to = *(const int64_t *)from; break;
        case JSON_INDEX: *(size_t *)to = *(const size_t *)from; break;
        case JSON_FLAG: *(bool *)to = *(const bool *)from; break;
        }
    }
}

int json_read_list(const struct json_doc *doc, const cJSON *object, const char *key, size_t size,
                   json_read_fn *read_one, void *list, size_t *list_count, struct error *err)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, key), *item;
    if (array == NULL)
        return json_error(doc, object, err, "\"%s\" is missing", key);
    if (!cJSON_IsArray(array))
        return json_error(doc, array, err, "\"%s\" must be a list", key);

    size_t count = (size_t)cJSON_GetArraySize(array);
    char *records = xcalloc(count, size);
    void *start = records;
    memcpy(list, &start, sizeof start); /* `list` is the address of a pointer of any type */
    *list_count = count;
    cJSON_ArrayForEach(item, array)
    {
        if (read_one(doc, item, records, err) != 0)
            return -1;
        records += size;
    }
    return 0;
}
