/*
 * The JSON Schema and the help text say what the reader's table says.
 */
#include "study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"
#include "study_fields.h"

struct fixture {
    struct strbuf text;
    struct json_doc doc;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    f->text = (struct strbuf)STRBUF_INIT;
    study_schema(&f->text);
    *state = f;
    return json_parse(&f->doc, "schema", f->text.str, f->text.len, &f->err);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    strbuf_free(&f->text);
    json_free(&f->doc);
    free(f);
    return 0;
}

static void the_schema_in_the_repository_is_the_one_that_is_generated(void **state)
{
    struct fixture *f = *state;
    struct strbuf kept = STRBUF_INIT;
    assert_int_equal(file_read(TEST_SCHEMA, 1 << 20, &kept, &f->err), 0);
    if (strcmp(kept.str, f->text.str) != 0)
        fail_msg("%s differs from study_schema(); write it again from there", TEST_SCHEMA);
    strbuf_free(&kept);
}

static const cJSON *member(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL)
        fail_msg("the schema has no \"%s\"", key);
    return item;
}

/* Every row is a property, with its help, its choices and its default. */
static void check_table(const cJSON *schema, const struct study_table *table)
{
    const cJSON *properties = member(schema, "properties");
    assert_int_equal(cJSON_GetArraySize(properties), table->count);
    assert_true(cJSON_IsFalse(member(schema, "additionalProperties")));
    for (size_t i = 0; i < table->count; i++) {
        const struct study_field *field = &table->fields[i];
        const cJSON *property = member(properties, field->key);
        assert_string_equal(member(property, "description")->valuestring, field->help);
        if (field->absent != NULL) {
            char *value = cJSON_PrintUnformatted(member(property, "default"));
            cJSON *expected = cJSON_Parse(field->absent);
            char *wanted = cJSON_PrintUnformatted(expected);
            assert_string_equal(value, wanted);
            cJSON_Delete(expected);
            free(wanted);
            free(value);
        }
        for (size_t c = 0; field->choices != NULL && field->choices[c] != NULL; c++)
            assert_string_equal(cJSON_GetArrayItem(member(property, "enum"), (int)c)->valuestring,
                                field->choices[c]);
        if (field->kind == STUDY_OBJECT || field->kind == STUDY_EXPECT)
            check_table(property, field->members);
    }
}

static void every_row_of_the_table_is_in_the_schema(void **state)
{
    struct fixture *f = *state;
    const cJSON *definitions = member(f->doc.root, "$defs");
    assert_string_equal(member(f->doc.root, "$schema")->valuestring,
                        "https://json-schema.org/draft/2020-12/schema");
    check_table(f->doc.root, &study_table);
    check_table(member(definitions, "backend"), &study_backend_table);
    check_table(member(definitions, "cluster"), &study_cluster_table);
}

static void check_help(const char *help, const struct study_table *table, const char *prefix)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct study_field *field = &table->fields[i];
        char *line = text_format("\n  %s%s: ", prefix, field->key);
        if (strstr(help, line) == NULL)
            fail_msg("the help has no line%s", line);
        free(line);
        if (field->kind == STUDY_OBJECT || field->kind == STUDY_EXPECT) {
            char *below = text_format("%s%s.", prefix, field->key);
            check_help(help, field->members, below);
            free(below);
        }
    }
}

static void the_help_lists_every_key_in_lines_that_fit_a_terminal(void **state)
{
    struct strbuf help = STRBUF_INIT;
    (void)state;
    study_describe(&help);
    check_help(help.str, &study_table, "");
    check_help(help.str, &study_backend_table, "");
    check_help(help.str, &study_cluster_table, "");
    for (const char *line = help.str; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 80);
    strbuf_free(&help);
}

static void every_row_can_be_told_in_a_message(void **state)
{
    static const struct study_table *const tables[] = {&study_table, &study_backend_table,
                                                       &study_cluster_table};
    (void)state;
    for (size_t t = 0; t < 3; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct study_field *field = &tables[t]->fields[i];
            assert_non_null(study_kind_noun(field->kind));
            assert_true(!field->required || field->example != NULL);
            assert_true(field->required || field->absent != NULL || field->otherwise != NULL);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_schema_in_the_repository_is_the_one_that_is_generated),
        TEST(every_row_of_the_table_is_in_the_schema),
        TEST(the_help_lists_every_key_in_lines_that_fit_a_terminal),
        TEST(every_row_can_be_told_in_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
