#include "svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "html_escape.h"
#include "plot.h"
#include "svg_scan.h"
#include "wording.h"

static const char *const role_classes[ROLE_COUNT] = {[ROLE_BAND] = "band",
                                                     [ROLE_IDEAL] = "ideal",
                                                     [ROLE_THRESHOLD] = "threshold",
                                                     [ROLE_DOTS] = "dots",
                                                     [ROLE_BAR] = "bar",
                                                     [ROLE_LINK] = "link",
                                                     [ROLE_WHISKER] = "whisker",
                                                     [ROLE_LINE] = "line",
                                                     [ROLE_POINTS] = "point",
                                                     [ROLE_BORDER] = "grid",
                                                     [ROLE_MODEL_BAND] = "model-band",
                                                     [ROLE_MODEL] = "model",
                                                     [ROLE_MODEL_BEYOND] = "beyond",
                                                     [ROLE_OPEN] = "open",
                                                     [ROLE_CHOICE] = "choice",
                                                     [ROLE_RING] = "ring",
                                                     [ROLE_HALO] = "halo"};

static const char *const text_classes[] = {
    [TEXT_TICK] = "tick",  [TEXT_LABEL] = "label", [TEXT_NOTE] = "note",
    [TEXT_NAME] = "label", [TEXT_AXIS] = "tick",   [TEXT_HEADING] = "heading"};

struct pass {
    const struct figure *figure;
    struct strbuf *body;
    struct strbuf grid, axis; /* path data */
    size_t mark;              /* of the points being written; SIZE_MAX none */
    size_t point;             /* the next one in it */
    bool dots_open;
    double text_x, text_y; /* of the group around a text */
};

/* One decimal: a tenth of a pixel is finer than any screen. */
static void add_number(struct strbuf *out, double value)
{
    wording_fixed(out, value, fabs(value - round(value)) < 0.05 ? 0 : 1);
}

static void add_pair(struct strbuf *out, double x, double y)
{
    add_number(out, x);
    strbuf_add_char(out, ' ');
    add_number(out, y);
}

/* "M1 2L3 4…" from gnuplot's path data or a polygon's points. */
static void add_path_data(struct strbuf *out, const char *text, size_t length)
{
    char command = 'M';
    for (size_t i = 0; i < length;) {
        double pair[2];
        if (strchr("MLZ", text[i]) != NULL) {
            if (text[i] == 'Z')
                strbuf_add_char(out, 'Z');
            command = text[i++];
            continue;
        }
        size_t run = strcspn(text + i, " \t\r\nMLZ");
        if (run > length - i)
            run = length - i;
        if (run > 0 && svg_numbers(text + i, run, pair, 2) == 2) {
            strbuf_add_char(out, command == 'Z' ? 'M' : command);
            add_pair(out, pair[0], pair[1]);
            command = 'L';
        }
        i += run > 0 ? run : 1;
    }
}

static void add_classes(struct strbuf *out, const char *name, int colour)
{
    strbuf_addf(out, " class=\"%s", name);
    if (colour >= 0)
        strbuf_addf(out, " c%d", colour % FIGURE_COLOURS);
    if (colour >= FIGURE_COLOURS)
        strbuf_addf(out, " again%d", (colour / FIGURE_COLOURS - 1) % FIGURE_DASHES + 1);
    strbuf_add_char(out, '"');
}

static void close_dots(struct pass *pass)
{
    if (pass->dots_open)
        strbuf_add(pass->body, "\"/>\n");
    pass->dots_open = false;
}

/* Points ------------------------------------------------------------------ */

static void add_circle(struct strbuf *out, double x, double y, double radius)
{
    strbuf_add(out, "<circle cx=\"");
    add_number(out, x);
    strbuf_add(out, "\" cy=\"");
    add_number(out, y);
    strbuf_add(out, "\" r=\"");
    add_number(out, radius);
    strbuf_add(out, "\"/>");
}

/* Markers of about equal weight, as steps from their centre. */
static const char *const shapes[SHAPE_COUNT] = {[SHAPE_SQUARE] = "m-2.9-2.9h5.8v5.8h-5.8z",
                                                [SHAPE_TRIANGLE] = "m0-4.2l3.9 6.6h-7.8z",
                                                [SHAPE_DIAMOND] = "m0-4.3l4.3 4.3-4.3 4.3-4.3-4.3z",
                                                [SHAPE_DOWN] = "m0 4.2l3.9-6.6h-7.8z",
                                                [SHAPE_PENTAGON] =
                                                    "m0-3.9l3.7 2.7-1.4 4.3h-4.6l-1.4-4.3z"};

static void add_shape(struct strbuf *out, enum figure_role role, int colour, double x, double y)
{
    enum figure_shape shape = figure_shape(colour);
    if (role == ROLE_OPEN)
        add_circle(out, x, y, 3.6);
    else if (role == ROLE_CHOICE)
        add_circle(out, x, y, 5.5);
    else if (role == ROLE_RING)
        add_circle(out, x, y, 5.5);
    else if (role == ROLE_HALO)
        add_circle(out, x, y, 8.5);
    else if (shape == SHAPE_CIRCLE)
        add_circle(out, x, y, 3.3);
    else {
        strbuf_add(out, "<path d=\"M");
        add_pair(out, x, y);
        strbuf_addf(out, "%s\"/>", shapes[shape]);
    }
}

static void add_point(struct pass *pass, size_t index, double x, double y)
{
    const struct figure_mark *mark = &pass->figure->marks[index];
    if (pass->mark != index) {
        close_dots(pass);
        pass->mark = index;
        pass->point = 0;
    }
    if (mark->role == ROLE_DOTS) {
        if (!pass->dots_open) {
            strbuf_add(pass->body, "<path");
            add_classes(pass->body, role_classes[ROLE_DOTS], mark->colour);
            strbuf_add(pass->body, " d=\"");
        }
        pass->dots_open = true;
        strbuf_add_char(pass->body, 'M');
        add_pair(pass->body, x, y);
        strbuf_add(pass->body, "h0"); /* a line of no length with round ends is a dot */
        return;
    }
    const char *title = pass->point < mark->count ? mark->points[pass->point].title : NULL;
    pass->point++;
    strbuf_add(pass->body, "<g");
    add_classes(pass->body, role_classes[mark->role], mark->colour);
    strbuf_add_char(pass->body, '>');
    if (title != NULL) {
        strbuf_add(pass->body, "<title>");
        html_escape(pass->body, title);
        strbuf_add(pass->body, "</title>");
    }
    add_shape(pass->body, mark->role, mark->colour, x, y);
    strbuf_add(pass->body, "</g>\n");
}

/* What gnuplot's elements become ------------------------------------------- */

static bool tag_code(const struct svg_tag *tag, const char *attribute, enum plot_code_kind *kind,
                     size_t *index)
{
    size_t length;
    uint32_t colour;
    const char *value = svg_attribute(tag, attribute, &length);
    if (value == NULL || !svg_colour(value, length, &colour))
        return false;
    *kind = (enum plot_code_kind)(colour & 0xFF);
    *index = colour >> 8;
    return true;
}

static void take_line(struct pass *pass, const struct svg_tag *tag, const char *colour,
                      const char *data)
{
    enum plot_code_kind kind;
    size_t index, length;
    const char *value = svg_attribute(tag, data, &length);
    if (value == NULL || !tag_code(tag, colour, &kind, &index))
        return;
    if (kind == PLOT_CODE_GRID)
        add_path_data(&pass->grid, value, length);
    else if (kind == PLOT_CODE_AXIS)
        add_path_data(&pass->axis, value, length);
    if (kind != PLOT_CODE_MARK || index >= pass->figure->mark_count)
        return;
    const struct figure_mark *mark = &pass->figure->marks[index];
    close_dots(pass);
    strbuf_add(pass->body, "<path");
    add_classes(pass->body, role_classes[mark->role], mark->colour);
    strbuf_add(pass->body, " d=\"");
    add_path_data(pass->body, value, length);
    strbuf_add(pass->body, figure_role_is_band(mark->role) ? "Z\"/>\n" : "\"/>\n");
}

static void take_use(struct pass *pass, const struct svg_tag *tag)
{
    enum plot_code_kind kind;
    size_t index, length;
    double at[2];
    const char *place = svg_attribute(tag, "transform", &length);
    if (place == NULL || svg_numbers(place, length, at, 2) != 2 ||
        !tag_code(tag, "color", &kind, &index))
        return;
    if (kind == PLOT_CODE_MARK && index < pass->figure->mark_count)
        add_point(pass, index, at[0], at[1]);
}

static void add_leader(struct pass *pass, const struct figure_text *text)
{
    strbuf_add(pass->body, "<path");
    add_classes(pass->body, "leader", text->colour);
    strbuf_add(pass->body, " d=\"M");
    add_pair(pass->body, text->from_x, text->from_y);
    strbuf_add_char(pass->body, 'L');
    add_pair(pass->body, text->x - 2, text->y);
    strbuf_add(pass->body, "\"/>\n");
}

static void add_text(struct pass *pass, size_t index)
{
    static const char *const anchors[] = {[ANCHOR_START] = "",
                                          [ANCHOR_MIDDLE] = " text-anchor=\"middle\"",
                                          [ANCHOR_END] = " text-anchor=\"end\""};
    const struct figure_text *text = &pass->figure->texts[index];
    if (text->has_leader)
        add_leader(pass, text);
    strbuf_add(pass->body, "<text");
    add_classes(pass->body, text_classes[text->role], text->colour);
    strbuf_add(pass->body, " x=\"");
    add_number(pass->body, pass->text_x);
    strbuf_add(pass->body, "\" y=\"");
    add_number(pass->body, pass->text_y);
    strbuf_addf(pass->body, "\"%s>", anchors[text->anchor]);
    if (text->full != NULL) {
        strbuf_add(pass->body, "<title>");
        html_escape(pass->body, text->full);
        strbuf_add(pass->body, "</title>");
    }
    html_escape(pass->body, text->text);
    strbuf_add(pass->body, "</text>\n");
}

/* "T7", in some versions of gnuplot within <![CDATA[…]]>. */
static void take_text(struct pass *pass, const char *content)
{
    static const char cdata[] = "<![CDATA[";
    if (strncmp(content, cdata, sizeof cdata - 1) == 0)
        content += sizeof cdata - 1;
    content += strspn(content, " ");
    if (*content != 'T')
        return;
    char *end;
    unsigned long index = strtoul(content + 1, &end, 10);
    if (end != content + 1 && index < pass->figure->text_count)
        add_text(pass, index);
}

static void take_group(struct pass *pass, const struct svg_tag *tag)
{
    size_t length;
    double at[2];
    const char *place = svg_attribute(tag, "transform", &length);
    if (place != NULL && svg_numbers(place, length, at, 2) == 2) {
        pass->text_x = at[0];
        pass->text_y = at[1];
    }
}

static int take_over(struct pass *pass, const char *svg, struct error *err)
{
    struct svg_tag tag;
    const char *at = svg;
    while (svg_next_tag(&at, &tag)) {
        if (tag.closing) {
            if (svg_tag_is(&tag, "svg")) {
                close_dots(pass);
                return 0;
            }
        } else if (svg_tag_is(&tag, "path")) {
            take_line(pass, &tag, "stroke", "d");
        } else if (svg_tag_is(&tag, "polygon")) {
            take_line(pass, &tag, "fill", "points");
        } else if (svg_tag_is(&tag, "use")) {
            take_use(pass, &tag);
        } else if (svg_tag_is(&tag, "g")) {
            take_group(pass, &tag);
        } else if (svg_tag_is(&tag, "text")) {
            take_text(pass, at);
        }
    }
    return error_system(err, "no plots: gnuplot's SVG ends in the middle");
}

/* The whole --------------------------------------------------------------- */

static void add_root(struct strbuf *out, const struct figure *f, const char *id, double above)
{
    strbuf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 %s", "");
    add_number(out, -above);
    strbuf_add_char(out, ' ');
    add_pair(out, f->width, f->height + above);
    strbuf_addf(out,
                "\" role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n<title id=\"%s-title\">",
                id, id, id);
    html_escape(out, f->heading);
    strbuf_addf(out, "</title>\n<desc id=\"%s-desc\">", id);
    html_escape(out, f->description);
    strbuf_add(out, "</desc>\n");
}

static void add_furniture(struct strbuf *out, const char *name, const struct strbuf *data)
{
    if (data->len > 0)
        strbuf_addf(out, "<path class=\"%s\" d=\"%s\"/>\n", name, data->str);
}

static int draw(struct strbuf *out, const char *gnuplot_svg, const struct figure *f,
                struct error *err)
{
    struct strbuf body = STRBUF_INIT;
    struct pass pass = {
        .figure = f, .body = &body, .grid = STRBUF_INIT, .axis = STRBUF_INIT, .mark = SIZE_MAX};
    int rc = take_over(&pass, gnuplot_svg, err);
    if (rc == 0) {
        add_furniture(out, "grid", &pass.grid);
        add_furniture(out, "axis", &pass.axis);
        strbuf_add_bytes(out, body.str, body.len);
    }
    strbuf_free(&pass.grid);
    strbuf_free(&pass.axis);
    strbuf_free(&body);
    return rc;
}

int svg_for_page(struct strbuf *out, const char *gnuplot_svg, const struct figure *figure,
                 const char *id, struct error *err)
{
    size_t start = out->len;
    add_root(out, figure, id, 0);
    int rc = draw(out, gnuplot_svg, figure, err);
    if (rc != 0)
        strbuf_set_length(out, start);
    else
        strbuf_add(out, "</svg>\n");
    return rc;
}

int svg_for_file(struct strbuf *out, const char *gnuplot_svg, const struct figure *figure,
                 const char *css, struct error *err)
{
    size_t start = out->len;
    strbuf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    add_root(out, figure, figure->name, FIGURE_HEADING_PIXELS);
    strbuf_addf(out,
                "<style>\n%s</style>\n<rect class=\"paper\" y=\"-%d\" width=\"100%%\" "
                "height=\"100%%\"/>\n<text class=\"heading\" x=\"12\" y=\"-8\">",
                css, FIGURE_HEADING_PIXELS);
    html_escape(out, figure->heading);
    strbuf_add(out, "</text>\n");
    int rc = draw(out, gnuplot_svg, figure, err);
    if (rc != 0)
        strbuf_set_length(out, start);
    else
        strbuf_add(out, "</svg>\n");
    return rc;
}
