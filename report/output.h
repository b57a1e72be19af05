/*
 * A report on its way into its folder: style sheets, plots and pages, whatever
 * they are about. report_files.c and compare_report.c fill page and drawing.
 */
#ifndef SCALESTUDY_OUTPUT_H
#define SCALESTUDY_OUTPUT_H

#include "drawing.h"
#include "error.h"
#include "page.h"
#include "strbuf.h"

struct output {
    const char *folder;
    unsigned formats; /* of enum report_format */
    bool explain;     /* the page has explanations, which need a style */
    struct drawing drawing;
    struct page page;
    struct strbuf page_css, plot_css, plot_script;
};

#define OUTPUT_INIT                                                                                \
    {                                                                                              \
        .page = PAGE_INIT, .page_css = STRBUF_INIT, .plot_css = STRBUF_INIT,                       \
        .plot_script = STRBUF_INIT                                                                 \
    }
void output_free(struct output *output);

/* Style and plot settings (of the folder `templates`, where that has them), and
 * the report's folder. */
int output_begin(struct output *output, const char *templates, struct error *err);

/* Whether any of these formats is asked for. */
bool output_wants(const struct output *output, unsigned formats);

/* Draws what is asked for. A report without plots is still a report: what went
 * wrong is a sentence that the caller frees; NULL: nothing did. */
char *output_draw(struct output *output);

/* The plots beside the page, index.html and report.md, as asked for. */
int output_write(const struct output *output, struct error *err);

/* One file more. `name` may be in a folder that is there. */
int output_write_text(const struct output *output, const char *name, const struct strbuf *text,
                      struct error *err);

#endif
