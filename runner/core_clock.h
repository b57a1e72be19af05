/*
 * The clock of a core while a run keeps it busy: afterwards it would be that
 * of an idle one.
 */
#ifndef SCALESTUDY_CORE_CLOCK_H
#define SCALESTUDY_CORE_CLOCK_H

#include <stddef.h>

struct core_clock {
    const char *sys; /* "/sys" */
    int cpu;         /* as Linux numbers it */
    double sum_mhz;
    size_t samples;
};

/* One look, for process_request: `clock` is a struct core_clock. Nothing
 * happens where Linux does not tell, as in most virtual machines. */
void core_clock_look(void *clock);

/* The mean of the samples; NAN where there are none. */
double core_clock_mhz(const struct core_clock *clock);

#endif
