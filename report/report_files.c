#include "report_files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "drawing.h"
#include "files.h"
#include "page_report.h"
#include "summary_json.h"
#include "tables.h"
#include "templates.h"
#include "writer_terminal.h"
#include "writer_html.h"
#include "writer_markdown.h"

struct making {
    const struct report_request *request;
    struct report_content content;
    struct drawing drawing;
    struct page page;
    struct strbuf page_css, plot_css, plot_script;
    struct pool pool;
};

static int write_text(const struct making *m, const char *name, const struct strbuf *text,
                      struct error *err)
{
    char *path = path_join(m->request->folder, name);
    int rc = file_write(path, text->str, text->len, err);
    free(path);
    return rc;
}

static bool wants(const struct making *m, unsigned formats)
{
    return (m->request->formats & formats) != 0;
}

/* Plots ------------------------------------------------------------------- */

/* What could not be drawn now must not stand there from an earlier report. */
static int write_plot(const struct making *m, const char *name, const char *type,
                      const struct strbuf *bytes, struct error *err)
{
    char *file = text_format("%s.%s", name, type), *path = path_join(m->request->folder, file);
    int rc = 0;
    if (bytes->len > 0)
        rc = file_write(path, bytes->str, bytes->len, err);
    else if (file_exists(path))
        unlink(path);
    free(file);
    free(path);
    return rc;
}

static int write_plots(const struct making *m, struct error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < m->drawing.count; i++) {
        const char *name = m->drawing.figures[i].name;
        if (wants(m, REPORT_SVG))
            rc = write_plot(m, name, "svg", &m->drawing.files[i], err);
        if (rc == 0 && wants(m, REPORT_PNG))
            rc = write_plot(m, name, "png", &m->drawing.images[i], err);
    }
    return rc;
}

/* A report without plots is still a report: what went wrong is kept as text. */
static void draw(struct making *m, struct report_outcome *outcome)
{
    const struct plot_settings settings = {.script = m->plot_script.str, .css = m->plot_css.str};
    struct error problem = ERROR_INIT;
    int rc = 0;
    if (wants(m, REPORT_HTML | REPORT_SVG))
        rc = drawing_svg(&m->drawing, &settings, &problem);
    if (rc == 0 && wants(m, REPORT_PNG))
        rc = drawing_png(&m->drawing, &settings, &problem);
    if (rc != 0)
        outcome->plot_problem = xstrdup(problem.text);
    m->content.plot_problem = outcome->plot_problem;
    m->content.pictures = m->drawing.pictures;
    m->content.picture_counts = m->drawing.group_counts;
}

/* Pages ------------------------------------------------------------------- */

static int write_html(const struct making *m, struct error *err)
{
    struct strbuf css = STRBUF_INIT, html = STRBUF_INIT;
    strbuf_addf(&css, "%s%s", m->plot_css.str, m->page_css.str);
    writer_html(&html, &m->page, css.str);
    int rc = write_text(m, "index.html", &html, err);
    strbuf_free(&css);
    strbuf_free(&html);
    return rc;
}

static int write_markdown(const struct making *m, struct error *err)
{
    const char *type = wants(m, REPORT_SVG) ? "svg" : wants(m, REPORT_PNG) ? "png" : NULL;
    struct strbuf text = STRBUF_INIT;
    writer_markdown(&text, &m->page, type);
    int rc = write_text(m, "report.md", &text, err);
    strbuf_free(&text);
    return rc;
}

static int write_tables(const struct making *m, struct error *err)
{
    static const struct {
        const char *name;
        void (*write)(struct strbuf *out, const struct analysis *analysis);
    } tables[] = {{"tables/points.csv", tables_points}, {"tables/optimum.csv", tables_optimum}};
    char *folder = path_join(m->request->folder, "tables");
    int rc = folder_make(folder, err);
    free(folder);
    for (size_t i = 0; rc == 0 && i < sizeof tables / sizeof *tables; i++) {
        struct strbuf text = STRBUF_INIT;
        tables[i].write(&text, m->content.analysis);
        rc = write_text(m, tables[i].name, &text, err);
        strbuf_free(&text);
    }
    return rc;
}

static int write_summary(const struct making *m, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    int rc = summary_json_write(m->content.analysis, &text);
    if (rc == 0)
        rc = write_text(m, "summary.json", &text, err);
    strbuf_free(&text);
    return rc;
}

static int write_all(struct making *m, struct error *err)
{
    int rc = write_summary(m, err);
    if (rc == 0)
        rc = write_plots(m, err);
    if (rc == 0 && wants(m, REPORT_HTML))
        rc = write_html(m, err);
    if (rc == 0 && wants(m, REPORT_MARKDOWN))
        rc = write_markdown(m, err);
    if (rc == 0 && wants(m, REPORT_CSV))
        rc = write_tables(m, err);
    return rc;
}

static void tell(const struct making *m, struct report_outcome *outcome)
{
    struct strbuf text = STRBUF_INIT;
    terminal_escape(&text, m->page.answer.headline);
    outcome->headline = strbuf_take(&text);
    terminal_text(&text, &m->page, &m->content, m->request->colour_terminal);
    outcome->text = strbuf_take(&text);
}

static int load_templates(struct making *m, struct error *err)
{
    const char *folder = m->request->templates;
    if (template_load(folder, "report.css", &m->page_css, err) != 0 ||
        template_load(folder, "figure.css", &m->plot_css, err) != 0)
        return -1;
    return template_load(folder, "plot.gp", &m->plot_script, err);
}

static int make(struct making *m, struct report_outcome *outcome, struct error *err)
{
    const struct plan *plan = m->content.plan;
    if (load_templates(m, err) != 0 || folder_make(m->request->folder, err) != 0)
        return -1;
    m->content.groups = groups_of(&m->pool, m->content.analysis);
    drawing_plan(&m->drawing, m->content.analysis, &m->content.groups,
                 plan != NULL && plan->optimum.efficiency > 0 ? plan->optimum.efficiency : 0.70);
    draw(m, outcome);
    page_report(&m->page, &m->content);
    if (write_all(m, err) != 0)
        return -1;
    tell(m, outcome);
    return 0;
}

int report_files(const struct report_request *request, const struct analysis *analysis,
                 const struct plan *plan, const struct machines *machines,
                 struct report_outcome *outcome, struct error *err)
{
    struct making m = {.request = request,
                       .content = {.analysis = analysis, .plan = plan, .machines = machines},
                       .page = PAGE_INIT,
                       .page_css = STRBUF_INIT,
                       .plot_css = STRBUF_INIT,
                       .plot_script = STRBUF_INIT};
    int rc = make(&m, outcome, err);
    page_free(&m.page);
    drawing_free(&m.drawing);
    strbuf_free(&m.page_css);
    strbuf_free(&m.plot_css);
    strbuf_free(&m.plot_script);
    pool_free(&m.pool);
    return rc;
}
