/*
 * What a plot shows, before anyone draws it: axes, marks in the units of the
 * axes, and texts at their places in pixels. figures.c fills it from the
 * analysis, plot.c has gnuplot draw it, svg.c makes our SVG from gnuplot's.
 */
#ifndef SCALESTUDY_FIGURE_H
#define SCALESTUDY_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "axis.h"
#include "pool.h"

enum figure_role {            /* what a mark is; its look is in plot.c's and svg.c's tables */
                   ROLE_BAND, /* x, low to high: an interval along a line */
                   ROLE_MODEL_BAND, /* the same of a fitted curve */
                   ROLE_IDEAL,
                   ROLE_THRESHOLD,
                   ROLE_BORDER, /* where what was measured ends */
                   ROLE_DOTS,    /* single blocks */
                   ROLE_BAR,     /* thick line: a range of counts */
                   ROLE_LINK,    /* thin line from a bar to what belongs to it */
                   ROLE_WHISKER, /* an interval of a point that has no neighbour with one */
                   ROLE_LINE,
                   ROLE_MODEL,        /* a fitted curve */
                   ROLE_MODEL_BEYOND, /* where it extrapolates */
                   ROLE_POINTS, /* filled markers */
                   ROLE_OPEN,   /* open markers */
                   ROLE_CHOICE, /* large filled circle: recommended */
                   ROLE_RING,   /* open circle: fastest */
                   ROLE_HALO,   /* a wide ring around a point of the above */
                   ROLE_COUNT
};

struct figure_point {
    double x, y;
    double low, high;  /* bands */
    const char *title; /* shown when pointed at; NULL: none */
    bool gap;          /* a line is interrupted before this point */
};

struct figure_mark {
    enum figure_role role;
    int colour; /* a series' colour; -1: none of its own */
    struct figure_point *points;
    size_t count;
};

static inline bool figure_role_is_band(enum figure_role role)
{
    return role == ROLE_BAND || role == ROLE_MODEL_BAND;
}

/* Colours beyond the palette begin again, with other markers and dashed lines. */
enum figure_shape {
    SHAPE_CIRCLE,
    SHAPE_SQUARE,
    SHAPE_TRIANGLE,
    SHAPE_DIAMOND,
    SHAPE_DOWN,
    SHAPE_PENTAGON,
    SHAPE_COUNT
};
enum { FIGURE_COLOURS = 8, FIGURE_DASHES = 2 };
enum figure_shape figure_shape(int colour);

enum figure_anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };
enum figure_text_role { TEXT_TICK, TEXT_LABEL, TEXT_NOTE, TEXT_NAME, TEXT_AXIS, TEXT_HEADING };

struct figure_text {
    double x, y; /* pixels from the left and from the top; y is the middle of the line */
    enum figure_anchor anchor;
    enum figure_text_role role;
    int colour;       /* a series' colour; -1: the role's */
    const char *text; /* shown */
    const char *full; /* where `text` is cut short; else NULL */
    bool has_leader;  /* a thin line leads from what it names, at (from_x, from_y), to the text */
    double from_x, from_y;
};

enum { FIGURE_HEADING_PIXELS = 30 }; /* above the plot, in the files beside the page */

struct figure {
    const char *name;                /* of the file and of ids: [a-z0-9-]+ */
    const char *title;               /* "Speedup" */
    const char *subtitle;            /* what is drawn, in a few words */
    const char *heading;             /* of the files beside: title and study in one line */
    const char *description;         /* one or two sentences for those who do not see it */
    double width, height;            /* pixels of the drawing, heading not counted */
    double left, right, top, bottom; /* margins around the plot area */
    struct axis x, y;
    bool grid_x, grid_y;
    bool whole; /* as wide as the page, where others stand side by side */
    double text_size;
    struct figure_mark *marks;
    size_t mark_count, mark_capacity;
    struct figure_text *texts;
    size_t text_count, text_capacity;
    struct pool pool; /* owns all of the above */
};

void figure_free(struct figure *figure);

double figure_x(const struct figure *figure, double value); /* pixels */
double figure_y(const struct figure *figure, double value);

/* Room for `count` points, zeroed; the mark is drawn above those added before. */
struct figure_point *figure_add_mark(struct figure *figure, enum figure_role role, int colour,
                                     size_t count);
struct figure_text *figure_add_text(struct figure *figure, enum figure_text_role role, double x,
                                    double y, enum figure_anchor anchor, const char *text);

/* Tick texts and the name of the horizontal axis, once axes and margins are set. */
void figure_add_ticks(struct figure *figure, const char *x_name);

/* A name that is cut where it is wider than `pixels`; sets text and full. */
void figure_cut(struct figure *figure, struct figure_text *text, double pixels);

/*
 * Moves texts apart vertically until lines are `spacing` pixels from each
 * other, as little as possible, in the order of their places, within
 * [top, bottom]. Where there is too little room the spacing shrinks.
 */
void figure_push_apart(struct figure_text **texts, size_t count, double spacing, double top,
                       double bottom);

#endif
