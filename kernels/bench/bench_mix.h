/*
 * The instruction mix of the sine as independent chains, in assembly so that no
 * compiler has a say: for each vector 13 operations of the FMA pipes, 3 additions
 * (one reads y), a shift and an exclusive or. Twelve FMA chains hide a latency of
 * 6 cycles on two pipes; the rest waits for nothing. V is the register's prefix.
 */

/* Long strings are what assembly is made of. */
#pragma GCC diagnostic ignored "-Woverlength-strings"

/* clang-format off */
#define FMA(V, a) "vfmadd213pd " V "15, " V "15, " V #a "\n\t"
#define ADD(V) "vaddpd " V "15, " V "14, " V "12\n\t"
#define SHIFT(V) "vpsllq $63, " V "14, " V "13\n\t"
#define XOR(V) "vxorpd " V "15, " V "14, " V "13\n\t"
#define FIRST(V, at) "vaddpd " #at "(%[y]), " V "15, " V "12\n\t"

/* One vector: FMAs to 12 of the chains and one again. */
#define MIX(V, at, a, b, c, d, e, f, g, h, i, j, k, l) \
    FMA(V, a) FMA(V, b) FIRST(V, at) FMA(V, c) FMA(V, d) ADD(V) FMA(V, e) FMA(V, f) SHIFT(V) FMA(V, g) FMA(V, h) \
    XOR(V) FMA(V, i) FMA(V, j) ADD(V) FMA(V, k) FMA(V, l) FMA(V, a)

/* Six vectors, each starting one chain further, so that none comes twice within six cycles. */
#define MIX_SIX(V, at0, at1, at2, at3, at4, at5) \
    MIX(V, at0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) MIX(V, at1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0) \
    MIX(V, at2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1) MIX(V, at3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2) \
    MIX(V, at4, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3) MIX(V, at5, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4)
/* clang-format on */
