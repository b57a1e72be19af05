#include "workloads.h"

#include <stdlib.h>

void *workload_state(struct team *team, size_t bytes)
{
    void *state = calloc(1, bytes);

    if (state == NULL)
        team_fail(team, "out of memory");
    return state;
}

const struct kernel *const kernels[] = {
    &integration2d_kernel,
    &matmul_kernel,
    &gradient_kernel,
    NULL,
};
