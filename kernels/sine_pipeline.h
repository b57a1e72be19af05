/*
 * The long part of a row in assembly, for AVX2 and AVX-512 alike: included by
 * sine_lanes.h where PIPELINE is 1. VECTOR names the registers ("ymm", "zmm"),
 * ODD the register that odd vectors are added to (14 where a vector is as wide as
 * the virtual lanes, else 15).
 *
 * Why not leave it to a compiler: a sine is a chain of about 60 cycles of which a
 * core's FMA pipes are busy for 6.5, so some nine vectors must be under way at
 * once. A core's schedulers hold fewer waiting operations than that, and 16
 * registers fewer values. So the polynomial of five vectors (ten registers)
 * alternates with the reduction of the next five (one at a time, in three
 * registers that renaming makes many of), whose results wait in memory. Loads are the
 * next limit, two a cycle, so a coefficient is loaded once for five vectors.
 * Measured on Zen 3 (AVX2): 1.06 to 1.1 times the time that the mix of
 * instructions takes, where compilers reach 1.27 with the same stages. bench_sin
 * measures it.
 */
#ifndef SCALESTUDY_SINE_PIPELINE_H
#define SCALESTUDY_SINE_PIPELINE_H

/* Long strings are what assembly is made of here. */
#pragma GCC diagnostic ignored "-Woverlength-strings"

enum {
    INVERSE_PI,
    MAGIC_NUMBER,
    PI_HIGH,
    PI_LOW,
    FIRST_COEFFICIENT,
    SLOPE = FIRST_COEFFICIENT + 8,
    CONSTANTS
};

/* What the assembly reads and writes, one vector each; offsets below count vectors. */
struct pipeline {
    vec constants[CONSTANTS];
    vec reduced[2][5]; /* of the five vectors under way and of the next five, in turns */
    vec squared[2][5];
};

#define PIPELINE_BLOCK (10 * LANES) /* elements a turn of the loop */

/* One instruction, or one step of one vector, a line. */
/* clang-format off */
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define V(number) "%%" VECTOR #number
#define AT(vectors) TEXT((vectors) * 8 * LANES)
#define CONSTANT(index) AT(index) "(%[state])"
#define REDUCED(half, v) AT(13 + 5 * (half) + (v)) "(%[state])"
#define SQUARED(half, v) AT(23 + 5 * (half) + (v)) "(%[state])"
#define Y(v) AT(v) "(%[y])"
_Static_assert(CONSTANTS == 13, "REDUCED and SQUARED count from there");

/* The argument of vector v to register 10. */
#define STRAIGHT(v) "vaddpd " Y(v) ", " V(13) ", " V(10) "\n\t"
#define SLOPED(v) "vmovapd " CONSTANT(12) ", " V(10) "\n\tvfmadd132pd " Y(v) ", " V(13) ", " V(10) "\n\t"

/* Reduction of one vector: 11 holds t, 12 the magic number and then k. */
#define REDUCE(ARGUMENT, half, v, from)                                                            \
    ARGUMENT(from)                                                                                 \
    "vmovapd " CONSTANT(1) ", " V(12) "\n\t"                                                       \
    "vmovapd " V(12) ", " V(11) "\n\t"                                                             \
    "vfmadd231pd " CONSTANT(0) ", " V(10) ", " V(11) "\n\t"                                        \
    "vsubpd " V(12) ", " V(11) ", " V(12) "\n\t"                                                   \
    "vpsllq $63, " V(11) ", " V(11) "\n\t"                                                         \
    "vfmadd231pd " CONSTANT(2) ", " V(12) ", " V(10) "\n\t"                                        \
    "vfmadd231pd " CONSTANT(3) ", " V(12) ", " V(10) "\n\t"                                        \
    "vxorpd " V(11) ", " V(10) ", " V(10) "\n\t"                                                   \
    "vmovapd " V(10) ", " REDUCED(half, v) "\n\t"                                                  \
    "vmulpd " V(10) ", " V(10) ", " V(10) "\n\t"                                                   \
    "vmovapd " V(10) ", " SQUARED(half, v) "\n\t"

/* Polynomials: squares in 0 to 4, values in 5 to 9. */
#define BEGIN(half, v, u, p)                                                                       \
    "vmovapd " SQUARED(half, v) ", " V(u) "\n\t"                                                   \
    "vmovapd " V(11) ", " V(p) "\n\t"                                                              \
    "vfmadd213pd " V(12) ", " V(u) ", " V(p) "\n\t"
#define STEP(u, p) "vfmadd213pd " V(12) ", " V(u) ", " V(p) "\n\t"
#define STEPS(coefficient)                                                                         \
    "vmovapd " CONSTANT(coefficient) ", " V(12) "\n\t" STEP(0, 5) STEP(1, 6) STEP(2, 7) STEP(3, 8) STEP(4, 9)
#define CUBE(half, v, u) "vmulpd " REDUCED(half, v) ", " V(u) ", " V(u) "\n\t"
#define ADD_UP(half, v, u, p, sum)                                                                 \
    "vfmadd213pd " REDUCED(half, v) ", " V(u) ", " V(p) "\n\t"                                     \
    "vaddpd " V(p) ", " V(sum) ", " V(sum) "\n\t"

/* Finishes the five vectors of one half and reduces the next five, which begin `from` vectors on. */
#define HALF(ARGUMENT, now, next, from, even, odd)                                                 \
    "vmovapd " CONSTANT(4) ", " V(11) "\n\t"                                                       \
    "vmovapd " CONSTANT(5) ", " V(12) "\n\t"                                                       \
    BEGIN(now, 0, 0, 5) BEGIN(now, 1, 1, 6) BEGIN(now, 2, 2, 7) BEGIN(now, 3, 3, 8) BEGIN(now, 4, 4, 9) \
    REDUCE(ARGUMENT, next, 0, from + 0) STEPS(6)                                                   \
    REDUCE(ARGUMENT, next, 1, from + 1) STEPS(7)                                                   \
    REDUCE(ARGUMENT, next, 2, from + 2) STEPS(8)                                                   \
    REDUCE(ARGUMENT, next, 3, from + 3) STEPS(9)                                                   \
    REDUCE(ARGUMENT, next, 4, from + 4) STEPS(10)                                                  \
    STEPS(11)                                                                                      \
    CUBE(now, 0, 0) CUBE(now, 1, 1) CUBE(now, 2, 2) CUBE(now, 3, 3) CUBE(now, 4, 4)                \
    ADD_UP(now, 0, 0, 5, even) ADD_UP(now, 1, 1, 6, odd) ADD_UP(now, 2, 2, 7, even) ADD_UP(now, 3, 3, 8, odd) \
    ADD_UP(now, 4, 4, 9, even)

/*
 * `blocks` is at least 1. The last turn also reduces five vectors behind the
 * end, which nobody uses: SINE_PAD allows for reading them. Dirty upper halves
 * would slow all SSE code after this down, hence vzeroupper.
 */
#define PIPELINE_LOOP(ARGUMENT)                                                                    \
    __asm__ volatile("vbroadcastsd %[x], " V(13) "\n\t"                                            \
                     "vxorpd %%xmm14, %%xmm14, %%xmm14\n\t"                                        \
                     "vxorpd %%xmm15, %%xmm15, %%xmm15\n\t"                                        \
                     REDUCE(ARGUMENT, 0, 0, 0) REDUCE(ARGUMENT, 0, 1, 1) REDUCE(ARGUMENT, 0, 2, 2) \
                     REDUCE(ARGUMENT, 0, 3, 3) REDUCE(ARGUMENT, 0, 4, 4)                           \
                     ".p2align 5\n"                                                                \
                     "1:\n\t"                                                                      \
                     HALF(ARGUMENT, 0, 1, 5, 14, ODD)                                              \
                     HALF(ARGUMENT, 1, 0, 10, ODD, 14)                                             \
                     "add $" AT(10) ", %[y]\n\t"                                                   \
                     "dec %[blocks]\n\t"                                                           \
                     "jnz 1b\n\t"                                                                  \
                     "vmovupd " V(14) ", (%[sums])\n\t"                                            \
                     STORE_ODD                                                                     \
                     "vzeroupper\n\t"                                                              \
                     : [y] "+r"(y), [blocks] "+r"(blocks)                                          \
                     : [state] "r"(&state), [x] "m"(x), [sums] "r"(sums)                           \
                     : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", \
                       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15")
/* clang-format on */

#endif
