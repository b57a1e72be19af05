/*
 * Memory of the machine: how much can still be had, and large private blocks of it.
 */
#ifndef SCALESTUDY_MEMORY_H
#define SCALESTUDY_MEMORY_H

#include <stddef.h>

struct memory_room {
    double bytes;      /* infinity where the system does not say */
    const char *limit; /* what sets it, as in "4.2 GB ...": "of memory are free" */
};

/*
 * The least of what Linux calls available and of what the control groups that
 * this process is in leave, of either version. `root` is "", or a folder with proc and
 * sys in it for tests.
 */
struct memory_room memory_room(const char *root);

/*
 * Bytes of the last cache that each of so many workers of a node can count on: all of
 * one that it has for itself, else its share of them all. 0 where it is not known. From
 * Linux, since sysconf() gives other than the machine's own in virtual ones.
 */
double memory_cache(const char *root, int workers);

/*
 * Bytes that begin at a page, on large pages where the system has them, all zero; NULL
 * without memory. memory_give() takes NULL too.
 */
void *memory_take(size_t bytes);
void memory_give(void *memory, size_t bytes);

#endif
