#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "background.h"
#include "core_clock.h"

enum { OUTPUT_LIMIT = 1 << 20 };

static bool binding_is_checked(const struct plan *plan)
{
    return strcmp(plan->bind, "cores") == 0 && !plan->oversubscribe;
}

/* Cores of this node that the point's runs are put on: its first ones. */
static int64_t cores_in_use(const struct plan_point *point)
{
    if (point->nodes <= 1)
        return point->allocated_cores;
    return (point->ranks + point->nodes - 1) / point->nodes * point->threads;
}

static bool fills_idle_cores(const struct plan *plan)
{
    return !plan_is_local(plan) && strcmp(plan->layout, "packed") == 0 &&
           strcmp(plan->background, "fill") == 0;
}

/* What took time on the run's cores and was not the run, nor the filling of idle ones. */
static struct others find_others(const struct launcher *l, const struct launch *launch,
                                 const struct measurement *m, const struct cpu_times *before,
                                 const struct cpu_times *after)
{
    const struct process_result *result = &m->result;
    bool cores_known = launch->affinity != NULL || m->readout.mask[0] != '\0';
    if (!cores_known && fills_idle_cores(l->plan))
        return others_unknown();
    bool *cpus = others_cpus(l->topology, launch->affinity, launch->affinity_size, m->readout.mask);
    struct others others = others_between(before, after, cpus, l->topology->cpu_count,
                                          result->user_seconds + result->system_seconds);
    free(cpus);
    return others;
}

static void judge(const struct launcher *l, const struct launch *launch,
                  const struct readout_patterns *patterns, const struct plan_point *point,
                  struct measurement *m)
{
    if (launch->elsewhere)
        m->result.user_seconds = m->result.system_seconds = m->result.peak_memory_bytes = NAN;
    if (launch->hidden)
        m->result.samples.count = 0;
    m->cancelled = m->result.cancelled;
    readout_judge(&m->readout, &l->plan->backends[point->backend], point, patterns, &m->result,
                  l->plan->timeout, l->topology, binding_is_checked(l->plan));
}

static int run_and_judge(const struct launcher *l, const struct launch *launch,
                         const struct readout_patterns *patterns,
                         const struct planned_run *planned, struct measurement *m,
                         struct error *err)
{
    const struct plan_point *point = &l->plan->points[planned->point];
    struct core_clock clock = {.sys = "/sys", .cpu = l->topology->cores[0].cpu};
    struct process_request request = {
        .argv = launch->argv,
        .environment = launch->environment,
        .workdir = launch->workdir,
        .affinity = launch->affinity,
        .affinity_size = launch->affinity_size,
        .time_limit = l->plan->timeout,
        .output_limit = OUTPUT_LIMIT,
        .sample_interval = 0.2,
        .look = core_clock_look,
        .look_context = &clock,
        .cancel = l->cancel,
    };
    struct cpu_times before, after;
    cpu_times_read(&before);
    int rc = process_run(&request, &m->result, err);
    cpu_times_read(&after);
    if (rc == 0)
        judge(l, launch, patterns, point, m);
    if (rc == 0 && m->result.started && !launch->elsewhere)
        m->others = find_others(l, launch, m, &before, &after);
    cpu_times_free(&before);
    cpu_times_free(&after);
    bool on_this_node = !launch->elsewhere || strcmp(l->plan->layout, "packed") != 0;
    if (rc == 0 && on_this_node) /* of an allocation that holds more than the run, srun may take another */
        m->frequency_mhz = core_clock_mhz(&clock);
    return rc;
}

/* The same with the rest of the node busy. */
static int run_on_full_node(const struct launcher *l, const struct launch *launch,
                            const struct readout_patterns *patterns,
                            const struct planned_run *planned, struct measurement *m,
                            struct error *err)
{
    const struct plan_point *point = &l->plan->points[planned->point];
    struct background background = {.process = 0};
    struct error problem = ERROR_INIT;
    if (!fills_idle_cores(l->plan))
        return run_and_judge(l, launch, patterns, planned, m, err);
    if (background_start(&background, l->topology, cores_in_use(point), &problem) != 0) {
        readout_fail(&m->readout, xstrdup(problem.text));
        return 0;
    }
    int rc = run_and_judge(l, launch, patterns, planned, m, err);
    if (rc == 0 && point->nodes == 1 && m->readout.bound == 1 &&
        background_meets(&background, l->topology, m->readout.mask))
        readout_unbind(&m->readout, xstrdup("a worker was on a core that is kept busy as idle: the "
                                            "launcher chose others than the node's first; take "
                                            "\"background\": \"idle\""));
    background_stop(&background);
    return rc;
}

int measure(struct launcher *l, const struct readout_patterns *patterns,
            const struct planned_run *planned, struct measurement *m, struct error *err)
{
    struct launch launch;
    struct error problem = ERROR_INIT;
    int rc = 0;
    *m = (struct measurement){.result = {.output = STRBUF_INIT, .errors = STRBUF_INIT},
                              .frequency_mhz = NAN,
                              .others = others_unknown()};
    readout_begin(&m->readout);
    if (launch_prepare(l, planned, &launch, &problem) == 0)
        rc = run_on_full_node(l, &launch, patterns, planned, m, err);
    else if (l->cancel != NULL && *l->cancel != 0)
        m->cancelled = true;
    else
        readout_fail(&m->readout, xstrdup(problem.text));
    launch_free(&launch);
    return rc;
}

void measurement_free(struct measurement *m)
{
    process_result_free(&m->result);
    readout_free(&m->readout);
}
