/*
 * Waiting for other workers in memory that they share: a short spin, since most
 * waits are shorter than a system call, and then a block in the kernel, since
 * with more workers than cores the one that is waited for needs this core.
 * Works across threads and across processes.
 */
#ifndef SCALESTUDY_GATE_H
#define SCALESTUDY_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A number that only grows, and who sleeps until it does. All zero bytes is a valid start. */
struct gate_count {
    _Alignas(64) _Atomic uint32_t value;
    _Atomic uint32_t sleepers;
};

/* How to wait: set once, the same for all. */
struct gate_manner {
    int spins;        /* polls before blocking; 0 where cores are short */
    bool one_process; /* the kernel may take its shorter way */
};

/* Adds 1, with everything written before, and wakes those who wait. */
void gate_advance(struct gate_count *count, struct gate_manner manner);

/* Returns once the number is no longer `seen`. */
void gate_wait_change(struct gate_count *count, uint32_t seen, struct gate_manner manner);

/* A barrier for a fixed number of workers. All zero bytes is a valid start. */
struct gate_barrier {
    struct gate_count generation;
    _Alignas(64) _Atomic uint32_t arrived;
};

void gate_barrier_wait(struct gate_barrier *barrier, uint32_t workers, struct gate_manner manner);

#endif
