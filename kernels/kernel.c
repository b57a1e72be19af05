#include "kernel.h"

#include <string.h>

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
