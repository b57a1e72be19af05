/*
 * The JSON Schema and the help text of cluster profiles say what the reader's
 * table says.
 */
#include "profile_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"
#include "jsontext.h"
#include "profile_fields.h"

static const struct profile_table *const tables[] = {&profile_table, &profile_cpu_table,
                                                     &profile_source_table};

static void the_schema_in_the_repository_is_the_one_that_is_generated(void **state)
{
    struct strbuf kept = STRBUF_INIT, made = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    profile_schema(&made);
    assert_int_equal(file_read(TEST_SCHEMA, 1 << 20, &kept, &err), 0);
    if (strcmp(kept.str, made.str) != 0)
        fail_msg("%s differs; write it again: scalestudy help cluster-schema", TEST_SCHEMA);
    strbuf_free(&kept);
    strbuf_free(&made);
}

static void check_table(const cJSON *schema, const struct profile_table *table)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    assert_int_equal(cJSON_GetArraySize(properties), table->count);
    assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(schema, "additionalProperties")));
    for (size_t i = 0; i < table->count; i++) {
        const struct profile_field *field = &table->fields[i];
        const cJSON *property = cJSON_GetObjectItemCaseSensitive(properties, field->key);
        assert_non_null(property);
        assert_string_equal(
            cJSON_GetObjectItemCaseSensitive(property, "description")->valuestring, field->help);
        assert_int_equal(cJSON_HasObjectItem(property, "default"), field->absent != NULL);
        if (field->members != NULL)
            check_table(cJSON_GetObjectItemCaseSensitive(property, "items"), field->members);
    }
}

static void every_row_of_the_table_is_in_the_schema(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct json_doc doc;
    struct error err = ERROR_INIT;
    (void)state;
    profile_schema(&text);
    assert_int_equal(json_parse(&doc, "schema", text.str, text.len, &err), 0);
    check_table(doc.root, &profile_table);
    json_free(&doc);
    strbuf_free(&text);
}

static void the_help_lists_every_key_in_lines_that_fit_a_terminal(void **state)
{
    struct strbuf help = STRBUF_INIT;
    (void)state;
    profile_help(&help);
    for (size_t t = 0; t < 3; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            char *line = text_format("\n  %s: ", tables[t]->fields[i].key);
            if (strstr(help.str, line) == NULL)
                fail_msg("the help has no line%s", line);
            free(line);
        }
    for (const char *line = help.str; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 80);
    strbuf_free(&help);
}

static void the_readme_names_every_key(void **state)
{
    struct strbuf readme = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    assert_int_equal(file_read(TEST_README, 1 << 20, &readme, &err), 0);
    const char *section = strstr(readme.str, "\n## Cluster profiles\n");
    assert_non_null(section);
    for (size_t t = 0; t < 3; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            const char *key = tables[t]->fields[i].key;
            char *code = text_format("`%s`", key), *quoted = text_format("\"%s\"", key);
            if (strstr(section, code) == NULL && strstr(section, quoted) == NULL)
                fail_msg("%s says nothing of %s", TEST_README, code);
            free(code);
            free(quoted);
        }
    strbuf_free(&readme);
}

static void every_row_can_be_told_in_a_message(void **state)
{
    (void)state;
    for (size_t t = 0; t < 3; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct profile_field *field = &tables[t]->fields[i];
            assert_non_null(profile_kind_noun(field->kind));
            assert_true(!field->required || field->example != NULL);
            assert_true(field->required || field->absent != NULL || field->otherwise != NULL);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schema_in_the_repository_is_the_one_that_is_generated),
        cmocka_unit_test(every_row_of_the_table_is_in_the_schema),
        cmocka_unit_test(the_help_lists_every_key_in_lines_that_fit_a_terminal),
        cmocka_unit_test(the_readme_names_every_key),
        cmocka_unit_test(every_row_can_be_told_in_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
