/*
 * Two ends; NAN both where there is no interval.
 */
#ifndef SCALESTUDY_INTERVAL_H
#define SCALESTUDY_INTERVAL_H

struct interval {
    double low, high;
};

#endif
