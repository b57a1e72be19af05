/*
 * What memory delivers to plain loops, to compare with: compiled by gcc -O3
 * -march=native -fopenmp, arrays touched first by who uses them.
 *
 *     plain triad ELEMENTS PASSES     a = b + s c of STREAM
 *     plain read BYTES PASSES         the sum of 8-byte integers
 *
 * Prints "seconds": of all passes together. Threads as OMP_NUM_THREADS says,
 * bound as OMP_PROC_BIND says.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* On large pages where they can be had, as the kernels' own. */
static void *array(size_t bytes)
{
    void *memory =
        aligned_alloc((size_t)2 << 20, (bytes / ((size_t)2 << 20) + 1) * ((size_t)2 << 20));

    if (memory == NULL) {
        fputs("plain: out of memory\n", stderr);
        exit(2);
    }
    madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

static double triad(int64_t n, int64_t passes)
{
    double *restrict a = array((size_t)n * 8), *restrict b = array((size_t)n * 8),
                     *restrict c = array((size_t)n * 8);

#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i++)
        a[i] = 0, b[i] = 1, c[i] = 2;
    double start = now();
    for (int64_t pass = 0; pass < passes; pass++) {
        double s = 3 + (double)pass;
#pragma omp parallel for schedule(static)
        for (int64_t i = 0; i < n; i++)
            a[i] = b[i] + s * c[i];
        __asm__ volatile("" : : "r"(a) : "memory");
    }
    return now() - start;
}

static double read_all(int64_t n, int64_t passes)
{
    int64_t *numbers = array((size_t)n * 8), sum = 0;

#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i++)
        numbers[i] = i;
    double start = now();
    for (int64_t pass = 0; pass < passes; pass++) {
#pragma omp parallel for schedule(static) reduction(+ : sum)
        for (int64_t i = 0; i < n; i++)
            sum += numbers[i];
        __asm__ volatile("" : "+r"(sum) : "r"(numbers) : "memory");
    }
    return now() - start;
}

int main(int argc, char *argv[])
{
    int64_t size = argc == 4 ? atoll(argv[2]) : 0, passes = argc == 4 ? atoll(argv[3]) : 0;
    int is_triad = argc == 4 && strcmp(argv[1], "triad") == 0;

    if (size < 8 || passes < 1 || (!is_triad && strcmp(argv[1], "read") != 0)) {
        fputs("usage: plain triad ELEMENTS PASSES | plain read BYTES PASSES\n", stderr);
        return 2;
    }
    printf("\"seconds\": %.9g\n", is_triad ? triad(size, passes) : read_all(size / 8, passes));
    return 0;
}
