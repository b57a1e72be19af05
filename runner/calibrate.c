#include "calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "measure.h"
#include "number.h"
#include "plan_kernels.h"
#include "strbuf.h"

static const double kernel_limit = 0.020, total_limit = 1.0, margin = 1.25;
static const double largest_size = 1099511627776.0; /* 2^40: nothing gets longer by size alone */

struct trial {
    const struct study *study;
    const struct catalog *catalog;
    const struct plan_target *target;
    const struct plan_filter *filter;
    const struct topology *topology;
    const char *folder;
    const volatile int *cancel;
    double needed_seconds;  /* known once the plan has decided the metric */
    double shortest_seconds; /* of the last size tried */
    double study_seconds;    /* as of struct calibration, with that size */
};

/* The kernel's own default is a size for one core's tenth of a second or so;
 * from an eighth of it the search is short and never too long. */
static double first_size(const struct trial *t)
{
    double own = plan_default_size(t->study, t->catalog,
                                   t->study->kernel_count == 1 ? t->study->kernels : NULL);
    return own >= 16 ? floor(own / 8) : 1;
}

static double needed_seconds(const struct plan *plan)
{
    double resolution, overhead;
    clock_calibrate(&resolution, &overhead);
    bool kernel = strcmp(plan->timing, "kernel") == 0;
    double limit = kernel ? fmax(kernel_limit, 1000 * (resolution + overhead)) : total_limit;
    return limit * margin;
}

/* The most cores of a backend give its shortest run. */
static size_t shortest_point(const struct plan *plan, size_t backend)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < plan->point_count; i++)
        if (plan->points[i].backend == backend &&
            (best == SIZE_MAX || plan->points[i].cores > plan->points[best].cores))
            best = i;
    return best;
}

/* The time that is judged, and that from outside. */
struct timed {
    double seconds, wall_seconds;
};

static int time_point(struct launcher *launcher, const struct trial *t, size_t index,
                      struct timed *timed, struct error *err)
{
    const struct plan *plan = launcher->plan;
    const struct plan_backend *backend = &plan->backends[plan->points[index].backend];
    struct readout_patterns patterns;
    struct measurement m;
    struct planned_run planned = {.point = index, .warmup = true};
    if (readout_compile(&patterns, backend, err) != 0)
        return -1;
    int rc = measure(launcher, &patterns, &planned, &m, err);
    if (rc == 0 && m.cancelled) {
        error_set(err, "interrupted while a size was being found; nothing has been measured yet");
        err->status = STATUS_INTERRUPTED;
        rc = -1;
    } else if (rc == 0 && strcmp(m.readout.status, "ok") != 0) {
        char size[NUMBER_TEXT_SIZE];
        rc = error_set(err, "%s: no size could be found, because %s failed at size %s: %.600s",
                       t->study->path, backend->name,
                       number_format(size, plan->points[index].actual_size), m.readout.reason);
    } else if (rc == 0) {
        timed->wall_seconds = m.result.wall_seconds;
        timed->seconds = strcmp(plan->timing, "kernel") == 0 ? m.readout.seconds : m.result.wall_seconds;
    }
    measurement_free(&m);
    readout_patterns_free(&patterns);
    return rc;
}

static int64_t runs_of_point(const struct plan *plan, size_t point)
{
    int64_t runs = plan->warmups;
    for (size_t i = 0; i < plan->wave_count; i++)
        for (size_t j = 0; j < plan->waves[i].points; j++)
            if (plan_wave_point(&plan->waves[i], j) == point)
                runs += plan->waves[i].blocks * plan->runs;
    return runs;
}

/* All runs of a backend, by one that took `seconds`: on fewer cores in inverse proportion, in weak
 * scaling the same. */
static double seconds_of_backend(const struct plan *plan, size_t tried, double seconds)
{
    const struct plan_point *known = &plan->points[tried];
    bool weak = strcmp(plan->scaling, "weak") == 0;
    double sum = 0;
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *point = &plan->points[i];
        if (point->backend == known->backend)
            sum += (double)runs_of_point(plan, i) * seconds *
                   (weak ? 1 : (double)known->cores / (double)point->cores);
    }
    return sum;
}

/* The shortest of the backends' runs; gives up at the first that is too short. */
static int time_shortest(struct trial *t, const struct plan *plan, struct error *err)
{
    struct launcher launcher;
    char *identity = launch_identity(t->folder, NULL, err);
    if (identity == NULL)
        return -1;
    launcher_open(&launcher, plan, t->topology, identity, t->cancel);
    free(identity);
    int rc = 0;
    t->shortest_seconds = INFINITY;
    t->study_seconds = 0;
    for (size_t i = 0; i < plan->backend_count && rc == 0; i++) {
        size_t index = shortest_point(plan, i);
        struct timed timed = {INFINITY, NAN};
        if (index == SIZE_MAX)
            continue;
        rc = time_point(&launcher, t, index, &timed, err);
        t->shortest_seconds = fmin(t->shortest_seconds, timed.seconds);
        t->study_seconds += seconds_of_backend(plan, index, timed.wall_seconds);
        if (t->shortest_seconds < t->needed_seconds)
            break;
    }
    launcher_close(&launcher);
    return rc;
}

static int try_size(struct trial *t, double size, bool *enough, struct error *err)
{
    struct plan plan;
    if (plan_make(&plan, t->study, t->catalog, t->target, t->filter, size, err) != 0)
        return -1;
    t->needed_seconds = needed_seconds(&plan);
    int rc = time_shortest(t, &plan, err);
    *enough = t->shortest_seconds >= t->needed_seconds;
    plan_free(&plan);
    return rc;
}

int calibrate_size(struct calibration *calibration, const struct study *study,
                   const struct catalog *catalog, const struct plan_target *target,
                   const struct plan_filter *filter, const struct topology *topology,
                   const char *folder, const volatile int *cancel,
                   void (*tried)(double size, void *context), void *context, struct error *err)
{
    struct trial t = {study, catalog, target, filter, topology, folder, cancel, 0, 0, NAN};
    double size = first_size(&t);
    bool enough = false;
    for (; !enough && size <= largest_size; size *= 2) {
        if (tried != NULL)
            tried(size, context);
        if (try_size(&t, size, &enough, err) != 0)
            return -1;
    }
    if (!enough)
        return error_set(err, "%s: runs do not become longer with {size}, so \"auto\" finds none; "
                              "give \"size\" a number",
                         study->path);
    calibration->size = size / 2;
    calibration->study_seconds = t.study_seconds;
    char text[NUMBER_TEXT_SIZE];
    calibration->note =
        text_format("The size %s was found by doubling until the shortest run took %.3g s or more "
                    "(it took %.3g s).",
                    number_format(text, calibration->size), t.needed_seconds / margin,
                    t.shortest_seconds);
    return 0;
}
