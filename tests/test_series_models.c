#include "series_models.h"

#include "groups.h"
#include "jsontext.h"
#include "model_bands.h"
#include "models.h"
#include "page_report.h"
#include "page_text.h"
#include "rows_fixture.h"
#include "summary_json.h"

static const int64_t cores[] = {1, 2, 4, 8, 12, 16, 24, 32};
enum { COUNTS = sizeof cores / sizeof *cores };

/* Gunther's law with T(1) = 100 s. */
static double usl(double p, double sigma, double kappa)
{
    return 100 / p * (1 + sigma * (p - 1) + kappa * p * (p - 1));
}

static void add_usl(struct rows *rows, double sigma, double kappa)
{
    for (size_t i = 0; i < COUNTS; i++)
        rows_add_calm(rows, "openmp", cores[i], usl((double)cores[i], sigma, kappa), 9);
}

static void a_series_gets_the_model_that_made_it(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, 0.03, 0.002);
    rows_analyse(rows, NULL);
    const struct series *series = rows_series(rows, "openmp");
    assert_non_null(series->models);
    const struct model *model = &series->models->all[series->models->chosen];
    assert_int_equal(model->kind, MODEL_USL);
    assert_true(fabs(model->serial.value - 0.03) < 0.002);
    assert_true(fabs(model->overhead.value - 0.002) < 0.0002);
    assert_true(series->bands->serial.low <= 0.03 && series->bands->serial.high >= 0.03);
    assert_int_equal(series->models->peak, MODELS_PEAK_MEASURED); /* sqrt(0.97 / 0.002) = 22 */
    assert_true(fabs(model->peak.value - 22) < 1);
}

static void serial_and_weak_series_have_none(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "serial", 1, 100, 9);
    for (size_t i = 0; i < COUNTS; i++)
        for (int64_t block = 0; block < 9; block++) {
            struct run run = rows_run("weak", cores[i], block, 10 + (double)i);
            run.scaling = "weak";
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    assert_null(rows_series(rows, "serial")->models);
    assert_null(rows_series(rows, "weak")->models);
}

static const cJSON *models_of(const struct rows *rows, struct json_doc *doc)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    assert_int_equal(summary_json_write(rows->analysis, &text), 0);
    assert_int_equal(json_parse(doc, "summary", text.str, text.len, &err), 0);
    strbuf_free(&text);
    const cJSON *series = cJSON_GetObjectItemCaseSensitive(doc->root, "series");
    return cJSON_GetObjectItemCaseSensitive(series->child, "models");
}

static void the_summary_names_parameters_as_their_models_do(void **state)
{
    struct rows *rows = *state;
    struct json_doc doc;
    add_usl(rows, 0.03, 0.002);
    rows_analyse(rows, NULL);
    const cJSON *models = models_of(rows, &doc);
    const cJSON *usl_model = cJSON_GetObjectItemCaseSensitive(models, "usl");
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(models, "chosen")->valuestring, "usl");
    assert_true(fabs(cJSON_GetObjectItemCaseSensitive(usl_model, "sigma")->valuedouble - 0.03) < 0.002);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(usl_model, "kappa_ci95")), 2);
    assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(usl_model, "peak_cores")));
    /* One that was not chosen claims no peak. */
    const cJSON *other = cJSON_GetObjectItemCaseSensitive(models, "logarithmic");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(other, "peak_cores")));
    json_free(&doc);
}

static void a_refusal_says_why(void **state)
{
    struct rows *rows = *state;
    struct json_doc doc;
    rows_add_calm(rows, "openmp", 1, 100, 9);
    rows_add_calm(rows, "openmp", 2, 51, 9);
    rows_analyse(rows, NULL);
    const cJSON *models = models_of(rows, &doc);
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(models, "chosen")));
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(models, "refusal")->valuestring,
                        "few-points");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(models, "usl")));
    json_free(&doc);
}

/* All that the page says of the models, as plain text. */
static char *page_text(const struct rows *rows)
{
    const struct series *list[] = {rows_series(rows, "openmp")};
    struct group group = {.series = list, .count = 1};
    struct page page = PAGE_INIT;
    page_add_models(&page, &group);
    return page_text_of(&page);
}

static void the_page_tells_the_lowest_time_and_no_more(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, 0.03, 0.002);
    rows_analyse(rows, NULL);
    char *text = page_text(rows);
    assert_non_null(strstr(text, "openmp|USL|0.0"));
    assert_non_null(strstr(text, "openmp: by the model the time is lowest on about 22 cores (95 %: "));
    free(text);
}

static void where_nothing_turns_the_page_says_up_to_where(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, 0.05, 0);
    rows_analyse(rows, NULL);
    char *text = page_text(rows);
    assert_non_null(strstr(text, "openmp|Amdahl|0.05"));
    assert_non_null(strstr(text, "openmp: no count was seen, up to 32, from which on more cores take longer."));
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_series_gets_the_model_that_made_it),
        TEST(serial_and_weak_series_have_none),
        TEST(the_summary_names_parameters_as_their_models_do),
        TEST(a_refusal_says_why),
        TEST(the_page_tells_the_lowest_time_and_no_more),
        TEST(where_nothing_turns_the_page_says_up_to_where),
    };
    return cmocka_run_group_tests_name("series_models", tests, NULL, NULL);
}
