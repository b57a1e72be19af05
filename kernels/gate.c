#include "gate.h"

#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static void futex_wait(_Atomic uint32_t *word, uint32_t seen, bool one_process)
{
    syscall(SYS_futex, word, one_process ? FUTEX_WAIT_PRIVATE : FUTEX_WAIT, seen, NULL, NULL, 0);
}

static void futex_wake_all(_Atomic uint32_t *word, bool one_process)
{
    syscall(SYS_futex, word, one_process ? FUTEX_WAKE_PRIVATE : FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/*
 * The sleeper announces itself before the kernel compares the word, and the
 * waker changes the word before it looks for sleepers. With sequential
 * consistency one of the two sees the other, so no wake-up is lost.
 */
void gate_advance(struct gate_count *count, struct gate_manner manner)
{
    atomic_fetch_add(&count->value, 1);
    if (atomic_load(&count->sleepers) != 0)
        futex_wake_all(&count->value, manner.one_process);
}

void gate_wait_change(struct gate_count *count, uint32_t seen, struct gate_manner manner)
{
    for (int i = 0; i < manner.spins; i++) {
        if (atomic_load_explicit(&count->value, memory_order_acquire) != seen)
            return;
        pause_briefly();
    }
    if (atomic_load(&count->value) != seen)
        return;
    atomic_fetch_add(&count->sleepers, 1);
    while (atomic_load(&count->value) == seen)
        futex_wait(&count->value, seen, manner.one_process);
    atomic_fetch_sub(&count->sleepers, 1);
}

void gate_barrier_wait(struct gate_barrier *barrier, uint32_t workers, struct gate_manner manner)
{
    uint32_t generation = atomic_load_explicit(&barrier->generation.value, memory_order_acquire);

    if (atomic_fetch_add(&barrier->arrived, 1) + 1 == workers) {
        atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
        gate_advance(&barrier->generation, manner);
    } else {
        gate_wait_change(&barrier->generation, generation, manner);
    }
}
