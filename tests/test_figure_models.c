#include "figure_models.h"

#include "figures.h"
#include "models.h"
#include "rows_fixture.h"

static const int64_t cores[] = {1, 2, 4, 8, 12, 16, 24, 32};
enum { COUNTS = sizeof cores / sizeof *cores, SPEEDUP = 0, EFFICIENCY = 1, TIME = 2,
       OPTIMUM = 3 };

static double usl(double p, double sigma, double kappa)
{
    return 100 / p * (1 + sigma * (p - 1) + kappa * p * (p - 1));
}

static void add_usl(struct rows *rows, const char *backend, double sigma, double kappa,
                    size_t blocks)
{
    for (size_t i = 0; i < COUNTS; i++)
        rows_add_calm(rows, backend, cores[i], usl((double)cores[i], sigma, kappa), blocks);
}

static void add_flat(struct rows *rows, const char *backend)
{
    for (size_t i = 0; i < COUNTS; i++)
        rows_add_calm(rows, backend, cores[i], 120, 9);
}

struct drawn {
    struct figure list[FIGURES_PER_GROUP];
    size_t count;
    struct groups groups;
    struct pool pool;
};

static struct drawn draw(struct rows *rows, const struct plan *plan)
{
    struct drawn d = {.pool = POOL_INIT};
    rows_analyse(rows, plan);
    d.groups = groups_of(&d.pool, rows->analysis);
    d.count = figures_make(d.list, rows->analysis, &d.groups.list[0], 0, 0.7, LAYOUT_WIDE);
    if (d.list[0].whole) { /* of many backends: all of them side by side, without models */
        figure_free(&d.list[0]);
        memmove(d.list, d.list + 1, --d.count * sizeof *d.list);
    }
    assert_int_equal(d.count, OPTIMUM + 1);
    return d;
}

static void drawn_free(struct drawn *d)
{
    for (size_t i = 0; i < d->count; i++)
        figure_free(&d->list[i]);
    pool_free(&d->pool);
}

static size_t marks_of(const struct figure *f, enum figure_role role)
{
    size_t count = 0;
    for (size_t i = 0; i < f->mark_count; i++)
        count += f->marks[i].role == role;
    return count;
}

static const struct figure_mark *mark_of(const struct figure *f, enum figure_role role)
{
    for (size_t i = 0; i < f->mark_count; i++)
        if (f->marks[i].role == role)
            return &f->marks[i];
    fail_msg("no mark of role %d in %s", role, f->name);
    return NULL;
}

static bool has_text(const struct figure *f, const char *text)
{
    for (size_t i = 0; i < f->text_count; i++)
        if (strcmp(f->texts[i].text, text) == 0)
            return true;
    return false;
}

static void the_curve_ends_dashed_at_the_limit_of_its_model(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, "openmp", 0.03, 0.002, 9);
    struct drawn d = draw(rows, NULL);
    for (size_t i = SPEEDUP; i <= TIME; i++) {
        const struct figure_mark *within = mark_of(&d.list[i], ROLE_MODEL);
        const struct figure_mark *beyond = mark_of(&d.list[i], ROLE_MODEL_BEYOND);
        assert_close(within->points[0].x, 1, 0);
        assert_close(within->points[within->count - 1].x, 32, 0);
        assert_close(beyond->points[0].x, 32, 0);
        assert_close(beyond->points[0].y, within->points[within->count - 1].y, 0);
        assert_close(beyond->points[beyond->count - 1].x, 64, 0);
        assert_true(within->count + beyond->count > 40); /* smooth */
        assert_true(has_text(&d.list[i], "extrapolated"));
        assert_non_null(strstr(d.list[i].subtitle, "dashed where not measured"));
        assert_non_null(strstr(d.list[i].description, "where they extrapolate"));
    }
    drawn_free(&d);
}

static void the_curve_is_the_fitted_one_against_the_measured_base(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, "openmp", 0.03, 0.002, 9);
    struct drawn d = draw(rows, NULL);
    const struct series *series = rows_series(rows, "openmp");
    const struct figure_mark *marks[] = {mark_of(&d.list[SPEEDUP], ROLE_MODEL),
                                         mark_of(&d.list[EFFICIENCY], ROLE_MODEL),
                                         mark_of(&d.list[TIME], ROLE_MODEL)};
    for (size_t i = 0; i < marks[TIME]->count; i++) {
        enum models_reach reach;
        double p = marks[TIME]->points[i].x, time = models_time(series->models, p, &reach);
        assert_int_equal(reach, MODELS_WITHIN);
        assert_close(marks[TIME]->points[i].y, time, 1e-12);
        assert_close(marks[SPEEDUP]->points[i].y, series->base_seconds / time, 1e-12);
        assert_close(marks[EFFICIENCY]->points[i].y, series->base_seconds / time / p, 1e-12);
    }
    const struct figure_mark *band = mark_of(&d.list[SPEEDUP], ROLE_MODEL_BAND);
    for (size_t i = 0; i < marks[SPEEDUP]->count; i++)
        assert_true(band->points[i].low <= marks[SPEEDUP]->points[i].y &&
                    marks[SPEEDUP]->points[i].y <= band->points[i].high);
    drawn_free(&d);
}

/* Bands are the models' then, and nothing but them. */
static void what_was_measured_has_bars_beside_a_model(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, "openmp", 0.03, 0.002, 9);
    add_flat(rows, "lazy");
    struct drawn d = draw(rows, NULL);
    for (size_t i = SPEEDUP; i <= TIME; i++) {
        assert_int_equal(marks_of(&d.list[i], ROLE_BAND), 0);
        assert_int_equal(marks_of(&d.list[i], ROLE_MODEL_BAND), 1);
        assert_int_equal(marks_of(&d.list[i], ROLE_LINE), 1); /* the one without a model */
        assert_true(marks_of(&d.list[i], ROLE_WHISKER) >= 14);
        assert_non_null(strstr(d.list[i].subtitle, "bars: 95 %; curves: models with 95 % band"));
        assert_non_null(strstr(d.list[i].subtitle, "straight lines: no model"));
        assert_non_null(strstr(d.list[i].description, "bars their 95 % intervals"));
    }
    drawn_free(&d);
}

static void assert_no_models(const struct drawn *d)
{
    for (size_t i = SPEEDUP; i <= TIME; i++) {
        const struct figure *f = &d->list[i];
        assert_int_equal(marks_of(f, ROLE_MODEL) + marks_of(f, ROLE_MODEL_BEYOND), 0);
        assert_int_equal(marks_of(f, ROLE_MODEL_BAND) + marks_of(f, ROLE_BORDER), 0);
        assert_int_equal(marks_of(f, ROLE_LINE), 1);
        assert_true(f->x.high < 40);
        assert_null(strstr(f->subtitle, "model"));
        assert_false(has_text(f, "extrapolated"));
    }
}

static void refused_models_are_not_drawn(void **state)
{
    struct rows *rows = *state;
    add_flat(rows, "lazy");
    struct drawn d = draw(rows, NULL);
    assert_int_equal(rows_series(rows, "lazy")->models->refusal, MODELS_FLAT);
    assert_no_models(&d);
    assert_int_equal(marks_of(&d.list[TIME], ROLE_BAND), 1);
    drawn_free(&d);
}

/* From 16 cores on everything takes a third longer: no law holds in between. */
static void models_that_miss_a_count_are_not_drawn(void **state)
{
    struct rows *rows = *state;
    for (size_t i = 0; i < COUNTS; i++)
        rows_add_calm(rows, "openmp", cores[i],
                      usl((double)cores[i], 0.02, 0) * (cores[i] >= 12 ? 1.5 : 1), 9);
    struct drawn d = draw(rows, NULL);
    const struct models *models = rows_series(rows, "openmp")->models;
    assert_true(models->chosen >= 0 && !models->all[models->chosen].interpolates);
    assert_no_models(&d);
    drawn_free(&d);
}

/* A thousand times as fast: 3 ms on 32 cores. */
static void models_of_times_too_small_to_judge_are_not_drawn(void **state)
{
    struct rows *rows = *state;
    for (size_t i = 0; i < COUNTS; i++)
        rows_add_calm(rows, "openmp", cores[i], usl((double)cores[i], 0.03, 0) / 1000, 9);
    struct drawn d = draw(rows, NULL);
    assert_true(rows_series(rows, "openmp")->models->chosen >= 0);
    assert_no_models(&d);
    drawn_free(&d);
}

/* 65536 and 131072 stand too near to each other for both. */
static void the_largest_measured_count_is_named_before_the_end(void **state)
{
    static const int64_t wide[] = {1, 7, 49, 343, 2401, 65536};
    struct rows *rows = *state;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        rows_add_calm(rows, "openmp", wide[i], 1e6 / (double)wide[i], 9);
    struct drawn d = draw(rows, NULL);
    assert_int_equal(marks_of(&d.list[TIME], ROLE_MODEL_BEYOND), 1);
    assert_true(has_text(&d.list[TIME], "65536"));
    drawn_free(&d);
}

static void too_few_blocks_leave_the_curve_without_a_band(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, "openmp", 0.03, 0.002, 9);
    rows_add_calm(rows, "openmp", 28, usl(28, 0.03, 0.002), 3);
    struct drawn d = draw(rows, NULL);
    assert_int_equal(marks_of(&d.list[TIME], ROLE_MODEL), 1);
    assert_int_equal(marks_of(&d.list[TIME], ROLE_MODEL_BAND), 0);
    assert_null(strstr(d.list[TIME].subtitle, "models with"));
    drawn_free(&d);
}

static void of_many_bands_only_the_recommended_is_drawn(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct rows *rows = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_usl(rows, names[i], 0.08 - 0.01 * (double)i, 0.002, 9);
    struct drawn d = draw(rows, NULL);
    const struct series *best = group_answer_series(rows->analysis, &d.groups.list[0]);
    for (size_t i = SPEEDUP; i <= TIME; i++) {
        assert_int_equal(marks_of(&d.list[i], ROLE_MODEL), 8);
        assert_int_equal(marks_of(&d.list[i], ROLE_MODEL_BAND), 1);
        assert_int_equal(mark_of(&d.list[i], ROLE_MODEL_BAND)->colour, best->colour);
    }
    assert_string_equal(best->backend, "h");
    assert_non_null(strstr(d.list[TIME].subtitle, "with 95 % band (h)"));
    drawn_free(&d);
}

/* What a second node does is not in the data. */
static void nothing_is_extrapolated_past_the_node(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, "openmp", 0.03, 0.002, 9);
    rows->plan.cluster.cores_per_node = 32;
    struct drawn d = draw(rows, &rows->plan);
    assert_int_equal(marks_of(&d.list[TIME], ROLE_MODEL), 1);
    assert_int_equal(marks_of(&d.list[TIME], ROLE_MODEL_BEYOND), 0);
    assert_int_equal(marks_of(&d.list[TIME], ROLE_BORDER), 0);
    assert_true(d.list[TIME].x.high < 40);
    assert_false(has_text(&d.list[TIME], "extrapolated"));
    assert_null(strstr(d.list[TIME].subtitle, "dashed"));
    drawn_free(&d);
}

static void all_that_is_drawn_is_within_the_axes(void **state)
{
    struct rows *rows = *state;
    add_usl(rows, "openmp", 0.03, 0.02, 9);
    add_usl(rows, "mpi", 0.01, 0, 9);
    struct drawn d = draw(rows, NULL);
    for (size_t i = SPEEDUP; i <= TIME; i++) {
        const struct figure *f = &d.list[i];
        for (size_t m = 0; m < f->mark_count; m++) {
            if (!figure_role_is_band(f->marks[m].role) && f->marks[m].role != ROLE_MODEL &&
                f->marks[m].role != ROLE_MODEL_BEYOND)
                continue;
            for (size_t k = 0; k < f->marks[m].count; k++) {
                const struct figure_point *p = &f->marks[m].points[k];
                assert_true(p->x >= f->x.low && p->x <= f->x.high);
                assert_true(p->y >= f->y.low && p->y <= f->y.high);
                if (figure_role_is_band(f->marks[m].role))
                    assert_true(p->high >= p->low && p->high <= f->y.high);
            }
        }
    }
    drawn_free(&d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_curve_ends_dashed_at_the_limit_of_its_model),
        TEST(the_curve_is_the_fitted_one_against_the_measured_base),
        TEST(what_was_measured_has_bars_beside_a_model),
        TEST(refused_models_are_not_drawn),
        TEST(models_that_miss_a_count_are_not_drawn),
        TEST(models_of_times_too_small_to_judge_are_not_drawn),
        TEST(the_largest_measured_count_is_named_before_the_end),
        TEST(too_few_blocks_leave_the_curve_without_a_band),
        TEST(of_many_bands_only_the_recommended_is_drawn),
        TEST(nothing_is_extrapolated_past_the_node),
        TEST(all_that_is_drawn_is_within_the_axes),
    };
    return cmocka_run_group_tests_name("figure_models", tests, NULL, NULL);
}
