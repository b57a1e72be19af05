/*
 * How fast is the sine of integration2d? Measures, side by side on one core in
 * one process: the row kernel, the limit that the instruction mix sets, glibc's
 * vector sine of the same width and its scalar one; and what the tree over rows
 * costs against one plain sum. Rounds take turns, so that a noisy machine meets all
 * alike; ratios are medians of the rounds' own ratios.
 *
 *     bench_sin [ROUNDS]        SCALESTUDY_ISA chooses the instruction set
 */
#include "bench.h"
#include "binding.h"
#include "pairwise.h"
#include "sine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N 10000
#define ROWS 1000 /* a sample: 10^7 sines, some milliseconds */
#define ROUNDS_MAX 1001

enum { ROW_TREE, ROW_PLAIN, SLOPED, MIX, LIBMVEC, SCALAR, VARIANTS };

static const char *const names[VARIANTS] = {
    "integration2d, rows as a tree", "integration2d, one plain sum", "with a curvature",
    "instruction mix limit",         "libmvec, same width",          "libm, scalar",
};

static const struct sine_isa *isa;
static const struct bench_isa *other;
static double y[N + SINE_PAD], sums[ROWS];
static double seconds[VARIANTS][ROUNDS_MAX];
static volatile double sink;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double scalar_row(double x)
{
    double sum = 0;

    for (int j = 0; j < N; j++)
        sum += sin(x + y[j]);
    return sum;
}

/* Every row has another x that the compiler cannot see, and every sum goes where it must be kept.
 */
static void sample(int variant)
{
    double h = y[0] * 2, total = 0;
    int rows = variant == SCALAR ? ROWS / 20 : ROWS;

    __asm__ volatile("" : "+x"(h));
    for (int i = 0; i < rows; i++) {
        double x = h * (i + 0.5);
        switch (variant) {
        case ROW_TREE:
            sums[i] = sine_row(isa, x, 1, y, N);
            break;
        case ROW_PLAIN:
            total += sine_row(isa, x, 1, y, N);
            break;
        case SLOPED:
            sums[i] = sine_row(isa, x, 1.25, y, N);
            break;
        case MIX:
            other->mix(y, N);
            break;
        case LIBMVEC:
            total += other->libmvec(x, y, N);
            break;
        default:
            total += scalar_row(x);
            break;
        }
        __asm__ volatile("" : "+x"(total) : : "memory");
    }
    if (variant == ROW_TREE)
        total = pairwise_sum(sums, ROWS);
    sink = total;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(const double *numbers, int count)
{
    static double sorted[ROUNDS_MAX];

    memcpy(sorted, numbers, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    return count % 2 ? sorted[count / 2] : 0.5 * (sorted[count / 2 - 1] + sorted[count / 2]);
}

/* Of each round's own ratio to the row kernel. */
static double median_ratio(int variant, int rounds)
{
    static double ratios[ROUNDS_MAX];

    for (int i = 0; i < rounds; i++)
        ratios[i] = seconds[variant][i] / seconds[ROW_TREE][i];
    return median(ratios, rounds);
}

static void prepare(void)
{
    static const struct bench_isa *const others[] = {&bench_avx512, &bench_avx2, &bench_baseline};
    const double h = 3.14159265358979323846 / N;
    struct cpu_mask mask;
    struct cpu_order order;

    isa = sine_isa();
    if (isa == NULL) {
        fputs("SCALESTUDY_ISA is not what this CPU has\n", stderr);
        exit(2);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i]->name, isa->name) == 0)
            other = others[i];
    for (int j = 0; j < N + SINE_PAD; j++)
        y[j] = h * (j + 0.5);
    cpu_mask_read(&mask);
    if (cpu_order_read(&order, &mask) == 0) {
        cpu_order_bind(&order, 0);
        cpu_order_free(&order);
    }
}

int main(int argc, char *argv[])
{
    int rounds = argc > 1 ? atoi(argv[1]) : 15;

    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench_sin [ROUNDS], 1 to %d\n", ROUNDS_MAX);
        return 2;
    }
    prepare();
    for (int round = -1; round < rounds; round++) /* the first is a warm-up */
        for (int variant = 0; variant < VARIANTS; variant++) {
            if (variant == MIX && other->mix == NULL)
                continue;
            double start = now();
            sample(variant);
            if (round >= 0)
                seconds[variant][round] =
                    (now() - start) / (variant == SCALAR ? ROWS / 20 : ROWS) / N;
        }
    printf("%s, n = %d, %d rounds, medians\n%-32s %9s %9s\n", isa->name, N, rounds, "", "ns/sin",
           "ratio");
    for (int variant = 0; variant < VARIANTS; variant++)
        if (variant != MIX || other->mix != NULL)
            printf("%-32s %9.4f %9.3f\n", names[variant], 1e9 * median(seconds[variant], rounds),
                   median_ratio(variant, rounds));
    return 0;
}
