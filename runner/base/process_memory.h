/*
 * Memory and CPU time of a tree of processes, sampled so that the run does not
 * notice: whatever the tree's size, samples take 0.4 % of the time of one core,
 * and become rarer where they would take more. A part of process.c.
 *
 * A single process is asked for its own high-water mark, which is exact and
 * costs nothing. For several, what counts is the sum of their proportional set
 * sizes, in which pages that they share count once. But for that the kernel
 * walks all their page tables (0.03 s for each GiB, on a core that the run may
 * need), so it is asked only where that share allows it. In between, and in
 * runs too short for it, what is private to each is added to the
 * largest part shared, corrected by what a walk of a tree of about that size
 * found it to be too much.
 */
#ifndef SCALESTUDY_PROCESS_MEMORY_H
#define SCALESTUDY_PROCESS_MEMORY_H

#include "process_tree.h"
#include "samples.h"

struct memory_sampler {
    double started, next;    /* clock_seconds; next is INFINITY where nothing is sampled */
    struct samples samples;  /* over time, with the tree's CPU time */
    double spent;            /* seconds of CPU time, on samples */
    double seconds_per_byte; /* that a walk takes, as the last one did */
    /* Bytes; 0: none yet. */
    double single, walked, estimated;    /* largest of each kind so far */
    double estimate_at_walk, correction; /* of the walk of the largest tree: walked / estimated */
};

/* `interval` 0: never. The first sample is 0.05 s after `started`. */
struct memory_sampler sampler_begin(double started, double interval);

/* Takes a sample at `now` and sets when the next one is due. `reaped` is the CPU
 * time of what has been reaped so far, in seconds. */
void sampler_take(struct memory_sampler *sampler, struct process_tree *tree, double now,
                  double reaped);

/* Bytes; NAN where no sample saw anything. */
double sampler_peak(const struct memory_sampler *sampler);

#endif
