/*
 * What OpenBLAS does by itself, to compare matmul with: C = A B of n x n, with as
 * many threads of its own as it is told.
 *
 *     gemm N 64|32 THREADS
 *
 * Prints "seconds": of the second product, when its work space is there, and
 * which core type it took.
 */
#include <cblas.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Numbers that are no trouble to multiply; a, b and c of n x n each. */
#define PRODUCT(type, gemm)                                                                        \
    static double product_of_##type(int n)                                                         \
    {                                                                                              \
        size_t count = (size_t)n * (size_t)n;                                                      \
        type *a = malloc(count * sizeof *a), *b = malloc(count * sizeof *b),                       \
             *c = malloc(count * sizeof *c);                                                       \
        double start = 0;                                                                          \
                                                                                                   \
        if (a == NULL || b == NULL || c == NULL)                                                   \
            exit(2);                                                                               \
        for (size_t i = 0; i < count; i++)                                                         \
            a[i] = (type)(i % 1013) / 1013, b[i] = (type)(i % 1009) / 1009, c[i] = 0;              \
        for (int round = 0; round < 2; round++) {                                                  \
            start = now();                                                                         \
            gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);      \
        }                                                                                          \
        double seconds = now() - start;                                                            \
        free(a);                                                                                   \
        free(b);                                                                                   \
        free(c);                                                                                   \
        return seconds;                                                                            \
    }
PRODUCT(double, cblas_dgemm)
PRODUCT(float, cblas_sgemm)

int main(int argc, char *argv[])
{
    int n = argc == 4 ? atoi(argv[1]) : 0, bits = argc == 4 ? atoi(argv[2]) : 0,
        threads = argc == 4 ? atoi(argv[3]) : 0;

    if (n < 1 || threads < 1 || (bits != 32 && bits != 64)) {
        fputs("usage: gemm N 64|32 THREADS\n", stderr);
        return 2;
    }
    openblas_set_num_threads(threads);
    printf("\"seconds\": %.9g, %s\n", bits == 64 ? product_of_double(n) : product_of_float(n),
           openblas_get_corename());
    return 0;
}
