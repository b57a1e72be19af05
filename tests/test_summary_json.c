#include "jsontext.h"
#include "rows_fixture.h"
#include "summary_json.h"

static struct json_doc written(struct rows *rows, const struct plan *plan)
{
    struct strbuf out = STRBUF_INIT;
    struct json_doc doc;
    struct error err = ERROR_INIT;
    assert_int_equal(summary_json_write(rows_analyse(rows, plan), &out), 0);
    if (json_parse(&doc, "summary.json", out.str, out.len, &err) != 0)
        fail_msg("%s", err.text);
    strbuf_free(&out);
    return doc;
}

static const cJSON *member(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL)
        fail_msg("no %s", key);
    return item;
}

static void add_study(struct rows *rows)
{
    static const double one[] = {10.1, 10.2, 10, 10.3, 9.9, 10.15, 10.05, 10.25, 9.95};
    static const double four[] = {3.3, 3.1, 3.2, 3.15, 3.25, 3.05, 3.35, 1.0 / 3, 3.22};
    rows_add_point(rows, "openmp", 1, one, 9);
    rows_add_point(rows, "openmp", 4, four, 9);
    rows_add_calm(rows, "openmp", 8, 3.6, 2);
}

static void numbers_read_back_as_the_same_double(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    struct json_doc doc = written(rows, NULL);
    const cJSON *series = cJSON_GetArrayItem(member(doc.root, "series"), 0);
    const cJSON *point = cJSON_GetArrayItem(member(series, "points"), 1);
    const struct point_summary *p = rows_point(rows, "openmp", 4);
    assert_close(member(point, "min_seconds")->valuedouble, 1.0 / 3, 0);
    assert_close(member(point, "speedup")->valuedouble, p->speedup, 0);
    const cJSON *ci = member(point, "speedup_ci95");
    assert_int_equal(cJSON_GetArraySize(ci), 2);
    assert_close(cJSON_GetArrayItem(ci, 0)->valuedouble, p->speedup_ci.low, 0);
    assert_close(cJSON_GetArrayItem(ci, 1)->valuedouble, p->speedup_ci.high, 0);
    json_free(&doc);
}

static void what_does_not_exist_is_null(void **state)
{
    static const char *const absent[] = {"ci95_seconds", "speedup_ci95", "efficiency_ci95",
                                         "ratio_to_fastest_upper95", "peak_memory_bytes", "nodes"};
    struct rows *rows = *state;
    add_study(rows);
    struct json_doc doc = written(rows, NULL);
    const cJSON *series = cJSON_GetArrayItem(member(doc.root, "series"), 0);
    const cJSON *point = cJSON_GetArrayItem(member(series, "points"), 2);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_true(cJSON_IsNull(member(point, absent[i])));
    assert_true(cJSON_IsNull(member(member(series, "models"), "chosen")));
    assert_true(cJSON_IsNull(member(member(series, "optimum"), "range95")));
    assert_int_equal(cJSON_GetArraySize(member(doc.root, "comparisons")), 0);
    json_free(&doc);
}

static void all_names_are_there(void **state)
{
    static const char *const of_point[] = {
        "cores", "nodes", "blocks", "runs", "failed", "median_seconds", "ci95_seconds",
        "min_seconds", "max_seconds", "speedup", "speedup_ci95", "speedup_paired",
        "speedup_paired_ci95", "efficiency", "efficiency_ci95", "karp_flatt", "ratio_to_fastest",
        "ratio_to_fastest_upper95", "core_seconds", "charged_core_hours", "cpu_used",
        "peak_memory_bytes", "flagged_runs"};
    static const char *const of_optimum[] = {
        "rule", "tolerance", "recommended", "range95", "shares", "candidates_for_fastest",
        "fastest", "efficient", "knee", "cheapest", "largest_tested_won", "share_of_none",
        "doubling"};
    static const char *const of_answer[] = {"cluster", "backend",       "size",  "cores",
                                            "sentence", "range95",      "shares",
                                            "share_of_none", "backend_share", "doubling"};
    static const char *const of_warning[] = {"code", "series", "cores", "points", "text", "evidence",
                                             "remedy"};
    struct rows *rows = *state;
    add_study(rows);
    struct json_doc doc = written(rows, NULL);
    const cJSON *series = cJSON_GetArrayItem(member(doc.root, "series"), 0);
    const cJSON *warning = cJSON_GetArrayItem(member(doc.root, "warnings"), 0);
    for (size_t i = 0; i < sizeof of_point / sizeof *of_point; i++)
        member(cJSON_GetArrayItem(member(series, "points"), 0), of_point[i]);
    for (size_t i = 0; i < sizeof of_optimum / sizeof *of_optimum; i++)
        member(member(series, "optimum"), of_optimum[i]);
    for (size_t i = 0; i < sizeof of_answer / sizeof *of_answer; i++)
        member(member(doc.root, "answer"), of_answer[i]);
    for (size_t i = 0; i < sizeof of_warning / sizeof *of_warning; i++)
        member(warning, of_warning[i]);
    member(member(series, "base"), "median_seconds");
    assert_true(cJSON_IsNumber(member(member(member(series, "optimum"), "efficient"), "0.5")));
    assert_int_equal(cJSON_GetArraySize(member(doc.root, "answers")), 1);
    json_free(&doc);
}

/* One count: `cores` and `points` say it; several: only `points`. */
static void a_warning_names_its_points_and_its_evidence(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 2, 4.5, 9);
    rows_add_calm(rows, "openmp", 4, 2.2, 9);
    struct json_doc doc = written(rows, NULL);
    const cJSON *warning = cJSON_GetArrayItem(member(doc.root, "warnings"), 0);
    assert_string_equal(member(warning, "code")->valuestring, "superlinear");
    assert_true(cJSON_IsNull(member(warning, "cores")));
    assert_int_equal(cJSON_GetArraySize(member(warning, "points")), 2);
    assert_int_equal(cJSON_GetArrayItem(member(warning, "points"), 1)->valueint, 4);
    assert_string_equal(member(warning, "evidence")->valuestring,
                        "its efficiency reaches 114 % (95 %: 113–114 %)");
    json_free(&doc);
}

static void how_sure_a_count_is_and_what_twice_as_many_bring_are_written(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 4, 3, 9);
    rows_add_calm(rows, "openmp", 8, 2.9, 9);
    struct json_doc doc = written(rows, NULL);
    const cJSON *series = cJSON_GetArrayItem(member(doc.root, "series"), 0);
    const cJSON *places[] = {member(series, "optimum"), member(doc.root, "answer")};
    for (size_t i = 0; i < 2; i++) {
        const cJSON *range = member(places[i], "range95");
        assert_close(cJSON_GetArrayItem(range, 0)->valuedouble, 4, 0);
        assert_close(cJSON_GetArrayItem(range, 1)->valuedouble, 4, 0);
        assert_close(member(member(places[i], "shares"), "4")->valuedouble, 1, 0);
        assert_close(member(places[i], "share_of_none")->valuedouble, 0, 0);
        const cJSON *doubling = member(places[i], "doubling");
        assert_close(member(doubling, "cores")->valuedouble, 8, 0);
        assert_close(member(doubling, "time_ratio")->valuedouble, 2.9 / 3, 1e-12);
        assert_close(member(doubling, "core_hours_ratio")->valuedouble, 5.8 / 3, 1e-12);
        assert_int_equal(cJSON_GetArraySize(member(doubling, "time_ratio_ci95")), 2);
    }
    assert_close(member(places[1], "backend_share")->valuedouble, 1, 0);
    json_free(&doc);
}

static void the_same_rows_give_the_same_bytes_and_hostile_names_stay_text(void **state)
{
    struct rows *rows = *state;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    add_study(rows);
    rows_add_calm(rows, "\"}<script>\n\x01", 2, 5, 3);
    summary_json_write(rows_analyse(rows, NULL), &first);
    summary_json_write(rows_analyse(rows, NULL), &second);
    assert_string_equal(first.str, second.str);
    assert_int_equal(first.str[first.len - 1], '\n');
    strbuf_free(&first);
    strbuf_free(&second);
    struct json_doc doc = written(rows, NULL);
    json_free(&doc);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(numbers_read_back_as_the_same_double),
        TEST(what_does_not_exist_is_null),
        TEST(all_names_are_there),
        TEST(a_warning_names_its_points_and_its_evidence),
        TEST(how_sure_a_count_is_and_what_twice_as_many_bring_are_written),
        TEST(the_same_rows_give_the_same_bytes_and_hostile_names_stay_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
