/*
 * The scaling models of a series: fitted to its medians, with the bands of the
 * one that was chosen. docs/method.md, "Models".
 */
#ifndef SCALESTUDY_SERIES_MODELS_H
#define SCALESTUDY_SERIES_MODELS_H

#include "context.h"

/* Fills the series' models and bands; its points must be summarised. A serial backend
 * and weak scaling have none. */
void series_models_fit(struct context *context, size_t series);

#endif
