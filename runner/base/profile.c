#include "profile.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "jsontext.h"
#include "number.h"
#include "profile_fields.h"

/* `record` is the struct that the row's table describes. */
#define AT(type, record, field) ((type *)(void *)((char *)(record) + (field)->offset))
#define CONST_AT(type, record, field) \
    ((type const *)(const void *)((const char *)(record) + (field)->offset))

static size_t *count_at(void *record, const struct profile_field *field)
{
    return (size_t *)(void *)((char *)record + field->count_offset);
}

/* --- messages -------------------------------------------------------------- */

struct reading {
    const struct json_doc *doc;
    const struct profile *profile; /* of whose terms a kind of node has its own */
    struct error *err;
};

/* What people write most often instead. */
static void add_remedy(struct strbuf *out, const struct profile_field *field, const cJSON *item)
{
    bool numeric = field->kind == PROFILE_WHOLE || field->kind == PROFILE_NUMBER;
    double number;
    if (cJSON_IsNull(item))
        strbuf_add(out, "; leave the key out");
    else if (profile_kind_is_list(field->kind) && cJSON_IsString(item))
        strbuf_add(out, "; write it in brackets, [\"…\"]");
    else if (numeric && cJSON_IsString(item) &&
             number_parse(item->valuestring, strlen(item->valuestring), &number))
        strbuf_add(out, "; write it without quotes");
    else if (field->kind == PROFILE_FLAG && cJSON_IsString(item))
        strbuf_add(out, "; write it without quotes");
    else if (profile_kind_is_text(field->kind) && cJSON_IsNumber(item))
        strbuf_add(out, "; put it in quotes");
}

static int refuse_type(const struct reading *r, const struct profile_field *field,
                       const cJSON *item)
{
    struct strbuf found = STRBUF_INIT;
    json_add_found(&found, item);
    add_remedy(&found, field, item);
    json_error(r->doc, item, r->err, "\"%s\" must be %s, got %s", field->key,
               profile_kind_noun(field->kind), found.str);
    strbuf_free(&found);
    return -1;
}

static int check_text(const struct reading *r, const struct profile_field *field,
                      const cJSON *item)
{
    struct strbuf sentence = STRBUF_INIT;
    text_problem *problem = profile_kind_rule(field->kind);
    int rc = 0;
    if (problem != NULL && problem(item->valuestring, &sentence))
        rc = json_error(r->doc, item, r->err, "\"%s\" %s", field->key, sentence.str);
    strbuf_free(&sentence);
    return rc;
}

static int refuse_choice(const struct reading *r, const struct profile_field *field,
                         const cJSON *item)
{
    struct strbuf sentence = STRBUF_INIT;
    size_t count = 0;
    for (; field->choices[count] != NULL; count++)
        strbuf_addf(&sentence, "%s\"%s\"",
                    count == 0                           ? ""
                    : field->choices[count + 1] == NULL ? " or "
                                                         : ", ",
                    field->choices[count]);
    strbuf_add(&sentence, ", got ");
    json_add_found(&sentence, item);
    const char *meant = suggest(item->valuestring, field->choices, count);
    if (meant != NULL)
        strbuf_addf(&sentence, "; did you mean \"%s\"?", meant);
    json_error(r->doc, item, r->err, "\"%s\" must be %s", field->key, sentence.str);
    strbuf_free(&sentence);
    return -1;
}

static int check_range(const struct reading *r, const struct profile_field *field,
                       const cJSON *item, double value)
{
    char least[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE], given[NUMBER_TEXT_SIZE];
    if (value >= field->minimum && value <= field->maximum)
        return 0;
    return json_error(r->doc, item, r->err, "\"%s\" must be from %s to %s%s, got %s", field->key,
                      number_format(least, field->minimum), number_format(most, field->maximum),
                      field->kind == PROFILE_TIME ? " seconds" : "", number_format(given, value));
}

static int refuse_unknown(const struct reading *r, const struct profile_table *table,
                          const cJSON *item)
{
    static const struct profile_table *const others[] = {&profile_table, &profile_cpu_table,
                                                         &profile_source_table};
    const char *keys[64];
    char key[ERROR_NAME_SIZE];
    size_t count = 0;
    error_name(key, item->string, strlen(item->string));
    for (size_t i = 0; i < table->count && count < 64; i++)
        keys[count++] = table->fields[i].key;
    const char *meant = suggest(item->string, keys, count);
    if (meant != NULL)
        return json_error(r->doc, item, r->err, "unknown key \"%s\"; did you mean \"%s\"?", key,
                          meant);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] != table && profile_field_find(others[i], item->string) != NULL)
            return json_error(r->doc, item, r->err, "unknown key \"%s\" of %s; it is one of %s",
                              key, table->owner, others[i]->owner);
    return json_error(r->doc, item, r->err,
                      "unknown key \"%s\"; `scalestudy help cluster` lists all", key);
}

/* --- reading --------------------------------------------------------------- */

static int read_members(const struct reading *r, const struct profile_table *table,
                        const cJSON *object, void *record);

static void set_text(char **text, const char *value)
{
    free(*text);
    *text = xstrdup(value);
}

static int read_text(const struct reading *r, const struct profile_field *field, const cJSON *item,
                     void *record)
{
    if (!cJSON_IsString(item))
        return refuse_type(r, field, item);
    if (check_text(r, field, item) != 0)
        return -1;
    bool found = field->choices == NULL;
    for (size_t i = 0; !found && field->choices[i] != NULL; i++)
        found = strcmp(item->valuestring, field->choices[i]) == 0;
    if (!found)
        return refuse_choice(r, field, item);
    set_text(AT(char *, record, field), item->valuestring);
    return 0;
}

static int read_list(const struct reading *r, const struct profile_field *field, const cJSON *array,
                     void *record)
{
    const cJSON *item;
    size_t count = 0;
    if (!cJSON_IsArray(array))
        return refuse_type(r, field, array);
    cJSON_ArrayForEach(item, array)
    {
        if (!cJSON_IsString(item)) {
            struct strbuf found = STRBUF_INIT;
            json_add_found(&found, item);
            json_error(r->doc, item, r->err, "\"%s\" must hold texts, got %s%s", field->key,
                       found.str, cJSON_IsNumber(item) ? "; put it in quotes" : "");
            strbuf_free(&found);
            return -1;
        }
        if (check_text(r, field, item) != 0)
            return -1;
        count++;
    }
    char **list = xcalloc(count + 1, sizeof *list);
    count = 0;
    cJSON_ArrayForEach(item, array)
    {
        list[count++] = xstrdup(item->valuestring);
    }
    string_list_free(*AT(char **, record, field));
    *AT(char **, record, field) = list;
    return 0;
}

static int read_number(const struct reading *r, const struct profile_field *field,
                       const cJSON *item, void *record)
{
    double value = NAN;
    if (cJSON_IsNumber(item))
        value = item->valuedouble;
    else if (field->kind == PROFILE_TIME && cJSON_IsString(item) &&
             !time_parse(item->valuestring, &value))
        value = NAN;
    if (isnan(value) || (field->kind == PROFILE_WHOLE && value != floor(value)))
        return refuse_type(r, field, item);
    if (check_range(r, field, item, value) != 0)
        return -1;
    if (field->kind == PROFILE_WHOLE)
        *AT(int64_t, record, field) = (int64_t)value;
    else
        *AT(double, record, field) = value;
    return 0;
}

static int read_objects(const struct reading *r, const struct profile_field *field,
                        const cJSON *array, void *record)
{
    const cJSON *item;
    size_t size = field->members->size;
    if (!cJSON_IsArray(array))
        return refuse_type(r, field, array);
    char *list = xcalloc((size_t)cJSON_GetArraySize(array), size);
    memcpy((char *)record + field->offset, &list, sizeof list);
    cJSON_ArrayForEach(item, array)
    {
        char *one = list + size * (*count_at(record, field))++;
        if (field->members == &profile_cpu_table)
            profile_cpu_defaults(r->profile, (struct profile_cpu *)(void *)one);
        if (!cJSON_IsObject(item))
            return json_error(r->doc, item, r->err, "\"%s\" must hold objects, {…}", field->key);
        if (read_members(r, field->members, item, one) != 0)
            return -1;
    }
    return 0;
}

static int read_value(const struct reading *r, const struct profile_field *field, const cJSON *item,
                      void *record)
{
    if (profile_kind_is_text(field->kind))
        return read_text(r, field, item, record);
    if (profile_kind_is_list(field->kind))
        return read_list(r, field, item, record);
    switch (field->kind) {
    case PROFILE_FLAG:
        if (!cJSON_IsBool(item))
            return refuse_type(r, field, item);
        *AT(bool, record, field) = cJSON_IsTrue(item);
        return 0;
    case PROFILE_WHOLE:
    case PROFILE_NUMBER:
    case PROFILE_TIME:
        return read_number(r, field, item, record);
    case PROFILE_OBJECTS:
        return read_objects(r, field, item, record);
    default:
        return 0;
    }
}

/* What a row says of a key that is not given. Inherited ones stay. */
static void set_absent(const struct profile_field *field, void *record)
{
    cJSON *item = field->absent == NULL ? NULL : cJSON_Parse(field->absent);
    if (field->inherited) {
        cJSON_Delete(item);
        return;
    }
    if (profile_kind_is_text(field->kind))
        set_text(AT(char *, record, field), item == NULL ? "" : item->valuestring);
    else if (profile_kind_is_list(field->kind))
        *AT(char **, record, field) = xcalloc(1, sizeof(char *));
    else if (field->kind == PROFILE_FLAG)
        *AT(bool, record, field) = cJSON_IsTrue(item);
    else if (field->kind == PROFILE_WHOLE)
        *AT(int64_t, record, field) = item == NULL ? 0 : (int64_t)item->valuedouble;
    else if (field->kind == PROFILE_NUMBER || field->kind == PROFILE_TIME)
        *AT(double, record, field) = item == NULL ? NAN : item->valuedouble;
    cJSON_Delete(item);
}

static void set_defaults(const struct profile_table *table, void *record)
{
    for (size_t i = 0; i < table->count; i++)
        set_absent(&table->fields[i], record);
}

void profile_defaults(struct profile *profile)
{
    *profile = (struct profile){0};
    set_defaults(&profile_table, profile);
}

static void copy_terms(struct profile_terms *terms, const struct profile_terms *from)
{
    *terms = *from;
    terms->charge_unit = xstrdup(from->charge_unit);
}

void profile_cpu_defaults(const struct profile *profile, struct profile_cpu *cpu)
{
    *cpu = (struct profile_cpu){0};
    set_defaults(&profile_cpu_table, cpu);
    cpu->partition = xstrdup(profile->partition);
    copy_terms(&cpu->terms, &profile->terms);
}

/* Members in the table's order, so that a kind of node finds the profile's
 * terms read. */
static int read_members(const struct reading *r, const struct profile_table *table,
                        const cJSON *object, void *record)
{
    for (const cJSON *item = object->child; item != NULL; item = item->next)
        if (profile_field_find(table, item->string) == NULL)
            return refuse_unknown(r, table, item);
    if (table == &profile_source_table)
        set_defaults(table, record);
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_field *field = &table->fields[i];
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, field->key);
        if (item == NULL && field->required)
            return json_error(r->doc, object, r->err, "%s must have \"%s\"; add \"%s\": %s",
                              table->owner, field->key, field->key, field->example);
        if (item != NULL && read_value(r, field, item, record) != 0)
            return -1;
    }
    return 0;
}

/* --- what does not go together --------------------------------------------- */

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int check_terms(const struct reading *r, const cJSON *object,
                       const struct profile_terms *terms)
{
    const cJSON *granule = member(object, "charge_granule"), *unit = member(object, "charge_unit");
    const cJSON *time = member(object, "default_time");
    bool granular = strcmp(terms->charge_unit, "granule") == 0;
    if (granular && terms->charge_granule == 0)
        return json_error(r->doc, unit != NULL ? unit : object, r->err,
                          "\"charge_unit\" is \"granule\", and \"charge_granule\" does not say how "
                          "many cores that is; add \"charge_granule\": 16 or another");
    if (!granular && granule != NULL)
        return json_error(r->doc, granule, r->err,
                          "\"charge_granule\" is for \"charge_unit\": \"granule\", but that is "
                          "\"%s\"",
                          terms->charge_unit);
    if (terms->default_time > terms->max_time)
        return json_error(r->doc, time != NULL ? time : member(object, "max_time"), r->err,
                          "\"default_time\" is longer than \"max_time\"; one of the two is wrong");
    return 0;
}

static int check_cpu(const struct reading *r, const cJSON *object, struct profile *profile,
                     size_t index)
{
    struct profile_cpu *cpu = &profile->cpus[index];
    for (size_t i = 0; i < index; i++)
        if (strcmp(profile->cpus[i].id, cpu->id) == 0)
            return json_error(r->doc, member(object, "id"), r->err,
                              "there is a kind of node \"%s\" already; give each an id of its own",
                              cpu->id);
    if (profile->partition_forbidden && *cpu->partition != '\0')
        return json_error(r->doc, member(object, "partition"), r->err,
                          "\"partition_forbidden\" is true, so no kind of node may name a "
                          "\"partition\"");
    if (*cpu->gpu_type != '\0' && cpu->gpus == 0)
        return json_error(r->doc, member(object, "gpu_type"), r->err,
                          "\"gpu_type\" needs \"gpus\", how many a node has");
    return check_terms(r, object, &cpu->terms);
}

static int check_profile(const struct reading *r, struct profile *profile)
{
    const cJSON *root = r->doc->root, *cpus = member(root, "cpus"), *item;
    size_t index = 0;
    if (profile->cpu_count == 0)
        return json_error(r->doc, cpus, r->err,
                          "\"cpus\" is empty; a cluster has at least one kind of node");
    if (profile->partition_forbidden && profile->partition_required)
        return json_error(r->doc, member(root, "partition_forbidden"), r->err,
                          "a partition cannot be both required and forbidden; leave one of the two "
                          "out");
    if (profile->partition_forbidden && *profile->partition != '\0')
        return json_error(r->doc, member(root, "partition"), r->err,
                          "\"partition_forbidden\" is true, so there may be no \"partition\"");
    if (check_terms(r, root, &profile->terms) != 0)
        return -1;
    cJSON_ArrayForEach(item, cpus)
    {
        if (check_cpu(r, item, profile, index++) != 0)
            return -1;
    }
    return 0;
}

static int read_profile(const struct json_doc *doc, struct profile *profile, struct error *err)
{
    struct reading r = {.doc = doc, .profile = profile, .err = err};
    if (!cJSON_IsObject(doc->root))
        return json_error(doc, doc->root, err, "a cluster profile is an object, {…}");
    profile_defaults(profile);
    if (read_members(&r, &profile_table, doc->root, profile) != 0)
        return -1;
    if (*profile->title == '\0')
        set_text(&profile->title, profile->name);
    return check_profile(&r, profile);
}

static int finish_reading(struct json_doc *doc, struct profile *profile, struct error *err)
{
    struct profile read = {0};
    int rc = read_profile(doc, &read, err);
    json_free(doc);
    if (rc == 0)
        *profile = read;
    else
        profile_free(&read);
    return rc;
}

int profile_parse(struct profile *profile, const char *path, const char *text, size_t length,
                  struct error *err)
{
    struct json_doc doc = {0};
    if (json_parse(&doc, path, text, length, err) != 0)
        return -1;
    return finish_reading(&doc, profile, err);
}

int profile_load(struct profile *profile, const char *path, struct error *err)
{
    struct json_doc doc = {0};
    if (json_load(&doc, path, PROFILE_MAX_BYTES, err) != 0)
        return -1;
    return finish_reading(&doc, profile, err);
}

static void free_members(const struct profile_table *table, void *record)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_field *field = &table->fields[i];
        if (profile_kind_is_text(field->kind)) {
            free(*AT(char *, record, field));
        } else if (profile_kind_is_list(field->kind)) {
            string_list_free(*AT(char **, record, field));
        } else if (field->kind == PROFILE_OBJECTS) {
            char *list;
            memcpy(&list, (char *)record + field->offset, sizeof list);
            for (size_t k = 0; k < *count_at(record, field); k++)
                free_members(field->members, list + k * field->members->size);
            free(list);
        }
    }
    memset(record, 0, table->size);
}

void profile_free(struct profile *profile)
{
    free_members(&profile_table, profile);
}

/* --- writing --------------------------------------------------------------- */

static bool same_list(char *const *a, char *const *b)
{
    size_t i = 0;
    for (; a[i] != NULL && b[i] != NULL; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return a[i] == NULL && b[i] == NULL;
}

/* Whether a row's member is what it would be if it were not given. */
static bool is_default(const struct profile_field *field, const void *record, const void *defaults)
{
    if (profile_kind_is_text(field->kind))
        return strcmp(*CONST_AT(char *, record, field), *CONST_AT(char *, defaults, field)) == 0;
    if (profile_kind_is_list(field->kind))
        return same_list(*CONST_AT(char **, record, field), *CONST_AT(char **, defaults, field));
    if (field->kind == PROFILE_FLAG)
        return *CONST_AT(bool, record, field) == *CONST_AT(bool, defaults, field);
    if (field->kind == PROFILE_WHOLE)
        return *CONST_AT(int64_t, record, field) == *CONST_AT(int64_t, defaults, field);
    if (field->kind == PROFILE_OBJECTS)
        return *count_at((void *)(uintptr_t)record, field) == 0;
    if (field->kind == PROFILE_IGNORED)
        return true;
    double a = *CONST_AT(double, record, field), b = *CONST_AT(double, defaults, field);
    return (isnan(a) && isnan(b)) || a == b;
}

static void write_time(struct json_writer *w, const char *key, double seconds)
{
    struct strbuf text = STRBUF_INIT;
    if (seconds == floor(seconds)) {
        time_add(&text, seconds);
        json_string(w, key, text.str);
    } else {
        json_number(w, key, seconds);
    }
    strbuf_free(&text);
}

static void write_members(struct json_writer *w, const struct profile_table *table,
                          const void *record, const void *defaults);

static void write_objects(struct json_writer *w, const struct profile_field *field,
                          const struct profile *profile)
{
    const char *list;
    size_t count = *count_at((void *)(uintptr_t)profile, field);
    memcpy(&list, (const char *)profile + field->offset, sizeof list);
    json_begin_array(w, field->key);
    for (size_t i = 0; i < count; i++) {
        struct profile_cpu cpu = {0};
        struct profile_source source = {0};
        void *defaults = &source;
        if (field->members == &profile_cpu_table) {
            profile_cpu_defaults(profile, &cpu);
            defaults = &cpu;
        } else {
            set_defaults(field->members, &source);
        }
        json_begin_object(w, NULL);
        write_members(w, field->members, list + i * field->members->size, defaults);
        json_end_object(w);
        free_members(field->members, defaults);
    }
    json_end_array(w);
}

static void write_list(struct json_writer *w, const char *key, char *const *list)
{
    json_begin_array(w, key);
    for (size_t i = 0; list[i] != NULL; i++)
        json_string(w, NULL, list[i]);
    json_end_array(w);
}

static void write_members(struct json_writer *w, const struct profile_table *table,
                          const void *record, const void *defaults)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_field *field = &table->fields[i];
        if (!field->required && is_default(field, record, defaults))
            continue;
        if (profile_kind_is_text(field->kind))
            json_string(w, field->key, *CONST_AT(char *, record, field));
        else if (profile_kind_is_list(field->kind))
            write_list(w, field->key, *CONST_AT(char **, record, field));
        else if (field->kind == PROFILE_FLAG)
            json_bool(w, field->key, *CONST_AT(bool, record, field));
        else if (field->kind == PROFILE_WHOLE)
            json_int(w, field->key, *CONST_AT(int64_t, record, field));
        else if (field->kind == PROFILE_NUMBER)
            json_number(w, field->key, *CONST_AT(double, record, field));
        else if (field->kind == PROFILE_TIME)
            write_time(w, field->key, *CONST_AT(double, record, field));
        else
            write_objects(w, field, record);
    }
}

void profile_write(const struct profile *profile, struct strbuf *out)
{
    struct json_writer w = {.out = out, .pretty = true, .first = true};
    struct profile defaults;
    profile_defaults(&defaults);
    json_begin_object(&w, NULL);
    write_members(&w, &profile_table, profile, &defaults);
    json_end_object(&w);
    strbuf_add_char(out, '\n');
    profile_free(&defaults);
}

/* --- questions ------------------------------------------------------------- */

const struct profile_cpu *profile_cpu_find(const struct profile *profile, const char *id)
{
    if (id == NULL || *id == '\0')
        return profile->cpus;
    for (size_t i = 0; i < profile->cpu_count; i++)
        if (strcmp(profile->cpus[i].id, id) == 0)
            return &profile->cpus[i];
    return NULL;
}

int64_t profile_cpu_cores(const struct profile_cpu *cpu)
{
    return cpu->sockets * cpu->cores_per_socket;
}

int64_t profile_charge_granule(const struct profile_cpu *cpu)
{
    if (cpu->terms.exclusive || strcmp(cpu->terms.charge_unit, "node") == 0)
        return profile_cpu_cores(cpu);
    return strcmp(cpu->terms.charge_unit, "granule") == 0 ? cpu->terms.charge_granule : 1;
}

bool profile_has_ended(const struct profile *profile, const char *today)
{
    return *profile->ends != '\0' && strncmp(profile->ends, today, strlen(profile->ends)) <= 0;
}

/* POSIX takes the leftmost and then longest match: the whole text where that
 * matches at all. */
bool profile_pattern_matches(const char *pattern, const char *text)
{
    regex_t compiled;
    regmatch_t match;
    if (regcomp(&compiled, pattern, REG_EXTENDED) != 0)
        return false;
    bool whole = regexec(&compiled, text, 1, &match, 0) == 0 && match.rm_so == 0 &&
                 (size_t)match.rm_eo == strlen(text);
    regfree(&compiled);
    return whole;
}
