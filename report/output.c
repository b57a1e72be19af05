#include "output.h"

#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "files.h"
#include "report.h"
#include "templates.h"
#include "writer_html.h"
#include "writer_markdown.h"

void output_free(struct output *o)
{
    page_free(&o->page);
    drawing_free(&o->drawing);
    strbuf_free(&o->page_css);
    strbuf_free(&o->plot_css);
    strbuf_free(&o->plot_script);
}

bool output_wants(const struct output *o, unsigned formats)
{
    return (o->formats & formats) != 0;
}

/* Behind that of the page, which stays as it is without. */
static int load_explain_style(struct output *o, const char *templates, struct error *err)
{
    struct strbuf css = STRBUF_INIT;
    int rc = template_load(templates, "explain.css", &css, err);
    if (rc == 0)
        strbuf_add(&o->page_css, css.str);
    strbuf_free(&css);
    return rc;
}

int output_begin(struct output *o, const char *templates, struct error *err)
{
    if (template_load(templates, "report.css", &o->page_css, err) != 0 ||
        template_load(templates, "figure.css", &o->plot_css, err) != 0 ||
        template_load(templates, "plot.gp", &o->plot_script, err) != 0)
        return -1;
    if (o->explain && load_explain_style(o, templates, err) != 0)
        return -1;
    return folder_make(o->folder, err);
}

char *output_draw(struct output *o)
{
    const struct plot_settings settings = {.script = o->plot_script.str, .css = o->plot_css.str};
    struct error problem = ERROR_INIT;
    int rc = 0;
    if (output_wants(o, REPORT_HTML | REPORT_SVG))
        rc = drawing_svg(&o->drawing, &settings, &problem);
    if (rc == 0 && output_wants(o, REPORT_PNG))
        rc = drawing_png(&o->drawing, &settings, &problem);
    return rc != 0 ? xstrdup(problem.text) : NULL;
}

int output_write_text(const struct output *o, const char *name, const struct strbuf *text,
                      struct error *err)
{
    char *path = path_join(o->folder, name);
    int rc = file_write(path, text->str, text->len, err);
    free(path);
    return rc;
}

/* What could not be drawn now must not stand there from an earlier report. */
static int write_plot(const struct output *o, const char *name, const char *type,
                      const struct strbuf *bytes, struct error *err)
{
    char *file = text_format("%s.%s", name, type), *path = path_join(o->folder, file);
    int rc = 0;
    if (bytes->len > 0)
        rc = file_write(path, bytes->str, bytes->len, err);
    else if (file_exists(path))
        unlink(path);
    free(file);
    free(path);
    return rc;
}

static int write_plots(const struct output *o, struct error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < o->drawing.count; i++) {
        const char *name = o->drawing.figures[i].name;
        if (output_wants(o, REPORT_SVG))
            rc = write_plot(o, name, "svg", &o->drawing.files[i], err);
        if (rc == 0 && output_wants(o, REPORT_PNG))
            rc = write_plot(o, name, "png", &o->drawing.images[i], err);
    }
    return rc;
}

static int write_html(const struct output *o, struct error *err)
{
    struct strbuf css = STRBUF_INIT, html = STRBUF_INIT;
    strbuf_addf(&css, "%s%s", o->plot_css.str, o->page_css.str);
    writer_html(&html, &o->page, css.str);
    int rc = output_write_text(o, "index.html", &html, err);
    strbuf_free(&css);
    strbuf_free(&html);
    return rc;
}

static int write_markdown(const struct output *o, struct error *err)
{
    const char *type = output_wants(o, REPORT_SVG)   ? "svg"
                       : output_wants(o, REPORT_PNG) ? "png"
                                                     : NULL;
    struct strbuf text = STRBUF_INIT;
    writer_markdown(&text, &o->page, type);
    int rc = output_write_text(o, "report.md", &text, err);
    strbuf_free(&text);
    return rc;
}

int output_write(const struct output *o, struct error *err)
{
    int rc = write_plots(o, err);
    if (rc == 0 && output_wants(o, REPORT_HTML))
        rc = write_html(o, err);
    if (rc == 0 && output_wants(o, REPORT_MARKDOWN))
        rc = write_markdown(o, err);
    return rc;
}
