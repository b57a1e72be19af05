/*
 * The table of fields for readers of other kinds: people (`scalestudy help
 * study`) and editors (JSON Schema, draft 2020-12).
 */
#include <stdio.h>
#include <string.h>

#include "schema_parts.h"
#include "study.h"
#include "study_fields.h"
#include "study_text.h"
#include "wrapped.h"

/* --- in words -------------------------------------------------------------- */

static void add_type(struct strbuf *out, const struct study_field *field)
{
    struct strbuf range = STRBUF_INIT;
    study_add_range(&range, field);
    if (field->choices != NULL)
        study_add_choices(out, field->choices);
    else
        strbuf_add(out, study_kind_noun(field->kind));
    if (range.len > 0)
        strbuf_addf(out, ", %s", range.str);
    strbuf_free(&range);
}

static void describe_table(struct strbuf *out, const struct study_table *table, const char *prefix);

static void describe_field(struct strbuf *out, const struct study_field *field, const char *prefix)
{
    struct strbuf line = STRBUF_INIT;
    strbuf_addf(&line, "%s%s: ", prefix, field->key);
    add_type(&line, field);
    strbuf_add(&line, "; ");
    if (field->required)
        strbuf_add(&line, "required");
    else
        strbuf_addf(&line, "default: %s", field->absent != NULL ? field->absent : field->otherwise);
    text_add_wrapped(out, line.str, 2, 2);
    text_add_wrapped(out, field->help, 6, 0);
    if (field->kind == STUDY_OBJECT || field->kind == STUDY_EXPECT) {
        strbuf_clear(&line);
        strbuf_addf(&line, "%s%s.", prefix, field->key);
        describe_table(out, field->members, line.str);
    }
    strbuf_free(&line);
}

static void describe_table(struct strbuf *out, const struct study_table *table, const char *prefix)
{
    for (size_t i = 0; i < table->count; i++)
        describe_field(out, &table->fields[i], prefix);
}

void study_describe(struct strbuf *out)
{
    text_add_wrapped(out,
                "A study is one JSON object. Its keys may come in any order; a name has letters, "
                "digits and . _ + - (at most 64, a letter or a digit first); times are seconds, or "
                "\"MM:SS\", \"H:MM:SS\", \"D-H\", \"D-H:MM\" or \"D-H:MM:SS\".",
                0, 0);
    strbuf_add(out, "\nKeys:\n");
    describe_table(out, &study_table, "");
    strbuf_add(out, "\nKeys of an object in \"backends\":\n");
    describe_table(out, &study_backend_table, "");
    strbuf_add(out, "\nKeys of an object in \"kernel\":\n");
    describe_table(out, &study_kernel_table, "");
    strbuf_add(out, "\nKeys of an object in \"clusters\":\n");
    describe_table(out, &study_cluster_table, "");
}

/* --- JSON Schema ----------------------------------------------------------- */

/* ECMA regular expressions that say what study_text.c does. */
#define NUMBER_PATTERN "[1-9][0-9]{0,4}"
static const char option_pattern[] = "^-[^\\u0000-\\u0008\\u000A-\\u001F\\u007F]+$";
static const char variable_pattern[] = "^(?!SCALESTUDY_)[A-Za-z_][A-Za-z0-9_]*$";
static const char kernel_option_pattern[] = "^[a-z][a-z0-9-]*$";
static const char request_pattern[] = "^\\+[0-9]{1,9}$";
static const char scale_pattern[] =
    "^(1_core|1_node|" NUMBER_PATTERN "_(cores|nodes|" NUMBER_PATTERN "_node))$";

static void write_limits(struct json_writer *w, const struct study_field *field)
{
    if (field->minimum >= field->maximum)
        return;
    if (field->minimum > -1e299)
        json_number(w, field->open & OPEN_MINIMUM ? "exclusiveMinimum" : "minimum", field->minimum);
    if (field->maximum < 1e299)
        json_number(w, field->open & OPEN_MAXIMUM ? "exclusiveMaximum" : "maximum", field->maximum);
}

static void write_constant(struct json_writer *w, const char *value)
{
    json_begin_object(w, NULL);
    json_string(w, "const", value);
    json_end_object(w);
}

static void write_reference(struct json_writer *w, const char *key, const char *target)
{
    json_begin_object(w, key);
    json_string(w, "$ref", target);
    json_end_object(w);
}

static void write_members(struct json_writer *w, const struct study_table *table);

/* A list of one kind of thing, not empty and none twice. */
static void begin_list(struct json_writer *w, const char *key)
{
    schema_begin_type(w, key, "array");
    json_int(w, "minItems", 1);
    json_bool(w, "uniqueItems", true);
}

static void write_cores(struct json_writer *w)
{
    json_begin_array(w, "anyOf");
    write_constant(w, "auto");
    write_reference(w, NULL, "#/$defs/core_count");
    begin_list(w, NULL);
    write_reference(w, "items", "#/$defs/core_count");
    json_end_object(w);
    json_end_array(w);
}

static void write_size(struct json_writer *w, const char *key, const struct study_field *field)
{
    schema_begin_type(w, key, "integer");
    write_limits(w, field);
    json_end_object(w);
}

static void write_sizes(struct json_writer *w, const struct study_field *field)
{
    json_begin_array(w, "anyOf");
    write_constant(w, "auto");
    write_size(w, NULL, field);
    begin_list(w, NULL);
    write_size(w, "items", field);
    json_end_object(w);
    json_end_array(w);
}

static void write_request(struct json_writer *w, const struct study_field *field)
{
    json_begin_array(w, "anyOf");
    write_size(w, NULL, field);
    schema_pattern(w, NULL, request_pattern);
    json_end_array(w);
}

static void write_backends(struct json_writer *w)
{
    json_begin_array(w, "anyOf");
    write_constant(w, "auto");
    write_constant(w, "all");
    begin_list(w, NULL);
    json_begin_object(w, "items");
    json_begin_array(w, "anyOf");
    write_reference(w, NULL, "#/$defs/name");
    write_reference(w, NULL, "#/$defs/backend");
    json_end_array(w);
    json_end_object(w);
    json_end_object(w);
    json_end_array(w);
}

/* Names, or an object of what each has of its own; `alone`: one name needs no array. */
static void write_names_or_objects(struct json_writer *w, const char *members, bool alone)
{
    json_begin_array(w, "anyOf");
    if (alone)
        write_reference(w, NULL, "#/$defs/name");
    begin_list(w, NULL);
    write_reference(w, "items", "#/$defs/name");
    json_end_object(w);
    schema_begin_type(w, NULL, "object");
    json_int(w, "minProperties", 1);
    write_reference(w, "propertyNames", "#/$defs/name");
    write_reference(w, "additionalProperties", members);
    json_end_object(w);
    json_end_array(w);
}

/* An object of values of one type under names of one form. */
static void write_named(struct json_writer *w, const char *pattern, const char *type)
{
    json_string(w, "type", "object");
    json_begin_object(w, "propertyNames");
    json_string(w, "pattern", pattern);
    json_end_object(w);
    schema_begin_type(w, "additionalProperties", type);
    json_end_object(w);
}

static void write_kind(struct json_writer *w, const struct study_field *field)
{
    switch (field->kind) {
    case STUDY_TEXT:
        json_string(w, "type", "string");
        break;
    case STUDY_NAME:
        json_string(w, "$ref", "#/$defs/name");
        break;
    case STUDY_WORD:
        json_string(w, "type", "string");
        json_string(w, "pattern", schema_word_pattern);
        break;
    case STUDY_PATH:
    case STUDY_PATTERN:
        json_string(w, "type", "string");
        json_int(w, "minLength", 1);
        if (field->kind == STUDY_PATTERN)
            json_int(w, "maxLength", LONGEST_PATTERN);
        break;
    case STUDY_CHOICE:
    case STUDY_RULE:
        schema_choices(w, field->choices);
        break;
    case STUDY_SWITCH:
        json_string(w, "type", "boolean");
        break;
    case STUDY_WHOLE:
    case STUDY_NUMBER:
        json_string(w, "type", field->kind == STUDY_WHOLE ? "integer" : "number");
        write_limits(w, field);
        break;
    case STUDY_TIME:
        json_begin_array(w, "anyOf");
        schema_begin_type(w, NULL, "number");
        write_limits(w, field);
        json_end_object(w);
        schema_pattern(w, NULL, schema_time_pattern);
        json_end_array(w);
        break;
    case STUDY_COMMAND:
        schema_texts(w, NULL, 1);
        break;
    case STUDY_LINES:
        schema_texts(w, schema_line_pattern, 0);
        break;
    case STUDY_WORDS:
        schema_texts(w, schema_word_pattern, 0);
        break;
    case STUDY_OPTIONS:
        schema_texts(w, option_pattern, 0);
        break;
    case STUDY_VARIABLES:
        write_named(w, variable_pattern, "string");
        break;
    case STUDY_KERNELS:
        write_names_or_objects(w, "#/$defs/kernel", true);
        break;
    case STUDY_KERNEL_OPTIONS:
        write_named(w, kernel_option_pattern, "number");
        break;
    case STUDY_OBJECT:
    case STUDY_EXPECT:
        write_members(w, field->members);
        break;
    case STUDY_CORES:
        write_cores(w);
        break;
    case STUDY_SIZES:
        write_sizes(w, field);
        break;
    case STUDY_REQUEST:
        write_request(w, field);
        break;
    case STUDY_BACKENDS:
        write_backends(w);
        break;
    case STUDY_CLUSTERS:
        write_names_or_objects(w, "#/$defs/cluster", false);
        break;
    case STUDY_IGNORED:
    case STUDY_KINDS:
        break;
    }
}

static void write_members(struct json_writer *w, const struct study_table *table)
{
    size_t required = 0;
    json_string(w, "type", "object");
    json_begin_object(w, "properties");
    for (size_t i = 0; i < table->count; i++) {
        const struct study_field *field = &table->fields[i];
        json_begin_object(w, field->key);
        json_string(w, "description", field->help);
        write_kind(w, field);
        if (field->absent != NULL)
            schema_default(w, field->absent);
        json_end_object(w);
        required += field->required;
    }
    json_end_object(w);
    if (required > 0) {
        json_begin_array(w, "required");
        for (size_t i = 0; i < table->count; i++)
            if (table->fields[i].required)
                json_string(w, NULL, table->fields[i].key);
        json_end_array(w);
    }
    json_bool(w, "additionalProperties", false);
}

static void write_definitions(struct json_writer *w)
{
    json_begin_object(w, "$defs");
    schema_pattern(w, "name", schema_name_pattern);
    json_begin_object(w, "core_count");
    json_begin_array(w, "anyOf");
    schema_begin_type(w, NULL, "integer");
    json_int(w, "minimum", 1);
    json_int(w, "maximum", STUDY_MAX_CORES);
    json_end_object(w);
    schema_pattern(w, NULL, scale_pattern);
    json_end_array(w);
    json_end_object(w);
    json_begin_object(w, "backend");
    write_members(w, &study_backend_table);
    json_end_object(w);
    json_begin_object(w, "kernel");
    write_members(w, &study_kernel_table);
    json_end_object(w);
    json_begin_object(w, "cluster");
    write_members(w, &study_cluster_table);
    json_end_object(w);
    json_end_object(w);
}

void study_schema(struct strbuf *out)
{
    struct json_writer w = {.out = out, .pretty = true};
    json_begin_object(&w, NULL);
    json_string(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_string(&w, "title", "A study of scalestudy");
    write_members(&w, &study_table);
    write_definitions(&w);
    json_end_object(&w);
    strbuf_add_char(out, '\n');
}
