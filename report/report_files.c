#include "report_files.h"

#include <stdlib.h>

#include "files.h"
#include "output.h"
#include "page_report.h"
#include "summary_json.h"
#include "tables.h"
#include "writer_terminal.h"

struct making {
    const struct report_request *request;
    struct report_content content;
    struct output output;
    struct pool pool;
};

static int write_tables(const struct making *m, struct error *err)
{
    static const struct {
        const char *name;
        void (*write)(struct strbuf *out, const struct analysis *analysis);
    } tables[] = {{"tables/points.csv", tables_points}, {"tables/optimum.csv", tables_optimum}};
    char *folder = path_join(m->output.folder, "tables");
    int rc = folder_make(folder, err);
    free(folder);
    for (size_t i = 0; rc == 0 && i < sizeof tables / sizeof *tables; i++) {
        struct strbuf text = STRBUF_INIT;
        tables[i].write(&text, m->content.analysis);
        rc = output_write_text(&m->output, tables[i].name, &text, err);
        strbuf_free(&text);
    }
    return rc;
}

static int write_summary(const struct making *m, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    int rc = summary_json_write(m->content.analysis, &text);
    if (rc == 0)
        rc = output_write_text(&m->output, "summary.json", &text, err);
    strbuf_free(&text);
    return rc;
}

static int write_all(const struct making *m, struct error *err)
{
    int rc = write_summary(m, err);
    if (rc == 0)
        rc = output_write(&m->output, err);
    if (rc == 0 && output_wants(&m->output, REPORT_CSV))
        rc = write_tables(m, err);
    return rc;
}

static void tell(const struct making *m, struct report_outcome *outcome)
{
    struct strbuf text = STRBUF_INIT;
    terminal_escape(&text, m->output.page.answer.headline);
    outcome->headline = strbuf_take(&text);
    terminal_text(&text, &m->output.page, &m->content, m->request->colour_terminal);
    outcome->text = strbuf_take(&text);
}

static int make(struct making *m, struct report_outcome *outcome, struct error *err)
{
    const struct plan *plan = m->content.plan;
    if (output_begin(&m->output, m->request->templates, err) != 0)
        return -1;
    m->content.groups = groups_of(&m->pool, m->content.analysis);
    drawing_plan(&m->output.drawing, m->content.analysis, &m->content.groups, m->content.uses,
                 plan != NULL && plan->optimum.efficiency > 0 ? plan->optimum.efficiency : 0.70);
    outcome->plot_problem = output_draw(&m->output);
    m->content.plot_problem = outcome->plot_problem;
    m->content.pictures = m->output.drawing.pictures;
    m->content.picture_counts = m->output.drawing.group_counts;
    m->content.use_pictures = m->output.drawing.use_pictures;
    m->content.use_counts = m->output.drawing.use_counts;
    page_report(&m->output.page, &m->content);
    if (write_all(m, err) != 0)
        return -1;
    tell(m, outcome);
    return 0;
}

int report_files(const struct report_request *request, const struct analysis *analysis,
                 const struct plan *plan, const struct machines *machines, const struct uses *uses,
                 struct report_outcome *outcome, struct error *err)
{
    struct making m = {.request = request,
                       .content = {.analysis = analysis, .plan = plan, .machines = machines, .uses = uses},
                       .output = OUTPUT_INIT,
                       .pool = POOL_INIT};
    m.output.folder = request->folder;
    m.output.formats = request->formats;
    m.output.explain = m.content.explain = request->explain;
    int rc = make(&m, outcome, err);
    output_free(&m.output);
    pool_free(&m.pool);
    return rc;
}
