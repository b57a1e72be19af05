#include "notices.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "reasons.h"
#include "wording.h"

enum { MOST_OPEN = 4, MOST_TOLD = 3 };

/* Warnings with one cause, which stand behind each other, the worst first. */
struct cause {
    const struct warning **list;
    size_t count;
};

static bool share_cause(const struct warning *a, const struct warning *b)
{
    return a->many != NULL && b->many != NULL && strcmp(a->many, b->many) == 0 &&
           strcmp(a->code, b->code) == 0;
}

static int by_weight(const void *x, const void *y)
{
    const struct warning *a = *(const struct warning *const *)x;
    const struct warning *b = *(const struct warning *const *)y;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return (a > b) - (a < b); /* in one array */
}

/* The warnings from `first` on that share its cause; they need not be neighbours, but have one
 * code. */
static struct cause cause_of(struct pool *pool, const struct analysis *a, size_t first, bool *told)
{
    struct cause cause = {.list = pool_alloc(pool, a->warning_count, sizeof(struct warning *))};
    cause.list[cause.count++] = &a->warnings[first];
    for (size_t i = first + 1; i < a->warning_count; i++)
        if (!told[i] && share_cause(&a->warnings[first], &a->warnings[i])) {
            told[i] = true;
            cause.list[cause.count++] = &a->warnings[i];
        }
    qsort(cause.list, cause.count, sizeof *cause.list, by_weight);
    return cause;
}

/* Evidence that is the whole text was not marked, and does not go behind a name. */
static bool has_evidence(const struct warning *w)
{
    return strlen(w->evidence) + 1 < strlen(w->text);
}

/* "julia: it is 77 % of …", "mpi on 4 and 8 cores" */
static void say_member(struct strbuf *sb, const struct warning *w)
{
    strbuf_add(sb, w->name);
    if (has_evidence(w)) {
        strbuf_addf(sb, ": %s", w->evidence);
    } else if (w->count > 0) {
        strbuf_add(sb, " on ");
        wording_list(sb, w->counts, w->count);
        strbuf_add(sb, w->count == 1 && w->counts[0] == 1 ? " core" : " cores");
    }
}

/* Sizes, kernels and clusters make several curves of one backend. */
static void say_cause(struct strbuf *sb, const struct analysis *analysis, const struct cause *cause)
{
    struct group_differences differ = group_differences(analysis);
    const char *what = differ.kernels || differ.sizes || differ.clusters ? "curves" : "backends";
    const char *many = cause->list[0]->many, *hole = strstr(many, "%s");
    strbuf_addf(sb, "%.*s%zu %s%s.", (int)(hole - many), many, cause->count, what, hole + 2);
}

static bool one_remedy(const struct cause *cause)
{
    for (size_t i = 1; i < cause->count; i++)
        if (strcmp(cause->list[i]->remedy, cause->list[0]->remedy) != 0)
            return false;
    return true;
}

static void list_members(struct page *page, struct page_block *block, const struct cause *cause)
{
    bool alike = one_remedy(cause);
    block->items = pool_alloc(&page->pool, cause->count, sizeof *block->items);
    for (size_t i = 0; i < cause->count; i++) {
        const struct warning *w = cause->list[i];
        block->items[block->item_count++] =
            pool_text(&page->pool, "%s%s%s", w->text, alike ? "" : " ", alike ? "" : w->remedy);
    }
}

static void add_shared(struct page *page, struct page_block *block, const struct analysis *analysis,
                       const struct cause *cause)
{
    struct strbuf sb = STRBUF_INIT;
    size_t told = cause->count <= MOST_TOLD + 1 ? cause->count : MOST_TOLD;
    say_cause(&sb, analysis, cause);
    page_say(page, &block->paragraph, PAGE_STRONG, "%s", sb.str);
    strbuf_clear(&sb);
    for (size_t i = 0; i < told; i++) {
        strbuf_add(&sb, i == 0 ? " " : "; ");
        say_member(&sb, cause->list[i]);
    }
    if (told < cause->count)
        strbuf_addf(&sb, "; and %zu more", cause->count - told);
    page_say(page, &block->paragraph, PAGE_PLAIN, "%s. %s", sb.str, cause->list[0]->remedy);
    strbuf_free(&sb);
    if (told < cause->count || !one_remedy(cause))
        list_members(page, block, cause);
}

static void add_single(struct page *page, struct page_block *block, const struct warning *w)
{
    page_say(page, &block->paragraph, PAGE_STRONG, "%s", w->text);
    if (w->remedy[0] != '\0')
        page_say(page, &block->paragraph, PAGE_PLAIN, " %s", w->remedy);
}

void page_add_notices(struct page *page, const struct report_content *content)
{
    const struct analysis *a = content->analysis;
    bool *told = xcalloc(a->warning_count + 1, sizeof *told);
    const char *explained = "";
    size_t count = 0, first = page->count;
    for (size_t i = 0; i < a->warning_count; i++) {
        if (told[i])
            continue;
        struct cause cause = cause_of(&page->pool, a, i, told);
        struct page_block *block = page_add(page, PAGE_NOTICE);
        if (cause.count > 1)
            add_shared(page, block, a, &cause);
        else
            add_single(page, block, cause.list[0]);
        if (content->explain && strcmp(explained, cause.list[0]->code) != 0)
            reason_add(page, block, cause.list[0]->code);
        explained = cause.list[0]->code;
        count++;
    }
    for (size_t i = MOST_OPEN; count > MOST_OPEN + 1 && i < count; i++)
        page->blocks[first + i].folded = true;
    free(told);
}
