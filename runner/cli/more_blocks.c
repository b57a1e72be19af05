#include "more_blocks.h"

#include <math.h>
#include <stdlib.h>

#include "adaptive.h"
#include "alloc.h"
#include "collect.h"
#include "journal_fates.h"
#include "plan.h"
#include "plural.h"
#include "strbuf.h"

/* Blocks that the budget of time still has room for go behind the others, as a
 * wave whose points are warmed up anew. */
static bool fill_time(struct plan *plan, const struct collected *collected)
{
    int64_t done = plan_block_count(plan), runs = plan_run_count(plan);
    if (!(plan->budget_time > 0) || done >= plan->blocks)
        return false;
    double of_all_points = (double)plan->point_count * (double)plan->runs / (double)runs;
    double block = (collected->seconds - collected->warmup_seconds) * of_all_points;
    double warmups = collected->warmup_seconds / (double)plan->wave_count;
    double room = floor((plan->budget_time - collected->seconds - warmups) / block);
    if (!(room >= 1)) /* also where nothing took any time */
        return false;
    return plan_add_blocks(plan, room < (double)(plan->blocks - done) ? done + (int64_t)room
                                                                      : plan->blocks);
}

/* The share of a wave that a budget has room for; 1 without a budget. */
static double share(double budget, double spent, double cost)
{
    if (!(budget > 0) || !(cost > 0)) /* NAN too */
        return 1;
    return fmin(1, fmax(0, (budget - spent) / cost));
}

/* What the wanted blocks cost if each takes what its point's blocks took so far. */
static double affordable(const struct plan *plan, const struct collected *collected,
                         const int64_t *until)
{
    double core_hours = 0, seconds = 0;
    for (size_t i = 0; i < plan->point_count; i++) {
        double have = (double)plan_blocks_of_point(plan, i);
        double more = (double)until[i] - have;
        if (more <= 0)
            continue;
        double cost = collected->core_hours_of_points[i] * more / have;
        core_hours += cost;
        seconds += cost * 3600 / (double)plan->points[i].allocated_cores;
    }
    double time = plan_is_local(plan) ? share(plan->budget_time, collected->seconds, seconds) : 1;
    return fmin(time, share(plan->budget_core_hours, collected->core_hours, core_hours));
}

/* Fewer blocks for each point where the budget has no room for all. */
static void trim(const struct plan *plan, double part, int64_t *until)
{
    for (size_t i = 0; i < plan->point_count && part < 1; i++) {
        int64_t have = plan_blocks_of_point(plan, i);
        if (until[i] > have)
            until[i] = have + (int64_t)floor((double)(until[i] - have) * part);
    }
}

static int sharpen(const struct study_folder *folder, struct plan *plan,
                   const struct collected *collected, char **said, struct error *err)
{
    struct adaptive adaptive;
    if (adaptive_read(&adaptive, folder->results, plan, err) != 0)
        return -1;
    trim(plan, affordable(plan, collected, adaptive.until), adaptive.until);
    int64_t before = plan_run_count(plan);
    if (plan_add_blocks_of(plan, adaptive.until))
        *said = text_format("%zu point%s not within %.3g %% of %s median yet (the widest: %.3g %%), so "
                            "%lld run%s on top",
                            adaptive.wide, adaptive.wide == 1 ? " is" : "s are",
                            plan->precision * 100, adaptive.wide == 1 ? "its" : "their",
                            adaptive.widest * 100, (long long)(plan_run_count(plan) - before),
                            plan_run_count(plan) - before == 1 ? " comes" : "s come");
    adaptive_free(&adaptive);
    return 0;
}

static int add(const struct study_folder *folder, struct plan *plan,
               struct collected *collected, char **said, struct error *err)
{
    if (plan->precision > 0)
        return collected->ok == 0 ? 0 : sharpen(folder, plan, collected, said, err);
    int64_t before = plan_block_count(plan);
    if (plan_is_local(plan) && fill_time(plan, collected))
        *said = text_format("there is time for %lld block%s more",
                            (long long)(plan_block_count(plan) - before),
                            plural(plan_block_count(plan) - before));
    return 0;
}

int more_blocks(const struct study_folder *folder, struct plan *plan, char **said,
                struct error *err)
{
    struct task_fates fates = {0};
    struct collected collected = {
        .core_hours_of_points = xcalloc(plan->point_count, sizeof(double))};
    bool local = plan_is_local(plan);
    *said = NULL;
    int rc = local ? 0 : journal_fates(&fates, folder->path, err);
    if (rc == 0)
        rc = collect(folder->path, plan, local ? NULL : &fates, &collected, err);
    if (rc == 0)
        rc = add(folder, plan, &collected, said, err);
    if (rc == 0 && *said != NULL)
        rc = study_folder_write_plan(folder, plan, err);
    task_fates_free(&fates);
    free(collected.core_hours_of_points);
    return rc;
}
