#include "series_throughput.h"

#include "jsontext.h"
#include "page_report.h"
#include "page_text.h"
#include "rows_fixture.h"
#include "summary_json.h"
#include "throughput_fit.h"

static void add_law(struct rows *rows, const char *backend, double sigma, double kappa,
                    int64_t most)
{
    for (int64_t p = 1; p <= most; p *= 2) {
        double n = (double)p;
        struct run run =
            rows_run(backend, p, 0, 100 / n * (1 + sigma * (n - 1) + kappa * n * (n - 1)));
        rows_add(rows, &run);
    }
}

static void one_run_each_is_enough(void **state)
{
    struct rows *rows = *state;
    rows->asked.fit_throughput = true;
    add_law(rows, "openmp", 0.03, 0.002, 32);
    rows_analyse(rows, NULL);
    const struct series *series = rows_series(rows, "openmp");
    assert_int_equal(series->models->chosen, -1); /* which the models refuse */
    assert_true(series->throughput->converged);
    assert_close(series->throughput->one.value, 0.01, 1e-10);
    assert_close(series->throughput->sigma.value, 0.03, 1e-8);
    assert_close(series->throughput->kappa.value, 0.002, 1e-9);
    assert_close(series->throughput->peak_cores, sqrt(0.97 / 0.002), 1e-5);
}

static void nothing_is_fitted_unasked(void **state)
{
    struct rows *rows = *state;
    add_law(rows, "openmp", 0.03, 0.002, 32);
    rows_analyse(rows, NULL);
    assert_null(rows_series(rows, "openmp")->throughput);
}

static void few_counts_serial_and_weak_series_have_none(void **state)
{
    struct rows *rows = *state;
    rows->asked.fit_throughput = true;
    add_law(rows, "two", 0.03, 0.002, 2);
    add_law(rows, "serial", 0.03, 0.002, 32);
    for (int64_t p = 1; p <= 32; p *= 2) {
        struct run run = rows_run("weak", p, 0, 10);
        run.scaling = "weak";
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_null(rows_series(rows, "two")->throughput);
    assert_null(rows_series(rows, "serial")->throughput);
    assert_null(rows_series(rows, "weak")->throughput);
}

static const cJSON *fit_of(const struct rows *rows, struct json_doc *doc)
{
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;
    assert_int_equal(summary_json_write(rows->analysis, &out), 0);
    assert_int_equal(json_parse(doc, "summary.json", out.str, out.len, &err), 0);
    strbuf_free(&out);
    const cJSON *series = cJSON_GetObjectItemCaseSensitive(doc->root, "series")->child;
    return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(series, "models"),
                                            "throughput");
}

/* All that the page says of it, cells between bars. */
static char *page_text(const struct rows *rows)
{
    const struct series *list[] = {&rows->analysis->series[0]};
    struct group group = {.series = list, .count = 1};
    struct report_content content = {.analysis = rows->analysis, .groups = {&group, 1}};
    struct page page = PAGE_INIT;
    page_add_throughput(&page, &content, &group, 2);
    return page_text_of(&page);
}

/* The raytracer of R's package usl, whose throughput does not fall. */
static void add_raytracer(struct rows *rows)
{
    static const struct {
        int64_t cores;
        double throughput;
    } published[] = {{1, 20},   {4, 78},   {8, 130},  {12, 170}, {16, 190}, {20, 200},
                     {24, 210}, {28, 230}, {32, 260}, {48, 280}, {64, 310}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        struct run run = rows_run("openmp", published[i].cores, 0, 1 / published[i].throughput);
        rows_add(rows, &run);
    }
}

static void a_curve_that_rises_for_ever_has_a_limit_and_no_peak(void **state)
{
    struct rows *rows = *state;
    struct json_doc doc;
    rows->asked.fit_throughput = true;
    add_raytracer(rows);
    rows_analyse(rows, NULL);
    const cJSON *fit = fit_of(rows, &doc);
    assert_close(cJSON_GetObjectItemCaseSensitive(fit, "kappa")->valuedouble, 0, 0);
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(fit, "peak_cores")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(fit, "peak_throughput")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(fit, "kappa_se")));
    assert_close(cJSON_GetObjectItemCaseSensitive(fit, "limit")->valuedouble,
                 cJSON_GetObjectItemCaseSensitive(fit, "gamma")->valuedouble /
                     cJSON_GetObjectItemCaseSensitive(fit, "sigma")->valuedouble,
                 1e-9);
    json_free(&doc);
}

static void the_page_tells_no_peak_of_it(void **state)
{
    struct rows *rows = *state;
    rows->asked.fit_throughput = true;
    add_raytracer(rows);
    rows_analyse(rows, NULL);
    char *text = page_text(rows);
    assert_non_null(strstr(text, "|0 (at its bound)||"));
    assert_non_null(strstr(text, "openmp|none: rises for ever||"));
    free(text);
}

static void unasked_the_summary_says_null(void **state)
{
    struct rows *rows = *state;
    struct json_doc doc;
    add_law(rows, "openmp", 0.05, 0, 32);
    rows_analyse(rows, NULL);
    assert_true(cJSON_IsNull(fit_of(rows, &doc)));
    json_free(&doc);
}

static void the_page_shows_it_and_what_it_is_for(void **state)
{
    struct rows *rows = *state;
    rows->asked.fit_throughput = true;
    add_law(rows, "openmp", 0.03, 0.0005, 32);
    rows_analyse(rows, NULL);
    char *text = page_text(rows);
    assert_non_null(strstr(text, "openmp|0.010000 ± "));
    assert_non_null(strstr(text, "|0.030000 ± "));
    assert_non_null(strstr(text, "|44.045, extrapolated|"));
    assert_non_null(strstr(text, "for comparing with published fits only"));
    free(text);
}

static void the_page_says_why_there_is_none(void **state)
{
    struct rows *rows = *state;
    rows->asked.fit_throughput = true;
    add_law(rows, "two", 0.03, 0.002, 2);
    rows_analyse(rows, NULL);
    char *text = page_text(rows);
    assert_string_equal(text, "two: no fit of throughput: it takes three core counts at least.");
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_run_each_is_enough),
        TEST(nothing_is_fitted_unasked),
        TEST(few_counts_serial_and_weak_series_have_none),
        TEST(a_curve_that_rises_for_ever_has_a_limit_and_no_peak),
        TEST(unasked_the_summary_says_null),
        TEST(the_page_shows_it_and_what_it_is_for),
        TEST(the_page_tells_no_peak_of_it),
        TEST(the_page_says_why_there_is_none),
    };
    return cmocka_run_group_tests_name("series_throughput", tests, NULL, NULL);
}
