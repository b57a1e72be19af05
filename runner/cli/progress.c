#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "duration.h"
#include "plural.h"
#include "schedule.h"
#include "strbuf.h"
#include "terminal.h"

static const double shortest_pause = 0.1; /* between redraws, seconds */
static const double line_pause = 1.0;     /* between plain lines: thousands of short blocks are no news */

/* Time left, from what each point's runs took so far; a point that has not run
 * yet is taken to be as long as the others on average. NAN before any has. */
static double seconds_left(const struct progress *p, int64_t done, int64_t total)
{
    double known = 0, all_wall = 0, unknown_runs = 0, counted = 0;
    int64_t all_runs = 0;
    for (size_t i = 0; i < p->plan->point_count; i++) {
        all_wall += p->wall[i];
        all_runs += p->runs[i];
        counted += (double)p->left[i];
        if (p->runs[i] > 0)
            known += p->wall[i] / (double)p->runs[i] * (double)p->left[i];
        else
            unknown_runs += (double)p->left[i];
    }
    if (all_runs == 0 || counted == 0)
        return all_runs == 0 ? NAN : 0;
    /* Runs that had a record before are counted as if they came: that is how many too many. */
    return (known + unknown_runs * all_wall / (double)all_runs) * (double)(total - done) / counted;
}

static void add_time_left(struct strbuf *sb, double seconds)
{
    if (isnan(seconds)) {
        strbuf_add(sb, "time left not known yet");
        return;
    }
    strbuf_add(sb, "about ");
    duration_add(sb, seconds);
    strbuf_add(sb, " left");
}

static int64_t block_count(const struct plan *plan)
{
    int64_t blocks = 0;
    for (size_t i = 0; i < plan->wave_count; i++)
        if (plan->waves[i].first_block + plan->waves[i].blocks > blocks)
            blocks = plan->waves[i].first_block + plan->waves[i].blocks;
    return blocks;
}

static void show_moving(struct progress *p, const struct planned_run *planned, int64_t done,
                        int64_t total)
{
    const struct plan_point *point = &p->plan->points[planned->point];
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "[%lld/%lld] %s, %lld core%s, %s, block %lld of %lld; ", (long long)done,
                (long long)total, p->plan->backends[point->backend].name, (long long)point->cores,
                plural(point->cores), planned->warmup ? "warm-up" : "run",
                (long long)planned->block + 1, (long long)block_count(p->plan));
    add_time_left(&sb, seconds_left(p, done, total));
    if (p->failed > 0)
        strbuf_addf(&sb, "; %lld not ok", (long long)p->failed);
    fprintf(stderr, "\r\033[K%s", sb.str);
    fflush(stderr);
    strbuf_free(&sb);
}

static void begins(const struct planned_run *planned, int64_t done, int64_t total, void *context)
{
    struct progress *p = context;
    double now = clock_seconds();
    if (p->moves && now - p->last_shown >= shortest_pause) {
        p->last_shown = now;
        show_moving(p, planned, done, total);
    }
}

static void say_block_done(const struct progress *p, int64_t done, int64_t total)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "block %lld of %lld done: %lld of %lld run%s", (long long)p->block + 1,
                (long long)block_count(p->plan), (long long)done, (long long)total,
                plural(total));
    if (p->failed > 0)
        strbuf_addf(&sb, ", %lld not ok", (long long)p->failed);
    if (done < total) {
        strbuf_add(&sb, "; ");
        add_time_left(&sb, seconds_left(p, done, total));
    }
    terminal_say("%s", sb.str);
    strbuf_free(&sb);
}

static void say_failure(const struct progress *p, const struct planned_run *planned,
                        const struct run *run)
{
    const struct plan_point *point = &p->plan->points[planned->point];
    if (p->moves)
        fputs("\r\033[K", stderr);
    terminal_say("%s, %lld core%s: %s: %s", p->plan->backends[point->backend].name,
                 (long long)point->cores, plural(point->cores), run->status, run->reason);
}

enum { FAILURES_SHOWN = 5 };

static void ended(const struct planned_run *planned, const struct run *run, int64_t done,
                  int64_t total, void *context)
{
    struct progress *p = context;
    /* A plain line tells a block when its last run has ended: the next one's
     * first run comes from another block. */
    double now = clock_seconds();
    if (!p->moves && planned->block != p->block && p->block >= 0 && now - p->last_shown >= line_pause) {
        p->last_shown = now;
        say_block_done(p, done - 1, total);
    }
    p->block = planned->block;
    if (strcmp(run->status, "ok") != 0 && p->failed++ < FAILURES_SHOWN)
        say_failure(p, planned, run);
    if (p->failed == FAILURES_SHOWN + 1 && strcmp(run->status, "ok") != 0)
        terminal_say("further failures are only counted here; the report lists them all");
    if (!isnan(run->wall_seconds)) {
        p->wall[planned->point] += run->wall_seconds;
        p->runs[planned->point]++;
    }
    if (p->left[planned->point] > 0)
        p->left[planned->point]--;
    if (done == total && !p->moves)
        say_block_done(p, done, total);
}

static void count_left(struct progress *p)
{
    for (size_t i = 0; i < p->plan->wave_count; i++) {
        const struct plan_wave *wave = &p->plan->waves[i];
        for (size_t j = 0; j < wave->points; j++)
            p->left[plan_wave_point(wave, j)] += wave->blocks * p->plan->runs + p->plan->warmups;
    }
}

void progress_begin(struct progress *p, const struct plan *plan)
{
    *p = (struct progress){.plan = plan, .moves = terminal_moves(stderr), .block = -1};
    p->wall = xcalloc(plan->point_count, sizeof *p->wall);
    p->runs = xcalloc(plan->point_count, sizeof *p->runs);
    p->left = xcalloc(plan->point_count, sizeof *p->left);
    p->watch = (struct worker_watch){.begins = begins, .ended = ended, .context = p};
    if (!p->moves)
        p->last_shown = clock_seconds();
    count_left(p);
}

void progress_end(struct progress *p)
{
    if (p->moves)
        fputs("\r\033[K", stderr);
    free(p->wall);
    free(p->runs);
    free(p->left);
}
