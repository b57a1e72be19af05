/*
 * Studies that were not written in good faith, or were damaged on the way: no
 * crash, no leak, no long wait.
 */
#include "study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "strbuf.h"

static const char full[] =
    "{\"$schema\": \"x\", \"name\": \"a\", \"title\": \"\xc3\xa5 \\u00e5\\n\", \"kernel\": "
    "\"triad\",\n"
    " \"backends\": [\"openmp\", {\"name\": \"x\", \"command\": [\"p\", \"{cores}\", \"{size}\"],\n"
    "  \"parallel\": \"hybrid\", \"threads_per_rank\": 2, \"seconds\": \"t: ([0-9.]+){1,2}\",\n"
    "  \"value\": \"v[[:alpha:]]*\", \"expect\": {\"value\": 1e-3, \"tolerance\": 0.5},\n"
    "  \"setup\": [\"ml x\"], \"modules\": [\"a/1\"], \"environment\": {\"A\": \"1\"},\n"
    "  \"cores\": [\"1_4_node\", 2], \"workdir\": \"w\"}],\n"
    " \"cores\": [1, 2, \"1_node\", \"2_nodes\"], \"size\": [10, 20], \"scaling\": \"weak\",\n"
    " \"work\": \"size^2\", \"precision\": 0.02, \"max_blocks\": 12, \"budget_core_hours\": 5,\n"
    " \"timing\": \"kernel\", \"timeout\": \"1-2:30\", \"request_cores\": \"+1\", \"layout\": "
    "\"array\",\n"
    " \"clusters\": {\"pelle\": {\"account\": \"x\", \"time_limit\": 60, \"exclusive\": true,\n"
    "  \"extra_sbatch\": [\"--mail-type=END\"]}}, \"optimum\": {\"rule\": \"knee\", \"deadline\": "
    "9}}";

/* From exactly as many bytes as there are, so that a sanitizer sees one read
 * too many. */
static int parse_bytes(const char *bytes, size_t length, struct error *err)
{
    struct study study = {0};
    char *copy = malloc(length == 0 ? 1 : length);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    int rc = study_parse(&study, "t.json", copy, length, NULL, 0, err);
    free(copy);
    if (rc == 0)
        study_free(&study);
    return rc;
}

static void a_study_cut_off_anywhere_is_refused(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    if (parse_bytes(full, strlen(full), &err) != 0)
        fail_msg("%s", err.text);
    for (size_t length = 0; length < strlen(full); length++)
        assert_int_equal(parse_bytes(full, length, &err), -1);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes; any will do */
    return *seed >> 8;
}

static void damaged_bytes_never_end_the_program(void **state)
{
    enum { ROUNDS = 5000 };
    char damaged[sizeof full];
    uint32_t seed = 1;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct error err = ERROR_INIT;
        memcpy(damaged, full, sizeof full);
        for (uint32_t flips = 1 + next_random(&seed) % 3; flips > 0; flips--) {
            size_t at = next_random(&seed) % (sizeof full - 1);
            damaged[at] = (char)((unsigned char)damaged[at] ^ (1u << next_random(&seed) % 8));
        }
        if (parse_bytes(damaged, sizeof full - 1, &err) != 0)
            assert_memory_equal(err.text, "t.json:", 7);
    }
}

static void damaged_settings_never_end_the_program(void **state)
{
    static const char *const settings[] = {"backends.x.environment.A=1",
                                           "optimum={\"rule\": \"knee\"}",
                                           "cores=[1, \"2_nodes\"]",
                                           "clusters.pelle.account=me",
                                           "timeout=1:30:00",
                                           "backends.x.expect.value=1"};
    uint32_t seed = 7;
    (void)state;
    for (int round = 0; round < 1800; round++) {
        struct error err = ERROR_INIT;
        struct study study = {0};
        char *setting = strdup(settings[round % 6]);
        assert_non_null(setting);
        char *at = setting + next_random(&seed) % strlen(setting);
        *at = (char)((unsigned char)*at ^ (1u << next_random(&seed) % 8));
        if (study_parse(&study, "t.json", full, strlen(full), &setting, 1, &err) != 0)
            assert_memory_equal(err.text, "--set ", 6);
        study_free(&study);
        free(setting);
    }
}

static void a_name_is_never_more_than_a_name(void **state)
{
    static const char *const hostile[] = {"..",
                                          ".",
                                          "/",
                                          "a/../b",
                                          "~",
                                          "-rf",
                                          "$(reboot)",
                                          "`reboot`",
                                          "a;b",
                                          "a|b",
                                          "a&b",
                                          "a>b",
                                          "a*",
                                          "a?",
                                          "<script>",
                                          "a\"b",
                                          "a'b",
                                          "a\\b",
                                          "a b",
                                          "a\nb",
                                          "a\rb",
                                          "a\tb",
                                          "\x1b[31m",
                                          "a\x7f",
                                          "%s%n",
                                          "a#b",
                                          "a=b",
                                          "a:b",
                                          "\xc3\xa5",
                                          "a\xc2\xa0",
                                          "\xe2\x80\xae",
                                          "a\xf0\x9f\x98\x80",
                                          "",
                                          "_a",
                                          ".hidden"};
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        assert_false(study_name_is_valid(hostile[i]));
    assert_true(study_name_is_valid("A"));
    assert_true(study_name_is_valid("9"));
    assert_true(study_name_is_valid("kebnekaise-zen4_v1.2+x"));
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void a_file_that_is_too_long_is_refused_unread(void **state)
{
    char path[] = "/tmp/test_study_XXXXXX", expected[256];
    struct study study = {0};
    struct error err = ERROR_INIT;
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 50 << 20), 0);
    close(fd);
    double begin = seconds_now();
    int rc = study_load(&study, path, NULL, 0, &err);
    double took = seconds_now() - begin;
    unlink(path);
    assert_int_equal(rc, -1);
    snprintf(expected, sizeof expected,
             "%s: the file has 52428800 bytes; a study has at most 1048576 (1 MiB)", path);
    assert_string_equal(err.text, expected);
    assert_true(took < 0.5);
}

static void a_file_that_is_not_there_or_a_folder_is_refused(void **state)
{
    struct study study = {0};
    struct error err = ERROR_INIT;
    (void)state;
    assert_int_equal(study_load(&study, "/nowhere/study.json", NULL, 0, &err), -1);
    assert_non_null(strstr(err.text, "/nowhere/study.json"));
    assert_int_equal(study_load(&study, "/tmp", NULL, 0, &err), -1);
    assert_non_null(strstr(err.text, "/tmp"));
}

static void a_file_of_the_longest_length_is_read(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    strbuf_add(&text, full);
    while (text.len < STUDY_MAX_BYTES)
        strbuf_add_char(&text, '\n');
    assert_int_equal(parse_bytes(text.str, text.len, &err), 0);
    strbuf_add_char(&text, '\n');
    assert_int_equal(parse_bytes(text.str, text.len, &err), -1);
    assert_string_equal(err.text,
                        "t.json: the file has 1048577 bytes; a study has at most 1048576 (1 MiB)");
    strbuf_free(&text);
}

static void long_lists_are_read_or_refused_in_no_time(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    double begin = seconds_now();
    (void)state;
    strbuf_add(&text, "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [");
    for (int i = 0; i < 150; i++) {
        strbuf_addf(&text, "%s{\"name\": \"b%d\", \"cores\": [1", i == 0 ? "" : ",", i);
        for (int cores = 2; cores <= 1000; cores++)
            strbuf_addf(&text, ",%d", cores);
        strbuf_add(&text, "]}");
    }
    strbuf_add(&text, "]}");
    if (parse_bytes(text.str, text.len, &err) != 0)
        fail_msg("%s", err.text);
    strbuf_clear(&text);
    strbuf_add(&text,
               "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": \"auto\", \"cores\": [1");
    for (int cores = 2; cores <= 1001; cores++)
        strbuf_addf(&text, ",%d", cores);
    strbuf_add(&text, "]}");
    assert_int_equal(parse_bytes(text.str, text.len, &err), -1);
    assert_string_equal(err.text, "t.json:1:54: \"cores\" has 1001 entries; it may have 1000");
    strbuf_free(&text);
    assert_true(seconds_now() - begin < 20); /* under a sanitizer or valgrind too */
}

static void a_tower_of_brackets_is_refused(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    strbuf_add(&text, "{\"name\": ");
    for (int i = 0; i < 500000; i++)
        strbuf_add_char(&text, '[');
    assert_int_equal(parse_bytes(text.str, text.len, &err), -1);
    strbuf_free(&text);
}

static void a_place_with_a_long_path_keeps_its_end(void **state)
{
    static const char json[] =
        "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [\"openmp\"]}";
    char path[1500];
    struct study study = {0};
    struct error err = ERROR_INIT;
    (void)state;
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(study_parse(&study, path, json, strlen(json), NULL, 0, &err), 0);
    const char *place = study.backends[0].place.text;
    assert_memory_equal(place, "\xe2\x80\xa6p", 4);
    assert_string_equal(place + strlen(place) - 6, "p:1:47");
    study_free(&study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_cut_off_anywhere_is_refused),
        cmocka_unit_test(damaged_bytes_never_end_the_program),
        cmocka_unit_test(damaged_settings_never_end_the_program),
        cmocka_unit_test(a_name_is_never_more_than_a_name),
        cmocka_unit_test(a_file_that_is_too_long_is_refused_unread),
        cmocka_unit_test(a_file_that_is_not_there_or_a_folder_is_refused),
        cmocka_unit_test(a_file_of_the_longest_length_is_read),
        cmocka_unit_test(long_lists_are_read_or_refused_in_no_time),
        cmocka_unit_test(a_tower_of_brackets_is_refused),
        cmocka_unit_test(a_place_with_a_long_path_keeps_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
