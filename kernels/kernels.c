/*
 * The table of workloads. A new one is a file and a row here.
 */
#include "kernel.h"

#include <string.h>

extern const struct kernel integration2d_kernel;
extern const struct kernel sleep_kernel;
extern const struct kernel mean_kernel;
extern const struct kernel matmul_kernel;
extern const struct kernel gradient_kernel;
extern const struct kernel triad_kernel;
extern const struct kernel jacobi2d_kernel;
extern const struct kernel team_check_kernel;

const struct kernel *const kernels[] = {
    &integration2d_kernel,
    &sleep_kernel,
    &mean_kernel,
    &matmul_kernel,
    &gradient_kernel,
    &triad_kernel,
    &jacobi2d_kernel,
    &team_check_kernel,
    NULL,
};

const struct kernel *kernel_find(const char *name)
{
    for (size_t i = 0; kernels[i] != NULL; i++)
        if (strcmp(kernels[i]->name, name) == 0)
            return kernels[i];
    return NULL;
}

double kernel_work(const struct kernel *kernel, int64_t size)
{
    static const char *const growths[] = {"size", "size^2", "size^3"};
    double work = (double)size;

    for (size_t i = 0; i < sizeof growths / sizeof *growths; i++, work *= (double)size)
        if (strcmp(kernel->work, growths[i]) == 0)
            return work;
    return (double)size;
}
