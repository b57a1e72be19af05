/*
 * The sine for one width of vector: included by sine_<isa>.c, which says how
 * wide, how many vectors are worked on side by side, and what a fused
 * multiply-add is.
 *
 *     LANES    doubles in a vector: 2, 4 or 8
 *     GROUP    vectors side by side
 *     FMA      a * b + c, rounded once where the instruction set can
 *     FUSED    1 if it can
 *     PIPELINE 1 if sine_pipeline.h does most of a row
 *     ISA      the name of the struct sine_isa to define, ISA_NAME as text
 *
 * sin(x): k = x / pi rounded to an integer, r = x - k pi, sin(x) = (-1)^k sin(r),
 * and for |r| <= pi/2 sin(r) = r + r^3 P(r^2). P's 8 coefficients minimise the
 * largest relative error (0.0027 units in the last place before rounding), each
 * fitted anew after those before it were rounded to double.
 *
 * 13 operations of the FMA pipes (round, 2 of the reduction, square, 7 of P, 2
 * to finish), 3 additions, a shift and an exclusive or: 27 flop a sine and 8
 * bytes of y from cache. A sine's operations wait for each other, so GROUP
 * vectors go through every stage together.
 */
#include "sine.h"

#include <stdint.h>
#include <string.h>

typedef double vec __attribute__((vector_size(8 * LANES)));
typedef int64_t bits __attribute__((vector_size(8 * LANES)));

#define VIRTUAL 8              /* lanes of a row's sum, whatever the vector */
#define SUMS (VIRTUAL / LANES) /* vectors that hold them */
#define BLOCK (GROUP % SUMS == 0 ? GROUP : GROUP * SUMS)
#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif

/* Adding this rounds to an integer, and leaves it in the low bits. */
#define MAGIC 0x1.8p52

static inline __attribute__((always_inline)) vec all(double number)
{
    vec out;
    for (int i = 0; i < LANES; i++)
        out[i] = number;
    return out;
}

static inline __attribute__((always_inline)) vec load(const double *from)
{
    vec out;
    memcpy(&out, from, sizeof out);
    return out;
}

/*
 * x - k pi. With a fused operation the first step is exact (x and k pi's high
 * part are multiples of 2^-51 or finer where k is 0, their difference is below
 * 2) and the second rounds once. Without one, pi is cut so that k times a part
 * is exact while k has at most 22 bits, and what the second step loses is added
 * again with the third.
 */
static inline __attribute__((always_inline)) vec reduced(vec x, vec k)
{
#if FUSED
    return FMA(k, all(-0x1.1a62633145c07p-53), FMA(k, all(-0x1.921fb54442d18p+1), x));
#else
    vec first = x - k * all(0x1.921fb54400000p+1), part = k * all(0x1.0b4611a400000p-33);
    vec second = first - part;

    return second + (((first - second) - part) - k * all(0x1.13198a2e03707p-64));
#endif
}

/* Of P, from the constant term up. */
static const double c[8] = {
    -0x1.5555555555555p-3,  0x1.11111111110c8p-7,  -0x1.a01a01a014d6fp-13, 0x1.71de3a52a0b16p-19,
    -0x1.ae6454d4746f5p-26, 0x1.6123cd0751f6cp-33, -0x1.ae43847c4bb70p-41, 0x1.8832aa90ea2f3p-49,
};

/* The sines of `count` vectors in place; `count` is known when this is inlined. */
static inline __attribute__((always_inline)) void sines(vec *x, int count)
{
    vec t[GROUP], r[GROUP], u[GROUP], p[GROUP];

    /* clang-format off */
    UNROLLED
    for (int v = 0; v < count; v++)
        t[v] = FMA(x[v], all(0x1.45f306dc9c883p-2), all(MAGIC));
    UNROLLED
    for (int v = 0; v < count; v++)
        r[v] = reduced(x[v], t[v] - all(MAGIC));
    /* The sign of the result is given to r at once, so that k need not be kept. */
    UNROLLED
    for (int v = 0; v < count; v++)
        r[v] = (vec)((bits)r[v] ^ ((bits)t[v] << 63));
    UNROLLED
    for (int v = 0; v < count; v++)
        u[v] = r[v] * r[v];
    UNROLLED
    for (int v = 0; v < count; v++)
        p[v] = FMA(u[v], all(c[7]), all(c[6]));
    UNROLLED
    for (int i = 5; i >= 0; i--)
        UNROLLED
    for (int v = 0; v < count; v++)
        p[v] = FMA(p[v], u[v], all(c[i]));
    UNROLLED
    for (int v = 0; v < count; v++)
        u[v] *= r[v];
    UNROLLED
    for (int v = 0; v < count; v++)
        x[v] = FMA(p[v], u[v], r[v]);
    /* clang-format on */
}

/* The lanes in a fixed order, halves first, as wide vectors are folded. */
static inline double fold(const vec *sums)
{
    double lanes[VIRTUAL];

    memcpy(lanes, sums, sizeof lanes);
    for (int half = VIRTUAL / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lanes[i] += lanes[i + half];
    return lanes[0];
}

/* -1 in the first 8 lanes, so that reading at 8 - n gives n lanes of it. */
static const int64_t keep[2 * VIRTUAL] = {-1, -1, -1, -1, -1, -1, -1, -1};

#if PIPELINE
#include "sine_pipeline.h"

/* Adds up as much of the row as comes in whole blocks, and says how much that is. */
static inline __attribute__((always_inline)) size_t
whole_blocks(double x, double slope, const double *y, size_t count, int sloped, vec *sums)
{
    size_t blocks = count / PIPELINE_BLOCK, done = blocks * PIPELINE_BLOCK;
    struct pipeline state;

    if (blocks == 0)
        return 0;
    state.constants[INVERSE_PI] = all(0x1.45f306dc9c883p-2);
    state.constants[MAGIC_NUMBER] = all(MAGIC);
    state.constants[PI_HIGH] = all(-0x1.921fb54442d18p+1);
    state.constants[PI_LOW] = all(-0x1.1a62633145c07p-53);
    for (int i = 0; i < 8; i++)
        state.constants[FIRST_COEFFICIENT + i] = all(c[7 - i]);
    state.constants[SLOPE] = all(slope);
    if (sloped)
        PIPELINE_LOOP(SLOPED);
    else
        PIPELINE_LOOP(STRAIGHT);
    return done;
}
#else
static inline __attribute__((always_inline)) size_t
whole_blocks(double x, double slope, const double *y, size_t count, int sloped, vec *sums)
{
    size_t j = 0;

    /* clang-format off */
    for (; j + BLOCK * LANES <= count; j += BLOCK * LANES)
        UNROLLED
    for (int first = 0; first < BLOCK; first += GROUP) {
        vec a[GROUP];
        UNROLLED
        for (int v = 0; v < GROUP; v++) {
            vec at = load(y + j + (size_t)((first + v) * LANES));
            a[v] = sloped ? FMA(at, all(slope), all(x)) : at + all(x);
        }
        sines(a, GROUP);
        UNROLLED
        for (int v = 0; v < GROUP; v++)
            sums[(first + v) % SUMS] += a[v];
    }
    /* clang-format on */
    return j;
}
#endif

static inline __attribute__((always_inline)) double sum_row(double x, double slope, const double *y,
                                                            size_t count, int sloped)
{
    vec sums[SUMS];
    size_t j;

    for (int s = 0; s < SUMS; s++)
        sums[s] = all(0);
    j = whole_blocks(x, slope, y, count, sloped, sums);
    /* The rest, 8 at a time; what lies behind the end counts as 0. */
    for (; j < count; j += VIRTUAL) {
        size_t left = count - j < VIRTUAL ? count - j : VIRTUAL;
        for (int s = 0; s < SUMS; s++) {
            vec at = load(y + j + (size_t)(s * LANES)), a;
            bits kept;
            memcpy(&kept, keep + (VIRTUAL - left) + s * LANES, sizeof kept);
            a = sloped ? FMA(at, all(slope), all(x)) : at + all(x);
            sines(&a, 1);
            sums[s] += (vec)((bits)a & kept);
        }
    }
    return fold(sums);
}

static double row(double x, const double *y, size_t count)
{
    return sum_row(x, 1, y, count, 0);
}

static double sloped_row(double x, double slope, const double *y, size_t count)
{
    return sum_row(x, slope, y, count, 1);
}

static void values(const double *x, double *out, size_t count)
{
    for (size_t j = 0; j < count; j += LANES) {
        vec a = load(x + j);
        sines(&a, 1);
        memcpy(out + j, &a, sizeof a);
    }
}

const struct sine_isa ISA = {
    .name = ISA_NAME,
    .row = row,
    .sloped_row = sloped_row,
    .values = values,
};
