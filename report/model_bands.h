/*
 * How far a fitted curve and its parameters would have come out elsewhere: the
 * medians are drawn anew within each core count, the model is fitted again, and
 * the middle 95 % of many such fits is the band. docs/method.md, "Bands".
 */
#ifndef SCALESTUDY_MODEL_BANDS_H
#define SCALESTUDY_MODEL_BANDS_H

#include <stddef.h>
#include <stdint.h>

#include "bootstrap.h"
#include "models.h"

enum { MODEL_BANDS_REFITS = 2000 };

/* Pointwise: each holds for its own count, not for the curve as a whole. */
struct model_band {
    double cores;
    struct interval time;    /* seconds */
    struct interval speedup; /* against the base */
};

/* What speedup is measured against: cores * T(cores) / T(p), with a measured median above. */
struct model_base {
    const struct median_law *law; /* of that median; NULL or empty: no speedup */
    double cores;
    size_t own; /* its index among the points that are fitted, which draws it along with them;
                   models->count: it is another series' */
};

/* NAN where the model has no such parameter or there are no bands. */
struct model_bands {
    size_t refits; /* that there were; 0: no bands, as a point has fewer than 5 blocks */
    struct interval time_one, serial, overhead, exponent;
    struct interval peak; /* cores; ends may be INFINITY: then "at least peak.low" is all there is
                             to say, or nothing where that is INFINITY too */
    double endless;       /* share of the refits whose time falls for ever */
    struct model_band *curve; /* in the pool, one for each count asked for */
    size_t count;
};

/*
 * Counts to ask for, in `pool`, ascending: those that were measured, and as many between them
 * and up to the limit as drawing the curve takes. Returns how many.
 */
size_t model_bands_counts(const struct models *models, struct pool *pool, const double **counts);

/*
 * Of the model models->all[kind], by the laws of its points' medians (as
 * bootstrap_median() has them, in the order of models->cores): a median drawn
 * from its law is what resampling the blocks and taking their median gives,
 * without doing so; the base of speedup is drawn as well. Where the model misses the data by more than noise, its
 * scatter is added to each draw.
 *
 * The same `seed` gives the same bands. Counts in `cores` that are below the
 * smallest measured or beyond models->limit have bands of NAN.
 */
void model_bands(struct model_bands *out, const struct models *models, enum model_kind kind,
                 const struct median_law *laws, const struct model_base *base, const double *cores,
                 size_t count, uint64_t seed, struct pool *pool);

#endif
