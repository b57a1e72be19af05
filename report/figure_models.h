/*
 * The curves of fitted models in the plots over core counts. Where one is drawn,
 * what was measured is drawn as points with bars, so that bands are the models'.
 */
#ifndef SCALESTUDY_FIGURE_MODELS_H
#define SCALESTUDY_FIGURE_MODELS_H

#include "figure.h"
#include "groups.h"
#include "model_bands.h"
#include "strbuf.h"

/* What a plot makes of the seconds of a model. */
struct model_view {
    double (*value)(const struct series *series, double cores, double seconds);
    struct interval (*band)(const struct model_band *band);
};

/* What of a group's models a plot shows. */
struct figure_models {
    const struct model_view *view;
    size_t drawn;                   /* curves; 0: no models in this plot, and the rest is 0 */
    const struct series *only_band; /* whose band alone is drawn, where all would be a clutter */
    bool has_bands, has_beyond;     /* anything of that kind to see */
    bool has_bars;                  /* points with an interval */
    bool some_without;              /* series of several counts without a model */
};

/*
 * `view` NULL: none. `favourite` is the series to see the band of where there are
 * many; NULL none.
 */
struct figure_models figure_models_of(const struct group *group, const struct series *favourite,
                                      const struct model_view *view);

/* Whether the plot has the series' curve: a model was chosen, may be used between counts, no time
 * is too small to judge, and the plot's base is known. */
bool figure_has_model(const struct figure_models *models, const struct series *series);

/* Where the curve ends: the largest count that it may reach. */
struct figure_point figure_model_end(const struct figure_models *models,
                                     const struct series *series);

/* The values of the curve, and of its band as far as counts were measured; what is beyond may
 * leave the plot. */
void figure_model_range(const struct figure_models *models, const struct series *series,
                        struct interval *range);

/* Marks of it; axes must be set. */
void figure_add_model_band(struct figure *figure, const struct figure_models *models,
                           const struct series *series);
void figure_add_model(struct figure *figure, const struct figure_models *models,
                      const struct series *series);

/* What the lines and areas are, for a subtitle, and in a sentence for those who do not see them. */
void figure_say_models(struct strbuf *sb, const struct figure_models *models);
void figure_describe_models(struct strbuf *sb, const struct figure_models *models);

#endif
