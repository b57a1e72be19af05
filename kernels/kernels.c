/*
 * The table of workloads. A new one is a file and a row here.
 */
#include "kernel.h"

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
