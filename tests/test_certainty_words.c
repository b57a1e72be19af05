#include "certainty_words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Two backends on 1, 8, 12, 16 and 32 cores; 12 with the first is recommended. */
struct fixture {
    struct point_summary points[1];
    struct series series[2];
    const struct series *listed[2];
    struct answer answer;
    struct analysis analysis;
    struct group group;
    int64_t tested[5], cores[4];
    double shares[4];
};

static void begin(struct fixture *f, size_t count, const int64_t *cores, const double *shares)
{
    static const int64_t tested[] = {1, 8, 12, 16, 32};
    *f = (struct fixture){.points = {{.cores = 12}}};
    f->series[0] = (struct series){.backend = "mpi", .label = "mpi", .points = f->points, .point_count = 1};
    f->series[1] = (struct series){.backend = "openmp", .label = "openmp"};
    f->listed[0] = &f->series[0];
    f->listed[1] = &f->series[1];
    for (size_t i = 0; i < 5; i++)
        f->tested[i] = tested[i];
    for (size_t i = 0; i < count; i++) {
        f->cores[i] = cores[i];
        f->shares[i] = shares[i];
    }
    f->analysis = (struct analysis){.series = f->series, .series_count = 2,
                                    .answers = &f->answer, .answer_count = 1};
    f->answer = (struct answer){.kind = OPTIMUM_COUNT, .backend_share = 1};
    f->answer.choices = (struct choices){.studies = 2000, .cores = f->cores, .shares = f->shares,
                                         .count = count, .low = cores[0],
                                         .high = cores[count - 1], .mode = 12};
    f->group = (struct group){.answer = &f->answer, .series = f->listed, .count = 2,
                              .cores = f->tested, .core_count = 5};
}

static void check(const struct fixture *f, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    certainty_say(&sb, &f->analysis, &f->group);
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

static void what_is_sure_is_said_shortly(void **state)
{
    static const int64_t cores[] = {12, 16};
    static const double always[] = {1}, nearly[] = {0.9995, 0.0005}, mostly[] = {0.98, 0.02};
    struct fixture f;
    (void)state;
    begin(&f, 1, cores, always);
    check(&f, "In 2000 studies redrawn from these blocks the same rule chose 12 cores every time. "
              "Tested: …, 8, 12, 16, …; nothing is known between them.");
    begin(&f, 2, cores, nearly);
    f.answer.choices.high = 12;
    check(&f, "In 2000 studies redrawn from these blocks the same rule chose 12 cores in more than "
              "99 %. Tested: …, 8, 12, 16, …; nothing is known between them.");
    begin(&f, 2, cores, mostly);
    f.answer.choices.high = 12;
    check(&f, "In 2000 studies redrawn from these blocks the same rule chose 12 cores in 98 %. "
              "Tested: …, 8, 12, 16, …; nothing is known between them.");
}

static void what_is_not_has_its_range_and_shares(void **state)
{
    static const int64_t cores[] = {1, 12, 16, 32};
    static const double shares[] = {0.001, 0.429, 0.37, 0.1};
    struct fixture f;
    (void)state;
    begin(&f, 4, cores, shares);
    f.answer.choices.low = 12;
    f.answer.choices.none = 0.1;
    f.answer.backend_share = 0.57;
    check(&f, "In 2000 studies redrawn from these blocks the same rule chose 12 to 32 cores (95 %): "
              "12 in 43 %, 16 in 37 %, 32 in 10 % and none in 10 %. The backend was mpi in 57 %. "
              "Tested: …, 8, 12, 16, 32; nothing is known between them.");
    f.answer.choices.high = 12;
    f.answer.backend_share = 1;
    f.tested[1] = 11;
    f.tested[3] = 13;
    check(&f, "In 2000 studies redrawn from these blocks the same rule chose 12 cores (95 %): "
              "12 in 43 %, 16 in 37 %, 32 in 10 % and none in 10 %.");
}

static void without_studies_nothing_is_said(void **state)
{
    static const int64_t cores[] = {12};
    static const double shares[] = {1};
    struct fixture f;
    (void)state;
    begin(&f, 1, cores, shares);
    f.answer.choices = (struct choices){0};
    check(&f, "");
    f.answer.series = -1;
    check(&f, "");
}

static void twice_as_many_cores_have_their_saving_and_their_price(void **state)
{
    static const struct {
        struct alternative doubling;
        const char *sentence;
    } cases[] = {
        {{24, 0.88, {0.86, 0.9}, 1.76, -1, -1},
         "24 cores, twice as many, save 12 % of the time (95 %: 10–14 %), for 76 % more "
         "core-hours."},
        {{32, 0.88, {NAN, NAN}, 2.35, -1, -1},
         "32 cores, 2.7× as many, save 12 % of the time, for 135 % more core-hours."},
        {{24, 0.98, {0.95, 1.01}, 1, -1, -1},
         "24 cores, twice as many, are not shown to take less time, for the same core-hours."},
        {{24, 1.2, {1.1, 1.3}, 2.4, -1, -1},
         "24 cores, twice as many, take 20 % more time (95 %: 10–30 %), for 140 % more "
         "core-hours."},
        {{24, 1, {NAN, NAN}, NAN, -1, -1}, "24 cores, twice as many, take the same time."},
        {{0, NAN, {NAN, NAN}, NAN, -1, -1}, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf sb = STRBUF_INIT;
        doubling_say(&sb, &cases[i].doubling, 12);
        assert_string_equal(sb.str, cases[i].sentence);
        strbuf_free(&sb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sure_is_said_shortly),
        cmocka_unit_test(what_is_not_has_its_range_and_shares),
        cmocka_unit_test(without_studies_nothing_is_said),
        cmocka_unit_test(twice_as_many_cores_have_their_saving_and_their_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
