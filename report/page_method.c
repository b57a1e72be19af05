#include <math.h>
#include <stdio.h>
#include <string.h>

#include "adaptive.h"
#include "number.h"
#include "page_report.h"
#include "wording.h"

enum { MOST_FACTS = 40, MOST_HOSTS = 6 };

struct facts {
    struct page *page;
    struct page_block *block;
};

static void add_fact(struct facts *facts, const char *name, struct strbuf *text)
{
    if (text->len > 0 && facts->block->fact_count < MOST_FACTS) {
        struct page_fact *fact = page_add_fact(facts->page, facts->block, MOST_FACTS, name);
        page_say(facts->page, &fact->text, PAGE_PLAIN, "%s", text->str);
    }
    strbuf_free(text);
}

/* Machines ---------------------------------------------------------------- */

static bool are_alike(const struct machine *a, const struct machine *b)
{
    return strcmp(a->cpu_model, b->cpu_model) == 0 && strcmp(a->system, b->system) == 0 &&
           strcmp(a->governor, b->governor) == 0 && a->sockets == b->sockets &&
           a->numa_nodes == b->numa_nodes && a->cores == b->cores &&
           a->threads_per_core == b->threads_per_core && a->allowed_cores == b->allowed_cores;
}

static void say_hosts(struct strbuf *sb, const struct machines *machines, size_t like)
{
    size_t count = 0;
    for (size_t i = like; i < machines->count; i++) {
        if (!are_alike(&machines->list[i], &machines->list[like]))
            continue;
        if (count < MOST_HOSTS)
            strbuf_addf(sb, "%s%s", count == 0 ? "" : ", ", machines->list[i].host);
        count++;
    }
    if (count > MOST_HOSTS)
        strbuf_addf(sb, " and %zu more", count - MOST_HOSTS);
}

static void say_machine(struct strbuf *sb, const struct machine *m)
{
    strbuf_addf(sb, "%s", m->cpu_model);
    if (m->cores > 0) {
        strbuf_add(sb, sb->len > 0 ? "; " : "");
        wording_plural(sb, m->cores, "physical core", "physical cores");
        if (m->sockets > 0) {
            strbuf_add(sb, " on ");
            wording_plural(sb, m->sockets, "socket", "sockets");
        }
        if (m->numa_nodes > 0) {
            strbuf_add(sb, ", ");
            wording_plural(sb, m->numa_nodes, "memory domain", "memory domains");
        }
        if (m->threads_per_core > 1)
            strbuf_addf(sb, ", %lld hardware threads a core", (long long)m->threads_per_core);
    }
    if (m->allowed_cores > 0 && m->allowed_cores != m->cores) {
        strbuf_add(sb, ", of which the runs could use ");
        wording_count(sb, m->allowed_cores);
    }
    if (isfinite(m->memory_bytes) && m->memory_bytes > 0) {
        strbuf_add(sb, "; ");
        wording_bytes(sb, m->memory_bytes);
        strbuf_add(sb, " of memory");
    }
    if (m->system[0] != '\0')
        strbuf_addf(sb, "; %s", m->system);
    if (m->governor[0] != '\0')
        strbuf_addf(sb, "; frequency governor %s", m->governor);
}

static void add_machines(struct facts *facts, const struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++) {
        bool told = false;
        for (size_t j = 0; j < i; j++)
            told = told || are_alike(&machines->list[i], &machines->list[j]);
        if (told)
            continue;
        struct strbuf sb = STRBUF_INIT;
        say_hosts(&sb, machines, i);
        strbuf_add(&sb, ": ");
        say_machine(&sb, &machines->list[i]);
        strbuf_add(&sb, ".");
        add_fact(facts, "Machine", &sb);
    }
    if (machines->count == 0) {
        struct strbuf sb = STRBUF_INIT;
        strbuf_add(&sb, "Not recorded.");
        add_fact(facts, "Machine", &sb);
    }
}

static double worst(const struct machines *machines, size_t offset)
{
    double most = NAN;
    for (size_t i = 0; i < machines->count; i++) {
        double value = *(const double *)(const void *)((const char *)&machines->list[i] + offset);
        if (isfinite(value) && value > 0)
            most = isfinite(most) ? fmax(most, value) : value;
    }
    return most;
}

static void add_timer(struct facts *facts, const struct machines *machines)
{
    double resolution = worst(machines, offsetof(struct machine, timer_resolution));
    double overhead = worst(machines, offsetof(struct machine, timer_overhead));
    double launch = worst(machines, offsetof(struct machine, launch_seconds));
    double mpi = worst(machines, offsetof(struct machine, mpi_launch_seconds));
    struct strbuf sb = STRBUF_INIT;
    if (isfinite(resolution)) {
        strbuf_add(&sb, "The clock tells ");
        wording_seconds(&sb, resolution);
        strbuf_add(&sb, " apart");
        if (isfinite(overhead)) {
            strbuf_add(&sb, "; reading it takes ");
            wording_seconds(&sb, overhead);
        }
        strbuf_add(&sb, ".");
    }
    add_fact(facts, "Timer", &sb);
    if (isfinite(launch)) {
        strbuf_add(&sb, "An empty command, started as the runs are, takes ");
        wording_seconds(&sb, launch);
        if (isfinite(mpi)) {
            strbuf_add(&sb, "; through the MPI launcher ");
            wording_seconds(&sb, mpi);
        }
        strbuf_add(&sb, ".");
    }
    add_fact(facts, "Launch", &sb);
}

static void add_environment(struct facts *facts, const struct machines *machines)
{
    struct strbuf sb = STRBUF_INIT;
    if (machines->count > 0 && machines->list[0].environment != NULL)
        for (char **at = machines->list[0].environment; *at != NULL; at++)
            strbuf_addf(&sb, "%s%s", sb.len > 0 ? ", " : "", *at);
    add_fact(facts, "Environment", &sb);
}

/* The plan ---------------------------------------------------------------- */

/* Of the user's own, beside kernels or alone. */
static bool has_programs(const struct plan *plan)
{
    for (size_t i = 0; i < plan->backend_count; i++)
        if (plan->backends[i].backend[0] == '\0')
            return true;
    return false;
}

static void add_metric(struct facts *facts, const struct report_content *content)
{
    const struct analysis *analysis = content->analysis;
    struct strbuf sb = STRBUF_INIT;
    if (analysis->from_rates && strcmp(analysis->metric, "kernel") == 0)
        strbuf_add(&sb, "One over the throughput that the table gives: what one of the runs or "
                        "operations takes that it counts. How long they were measured is not known "
                        "here.");
    else if (content->plan == NULL)
        strbuf_add(&sb, "As the table gives it; what it covers is not known here.");
    else if (strcmp(analysis->metric, "total") == 0)
        strbuf_add(&sb, "Total: the whole program from start to end, measured from outside; its "
                        "start-up is in it.");
    else if (has_programs(content->plan))
        strbuf_add(&sb, "Kernel: the time that the program reports of itself; what that covers is "
                        "the program's to say.");
    else
        strbuf_add(&sb, "Kernel: the time that the program measures itself, of its slowest worker, "
                        "between barriers; start-up is not in it.");
    add_fact(facts, "Time", &sb);
}

/* That blocks were added by what was seen, and why no more came. */
static void say_adaptive(struct strbuf *sb, const struct report_content *content)
{
    const struct plan *plan = content->plan;
    struct adaptive now;
    adaptive_judge(&now, content->analysis, plan);
    strbuf_addf(sb, " The number of blocks was adaptive: more were measured where an interval that "
                    "the answer rests on was wider than ±%.3g %% of its median, at most %lld of a "
                    "point; ",
                plan->precision * 100, (long long)plan->blocks);
    if (now.wide == 0) {
        strbuf_add(sb, "all of these are narrow enough now.");
    } else {
        wording_plural(sb, (int64_t)now.wide, "point is", "points are");
        strbuf_addf(sb, " still wider (up to ±%.3g %%), %s.", now.widest * 100,
                    now.at_most == now.wide ? "with all the blocks that were allowed"
                                            : "as the budget was spent or the study was ended");
    }
    adaptive_free(&now);
}

static void add_plan(struct facts *facts, const struct report_content *content)
{
    const struct plan *plan = content->plan;
    struct strbuf sb = STRBUF_INIT;
    if (plan == NULL)
        return;
    wording_plural(&sb, plan->runs, "run", "runs");
    strbuf_add(&sb, " of each point in a block after ");
    wording_plural(&sb, plan->warmups, "warm-up", "warm-ups");
    strbuf_addf(&sb, ", in random order (seed %llu), each ended after ",
                (unsigned long long)plan->seed);
    wording_seconds(&sb, plan->timeout);
    strbuf_add(&sb, ".");
    if (plan->precision > 0)
        say_adaptive(&sb, content);
    else if (plan->budget_time > 0) {
        strbuf_add(&sb, " Blocks were added, up to ");
        wording_plural(&sb, plan->blocks, "block", "blocks");
        strbuf_add(&sb, ", while all runs fitted into ");
        wording_seconds(&sb, plan->budget_time);
        strbuf_add(&sb, "; warm-ups come before the first block and before those added together.");
    } else if (plan->wave_count > 1)
        strbuf_addf(&sb, " The study was extended: its blocks come in %zu waves.",
                    plan->wave_count);
    add_fact(facts, "Plan", &sb);
    if (plan->version[0] != '\0')
        strbuf_addf(&sb, "scalestudy %s, plan of %.10s.", plan->version, plan->created);
    add_fact(facts, "Made by", &sb);
}

/* How runs were dealt out to jobs; idle cores of a node raise the others' clock. */
static void add_jobs(struct facts *facts, const struct report_content *content)
{
    const struct plan *plan = content->plan;
    struct strbuf sb = STRBUF_INIT;
    if (plan == NULL || plan_is_local(plan))
        return;
    bool filled = strcmp(plan->background, "fill") == 0;
    if (strcmp(plan->layout, "packed") == 0)
        strbuf_addf(&sb, "One job of whole nodes for each block, all points inside; %s.",
                    filled ? "a load of our own filled the cores that a point left free"
                           : "the cores that a point left free were idle");
    else
        strbuf_add(&sb, "A job for each block of each shape (nodes, tasks, cores of a task), which "
                        "asked for just what its points need.");
    if (plan->cluster.partition[0] != '\0')
        strbuf_addf(&sb, " Partition %s.", plan->cluster.partition);
    if (plan->cluster.constraint[0] != '\0')
        strbuf_addf(&sb, " Nodes with %s.", plan->cluster.constraint);
    add_fact(facts, "Jobs", &sb);
}

/* Binding: what was asked for, and what was seen. */
static void add_binding(struct facts *facts, const struct report_content *content)
{
    size_t proved = 0, broken = 0, unknown = 0;
    const struct analysis *a = content->analysis;
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < a->series_count; i++)
        for (size_t j = 0; j < a->series[i].point_count; j++) {
            int bound = a->series[i].points[j].bound;
            proved += bound == 1;
            broken += bound == 0;
            unknown += bound < 0;
        }
    if (content->plan != NULL && strcmp(content->plan->bind, "none") == 0)
        strbuf_add(&sb, "Workers were not bound to cores, as the study asked; binding was not "
                        "checked.");
    else if (proved > 0 && broken == 0 && unknown == 0)
        strbuf_add(&sb,
                   "Each worker ran on cores of its own in all runs that are ok; each read its "
                   "mask itself.");
    else if (proved + broken > 0) {
        strbuf_add(&sb, "Each worker was proved to run on cores of its own at ");
        wording_plural(&sb, (int64_t)proved, "point", "points");
        strbuf_addf(&sb, "; not so at %zu, not known at %zu.", broken, unknown);
    } else if (unknown > 0)
        strbuf_add(&sb, "Not known: the measurements do not tell on which cores the workers ran.");
    add_fact(facts, "Binding", &sb);
    const struct group *group = content->groups.count > 0 ? &content->groups.list[0] : NULL;
    const struct point_summary *p = group != NULL ? group_answer_point(a, group) : NULL;
    if (p != NULL && p->mask != NULL && p->mask[0] != '\0') {
        size_t length = strlen(p->mask);
        strbuf_addf(&sb, "CPUs of the recommended point's workers: %.*s%s",
                    (int)(length < 200 ? length : 200), p->mask, length > 200 ? " …" : ".");
    }
    add_fact(facts, "Masks", &sb);
}

static bool is_plain_name(const char *name)
{
    return name[0] != '\0' && name[0] != '-' &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-") ==
               strlen(name);
}

static void add_repeat(struct page *page, const struct report_content *content)
{
    if (content->plan == NULL)
        return;
    const char *cluster = content->plan->cluster.name;
    page_heading(page, 3, "repeat", "How to repeat it");
    page_plain(page, "The study is beside the results, as study.json. In that folder:");
    struct page_block *block = page_add(page, PAGE_CODE);
    if (strcmp(cluster, "local") == 0 || !is_plain_name(cluster))
        block->text = "scalestudy run study.json --local -o repeated\n";
    else
        block->text = pool_text(&page->pool,
                                "scalestudy run study.json --cluster %s -o repeated\n", cluster);
}

static bool any_redrawn(const struct analysis *analysis)
{
    for (size_t i = 0; i < analysis->answer_count; i++)
        if (analysis->answers[i].choices.studies > 0)
            return true;
    return false;
}

static bool has_scaling(const struct analysis *analysis, const char *scaling)
{
    for (size_t i = 0; i < analysis->series_count; i++)
        if (strcmp(analysis->series[i].scaling, scaling) == 0)
            return true;
    return false;
}

/* How a count is chosen. */
static void say_rule(struct strbuf *sb, const struct report_content *content)
{
    const struct plan *plan = content->plan;
    char tolerance[NUMBER_TEXT_SIZE];
    if (has_scaling(content->analysis, "weak")) {
        strbuf_add(sb, "The recommended count is the largest one whose efficiency is, with 95 % "
                       "confidence, at least ");
        wording_percent(sb, plan != NULL ? plan->optimum.efficiency : 0.70);
        strbuf_add(sb, ": more cores do more work, in a time that is meant to stay.");
    } else if (plan != NULL && plan->optimum.rule != RULE_FAST) {
        strbuf_addf(sb, "The recommended count follows the rule “%s” that the study asked for.",
                    plan_rule_name(plan->optimum.rule));
    } else {
        double most = plan != NULL ? round(plan->optimum.tolerance * 1e6) / 1e4 : 5;
        strbuf_addf(sb, "The recommended count is the smallest one that is, with 95 %% confidence, at "
                        "most %s %% slower than the fastest; over all backends, the one of those that "
                        "costs the fewest core-hours.",
                    number_format(tolerance, most));
    }
}

static void add_statistics(struct page *page, const struct report_content *content)
{
    struct strbuf sb = STRBUF_INIT;
    page_heading(page, 3, "statistics", "Statistics");
    page_plain(page, "%s",
               "The unit is the block: one pass over all points under the same conditions "
               "(one allocation on a cluster, one round on a single machine). Runs of a point "
               "within a block are reduced to their median first. Runs that are not ok and "
               "warm-ups are never in a figure; no other run was left out.");
    page_plain(page, "%s",
               "Times are medians over the blocks. Their 95 % intervals come from order "
               "statistics: they hold whatever the shape of the noise, and need at least 6 "
               "blocks. Speedup, efficiency and serial fraction are ratios of medians; their "
               "95 % intervals are percentile intervals of the exact bootstrap distribution, "
               "without random numbers, and need at least 5 blocks on either side. An "
               "interval says how well these runs fix the figure, not how other nodes or "
               "other days would differ.");
    say_rule(&sb, content);
    page_plain(page, "%s", sb.str);
    strbuf_free(&sb);
    if (any_redrawn(content->analysis))
        page_plain(page, "%s",
                   "How sure it is comes from the same rule on studies whose blocks are drawn anew, "
                   "with replacement, from those of each point, always with the same random "
                   "numbers.");
    page_plain(page, "%s",
               has_scaling(content->analysis, "weak")
                   ? "The serial fraction is Gustafson's, by each backend's own time on one core and "
                     "the work that was done."
                   : "The serial fraction is the Karp-Flatt metric, by each backend's own time on "
                     "one core: if it stays the same from count to count, serial work limits the "
                     "speedup; if it rises, the cost of working together does.");
}

static void add_notes(struct page *page, const struct plan *plan)
{
    if (plan == NULL || plan->notes == NULL)
        return;
    for (char **note = plan->notes; *note != NULL; note++)
        page_plain(page, "%s", *note);
}

void page_add_method(struct page *page, const struct report_content *content)
{
    page_heading(page, 2, "method", "How it was measured");
    if (content->plan != NULL && content->plan->description[0] != '\0')
        page_plain(page, "%s", content->plan->description);
    add_notes(page, content->plan);
    struct facts facts = {page, page_add(page, PAGE_FACTS)};
    add_machines(&facts, content->machines);
    add_metric(&facts, content);
    add_plan(&facts, content);
    add_jobs(&facts, content);
    add_timer(&facts, content->machines);
    add_binding(&facts, content);
    add_environment(&facts, content->machines);
    add_statistics(page, content);
    add_repeat(page, content);
}
