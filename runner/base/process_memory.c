#include "process_memory.h"

#include <math.h>
#include <time.h>

#include "process_proc.h"

static const double first_sample = 0.05;  /* seconds; shorter runs are never disturbed */
static const double share = 0.01;         /* of the run's time on one core */
static const double steady = 0.02;        /* change of memory during a walk that does not matter */
static const double typical_walk = 5e-11; /* seconds per byte, with pages of 4 KiB */

static double own_cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

struct memory_sampler sampler_begin(double started, double interval)
{
    return (struct memory_sampler){.started = started,
                                   .interval = interval,
                                   .next = interval > 0 ? started + first_sample : INFINITY,
                                   .seconds_per_byte = typical_walk};
}

/*
 * Lists those that have memory (not zombies) and returns what they have
 * together: what is private to each, and the largest part that may be shared.
 */
static double look(struct process_tree *tree, struct pid_list *list, double *resident)
{
    double private = 0, largest_shared = 0;

    tree_list(tree, list);
    size_t count = list->count;
    list->count = 0;
    *resident = 0;
    for (size_t i = 0; i < count; i++) {
        double all, shared;
        if (!proc_memory_now(list->pids[i], &all, &shared) || !(all > 0))
            continue;
        list->pids[list->count++] = list->pids[i];
        *resident += all;
        private += all - shared;
        largest_shared = fmax(largest_shared, shared);
    }
    return private + largest_shared;
}

static bool same_members(const struct pid_list *a, const struct pid_list *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = pid_list_has(b, a->pids[i]);
    return same;
}

static void walk(struct memory_sampler *s, struct process_tree *tree, const struct pid_list *list,
                 double estimate, double resident)
{
    struct pid_list after = PID_LIST_INIT;
    double before = own_cpu_seconds(), sum = 0, resident_after;

    for (size_t i = 0; i < list->count; i++)
        sum += proc_memory_share(list->pids[i]);
    s->seconds_per_byte = (own_cpu_seconds() - before) / resident;
    /* A share depends on who else has the page: with members coming or going,
     * or memory being taken, since the walk began, the shares do not add up. */
    look(tree, &after, &resident_after);
    if (same_members(list, &after) && fabs(resident_after - resident) <= steady * resident) {
        s->walked = fmax(s->walked, sum);
        if (estimate >= s->estimate_at_walk) {
            s->estimate_at_walk = estimate;
            s->correction = fmin(1, sum / estimate);
        }
    }
    pid_list_free(&after);
}

void sampler_take(struct memory_sampler *s, struct process_tree *tree, double now)
{
    struct pid_list list = PID_LIST_INIT;
    double before = own_cpu_seconds(), resident;
    double estimate = look(tree, &list, &resident);

    if (list.count == 1)
        s->single = fmax(s->single, proc_memory_peak(list.pids[0]));
    if (list.count > 1) {
        s->estimated = fmax(s->estimated, estimate);
        if (s->spent + s->seconds_per_byte * resident <= share * (now - s->started))
            walk(s, tree, &list, estimate, resident);
    }
    pid_list_free(&list);

    double cost = own_cpu_seconds() - before;
    s->spent += cost;
    s->next = now + fmax(s->interval, cost / share);
}

double sampler_peak(const struct memory_sampler *s)
{
    /* What a walk found when the tree was still small says nothing of later. */
    bool comparable = s->estimate_at_walk >= s->estimated / 2;
    double estimated = s->estimated * (comparable ? s->correction : 1);
    double peak = fmax(s->single, fmax(s->walked, estimated));
    return peak > 0 ? peak : NAN;
}
