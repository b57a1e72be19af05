#include "page_compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare_words.h"
#include "groups.h"
#include "page_explain.h"
#include "reasons.h"
#include "wording.h"

enum { MOST_PARAGRAPHS = 16 };

/* Title ------------------------------------------------------------------------ */

static void say_labels(struct strbuf *sb, const struct compare *c)
{
    for (size_t i = 0; i < c->entrant_count; i++)
        strbuf_addf(sb, "%s%s",
                    i == 0                      ? ""
                    : i + 1 == c->entrant_count ? " and "
                                                : ", ",
                    c->entrants[i].label);
}

static void set_title(struct page *page, const struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    if (c->contest_count > 0 && c->contests[0].kernel[0] != '\0')
        strbuf_addf(&sb, "%s — ", c->contests[0].kernel);
    say_labels(&sb, c);
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
        wording_plural(&sb, (int64_t)c->claims, "comparison", "comparisons");
        strbuf_addf(&sb, " with %s", c->entrants[0].label);
        add_fact_line(page, &sb);
    }
    for (size_t i = 0; i < c->entrant_count; i++)
        if (strcmp(c->entrants[i].analysis->date, last) > 0)
            last = c->entrants[i].analysis->date;
    strbuf_add(&sb, last);
    add_fact_line(page, &sb);
}

/* The answer --------------------------------------------------------------------- */

static void add_paragraph(struct page *page, enum page_style style, struct strbuf *sb)
{
    struct page_answer *answer = &page->answer;
    if (answer->paragraphs == NULL)
        answer->paragraphs =
            pool_alloc(&page->pool, MOST_PARAGRAPHS, sizeof *answer->paragraphs);
    if (sb->len > 0 && answer->paragraph_count < MOST_PARAGRAPHS)
        page_say(page, &answer->paragraphs[answer->paragraph_count++], style, "%s", sb->str);
    strbuf_free(sb);
}

static void add_sentence(struct strbuf *sb, const char *sentence)
{
    strbuf_addf(sb, "%s%s", sb->len > 0 ? " " : "", sentence);
}

/* The end of the interval that is nearer to 1, as a distance from it. */
static double shown(const struct comparison *at)
{
    double end = at->verdict == VERDICT_SLOWER ? at->ratio.adjusted.low : at->ratio.adjusted.high;
    return fabs(log(end));
}

/* The surest of the large differences; NULL none. */
static const struct comparison *widest(const struct compare_contest *contest, size_t entrant,
                                       enum compare_verdict verdict)
{
    const struct comparison *found = NULL;
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->view == VIEW_SAME_CORES && at->a.entrant == entrant && at->verdict == verdict &&
            (found == NULL || shown(at) > shown(found)))
            found = at;
    }
    return found;
}

/* "On the same cores Bravo is slower at 3 of 6 points and equal within 5 % at 2." */
static void say_counts(struct page *page, const struct compare_content *content,
                       const struct compare_contest *contest, size_t entrant)
{
    const struct compare *c = content->compare;
    static const struct {
        enum compare_verdict verdict;
        const char *words;
    } kinds[] = {{VERDICT_SLOWER, "slower at"},
                 {VERDICT_FASTER, "faster at"},
                 {VERDICT_EQUAL, "equal within 5 % at"},
                 {VERDICT_UNDECIDED, "not told apart at"}};
    struct strbuf sb = STRBUF_INIT;
    size_t counts[4] = {0}, all = 0, said = 0;
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->view != VIEW_SAME_CORES || at->a.entrant != entrant)
            continue;
        counts[at->verdict]++;
        all++;
    }
    if (all == 0)
        return;
    bool told = c->same_machine && c->entrant_count == 2; /* the headline has told a clear case */
    for (size_t i = 0; i < 4; i++)
        told = told && (counts[i] == 0 || counts[i] == all);
    if (!told)
        strbuf_addf(&sb, "On the same cores %s is ", c->entrants[entrant].label);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (told || counts[kinds[i].verdict] == 0)
            continue;
        strbuf_addf(&sb, "%s%s %zu%s", said > 0 ? ", " : "", kinds[i].words,
                    counts[kinds[i].verdict], said == 0 ? " of " : "");
        if (said++ == 0)
            wording_plural(&sb, (int64_t)all, "point", "points");
    }
    strbuf_add(&sb, told ? "" : ".");
    for (size_t i = 0; i < 2; i++) {
        const struct comparison *at = widest(contest, entrant, kinds[i].verdict);
        if (at != NULL && content->gate != NULL && strstr(content->gate, at->sentence) != NULL)
            continue; /* said already */
        if (at != NULL && (i == 0 || widest(contest, entrant, VERDICT_SLOWER) == NULL))
            add_sentence(&sb, at->sentence);
    }
    add_paragraph(page, PAGE_PLAIN, &sb);
}

static void say_level(struct page *page, const struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    if (c->claims > 1) {
        strbuf_addf(&sb, "All %zu verdicts hold together at ", c->claims);
        wording_percent(&sb, c->level);
        strbuf_add(&sb, ": the intervals in these sentences are each at ");
        double each = 1 - (1 - c->level) / (double)c->claims;
        wording_fixed(&sb, each * 100, each > 0.9999 ? 4 : 2);
        strbuf_add(&sb, " % (Bonferroni). Those in plots are at 95 % each.");
    } else if (c->claims == 1) {
        strbuf_add(&sb, "Intervals are at 95 %.");
    }
    add_paragraph(page, PAGE_QUIET, &sb);
}

/* Rankings of two views may rank the same points: each whole node its best count. */
static bool same_sides(const struct compare_ranking *a, const struct compare_ranking *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->ranks[i].side.point != b->ranks[i].side.point)
            return false;
    return a->count == b->count;
}

static void say_rankings(struct page *page, const struct compare *c,
                         const struct compare_contest *contest)
{
    for (size_t i = 0; i < contest->ranking_count; i++) {
        const struct compare_ranking *ranking = &contest->rankings[i];
        struct strbuf sb = STRBUF_INIT;
        if (i > 0 && same_sides(ranking, &contest->rankings[0])) {
            strbuf_add(&sb, "These are one whole node each.");
        } else {
            if (strcmp(ranking->sentence, c->headline) != 0)
                add_sentence(&sb, ranking->sentence);
            add_sentence(&sb, ranking->details);
        }
        add_paragraph(page, PAGE_PLAIN, &sb);
    }
}

static void add_answer(struct page *page, const struct compare_content *content)
{
    const struct compare *c = content->compare;
    struct strbuf sb = STRBUF_INIT;
    page->answer.headline = c->headline;
    page->answer.code = "";
    if (content->gate != NULL) {
        strbuf_add(&sb, content->gate);
        add_paragraph(page, PAGE_STRONG, &sb);
    }
    if (c->contest_count == 0)
        return;
    const struct compare_contest *first = &c->contests[0];
    if (!c->same_machine)
        say_rankings(page, c, first);
    for (size_t i = 1; i < c->entrant_count; i++)
        say_counts(page, content, first, i);
    say_level(page, c);
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

static const char *cpu_model(const struct compare_entrant *entrant)
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
    const char *model = cpu_model(entrant);
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
               "A ratio is that of two medians over blocks; its interval is the exact bootstrap "
               "of both. A verdict is given where the interval for all comparisons together "
               "leaves 1 out, and \"equal within 5 %%\" where it lies between 1/1.05 and 1.05. "
               "Ratios are never averaged.");
    page_plain(page,
               "The same price is the charged core time of the reference's own choice; the "
               "other's time for it lies on the line between the two measured counts around that "
               "price, both in logarithms, and beyond them is that of the nearest.");
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
    add_answer(page, content);
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
