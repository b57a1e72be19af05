#include "hodges_lehmann.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

/*
 * From counts of arrangements in exact fractions; rank 0: no interval of that
 * level. 9 and 9, 20 and 20 at 95 %: one more than the critical values 17 and
 * 127 of the printed tables of the Mann-Whitney test.
 */
static const struct {
    double level;
    size_t x_count, y_count, low;
    double coverage;
} counted[] = {
    {0.9, 3, 3, 1, 0.9}, {0.9, 4, 4, 2, 0.9428571428571}, {0.9, 5, 5, 5, 0.9047619047619},
    {0.9, 5, 9, 10, 0.9170829170829}, {0.9, 6, 6, 8, 0.9069264069264},
    {0.9, 9, 6, 13, 0.9120879120879}, {0.9, 9, 9, 22, 0.9060880296174},
    {0.9, 12, 7, 22, 0.9168849726125}, {0.9, 15, 15, 73, 0.9024742401761},
    {0.9, 20, 20, 139, 0.9035004475639}, {0.9, 30, 30, 339, 0.900495162704},
    {0.9, 50, 50, 1011, 0.9011339020231}, {0.9, 9, 1, 0, 0}, {0.9, 40, 1, 2, 0.9024390243902},
    {0.95, 3, 3, 0, 0}, {0.95, 4, 4, 1, 0.9714285714286}, {0.95, 5, 5, 3, 0.968253968254},
    {0.95, 5, 9, 8, 0.958041958042}, {0.95, 6, 6, 6, 0.9588744588745},
    {0.95, 9, 6, 11, 0.9504495504496}, {0.95, 9, 9, 18, 0.9600164541341},
    {0.95, 12, 7, 19, 0.955068667143}, {0.95, 15, 15, 65, 0.9546661009021},
    {0.95, 20, 20, 128, 0.9509096748106}, {0.95, 30, 30, 318, 0.9503800000353},
    {0.95, 50, 50, 966, 0.9504522764012}, {0.95, 9, 1, 0, 0}, {0.95, 40, 1, 1, 0.9512195121951},
    {0.99, 3, 3, 0, 0}, {0.99, 4, 4, 0, 0}, {0.99, 5, 5, 1, 0.9920634920635},
    {0.99, 5, 9, 4, 0.993006993007}, {0.99, 6, 6, 3, 0.991341991342},
    {0.99, 9, 6, 6, 0.9924075924076}, {0.99, 9, 9, 12, 0.9922254216372},
    {0.99, 12, 7, 13, 0.9902357704215}, {0.99, 15, 15, 52, 0.9901251773494},
    {0.99, 20, 20, 106, 0.9905163928088}, {0.99, 30, 30, 277, 0.9903963134079},
    {0.99, 50, 50, 878, 0.9901882929466}, {0.99, 9, 1, 0, 0}, {0.99, 40, 1, 0, 0},
    {0.9975, 3, 3, 0, 0}, {0.9975, 4, 4, 0, 0}, {0.9975, 5, 5, 0, 0},
    {0.9975, 5, 9, 2, 0.998001998002}, {0.9975, 6, 6, 1, 0.9978354978355},
    {0.9975, 9, 6, 3, 0.9984015984016}, {0.9975, 9, 9, 8, 0.9981489099136},
    {0.9975, 12, 7, 8, 0.998213860443}, {0.9975, 15, 15, 42, 0.9976935422897},
    {0.9975, 20, 20, 91, 0.9976064665043}, {0.9975, 30, 30, 249, 0.9975322738347},
    {0.9975, 50, 50, 816, 0.997503548266}, {0.9975, 9, 1, 0, 0}, {0.9975, 40, 1, 0, 0},
};

static void ranks_are_those_of_all_arrangements(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        size_t pairs = counted[i].x_count * counted[i].y_count;
        struct hodges_lehmann_ranks ranks =
            hodges_lehmann_ranks(counted[i].x_count, counted[i].y_count, counted[i].level);
        assert_int_equal(ranks.low, counted[i].low);
        if (counted[i].low == 0) {
            assert_true(isnan(ranks.coverage));
            continue;
        }
        assert_int_equal(ranks.high, pairs + 1 - counted[i].low);
        assert_close(ranks.coverage, counted[i].coverage, 1e-12);
        ranks = hodges_lehmann_ranks(counted[i].y_count, counted[i].x_count, counted[i].level);
        assert_int_equal(ranks.low, counted[i].low);
    }
}

/* Exact: 1174, 987 and 898. */
static void ranks_of_large_samples_are_nearly_those(void **state)
{
    (void)state;
    assert_in_range(hodges_lehmann_ranks(60, 50, 0.95).low, 1173, 1175);
    assert_in_range(hodges_lehmann_ranks(51, 50, 0.95).low, 986, 988);
    assert_in_range(hodges_lehmann_ranks(51, 50, 0.99).low, 896, 898);
    assert_close(hodges_lehmann_ranks(51, 50, 0.95).coverage, 0.9502495220591686, 0.001);
    assert_int_equal(hodges_lehmann_ranks(100000, 100000, 0.95).low, 4974696911);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_by_listing(const double *x, size_t m, const double *y, size_t n)
{
    double *list = calloc(m * n, sizeof *list);
    assert_non_null(list);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            list[i * n + j] = x[i] / y[j];
    qsort(list, m * n, sizeof *list, ascending);
    struct hodges_lehmann found = hodges_lehmann(x, m, y, n, 0.95);
    struct hodges_lehmann_ranks ranks = hodges_lehmann_ranks(m, n, 0.95);
    double median = m * n % 2 == 1 ? list[m * n / 2]
                                   : exp((log(list[m * n / 2 - 1]) + log(list[m * n / 2])) / 2);
    assert_close(found.ratio / median, 1, 1e-14);
    if (ranks.low > 0) {
        assert_close(found.low, list[ranks.low - 1], 0);
        assert_close(found.high, list[ranks.high - 1], 0);
        assert_close(found.coverage, ranks.coverage, 0);
    } else {
        assert_true(isnan(found.low) && isnan(found.high));
    }
    free(list);
}

static void searching_finds_what_listing_all_quotients_finds(void **state)
{
    double x[40], y[40];
    uint32_t random = 3;
    (void)state;
    for (size_t m = 1; m <= 40; m += 3)
        for (size_t n = 1; n <= 40; n += 4) {
            for (size_t i = 0; i < m + n; i++) {
                random = random * 1664525 + 1013904223;
                double value = 1 + (double)((random >> 8) % 997) / 1000; /* some equal */
                *(i < m ? &x[i] : &y[i - m]) = value;
            }
            qsort(x, m, sizeof *x, ascending);
            qsort(y, n, sizeof *y, ascending);
            check_by_listing(x, m, y, n);
        }
}

static void a_factor_between_equal_shapes_is_found_exactly(void **state)
{
    static const double x[] = {4, 4.2, 4.4, 4.8, 5.2, 6}, y[] = {2, 2.1, 2.2, 2.4, 2.6, 3};
    (void)state;
    struct hodges_lehmann found = hodges_lehmann(x, 6, y, 6, 0.95);
    assert_close(found.ratio, 2, 1e-15);
    assert_close(found.low * found.high, 4, 1e-14); /* the same upside down */
}

static void nothing_is_found_where_there_is_nothing(void **state)
{
    static const double fine[] = {1, 2}, zero[] = {0, 1};
    (void)state;
    assert_true(isnan(hodges_lehmann(fine, 2, fine, 0, 0.95).ratio));
    assert_true(isnan(hodges_lehmann(fine, 2, zero, 2, 0.95).ratio));
    assert_int_equal(hodges_lehmann_ranks(0, 5, 0.95).low, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_those_of_all_arrangements),
        cmocka_unit_test(ranks_of_large_samples_are_nearly_those),
        cmocka_unit_test(searching_finds_what_listing_all_quotients_finds),
        cmocka_unit_test(a_factor_between_equal_shapes_is_found_exactly),
        cmocka_unit_test(nothing_is_found_where_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
