#include "environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"

static int setup(void **state)
{
    *state = xcalloc(1, sizeof(struct environment));
    return 0;
}

static int teardown(void **state)
{
    environment_free(*state);
    free(*state);
    return 0;
}

static void an_empty_environment_is_an_empty_list(void **state)
{
    struct environment *e = *state;
    environment_from_list(e, NULL);
    assert_null(environment_get(e, "PATH"));
    environment_unset(e, "PATH");
    char **list = environment_take(e);
    assert_non_null(list);
    assert_null(list[0]);
    string_list_free(list);
}

static void a_variable_is_set_once_changed_in_place_and_taken_out(void **state)
{
    struct environment *e = *state;
    char a[] = "A=1", ab[] = "AB=2", empty[] = "EMPTY=";
    char *list[] = {a, ab, empty, NULL};
    environment_from_list(e, list);
    environment_set(e, "A", "one");
    environment_set(e, "NEW", "with = and\nline");
    assert_int_equal(e->count, 4);
    assert_string_equal(e->list[0], "A=one");
    assert_string_equal(environment_get(e, "AB"), "2");
    assert_string_equal(environment_get(e, "EMPTY"), "");
    assert_string_equal(environment_get(e, "NEW"), "with = and\nline");
    assert_null(environment_get(e, "B"));
    environment_unset(e, "A"); /* and not AB */
    assert_null(environment_get(e, "A"));
    assert_string_equal(environment_get(e, "AB"), "2");
    assert_int_equal(e->count, 3);
    assert_null(e->list[3]);
}

static void a_copy_is_its_own(void **state)
{
    struct environment *e = *state, copy;
    environment_set(e, "A", "1");
    environment_copy(&copy, e);
    environment_set(&copy, "A", "2");
    assert_string_equal(environment_get(e, "A"), "1");
    environment_free(&copy);
    environment_free(&copy); /* an empty one is fine */
}

static void the_output_of_env_0_is_read_whole(void **state)
{
    struct environment *e = *state;
    static const char block[] = "A=1\0LINES=a\nb\0BASH_FUNC_f%%=() { true; }\0no equals sign\0EMPTY=";
    environment_from_block(e, block, sizeof block);
    assert_int_equal(e->count, 4);
    assert_string_equal(environment_get(e, "LINES"), "a\nb");
    assert_string_equal(environment_get(e, "BASH_FUNC_f%%"), "() { true; }");
    assert_string_equal(environment_get(e, "EMPTY"), "");
    environment_free(e);
    environment_from_block(e, "", 0);
    assert_int_equal(e->count, 0);
}

static void programs_are_found_by_the_environments_own_path(void **state)
{
    struct environment *e = *state;
    struct error err = ERROR_INIT;
    char folder[] = "/tmp/test_environment.XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *tool = path_join(folder, "sh"), *plain = path_join(folder, "plain");
    assert_int_equal(file_write(tool, "#!/bin/sh\n", 10, &err), 0);
    assert_int_equal(file_write(plain, "text\n", 5, &err), 0);
    assert_int_equal(chmod(tool, 0755), 0);
    assert_int_equal(chmod(plain, 0644), 0);
    char *path = text_format("/nowhere::%s:/usr/bin:/bin", folder);
    environment_set(e, "PATH", path);

    char *found = environment_find_program(e, "sh");
    assert_string_equal(found, tool);
    free(found);
    assert_null(environment_find_program(e, "plain")); /* not executable */
    assert_null(environment_find_program(e, "no-such-program"));
    found = environment_find_program(e, "./some/where");
    assert_string_equal(found, "./some/where");
    free(found);

    unlink(tool);
    unlink(plain);
    rmdir(folder);
    free(tool);
    free(plain);
    free(path);
}

static void shell_words_come_back_as_they_were(void **state)
{
    (void)state;
    static const char *const words[] = {"",       "plain",      "two words", "it's",     "'",
                                        "''\\''", "$(touch X)", "`id`",      "a\nb",     "\"$HOME\"",
                                        "*?[a]",  "\\",         "-n",        "\x1b[31m", "å é"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct strbuf command = STRBUF_INIT;
        char back[64] = "";
        strbuf_add(&command, "printf %s ");
        shell_add_quoted(&command, words[i]);
        FILE *pipe = popen(command.str, "r");
        assert_non_null(pipe);
        back[fread(back, 1, sizeof back - 1, pipe)] = '\0';
        assert_int_equal(pclose(pipe), 0);
        assert_string_equal(back, words[i]);
        strbuf_free(&command);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_empty_environment_is_an_empty_list),
        TEST(a_variable_is_set_once_changed_in_place_and_taken_out),
        TEST(a_copy_is_its_own),
        TEST(the_output_of_env_0_is_read_whole),
        TEST(programs_are_found_by_the_environments_own_path),
        TEST(shell_words_come_back_as_they_were),
    };
    return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
