#include "openblas.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As cblas.h declares them; integers of 32 bits, enumerations as integers. */
enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111 };
typedef void gemm_double(int order, int trans_a, int trans_b, int m, int n, int k, double alpha,
                         const double *a, int lda, const double *b, int ldb, double beta, double *c,
                         int ldc);
typedef void gemm_float(int order, int trans_a, int trans_b, int m, int n, int k, float alpha,
                        const float *a, int lda, const float *b, int ldb, float beta, float *c,
                        int ldc);

/* Changed by openblas_load() only. */
static struct {
    gemm_double *dgemm;
    gemm_float *sgemm;
    void (*set_num_threads)(int threads);
    int (*get_parallel)(void);
    char *(*get_config)(void);
    char *(*get_corename)(void);
    char about[200];
} blas;

/* What the user names; else what the build found, then what the loader finds: clusters' modules
 * name it in LD_LIBRARY_PATH. */
static void *load_library(void)
{
    const char *const names[] = {OPENBLAS_LIBRARY, "libopenblas.so.0", "libopenblas.so"};
    const char *given = getenv("SCALESTUDY_OPENBLAS");
    void *library = NULL;

    setenv("OPENBLAS_NUM_THREADS", "1", 1); /* it starts its threads while it is loaded */
    if (given != NULL)
        return dlopen(given, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library == NULL && i < sizeof names / sizeof *names; i++)
        if (names[i][0] != '\0')
            library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return library;
}

/* POSIX gives functions as data pointers, which ISO C does not convert. */
static int find(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);

    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static int find_all(void *library)
{
    return find(library, "cblas_dgemm", &blas.dgemm) && find(library, "cblas_sgemm", &blas.sgemm) &&
           find(library, "openblas_set_num_threads", &blas.set_num_threads) &&
           find(library, "openblas_get_parallel", &blas.get_parallel) &&
           find(library, "openblas_get_config", &blas.get_config) &&
           find(library, "openblas_get_corename", &blas.get_corename);
}

int openblas_load(char *why, size_t size)
{
    if (blas.about[0] != '\0')
        return 0;
    void *library = load_library();
    if (library == NULL || !find_all(library)) {
        snprintf(why, size,
                 "matmul computes by OpenBLAS, which cannot be loaded; install libopenblas0 (Fedora: "
                 "openblas), load the module that has it, or name the library in SCALESTUDY_OPENBLAS");
        return -1;
    }
    const char *config = blas.get_config();
    if (blas.get_parallel() == 0 && strstr(config, "USE_LOCKING") == NULL) {
        snprintf(why, size,
                 "this OpenBLAS is built for one thread only, without locks; install "
                 "libopenblas0-pthread");
        return -1;
    }
    blas.set_num_threads(1);
    const char *version = strchr(config, ' ') != NULL ? strchr(config, ' ') + 1 : "";
    snprintf(blas.about, sizeof blas.about, "OpenBLAS %.*s for %s%s", (int)strcspn(version, " "),
             version, blas.get_corename(),
             getenv("OPENBLAS_CORETYPE") != NULL ? ", as OPENBLAS_CORETYPE says" : "");
    return 0;
}

const char *openblas_about(void)
{
    return blas.about;
}

void openblas_double(const struct openblas_product *p)
{
    if (p->rows > 0 && p->inner > 0 && p->columns > 0)
        blas.dgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, (int)p->rows, (int)p->columns,
                   (int)p->inner, 1, p->a, (int)p->a_stride, p->b, (int)p->b_stride, 0, p->c,
                   (int)p->c_stride);
}

void openblas_float(const struct openblas_product *p)
{
    if (p->rows > 0 && p->inner > 0 && p->columns > 0)
        blas.sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, (int)p->rows, (int)p->columns,
                   (int)p->inner, 1, p->a, (int)p->a_stride, p->b, (int)p->b_stride, 0, p->c,
                   (int)p->c_stride);
}
