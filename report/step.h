/*
 * Whether times step up where a second socket or NUMA domain begins.
 * docs/method.md, "Traps".
 */
#ifndef SCALESTUDY_STEP_H
#define SCALESTUDY_STEP_H

struct step_point {
    double log_cores, log_time;
    double deviation; /* standard deviation of log_time */
};

struct step {
    double height; /* in log_time, above what the counts around foretell; below 0: none */
    double z;      /* in standard deviations of its own */
};

/*
 * Of four neighbouring counts, ascending, with the border between the second
 * and the third. On any curve whose slope in logarithms only rises, or only
 * falls, the slope across the border is between the one before it and the one
 * behind it. The height is what is above the larger of the two; so the smooth
 * curves of all our models have none, and noise is the only false alarm.
 */
struct step step_across(const struct step_point points[4]);

#endif
