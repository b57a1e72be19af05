#include "process_memory.h"

#include <math.h>
#include <time.h>

#include "process_proc.h"

static const double first_sample = 0.05;  /* seconds; shorter runs are never disturbed */
static const double share = 0.004;        /* of the run's time on one core */
static const double longest_interval = 1; /* seconds; peaks of memory are to be seen */
static const double steady = 0.02;        /* change of memory that does not matter */
static const double typical_walk = 5e-11; /* seconds per byte, with pages of 4 KiB */

static double seconds_of_this_thread(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* Of the whole tree, also of those that have ended and are not yet reaped. */
static double cpu_seconds(const struct pid_list *list)
{
    double seconds = 0;
    for (size_t i = 0; i < list->count; i++)
        seconds += proc_cpu_seconds(list->pids[i]);
    return seconds;
}

struct memory_sampler sampler_begin(double started, double interval)
{
    return (struct memory_sampler){.started = started,
                                   .next = interval > 0 ? started + first_sample : INFINITY,
                                   .samples = samples_begin(interval),
                                   .seconds_per_byte = typical_walk};
}

/*
 * Keeps those of a tree that have memory (not zombies) and returns what they
 * have together: what is private to each, and the largest part that may be shared.
 */
static double look(struct pid_list *list, double *resident)
{
    double private = 0, largest_shared = 0;
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
    double before = seconds_of_this_thread(), sum = 0, resident_after;

    for (size_t i = 0; i < list->count; i++)
        sum += proc_memory_share(list->pids[i]);
    s->seconds_per_byte = (seconds_of_this_thread() - before) / resident;
    /* A share depends on who else has the page: with members coming or going,
     * or memory being taken, since the walk began, the shares do not add up. */
    tree_list(tree, &after);
    look(&after, &resident_after);
    if (same_members(list, &after) && fabs(resident_after - resident) <= steady * resident) {
        s->walked = fmax(s->walked, sum);
        if (estimate >= s->estimate_at_walk) {
            s->estimate_at_walk = estimate;
            s->correction = fmin(1, sum / estimate);
        }
    }
    pid_list_free(&after);
}

/* What a walk found when the tree was still small says nothing of later. */
static double corrected(const struct memory_sampler *s, double estimate)
{
    bool comparable = s->estimate_at_walk >= s->estimated / 2;
    return estimate * (comparable ? s->correction : 1);
}

static void take_memory(struct memory_sampler *s, struct process_tree *tree,
                        const struct pid_list *list, double estimate, double resident, double now)
{
    if (list->count == 1) {
        s->single = fmax(s->single, proc_memory_peak(list->pids[0]));
        samples_see_memory(&s->samples, resident);
    } else if (list->count > 1) {
        s->estimated = fmax(s->estimated, estimate);
        /* What is no larger than when it was walked has been answered. */
        if (estimate > (1 + steady) * s->estimate_at_walk &&
            s->spent + s->seconds_per_byte * resident <= share * (now - s->started))
            walk(s, tree, list, estimate, resident);
        samples_see_memory(&s->samples, corrected(s, estimate));
    }
}

/* A whole number of looks to each sample. */
static double interval_of(const struct samples *samples)
{
    return samples->period / ceil(samples->period / longest_interval);
}

void sampler_take(struct memory_sampler *s, struct process_tree *tree, double now, double reaped)
{
    struct pid_list list = PID_LIST_INIT;
    double before = seconds_of_this_thread(), resident;

    tree_list(tree, &list);
    bool due = samples_are_due(&s->samples, now - s->started);
    double cpu = due ? reaped + cpu_seconds(&list) : 0;
    double estimate = look(&list, &resident);
    take_memory(s, tree, &list, estimate, resident, now);
    if (due)
        samples_add(&s->samples, now - s->started, cpu);
    pid_list_free(&list);

    double cost = seconds_of_this_thread() - before;
    s->spent += cost;
    s->next = now + fmax(interval_of(&s->samples), cost / share);
}

double sampler_peak(const struct memory_sampler *s)
{
    double peak = fmax(s->single, fmax(s->walked, corrected(s, s->estimated)));
    return peak > 0 ? peak : NAN;
}
