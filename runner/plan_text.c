#include "plan_text.h"

#include <string.h>

#include "number.h"
#include "plan.h"
#include "schedule.h"

static void add_cores(const struct plan *plan, size_t backend, double size, struct strbuf *out)
{
    const char *separator = "";
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *p = &plan->points[i];
        if (p->backend != backend || p->size != size)
            continue;
        strbuf_addf(out, "%s%lld", separator, (long long)p->cores);
        if (p->ranks > 1 && p->threads > 1)
            strbuf_addf(out, " (%lld x %lld)", (long long)p->ranks, (long long)p->threads);
        separator = ", ";
    }
}

static void add_command(const struct plan_backend *backend, struct strbuf *out)
{
    strbuf_add(out, "      ");
    for (size_t i = 0; backend->argv[i] != NULL; i++)
        strbuf_addf(out, "%s%s", i > 0 ? " " : "", backend->argv[i]);
    strbuf_add_char(out, '\n');
}

static void add_size(const struct plan *plan, double size, bool size_open, struct strbuf *out)
{
    char text[NUMBER_TEXT_SIZE];
    strbuf_addf(out, "  size %s%s\n", size_open ? "auto" : number_format(text, size),
                strcmp(plan->scaling, "weak") == 0 ? " for each core" : "");
    for (size_t b = 0; b < plan->backend_count; b++) {
        size_t before = out->len;
        strbuf_addf(out, "    %s on ", plan->backends[b].name);
        size_t empty = out->len;
        add_cores(plan, b, size, out);
        if (out->len == empty)
            strbuf_set_length(out, before);
        else
            strbuf_add(out, " cores\n");
    }
}

void plan_describe(const struct plan *plan, bool size_open, struct strbuf *out)
{
    strbuf_addf(out, "%s: %s, %s scaling, on %s\n", plan->name,
                plan->kernel[0] == '\0' ? "programs" : plan->kernel, plan->scaling,
                plan->cluster.title);
    for (size_t i = 0; i < plan->point_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = plan->points[j].size == plan->points[i].size;
        if (!seen)
            add_size(plan, plan->points[i].size, size_open, out);
    }
    strbuf_add(out, "  started as\n");
    for (size_t b = 0; b < plan->backend_count; b++)
        add_command(&plan->backends[b], out);
    for (size_t i = 0; plan->notes != NULL && plan->notes[i] != NULL; i++)
        strbuf_addf(out, "  %s\n", plan->notes[i]);
    int64_t runs = plan_run_count(plan);
    strbuf_addf(out, "  %lld runs and %lld warm-ups; the %s time is judged\n", (long long)runs,
                (long long)(schedule_count(plan) - runs),
                strcmp(plan->timing, "kernel") == 0 ? "kernel's own" : "total");
    int64_t blocks = plan_block_count(plan);
    if (plan->precision > 0)
        strbuf_addf(out, "  then more blocks, at most %lld of a point, until the intervals that matter are "
                         "within %.3g %% of their medians\n",
                    (long long)plan->blocks, plan->precision * 100);
    else if (blocks < plan->blocks)
        strbuf_addf(out, "  then up to %lld blocks more, as many as fit into %.15g s in all\n",
                    (long long)(plan->blocks - blocks), plan->budget_time);
}
