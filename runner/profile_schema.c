#include "profile_schema.h"

#include <string.h>

#include "number.h"
#include "profile_fields.h"
#include "schema_parts.h"
#include "study_fields.h"
#include "wrapped.h"

/* --- in words -------------------------------------------------------------- */

static void add_type(struct strbuf *out, const struct profile_field *field)
{
    char least[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE];
    if (field->choices != NULL)
        study_add_choices(out, field->choices);
    else
        strbuf_add(out, profile_kind_noun(field->kind));
    if (field->minimum < field->maximum)
        strbuf_addf(out, ", from %s to %s%s", number_format(least, field->minimum),
                    number_format(most, field->maximum),
                    field->kind == PROFILE_TIME ? " seconds" : "");
}

static void describe_table(struct strbuf *out, const struct profile_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_field *field = &table->fields[i];
        struct strbuf line = STRBUF_INIT;
        strbuf_addf(&line, "%s: ", field->key);
        add_type(&line, field);
        if (field->required)
            strbuf_add(&line, "; required");
        else
            strbuf_addf(&line, "; default: %s",
                        field->absent != NULL ? field->absent : field->otherwise);
        text_add_wrapped(out, line.str, 2, 2);
        text_add_wrapped(out, field->help, 6, 0);
        strbuf_free(&line);
    }
}

void profile_help(struct strbuf *out)
{
    text_add_wrapped(out,
                     "A cluster profile is one JSON object, whose keys may come in any order. "
                     "`scalestudy clusters --json NAME` prints one to begin with, `scalestudy "
                     "probe` one for the cluster that it is run on.",
                     0, 0);
    strbuf_add(out, "\nKeys:\n");
    describe_table(out, &profile_table);
    strbuf_add(out, "\nKeys of an object in \"cpus\":\n");
    describe_table(out, &profile_cpu_table);
    strbuf_add(out, "\nKeys of an object in \"sources\":\n");
    describe_table(out, &profile_source_table);
}

/* --- JSON Schema ----------------------------------------------------------- */

static const char text_pattern[] = "^[^\\u0000-\\u001F\\u007F]*$";
static const char option_pattern[] = "^--[^\\u0000-\\u001F\\u007F]+$";
static const char shebang_pattern[] = "^#!/[^\\u0000-\\u001F\\u007F]+$";
static const char date_pattern[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
static const char month_pattern[] = "^[0-9]{4}(-[0-9]{2}){0,2}$";

static void write_limits(struct json_writer *w, const struct profile_field *field)
{
    if (field->minimum >= field->maximum)
        return;
    json_number(w, "minimum", field->minimum);
    json_number(w, "maximum", field->maximum);
}

static void write_number(struct json_writer *w, const struct profile_field *field, const char *type)
{
    json_string(w, "type", type);
    write_limits(w, field);
}

static void write_regex(struct json_writer *w)
{
    json_string(w, "type", "string");
    json_int(w, "minLength", 1);
    json_int(w, "maxLength", LONGEST_PATTERN);
}

static void write_text(struct json_writer *w, const char *pattern)
{
    json_string(w, "type", "string");
    json_string(w, "pattern", pattern);
}

static void write_time(struct json_writer *w, const struct profile_field *field)
{
    json_begin_array(w, "anyOf");
    json_begin_object(w, NULL);
    write_number(w, field, "number");
    json_end_object(w);
    schema_pattern(w, NULL, schema_time_pattern);
    json_end_array(w);
}

static void write_members(struct json_writer *w, const struct profile_table *table);

static void write_objects(struct json_writer *w, const struct profile_field *field)
{
    json_string(w, "type", "array");
    if (field->required)
        json_int(w, "minItems", 1);
    json_begin_object(w, "items");
    write_members(w, field->members);
    json_end_object(w);
}

static void write_kind(struct json_writer *w, const struct profile_field *field)
{
    switch (field->kind) {
    case PROFILE_TEXT: write_text(w, text_pattern); break;
    case PROFILE_NAME: write_text(w, schema_name_pattern); break;
    case PROFILE_WORD: write_text(w, schema_word_pattern); break;
    case PROFILE_PATTERN: write_regex(w); break;
    case PROFILE_CHOICE: schema_choices(w, field->choices); break;
    case PROFILE_DATE: write_text(w, date_pattern); break;
    case PROFILE_MONTH: write_text(w, month_pattern); break;
    case PROFILE_SHEBANG: write_text(w, shebang_pattern); break;
    case PROFILE_PATTERNS:
        json_string(w, "type", "array");
        json_begin_object(w, "items");
        write_regex(w);
        json_end_object(w);
        break;
    case PROFILE_LINES: schema_texts(w, schema_line_pattern, 0); break;
    case PROFILE_WORDS: schema_texts(w, schema_word_pattern, 0); break;
    case PROFILE_OPTIONS: schema_texts(w, option_pattern, 0); break;
    case PROFILE_FLAG: json_string(w, "type", "boolean"); break;
    case PROFILE_WHOLE: write_number(w, field, "integer"); break;
    case PROFILE_NUMBER: write_number(w, field, "number"); break;
    case PROFILE_TIME: write_time(w, field); break;
    case PROFILE_OBJECTS: write_objects(w, field); break;
    case PROFILE_IGNORED:
    case PROFILE_KINDS: break;
    }
}

static void write_members(struct json_writer *w, const struct profile_table *table)
{
    json_string(w, "type", "object");
    json_begin_object(w, "properties");
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_field *field = &table->fields[i];
        json_begin_object(w, field->key);
        json_string(w, "description", field->help);
        write_kind(w, field);
        if (field->absent != NULL)
            schema_default(w, field->absent);
        json_end_object(w);
    }
    json_end_object(w);
    json_begin_array(w, "required");
    for (size_t i = 0; i < table->count; i++)
        if (table->fields[i].required)
            json_string(w, NULL, table->fields[i].key);
    json_end_array(w);
    json_bool(w, "additionalProperties", false);
}

void profile_schema(struct strbuf *out)
{
    struct json_writer w = {.out = out, .pretty = true};
    json_begin_object(&w, NULL);
    json_string(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_string(&w, "title", "A cluster profile of scalestudy");
    write_members(&w, &profile_table);
    json_end_object(&w);
    strbuf_add_char(out, '\n');
}
