/*
 * What a run used over time: CPU and memory of its process tree, in samples
 * that follow each other without a gap. Their number is bounded: where it would
 * be exceeded, neighbours are put together and samples become twice as long.
 *
 * A record holds them as a text, "0.25 0.98 2.1e+07,0.45 1.97 3.4e+07": the
 * three numbers of each sample.
 */
#ifndef SCALESTUDY_SAMPLES_H
#define SCALESTUDY_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"

enum { SAMPLES_MOST = 64 };

struct sample {
    double seconds; /* since the run's start, at the sample's end; it begins where the last ended */
    double cores;   /* busy, the mean over the sample */
    double memory_bytes; /* the largest seen in it; NAN: nobody looked */
};

struct samples {
    struct sample list[SAMPLES_MOST];
    size_t count;
    double period;             /* seconds of a sample; 0: nothing is sampled */
    double begun, cpu_seconds; /* of the sample under way: its begin, and the CPU time until then */
    double memory_bytes;       /* of the sample under way */
};

struct samples samples_begin(double period);

/* Bytes of memory at this moment; any number of times in a sample. */
void samples_see_memory(struct samples *samples, double bytes);

/* Whether the sample under way is long enough. */
bool samples_are_due(const struct samples *samples, double seconds);

/* Ends the sample under way. `cpu_seconds` is the tree's CPU time since the
 * run's start; less than before (a process was reaped while it was counted) is
 * taken for the same. */
void samples_add(struct samples *samples, double seconds, double cpu_seconds);

/*
 * At the end of the run: the last sample, or a longer last one where little is
 * left. A run that had no time for two samples has none: a mean is in its
 * other figures already.
 */
void samples_end(struct samples *samples, double seconds, double cpu_seconds);

/* No sample has more memory than this; nothing where it is NAN. Early samples may
 * be estimates, which later ones have shown to be too much. */
void samples_limit_memory(struct samples *samples, double bytes);

/* Appends the samples as a text; nothing where there are none. */
void samples_write(struct strbuf *out, const struct samples *samples);

/*
 * Takes the next sample off such a text: 1; 0 at its end; -1 where it is
 * malformed, as are times that do not ascend. `previous` is the time of the
 * last one, 0 for the first.
 */
int samples_next(const char **text, double previous, struct sample *sample);

/* Whether all of the text is samples. */
bool samples_are_well(const char *text);

#endif
