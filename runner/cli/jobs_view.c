#include "jobs_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "plural.h"
#include "terminal.h"

struct counts {
    int64_t pending, running, done, lost;
};

static struct counts sum(const struct slurm_view *jobs)
{
    struct counts all = {0};
    for (size_t i = 0; i < jobs->count; i++) {
        all.pending += jobs->rows[i].pending;
        all.running += jobs->rows[i].running;
        all.done += jobs->rows[i].done;
        all.lost += jobs->rows[i].lost;
    }
    return all;
}

static void add_start(struct strbuf *out, int64_t start)
{
    time_t when = (time_t)start;
    struct tm local;
    char text[64];
    if (start == 0 || localtime_r(&when, &local) == NULL ||
        strftime(text, sizeof text, "%a %H:%M", &local) == 0)
        return;
    strbuf_addf(out, "%sstart expected %s", out->len > 0 ? "; " : "", text);
}

/* Why a row waits, when it may start, what to do where it never will. */
static char *remark(const struct slurm_row *row)
{
    struct strbuf text = STRBUF_INIT;
    if (row->pending > 0) {
        strbuf_add(&text, row->reason);
        add_start(&text, row->start);
        if (row->remedy[0] != '\0')
            strbuf_addf(&text, "; %s", row->remedy);
    }
    return strbuf_take(&text);
}

static void add_row(const struct slurm_row *row, int key_width, struct strbuf *out)
{
    char *text = remark(row);
    strbuf_addf(out, "%-*s  %-10s %8lld %8lld %8lld %8lld  %s", key_width, row->array, row->job,
                (long long)row->pending, (long long)row->running, (long long)row->done,
                (long long)row->lost, text);
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        strbuf_set_length(out, out->len - 1);
    strbuf_add_char(out, '\n');
    free(text);
}

static void add_summary(const struct slurm_view *jobs, struct strbuf *out)
{
    struct counts all = sum(jobs);
    strbuf_addf(out, "%lld task%s done, %lld running, %lld pending", (long long)all.done,
                plural(all.done), (long long)all.running, (long long)all.pending);
    if (jobs->waiting > 0)
        strbuf_addf(out, ", %lld not submitted yet", (long long)jobs->waiting);
    if (all.lost > 0)
        strbuf_addf(out, ", %lld ended without all of their runs", (long long)all.lost);
    if (!jobs->slurm_answers)
        strbuf_addf(out, " (Slurm does not answer: %s)", jobs->words);
    strbuf_add_char(out, '\n');
}

void jobs_view_describe(const struct slurm_view *jobs, struct strbuf *out)
{
    size_t width = strlen("array");
    for (size_t i = 0; i < jobs->count; i++)
        width = strlen(jobs->rows[i].array) > width ? strlen(jobs->rows[i].array) : width;
    if (jobs->count > 0)
        strbuf_addf(out, "%-*s  %-10s %8s %8s %8s %8s\n", (int)width, "array", "job", "pending",
                    "running", "done", "lost");
    for (size_t i = 0; i < jobs->count; i++)
        add_row(&jobs->rows[i], (int)width, out);
    add_summary(jobs, out);
}

void jobs_view_begin(struct jobs_view *view)
{
    *view = (struct jobs_view){.moves = terminal_moves(stderr), .last = xstrdup("")};
}

static void clear(struct jobs_view *view)
{
    if (view->lines > 0)
        fprintf(stderr, "\x1b[%dA\x1b[J", view->lines);
    view->lines = 0;
}

/* A line that the terminal breaks would count as one where it takes two. Bytes are
 * counted: a line with letters beyond ASCII is cut a little early, and never within one. */
static size_t length_that_fits(const char *line, size_t length, size_t width)
{
    if (length <= width)
        return length;
    while (width > 0 && ((unsigned char)line[width] & 0xc0) == 0x80)
        width--;
    return width;
}

static void draw(struct jobs_view *view, const struct slurm_view *jobs)
{
    struct strbuf text = STRBUF_INIT, escaped = STRBUF_INIT;
    size_t width = terminal_width(stderr);
    jobs_view_describe(jobs, &text);
    terminal_add_escaped(&escaped, text.str, true);
    clear(view);
    for (const char *line = escaped.str; *line != '\0'; view->lines++) {
        size_t length = strcspn(line, "\n");
        fwrite(line, 1, length_that_fits(line, length, width - 1), stderr);
        fputc('\n', stderr);
        line += length + (line[length] == '\n');
    }
    fflush(stderr);
    strbuf_free(&text);
    strbuf_free(&escaped);
}

/* Where nothing moves: what never clears by itself, and how far it is. */
static void tell(struct jobs_view *view, const struct slurm_view *jobs)
{
    struct strbuf line = STRBUF_INIT;
    add_summary(jobs, &line);
    strbuf_set_length(&line, line.len - 1);
    for (size_t i = 0; i < jobs->count; i++)
        if (jobs->rows[i].pending > 0 && jobs->rows[i].remedy[0] != '\0')
            strbuf_addf(&line, "; %s: %s: %s", jobs->rows[i].array, jobs->rows[i].reason,
                        jobs->rows[i].remedy);
    if (strcmp(line.str, view->last) != 0) {
        terminal_say("%s", line.str);
        free(view->last);
        view->last = xstrdup(line.str);
    }
    strbuf_free(&line);
}

void jobs_view_show(struct jobs_view *view, const struct slurm_view *jobs)
{
    if (view->moves)
        draw(view, jobs);
    else
        tell(view, jobs);
}

void jobs_view_say(struct jobs_view *view, const char *sentence)
{
    clear(view);
    terminal_say("%s", sentence);
}

void jobs_view_end(struct jobs_view *view)
{
    free(view->last);
    *view = (struct jobs_view){0};
}
