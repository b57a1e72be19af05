#include "compare_files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_json.h"
#include "compare_plots.h"
#include "files.h"
#include "output.h"
#include "page_compare.h"
#include "page_report.h"
#include "report.h"
#include "writer_terminal.h"

struct making {
    const struct compare_request *request;
    struct compare *compare;
    struct compare_gate gate;
    struct output output;
    struct pool pool;
};

/* --fail-if-slower ------------------------------------------------------------------ */

/* That no slowdown is shown is not that there is none. */
static void say_passed(struct strbuf *sb, const struct compare_gate *gate, double allowed,
                       const char *percent)
{
    const char *unit = gate->checked == 1 ? "comparison" : "comparisons";
    if (gate->possible <= 1 + allowed) {
        strbuf_addf(sb, "Not slower by more than %s in %zu %s.", percent, gate->checked, unit);
        return;
    }
    strbuf_addf(sb, "No slowdown of more than %s is shown in %zu %s; up to ", percent,
                gate->checked, unit);
    claim_say_ratio(sb, gate->possible, (struct interval){gate->possible, gate->possible});
    strbuf_add(sb, " the time is not ruled out.");
}

static void say_gate(struct strbuf *sb, const struct compare_gate *gate, double allowed)
{
    struct strbuf percent = STRBUF_INIT;
    claim_say_tolerance(&percent, allowed);
    if (gate->violated > 0)
        strbuf_addf(sb, "Slower by more than %s, beyond noise, in %zu of %zu comparisons. %s",
                    percent.str, gate->violated, gate->checked, gate->worst->sentence);
    else
        say_passed(sb, gate, allowed, percent.str);
    if (gate->disputed > 0)
        strbuf_addf(sb, " In %zu of %zu it depends on the method, which does not count as slower.",
                    gate->disputed, gate->checked);
    if (gate->unknown > 0)
        strbuf_addf(sb, " %zu more could not be judged: too few blocks.", gate->unknown);
    if (gate->missing > 0)
        strbuf_addf(sb, " %zu %s of the first %s not measured again.", gate->missing,
                    gate->missing == 1 ? "point" : "points", gate->missing == 1 ? "was" : "were");
    strbuf_free(&percent);
}

/* Another answer may be quicker to come by: it must not pass because the rest does. */
static int refuse_answers(const struct compare *c, struct error *err)
{
    for (size_t i = 0; i < c->notice_count; i++)
        if (strcmp(c->notices[i].code, "different-answer") == 0)
            return error_set(err, "--fail-if-slower cannot be judged: %s", c->notices[i].text);
    return 0;
}

static int judge(struct making *m, struct compare_outcome *outcome, struct error *err)
{
    static const char remedy[] = "(5 blocks on both sides at least, 9 are better)";
    struct strbuf sb = STRBUF_INIT;
    if (isnan(m->request->allowed))
        return 0;
    if (refuse_answers(m->compare, err) != 0)
        return -1;
    m->gate = compare_gate(m->compare, m->request->allowed);
    if (m->gate.checked == 0)
        return error_set(err, "--fail-if-slower cannot be judged: no comparison has an interval %s",
                         remedy);
    if (m->gate.unjudged != SIZE_MAX)
        return error_set(err, "--fail-if-slower cannot be judged for %s: none of its comparisons "
                              "has an interval %s",
                         m->compare->entrants[m->gate.unjudged].label, remedy);
    outcome->too_slow = m->gate.violated > 0;
    say_gate(&sb, &m->gate, m->request->allowed);
    outcome->gate = strbuf_take(&sb);
    return 0;
}

/* Writing --------------------------------------------------------------------------- */

static int write_texts(struct making *m, struct error *err)
{
    struct strbuf json = STRBUF_INIT, table = STRBUF_INIT;
    bool gated = !isnan(m->request->allowed);
    compare_json(&json, m->compare, gated ? &m->gate : NULL, m->request->allowed);
    int rc = output_write_text(&m->output, "compare.json", &json, err);
    if (rc == 0 && output_wants(&m->output, REPORT_CSV)) {
        char *folder = path_join(m->output.folder, "tables");
        compare_table(&table, m->compare);
        rc = folder_make(folder, err);
        if (rc == 0)
            rc = output_write_text(&m->output, "tables/comparisons.csv", &table, err);
        free(folder);
    }
    strbuf_free(&json);
    strbuf_free(&table);
    return rc;
}

static void tell(const struct making *m, struct compare_outcome *outcome)
{
    static const struct report_content no_groups;
    struct strbuf text = STRBUF_INIT;
    terminal_escape(&text, m->output.page.answer.headline);
    outcome->headline = strbuf_take(&text);
    terminal_text(&text, &m->output.page, &no_groups, m->request->colour_terminal);
    outcome->text = strbuf_take(&text);
}

/* A comparison is replaced by the next one; what is none is not written over. */
static int claim_folder(const char *folder, bool *replaced, struct error *err)
{
    static const char *const others[] = {"index.html", "report.md", "summary.json", "results.csv"};
    char *own = path_join(folder, "compare.json");
    int rc = 0;
    *replaced = file_exists(own);
    for (size_t i = 0; rc == 0 && !*replaced && i < sizeof others / sizeof *others; i++) {
        char *path = path_join(folder, others[i]);
        if (file_exists(path))
            rc = error_set(err, "%s is there and is of no comparison; name another folder with -o",
                           path);
        free(path);
    }
    free(own);
    return rc;
}

static int make(struct making *m, const struct compare_source *sources,
                struct compare_outcome *outcome, struct error *err)
{
    struct compare_plots *parts = NULL;
    if (m->compare->contest_count == 0)
        return error_set(err, "nothing can be compared: %s", m->compare->headline);
    if (claim_folder(m->request->folder, &outcome->replaced, err) != 0 ||
        judge(m, outcome, err) != 0 ||
        output_begin(&m->output, m->request->templates, err) != 0)
        return -1;
    size_t count = compare_plots_plan(&m->pool, m->compare, &m->output.drawing, &parts);
    outcome->plot_problem = output_draw(&m->output);
    const struct compare_content content = {.compare = m->compare,
                                            .sources = sources,
                                            .pictures = m->output.drawing.pictures,
                                            .parts = parts,
                                            .part_count = count,
                                            .plot_problem = outcome->plot_problem,
                                            .gate = outcome->gate,
                                            .explain = m->request->explain};
    page_compare(&m->output.page, &content);
    if (write_texts(m, err) != 0 || output_write(&m->output, err) != 0)
        return -1;
    tell(m, outcome);
    return 0;
}

int compare_files(const struct compare_request *request, const struct compare_entrant *entrants,
                  const struct compare_source *sources, size_t count,
                  struct compare_outcome *outcome, struct error *err)
{
    struct making m = {.request = request, .output = OUTPUT_INIT, .pool = POOL_INIT};
    struct compare_outcome made = {.headline = NULL};
    m.output.folder = request->folder;
    m.output.formats = request->formats;
    m.output.explain = request->explain;
    m.compare = compare_new(entrants, count);
    int rc = make(&m, sources, &made, err);
    output_free(&m.output);
    compare_free(m.compare);
    pool_free(&m.pool);
    if (rc == 0)
        *outcome = made;
    else
        compare_outcome_free(&made);
    return rc;
}

void compare_outcome_free(struct compare_outcome *outcome)
{
    free(outcome->headline);
    free(outcome->text);
    free(outcome->plot_problem);
    free(outcome->gate);
    *outcome = (struct compare_outcome){.headline = NULL};
}
