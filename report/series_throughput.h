/*
 * The fit of throughput that `--fit throughput` asks for: throughput_fit.h on
 * one over a series' medians.
 */
#ifndef SCALESTUDY_SERIES_THROUGHPUT_H
#define SCALESTUDY_SERIES_THROUGHPUT_H

#include "context.h"

/*
 * Fills the series' `throughput` where that is asked for. It looks at medians
 * only, so one run at each count is enough, and at three counts or more. Weak
 * scaling has none, nor a serial backend.
 */
void series_throughput_fit(struct context *context, size_t series);

#endif
