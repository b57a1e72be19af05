/*
 * Just enough XML to read what gnuplot writes: tags, attributes, text.
 */
#ifndef SCALESTUDY_SVG_SCAN_H
#define SCALESTUDY_SVG_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct svg_tag {
    const char *name; /* not terminated */
    size_t name_length;
    const char *attributes; /* up to `attributes_end` */
    const char *attributes_end;
    bool closing; /* </g> */
};

/*
 * The next tag at or behind *cursor, which moves behind it; comments,
 * declarations and CDATA sections are passed over. False at the end, and where
 * a tag is not closed.
 */
bool svg_next_tag(const char **cursor, struct svg_tag *tag);
bool svg_tag_is(const struct svg_tag *tag, const char *name);

/* The value of an attribute, not terminated; NULL where there is none. */
const char *svg_attribute(const struct svg_tag *tag, const char *name, size_t *length);

/* 24 bits of "rgb(  0,   1, 165)" or "#0001a5"; false for anything else. */
bool svg_colour(const char *value, size_t length, uint32_t *colour);

/* The numbers in `text`, at most `most`; returns how many. */
size_t svg_numbers(const char *text, size_t length, double *numbers, size_t most);

#endif
