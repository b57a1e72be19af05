/*
 * The parameters of a fitted model, with standard errors and t intervals.
 */
#ifndef SCALESTUDY_MODEL_ERRORS_H
#define SCALESTUDY_MODEL_ERRORS_H

#include "models.h"

/*
 * Fills the estimates of a model whose curve and misfit are there, from
 * `count` points. The variance is that of the misses: weights say only which
 * points are surer than others. NAN errors where there are no more points than
 * coefficients.
 */
void model_estimate(struct model *model, struct model_fitter *fitter, size_t count);

#endif
