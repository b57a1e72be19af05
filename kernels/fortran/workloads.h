/*
 * The workloads of the backends fortran and fortran-openmp: their loops are Fortran, and
 * what is around them is that of the kernels in C. A loop that workers share says so in
 * OpenMP's words there, so a team must be one worker or the threads of a region.
 */
#ifndef SCALESTUDY_FORTRAN_WORKLOADS_H
#define SCALESTUDY_FORTRAN_WORKLOADS_H

#include "kernel.h"

extern const struct kernel integration2d_kernel, matmul_kernel, gradient_kernel;

/* A kernel's own state, all zeros, for free(); out of memory ends the team. */
void *workload_state(struct team *team, size_t bytes);

#endif
