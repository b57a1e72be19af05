/*
 * Which CPU each worker runs on. A worker started by hand binds itself to one
 * core of those that its process may use; a launcher's own binding is kept,
 * since it shows in that mask.
 */
#ifndef SCALESTUDY_BINDING_H
#define SCALESTUDY_BINDING_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

/* Room for 8192 CPUs: the 1024 of a plain cpu_set_t are fewer than some nodes count. */
struct cpu_mask {
    cpu_set_t sets[8];
};

/* What the calling thread may use. */
void cpu_mask_read(struct cpu_mask *mask);

/* As Linux writes it, "0-3,8"; cut off where `text` is full. */
void cpu_mask_format(const struct cpu_mask *mask, char *text, size_t size);

/*
 * The CPUs of a mask in the order in which workers take them: first one of each
 * physical core, then the second hardware threads. The caller frees `cpus`.
 */
struct cpu_order {
    int *cpus;
    int count; /* at least 1 */
    int cores; /* distinct physical cores among them */
};
int cpu_order_read(struct cpu_order *order, const struct cpu_mask *mask); /* -1: no memory */
void cpu_order_free(struct cpu_order *order);

/* Binds the calling thread to the index-th CPU, round and round; where the system refuses, it stays
 * as it is. */
void cpu_order_bind(const struct cpu_order *order, int index);

#endif
