#include "page_compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare_words.h"
#include "groups.h"
#include "page_explain.h"
#include "reasons.h"
#include "wording.h"

/* Title ------------------------------------------------------------------------ */

static void set_title(struct page *page, const struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    bool *all = pool_alloc(&page->pool, c->entrant_count, sizeof *all);
    for (size_t i = 0; i < c->entrant_count; i++)
        all[i] = true;
    if (c->contest_count > 0 && c->contests[0].kernel[0] != '\0')
        strbuf_addf(&sb, "%s — ", c->contests[0].kernel);
    compare_say_names(&sb, c, all);
    page->title = page_take(page, &sb);
}

static void add_fact_line(struct page *page, struct strbuf *sb)
{
    if (sb->len > 0)
        page->facts[page->fact_count++] = page_take(page, sb);
    strbuf_free(sb);
}

static void set_facts(struct page *page, const struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    const char *last = "";
    page->facts = pool_alloc(&page->pool, 6, sizeof *page->facts);
    if (c->contest_count > 0) {
        if (isfinite(c->contests[0].size)) {
            strbuf_add(&sb, "n = ");
            wording_size(&sb, c->contests[0].size);
            if (c->contest_count > 1)
                strbuf_addf(&sb, " and %zu more", c->contest_count - 1);
            add_fact_line(page, &sb);
        }
        strbuf_addf(&sb, "%s scaling",
                    strcmp(c->contests[0].scaling, "weak") == 0 ? "weak" : "strong");
        add_fact_line(page, &sb);
        strbuf_addf(&sb, "compared with %s", c->entrants[0].label);
        add_fact_line(page, &sb);
    }
    for (size_t i = 0; i < c->entrant_count; i++)
        if (strcmp(c->entrants[i].analysis->date, last) > 0)
            last = c->entrants[i].analysis->date;
    strbuf_add(&sb, last);
    add_fact_line(page, &sb);
}

/* The rest ------------------------------------------------------------------------- */

static void add_notices(struct page *page, const struct compare_content *content)
{
    const struct compare *c = content->compare;
    if (content->plot_problem != NULL)
        page_say(page, &page_add(page, PAGE_NOTICE)->paragraph, PAGE_PLAIN, "%s.",
                 content->plot_problem);
    for (size_t i = 0; i < c->notice_count; i++) {
        struct page_block *block = page_add(page, PAGE_NOTICE);
        page_say(page, &block->paragraph, PAGE_STRONG, "%s", c->notices[i].text);
        page_say(page, &block->paragraph, PAGE_PLAIN, " %s", c->notices[i].remedy);
        if (content->explain)
            reason_add(page, block, c->notices[i].code);
    }
}

static size_t part_count_of(const struct compare_content *content, size_t contest)
{
    size_t count = 0;
    for (size_t i = 0; i < content->part_count; i++)
        count += content->parts[i].contest == contest ? 1 : 0;
    return count;
}

static void add_pictures(struct page *page, const struct compare_content *content, size_t contest)
{
    bool several = part_count_of(content, contest) > 1;
    for (size_t i = 0; i < content->part_count; i++) {
        const struct compare_plots *part = &content->parts[i];
        if (part->contest != contest)
            continue;
        if (several) {
            char id[48];
            snprintf(id, sizeof id, "plots-%zu", i + 1);
            page_heading(page, 3, id, part->backend);
        }
        struct page_block *block = page_add(page, PAGE_PICTURES);
        block->picture_count = part->count;
        block->pictures = pool_alloc(&page->pool, part->count, sizeof *block->pictures);
        for (size_t j = 0; j < part->count; j++)
            block->pictures[j] = content->pictures[part->first + j];
    }
}

static void add_contest_heading(struct page *page, const struct compare *c, size_t index)
{
    const struct compare_contest *contest = &c->contests[index];
    struct strbuf sb = STRBUF_INIT;
    char id[32];
    if (contest->kernel[0] != '\0')
        strbuf_add(&sb, contest->kernel);
    if (isfinite(contest->size)) {
        strbuf_add(&sb, sb.len > 0 ? ", n = " : "n = ");
        wording_size(&sb, contest->size);
    }
    snprintf(id, sizeof id, "part-%zu", index + 1);
    page_heading(page, 2, id, sb.len > 0 ? sb.str : "Another study");
    strbuf_free(&sb);
    struct page_paragraph *paragraph = &page_add(page, PAGE_PARAGRAPH)->paragraph;
    for (size_t i = 0; i < contest->ranking_count; i++)
        page_say(page, paragraph, PAGE_STRONG, "%s%s", i > 0 ? " " : "",
                 contest->rankings[i].sentence);
}

const char *page_compare_cpu(const struct compare_entrant *entrant)
{
    for (size_t i = 0; i < entrant->analysis->series_count; i++)
        if (strcmp(entrant->analysis->series[i].cluster, entrant->cluster) == 0 &&
            entrant->analysis->series[i].cpu_model[0] != '\0')
            return entrant->analysis->series[i].cpu_model;
    return "";
}

static void say_entrant(struct strbuf *sb, const struct compare_entrant *entrant,
                        const struct compare_source *source)
{
    const struct analysis *a = entrant->analysis;
    const char *model = page_compare_cpu(entrant);
    strbuf_add(sb, model[0] != '\0' ? model : "CPU type not recorded");
    if (entrant->node_cores > 0) {
        strbuf_add(sb, ", ");
        wording_plural(sb, entrant->node_cores, "core", "cores");
        strbuf_add(sb, " a node");
    }
    strbuf_addf(sb, "; %s; ", strcmp(a->metric, "total") == 0
                                  ? "times of the whole program, start-up included"
                                  : "times by the program's own clock");
    wording_count(sb, (int64_t)a->runs_ok);
    strbuf_add(sb, " of ");
    wording_plural(sb, (int64_t)a->runs_planned, "run ok", "runs ok");
    if (a->date[0] != '\0')
        strbuf_addf(sb, ", the last on %s", a->date);
    if (source->plan != NULL && source->plan->version[0] != '\0')
        strbuf_addf(sb, "; measured with scalestudy %s", source->plan->version);
    if (source->plan != NULL && source->plan->cluster.charge_granule > 1)
        strbuf_addf(sb, "; charged in steps of %lld cores",
                    (long long)source->plan->cluster.charge_granule);
    strbuf_addf(sb, ". From %s.", source->path);
}

/* A word for a shell, in single quotes where it needs them. */
static void add_word(struct strbuf *sb, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._-/+=:,@%";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        strbuf_add(sb, word);
        return;
    }
    strbuf_add_char(sb, '\'');
    for (; *word != '\0'; word++)
        if (*word == '\'')
            strbuf_add(sb, "'\\''");
        else
            strbuf_add_char(sb, *word);
    strbuf_add_char(sb, '\'');
}

static void add_method(struct page *page, const struct compare_content *content)
{
    const struct compare *c = content->compare;
    struct strbuf sb = STRBUF_INIT;
    page_heading(page, 2, "compared", "What was compared, and how");
    struct page_block *facts = page_add(page, PAGE_FACTS);
    for (size_t i = 0; i < c->entrant_count; i++) {
        struct page_fact *fact =
            page_add_fact(page, facts, c->entrant_count, c->entrants[i].label);
        say_entrant(&sb, &c->entrants[i], &content->sources[i]);
        page_say(page, &fact->text, PAGE_PLAIN, "%s", sb.str);
        strbuf_clear(&sb);
    }
    page_plain(page,
               "A ratio is that of two medians over blocks. It has two intervals: the exact "
               "bootstrap of both medians, and that of Hodges and Lehmann on logarithms. \"Slower\" "
               "and \"faster\" are said where both leave 1 out, \"equal within 5 %%\" where both hold "
               "1 and that of medians lies between 1/1.05 and 1.05. Where only one leaves 1 out it "
               "depends on the method; else no difference is shown, which is not the same as "
               "equal. Ratios are never averaged.");
    page_plain(page,
               "The same price is the charged core time of the reference's own choice; the "
               "other's time for it lies on the line between the two measured counts around that "
               "price, both in logarithms, and beyond them is that of the nearest. A time on that "
               "line is no sample, so its interval is that of medians alone; it knows their noise, "
               "not how the curve bends between the two.");
    strbuf_add(&sb, "scalestudy compare");
    for (size_t i = 0; i < c->entrant_count; i++) {
        if (i > 0 && content->sources[i].path == content->sources[i - 1].path)
            continue; /* several clusters of one table */
        strbuf_add_char(&sb, ' ');
        add_word(&sb, content->sources[i].path);
    }
    page_add(page, PAGE_CODE)->text = page_take(page, &sb);
}

void page_compare(struct page *page, const struct compare_content *content)
{
    const struct compare *c = content->compare;
    set_title(page, c);
    set_facts(page, c);
    page_add_compare_answer(page, content);
    add_notices(page, content);
    if (content->explain)
        page_link_explanations(page);
    for (size_t i = 0; i < c->contest_count; i++) {
        if (i > 0)
            add_contest_heading(page, c, i);
        add_pictures(page, content, i);
        page_add_compare_tables(page, c, i, i == 0 ? 2 : 3);
    }
    if (content->explain)
        page_add_compare_explanations(page, c);
    add_method(page, content);
}
