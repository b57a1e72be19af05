#include "study_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "study_text.h"

#define AT(type, object, field) ((type *)(void *)((char *)(object) + (field)->offset))

/* --- messages -------------------------------------------------------------- */

bool study_is_quoted_number(const struct study_node *node)
{
    double number;
    return cJSON_IsString(node->item) &&
           number_parse(node->item->valuestring, strlen(node->item->valuestring), &number);
}

/* "4" is no name, choice or object to these, but a slip. */
static bool wants_numbers(enum study_kind kind)
{
    return kind == STUDY_WHOLE || kind == STUDY_NUMBER || kind == STUDY_CORES ||
           kind == STUDY_SIZES || kind == STUDY_REQUEST;
}

/* Remedies for what people write most often instead. */
static void add_remedy(struct strbuf *out, const struct study_node *node,
                       const struct study_field *field)
{
    const char *text = cJSON_IsString(node->item) ? node->item->valuestring : NULL;
    if (node->input->sources[node->source].problem != NULL)
        strbuf_addf(out, "; it is no JSON: %s", node->input->sources[node->source].problem);
    else if (cJSON_IsNull(node->item))
        strbuf_add(out, "; leave the key out for the default");
    else if (field->kind == STUDY_COMMAND && text != NULL)
        strbuf_add(out, "; write each argument as a text of its own, [\"prog\", \"arg\"], for "
                        "nothing splits it");
    else if ((field->kind == STUDY_BACKENDS || field->kind == STUDY_CLUSTERS) && text != NULL &&
             study_name_is_valid(text))
        strbuf_addf(out, "; write [\"%s\"]", text);
    else if (field->kind == STUDY_CORES && text != NULL && strchr(text, ',') != NULL)
        strbuf_add(out, "; write an array, [1, 2, 4]");
    else if ((field->kind == STUDY_LINES || field->kind == STUDY_WORDS ||
              field->kind == STUDY_OPTIONS) &&
             text != NULL)
        strbuf_add(out, "; write it in brackets: [\"…\"]");
    else if (field->kind == STUDY_VARIABLES)
        strbuf_add(out, "; write {\"NAME\": \"value\"}");
    else if (wants_numbers(field->kind) && study_is_quoted_number(node))
        strbuf_add(out, "; write it without quotes");
    else if (field->kind < STUDY_SWITCH && cJSON_IsNumber(node->item))
        strbuf_add(out, "; put it in quotes");
    else if (field->hint != NULL)
        strbuf_addf(out, "; %s", field->hint);
}

int study_refuse_type(const struct study_node *node, const struct study_field *field)
{
    struct strbuf sentence = STRBUF_INIT;
    strbuf_addf(&sentence, "\"%s\" must be %s, got ", field->key, study_kind_noun(field->kind));
    json_add_found(&sentence, node->item);
    add_remedy(&sentence, node, field);
    study_node_error(node, "%s", sentence.str);
    strbuf_free(&sentence);
    return -1;
}

const char *study_node_text(const struct study_node *node)
{
    if (cJSON_IsString(node->item))
        return node->item->valuestring;
    if (node->source > 0 && node->item == node->input->sources[node->source].doc.root &&
        !cJSON_IsArray(node->item) && !cJSON_IsObject(node->item))
        return node->input->sources[node->source].value;
    return NULL;
}

static int check_text(const struct study_node *node, const char *what, const char *text,
                      text_problem *problem)
{
    struct strbuf sentence = STRBUF_INIT;
    int rc = 0;
    if (problem != NULL && problem(text, &sentence))
        rc = study_node_error(node, "%s %s", what, sentence.str);
    strbuf_free(&sentence);
    return rc;
}

int study_check_name(const struct study_node *node, const char *what, const char *name)
{
    return check_text(node, what, name, name_problem);
}

static int check_quoted(const struct study_node *node, const struct study_field *field,
                        const char *text, text_problem *problem)
{
    char *what = text_format("\"%s\"", field->key);
    int rc = check_text(node, what, text, problem);
    free(what);
    return rc;
}

/* --- texts ----------------------------------------------------------------- */

static bool path_problem(const char *text, struct strbuf *sentence)
{
    if (*text == '\0') {
        strbuf_add(sentence, "must not be empty; leave it out instead");
        return true;
    }
    return line_problem(text, sentence);
}

static int read_text(const struct study_node *node, const struct study_field *field, void *object)
{
    static text_problem *const problems[STUDY_KINDS] = {[STUDY_NAME] = name_problem,
                                                        [STUDY_WORD] = word_problem,
                                                        [STUDY_PATH] = path_problem,
                                                        [STUDY_PATTERN] = pattern_problem};
    const char *text = study_node_text(node);
    if (text == NULL)
        return study_refuse_type(node, field);
    if (check_quoted(node, field, text, problems[field->kind]) != 0)
        return -1;
    *AT(char *, object, field) = xstrdup(text);
    return 0;
}

static int refuse_choice(const struct study_node *node, const struct study_field *field,
                         const char *text)
{
    size_t count = 0;
    struct strbuf sentence = STRBUF_INIT;
    while (field->choices[count] != NULL)
        count++;
    strbuf_addf(&sentence, "\"%s\" must be ", field->key);
    study_add_choices(&sentence, field->choices);
    strbuf_add(&sentence, ", got ");
    json_add_found(&sentence, node->item);
    const char *meant = text == NULL ? NULL : suggest(text, field->choices, count);
    if (meant != NULL)
        strbuf_addf(&sentence, "; did you mean \"%s\"?", meant);
    else
        add_remedy(&sentence, node, field);
    study_node_error(node, "%s", sentence.str);
    strbuf_free(&sentence);
    return -1;
}

static int read_choice(const struct study_node *node, const struct study_field *field, void *object)
{
    const char *text = study_node_text(node);
    for (size_t i = 0; text != NULL && field->choices[i] != NULL; i++) {
        if (strcmp(text, field->choices[i]) != 0)
            continue;
        if (field->kind == STUDY_RULE)
            *AT(enum plan_rule, object, field) = (enum plan_rule)i;
        else
            *AT(char *, object, field) = xstrdup(text);
        return 0;
    }
    return refuse_choice(node, field, text);
}

/* --- numbers --------------------------------------------------------------- */

static int check_range(const struct study_node *node, const struct study_field *field, double value)
{
    bool below = field->open & OPEN_MINIMUM ? value <= field->minimum : value < field->minimum;
    bool above = field->open & OPEN_MAXIMUM ? value >= field->maximum : value > field->maximum;
    char number[NUMBER_TEXT_SIZE];
    struct strbuf range = STRBUF_INIT;
    if (!below && !above)
        return 0;
    study_add_range(&range, field);
    if (range.len == 0)
        strbuf_add(&range, below ? "0 or more" : "smaller");
    study_node_error(node, "\"%s\" must be %s, got %s", field->key, range.str,
                     number_format(number, value));
    strbuf_free(&range);
    return -1;
}

int study_read_whole(const struct study_node *node, const struct study_field *field, int64_t *value)
{
    double number = cJSON_IsNumber(node->item) ? node->item->valuedouble : NAN;
    if (isnan(number) || number != floor(number))
        return study_refuse_type(node, field);
    if (check_range(node, field, number) != 0)
        return -1;
    *value = (int64_t)number;
    return 0;
}

static int read_whole(const struct study_node *node, const struct study_field *field, void *object)
{
    return study_read_whole(node, field, AT(int64_t, object, field));
}

static int read_number(const struct study_node *node, const struct study_field *field, void *object)
{
    if (!cJSON_IsNumber(node->item))
        return study_refuse_type(node, field);
    if (check_range(node, field, node->item->valuedouble) != 0)
        return -1;
    *AT(double, object, field) = node->item->valuedouble;
    return 0;
}

static int read_time(const struct study_node *node, const struct study_field *field, void *object)
{
    double seconds = node->item->valuedouble;
    if (!cJSON_IsNumber(node->item) &&
        !(cJSON_IsString(node->item) && time_parse(node->item->valuestring, &seconds)))
        return study_refuse_type(node, field);
    if (check_range(node, field, seconds) != 0)
        return -1;
    *AT(double, object, field) = seconds;
    return 0;
}

static int read_switch(const struct study_node *node, const struct study_field *field, void *object)
{
    if (!cJSON_IsBool(node->item))
        return study_refuse_type(node, field);
    *AT(int, object, field) = cJSON_IsTrue(node->item);
    return 0;
}

/* --- lists ----------------------------------------------------------------- */

static bool argument_problem(const char *text, struct strbuf *sentence)
{
    return study_argument_problem(text, sentence);
}

static int check_element(const struct study_node *element, const struct study_field *field)
{
    static text_problem *const problems[STUDY_KINDS] = {[STUDY_COMMAND] = argument_problem,
                                                        [STUDY_LINES] = line_problem,
                                                        [STUDY_WORDS] = word_problem,
                                                        [STUDY_OPTIONS] = study_option_problem};
    if (!cJSON_IsString(element->item)) {
        struct strbuf found = STRBUF_INIT;
        json_add_found(&found, element->item);
        study_node_error(element, "\"%s\" must hold texts, got %s%s", field->key, found.str,
                         cJSON_IsNumber(element->item) ? "; put it in quotes" : "");
        strbuf_free(&found);
        return -1;
    }
    return check_quoted(element, field, element->item->valuestring, problems[field->kind]);
}

static int read_list(const struct study_node *node, const struct study_field *field, void *object)
{
    if (!cJSON_IsArray(node->item))
        return study_refuse_type(node, field);
    size_t count = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, node->item)
    {
        struct study_node element = study_node_element(node, item);
        if (check_element(&element, field) != 0)
            return -1;
        count++;
    }
    if (field->kind == STUDY_COMMAND && (count == 0 || *node->item->child->valuestring == '\0'))
        return study_node_error(node, "\"command\" names no program; write [\"prog\", \"arg\"]");
    char **list = xcalloc(count + 1, sizeof *list);
    count = 0;
    cJSON_ArrayForEach(item, node->item)
    {
        list[count++] = xstrdup(item->valuestring);
    }
    *AT(char **, object, field) = list;
    return 0;
}

/* --- objects --------------------------------------------------------------- */

static int add_variable(const struct study_node *node, const char *name, void *context)
{
    struct study_backend *backend = context;
    const char *value = study_node_text(node);
    char shown[ERROR_NAME_SIZE];
    char *what = text_format("the variable \"%s\"", error_name(shown, name, strlen(name)));
    int rc = check_text(node, what, name, study_variable_problem);
    if (rc == 0 && value == NULL) {
        struct strbuf found = STRBUF_INIT;
        json_add_found(&found, node->item);
        rc = study_node_error(node, "%s must be a text, got %s%s", what, found.str,
                              cJSON_IsNumber(node->item) ? "; put it in quotes" : "");
        strbuf_free(&found);
    }
    free(what);
    if (rc != 0)
        return rc;
    size_t i = 0;
    while (i < backend->environment_count && strcmp(backend->environment[i].name, name) != 0)
        i++;
    if (i == backend->environment_count) {
        backend->environment =
            xreallocarray(backend->environment, i + 1, sizeof *backend->environment);
        backend->environment[i] = (struct plan_variable){.name = xstrdup(name)};
        backend->environment_count++;
    }
    free(backend->environment[i].value);
    backend->environment[i].value = xstrdup(value);
    return 0;
}

int study_each_member(const struct study_node *node, const struct study_field *field,
                      study_member_reader *add, void *context)
{
    const cJSON *item = NULL;
    if (node->item != NULL && !cJSON_IsObject(node->item))
        return study_refuse_type(node, field);
    for (item = node->item == NULL ? NULL : node->item->child; item != NULL; item = item->next) {
        struct study_node member = study_node_element(node, item);
        if (add(&member, item->string, context) != 0)
            return -1;
    }
    size_t length = strlen(node->path);
    for (size_t i = node->source + 1; i < node->input->count; i++) {
        struct study_source *source = &node->input->sources[i];
        if (strncmp(source->key, node->path, length) != 0 || source->key[length] != '.')
            continue;
        struct study_node member = {.input = node->input, .item = source->doc.root, .source = i};
        source->used = true;
        if (add(&member, source->key + length + 1, context) != 0)
            return -1;
    }
    return 0;
}

static int read_variables(const struct study_node *node, const struct study_field *field,
                          void *object)
{
    return study_each_member(node, field, add_variable, object);
}

static int read_object(const struct study_node *node, const struct study_field *field, void *object)
{
    if (node->item != NULL && !cJSON_IsObject(node->item))
        return study_refuse_type(node, field);
    return study_read_members(node, field->members, AT(char, object, field));
}

static int read_expect(const struct study_node *node, const struct study_field *field, void *object)
{
    struct study_backend *backend = object;
    if (read_object(node, field, object) != 0)
        return -1;
    backend->has_expect = true;
    return 0;
}

static int read_ignored(const struct study_node *node, const struct study_field *field,
                        void *object)
{
    (void)node, (void)field, (void)object;
    return 0;
}

static study_reader *const readers[STUDY_KINDS] = {
    [STUDY_IGNORED] = read_ignored,
    [STUDY_TEXT] = read_text,
    [STUDY_NAME] = read_text,
    [STUDY_WORD] = read_text,
    [STUDY_PATH] = read_text,
    [STUDY_PATTERN] = read_text,
    [STUDY_CHOICE] = read_choice,
    [STUDY_RULE] = read_choice,
    [STUDY_SWITCH] = read_switch,
    [STUDY_WHOLE] = read_whole,
    [STUDY_NUMBER] = read_number,
    [STUDY_TIME] = read_time,
    [STUDY_COMMAND] = read_list,
    [STUDY_LINES] = read_list,
    [STUDY_WORDS] = read_list,
    [STUDY_OPTIONS] = read_list,
    [STUDY_VARIABLES] = read_variables,
    [STUDY_KERNEL_OPTIONS] = study_read_options,
    [STUDY_OBJECT] = read_object,
    [STUDY_EXPECT] = read_expect,
    [STUDY_CORES] = study_read_cores,
    [STUDY_SIZES] = study_read_sizes,
    [STUDY_REQUEST] = study_read_request,
    [STUDY_KERNELS] = study_read_kernels,
    [STUDY_BACKENDS] = study_read_backends,
    [STUDY_CLUSTERS] = study_read_clusters,
};

/* What stands in the struct where a key is not given and has no default. */
static void set_not_given(const struct study_field *field, void *object)
{
    if (field->kind == STUDY_NUMBER || field->kind == STUDY_TIME)
        *AT(double, object, field) = NAN;
    else if (field->kind == STUDY_SWITCH)
        *AT(int, object, field) = -1;
    else if (field->kind == STUDY_CORES)
        AT(struct study_cores_list, object, field)->automatic = true;
}

/* The default goes through the reader of its row: it cannot be out of range. */
static int read_default(const struct study_node *member, const struct study_field *field,
                        void *object)
{
    struct study_node node = *member;
    cJSON *item = cJSON_Parse(field->absent);
    node.item = item;
    int rc = readers[field->kind](&node, field, object);
    cJSON_Delete(item);
    return rc;
}

static int read_member(const struct study_node *node, const struct study_field *field, void *object)
{
    struct study_node member;
    bool given = study_node_member(node, field->key, &member);
    set_not_given(field, object);
    if (given)
        return readers[field->kind](&member, field, object);
    /* objects that are not there have defaults, or are made by settings */
    bool in_parts = field->kind == STUDY_EXPECT || field->kind == STUDY_VARIABLES ||
                    field->kind == STUDY_KERNEL_OPTIONS;
    if (field->kind == STUDY_OBJECT || (in_parts && study_node_has_settings(&member)))
        return readers[field->kind](&member, field, object);
    return field->absent == NULL ? 0 : read_default(&member, field, object);
}

static int refuse_unknown(const struct study_node *node, const struct study_table *table,
                          const cJSON *item)
{
    static const struct study_table *const others[] = {&study_table, &study_backend_table,
                                                       &study_cluster_table, &study_kernel_table};
    struct study_node member = study_node_element(node, item);
    char key[ERROR_NAME_SIZE];
    error_name(key, item->string, strlen(item->string));
    const char *meant = study_field_suggest(table, item->string);
    if (meant != NULL)
        return study_node_error(&member, "unknown key \"%s\"; did you mean \"%s\"?", key, meant);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] != table && study_field_find(others[i], item->string) != NULL)
            return study_node_error(&member, "unknown key \"%s\" of %s; it is one of %s", key,
                                    table->owner, others[i]->owner);
    return study_node_error(&member, "unknown key \"%s\"; `scalestudy help study` lists all", key);
}

int study_read_members(const struct study_node *node, const struct study_table *table, void *object)
{
    const cJSON *item = cJSON_IsObject(node->item) ? node->item->child : NULL;
    for (; item != NULL; item = item->next)
        if (study_field_find(table, item->string) == NULL)
            return refuse_unknown(node, table, item);
    study_node_offer(node, table);
    for (size_t i = 0; i < table->count; i++)
        if (read_member(node, &table->fields[i], object) != 0)
            return -1;
    for (size_t i = 0; i < table->count; i++) {
        struct study_node member;
        if (table->fields[i].required && !study_node_member(node, table->fields[i].key, &member))
            return study_node_error(node, "%s must have \"%s\"; add \"%s\": %s", table->owner,
                                    table->fields[i].key, table->fields[i].key,
                                    table->fields[i].example);
    }
    return 0;
}
