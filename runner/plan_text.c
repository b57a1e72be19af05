#include "plan_text.h"

#include <string.h>

#include "duration.h"
#include "number.h"
#include "plan.h"
#include "plural.h"
#include "schedule.h"

/* What is listed together: the points of one kernel at one size. */
static bool alike(const struct plan *plan, const struct plan_point *a, const struct plan_point *b)
{
    return a->size == b->size && strcmp(plan_kernel_of(plan, &plan->backends[a->backend]),
                                        plan_kernel_of(plan, &plan->backends[b->backend])) == 0;
}

/* Returns the largest count, which is what the word behind the list goes by. */
static int64_t add_cores(const struct plan *plan, size_t backend, const struct plan_point *like,
                         struct strbuf *out)
{
    const char *separator = "";
    int64_t most = 0;
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *p = &plan->points[i];
        if (p->backend != backend || !alike(plan, p, like))
            continue;
        strbuf_addf(out, "%s%lld", separator, (long long)p->cores);
        if (p->ranks > 1 && p->threads > 1)
            strbuf_addf(out, " (%lld x %lld)", (long long)p->ranks, (long long)p->threads);
        separator = ", ";
        most = p->cores > most ? p->cores : most;
    }
    return most;
}

static void add_command(const struct plan_backend *backend, struct strbuf *out)
{
    strbuf_add(out, "      ");
    for (size_t i = 0; backend->argv[i] != NULL; i++)
        strbuf_addf(out, "%s%s", i > 0 ? " " : "", backend->argv[i]);
    strbuf_add_char(out, '\n');
}

static void add_size(const struct plan *plan, const struct plan_point *like, bool size_open,
                     struct strbuf *out)
{
    char text[NUMBER_TEXT_SIZE];
    const char *kernel = plan->backends[like->backend].kernel;
    bool named = kernel != NULL && kernel[0] != '\0';
    if (plan_has_size(plan))
        strbuf_addf(out, "  %s%ssize %s%s\n", named ? kernel : "", named ? ", " : "",
                    size_open ? "auto" : number_format(text, like->size),
                    strcmp(plan->scaling, "weak") == 0 ? " for each core" : "");
    for (size_t b = 0; b < plan->backend_count; b++) {
        size_t before = out->len;
        strbuf_addf(out, "    %s on ", plan->backends[b].name);
        size_t empty = out->len;
        int64_t most = add_cores(plan, b, like, out);
        if (out->len == empty)
            strbuf_set_length(out, before);
        else
            strbuf_addf(out, " core%s\n", plural(most));
    }
}

static const char *what_is_measured(const struct plan *plan)
{
    if (plan->kernel[0] != '\0')
        return plan->kernel;
    const char *first = plan->backend_count > 0 ? plan->backends[0].kernel : NULL;
    return first != NULL && first[0] != '\0' ? "several kernels" : "programs";
}

/* What is known of the time on this machine before anything has run. */
static void add_longest(const struct plan *plan, struct strbuf *out)
{
    if (!plan_is_local(plan))
        return;
    strbuf_add(out, "  one after the other, each stopped after ");
    duration_add(out, plan->timeout);
    strbuf_add(out, " at the latest, so ");
    duration_add(out, plan->timeout * (double)schedule_count(plan));
    strbuf_add(out, " at most; what to expect is told once runs have been timed\n");
}

void plan_describe(const struct plan *plan, bool size_open, struct strbuf *out)
{
    strbuf_addf(out, "%s: %s, %s scaling, on %s\n", plan->name,
                what_is_measured(plan), plan->scaling, plan->cluster.title);
    for (size_t i = 0; i < plan->point_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = alike(plan, &plan->points[j], &plan->points[i]);
        if (!seen)
            add_size(plan, &plan->points[i], size_open, out);
    }
    strbuf_add(out, "  started as\n");
    for (size_t b = 0; b < plan->backend_count; b++)
        add_command(&plan->backends[b], out);
    for (size_t i = 0; plan->notes != NULL && plan->notes[i] != NULL; i++)
        strbuf_addf(out, "  %s\n", plan->notes[i]);
    int64_t runs = plan_run_count(plan);
    strbuf_addf(out, "  %lld run%s and %lld warm-up%s; the %s time is judged\n", (long long)runs,
                plural(runs), (long long)(schedule_count(plan) - runs),
                plural(schedule_count(plan) - runs),
                strcmp(plan->timing, "kernel") == 0 ? "kernel's own" : "total");
    add_longest(plan, out);
    int64_t blocks = plan_block_count(plan);
    if (plan->precision > 0)
        strbuf_addf(out, "  then more blocks, at most %lld of a point, until the intervals that matter are "
                         "within %.3g %% of their medians\n",
                    (long long)plan->blocks, plan->precision * 100);
    else if (blocks < plan->blocks)
        strbuf_addf(out, "  then up to %lld block%s more, as many as fit into %.15g s in all\n",
                    (long long)(plan->blocks - blocks), plural(plan->blocks - blocks),
                    plan->budget_time);
}
