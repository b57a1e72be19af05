/*
 * What the plots over core counts show: one of these each, of measured points
 * and of models.
 */
#ifndef SCALESTUDY_FIGURE_VIEWS_H
#define SCALESTUDY_FIGURE_VIEWS_H

#include "analysis.h"
#include "figure_models.h"
#include "strbuf.h"

struct figure_view {
    const char *name;
    double (*value)(const struct point_summary *point);
    struct interval (*interval)(const struct point_summary *point);
    void (*say)(struct strbuf *sb, const struct point_summary *point);
    const struct model_view *model; /* NULL: no models in it */
};

extern const struct figure_view figure_view_speedup, figure_view_efficiency, figure_view_time,
    figure_view_cost;

#endif
