#include "profile_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "plural.h"
#include "textrule.h"
#include "wrapped.h"

enum { LABEL_WIDTH = 14 };

/* --- the table ------------------------------------------------------------- */

static void add_end(const struct profile *profile, const char *today, struct strbuf *out)
{
    if (*profile->ends == '\0')
        return;
    strbuf_addf(out, "%s %s", profile_has_ended(profile, today) ? "was taken down on" : "ends on",
                profile->ends);
}

static void describe_entry(const struct profile_entry *entry, const char *today, struct strbuf *out)
{
    const struct profile *profile = &entry->profile;
    struct strbuf line = STRBUF_INIT;
    strbuf_addf(out, "%-*s ", LABEL_WIDTH, entry->name);
    if (entry->problem != NULL) {
        strbuf_addf(out, "cannot be read: %s\n", entry->problem);
        return;
    }
    if (*profile->centre != '\0')
        strbuf_addf(out, "%s; ", profile->centre);
    add_end(profile, today, &line);
    if (line.len > 0)
        strbuf_addf(out, "%s; ", line.str);
    strbuf_addf(out, "%s\n", entry->path == NULL ? "built in" : entry->path);
    strbuf_clear(&line);
    strbuf_add(&line, "cores a node: ");
    for (size_t i = 0; i < profile->cpu_count; i++)
        strbuf_addf(&line, "%s%s %lld", i == 0 ? "" : ", ", profile->cpus[i].id,
                    (long long)profile_cpu_cores(&profile->cpus[i]));
    text_add_wrapped(out, line.str, LABEL_WIDTH + 1, 0);
    strbuf_free(&line);
}

void profile_list_describe(const struct profile_list *list, const char *today, struct strbuf *out)
{
    for (size_t i = 0; i < list->count; i++)
        describe_entry(&list->entries[i], today, out);
}

/* --- one ------------------------------------------------------------------- */

static void heading(struct strbuf *out, const char *text)
{
    strbuf_addf(out, "\n%s\n", text);
}

/* "  label   words", behind each other where they do not fit a line. */
static void row(struct strbuf *out, const char *label, const char *text)
{
    struct strbuf line = STRBUF_INIT;
    text_add_wrapped(&line, text, LABEL_WIDTH + 3, 0);
    strbuf_addf(out, "  %-*s%s", LABEL_WIDTH, label, line.str + LABEL_WIDTH + 2);
    strbuf_free(&line);
}

static void row_unless_empty(struct strbuf *out, const char *label, const char *text)
{
    if (*text != '\0')
        row(out, label, text);
}

static void row_of_list(struct strbuf *out, const char *label, char *const *list)
{
    struct strbuf line = STRBUF_INIT;
    for (size_t i = 0; list[i] != NULL; i++)
        strbuf_addf(&line, "%s%s", i == 0 ? "" : " ", list[i]);
    row_unless_empty(out, label, line.str);
    strbuf_free(&line);
}

static void describe_rules(const struct profile *p, struct strbuf *out)
{
    struct strbuf line = STRBUF_INIT;
    heading(out, "Jobs");
    strbuf_add(&line, p->account_required ? "needed" : "may be left out");
    if (*p->account_pattern != '\0')
        strbuf_addf(&line, "; looks like %s", p->account_pattern);
    row(out, "account", line.str);
    row(out, "partition",
        p->partition_forbidden ? "must not be given"
        : p->partition_required ? "needed: there is no default"
                                : "has a default");
    row_unless_empty(out, "qos", p->qos);
    row_unless_empty(out, "reservation", p->reservation);
    row(out, "CPUs", p->cpu_is_thread ? "Slurm counts hardware threads" : "Slurm counts cores");
    if (!p->memory_allowed)
        row(out, "memory", "must not be asked for");
    row(out, "layout",
        strcmp(p->layout, "packed") == 0 ? "packed: whole nodes with all points inside"
                                         : "array: a job array for each core count");
    strbuf_clear(&line);
    if (p->max_array > 0)
        strbuf_addf(&line, "array indices below %lld; ", (long long)p->max_array);
    if (p->max_queued > 0)
        strbuf_addf(&line, "%lld task%s in the queue; ", (long long)p->max_queued,
                    plural(p->max_queued));
    if (p->max_running > 0)
        strbuf_addf(&line, "%lld task%s running; ", (long long)p->max_running,
                    plural(p->max_running));
    strbuf_addf(&line, "a question to Slurm every %g s", p->poll_seconds);
    row(out, "limits", line.str);
    if (!p->has_sacct)
        row(out, "accounting", "sacct does not answer");
    row_unless_empty(out, "monitor", p->monitor);
    row_of_list(out, "options", p->extra_sbatch);
    strbuf_free(&line);
}

static void add_selection(const struct profile_cpu *cpu, struct strbuf *out)
{
    const char *separator = "";
    if (*cpu->partition != '\0') {
        strbuf_addf(out, "--partition=%s", cpu->partition);
        separator = " ";
    }
    if (*cpu->constraint != '\0') {
        strbuf_addf(out, "%s--constraint=%s", separator, cpu->constraint);
        separator = " ";
    }
    for (size_t i = 0; cpu->extra_sbatch[i] != NULL; i++) {
        strbuf_addf(out, "%s%s", separator, cpu->extra_sbatch[i]);
        separator = " ";
    }
    if (*separator != '\0')
        strbuf_add(out, "; ");
}

static void add_hardware(const struct profile_cpu *cpu, struct strbuf *out)
{
    strbuf_addf(out, "%lld core%s (%lld x %lld)", (long long)profile_cpu_cores(cpu),
                plural(profile_cpu_cores(cpu)), (long long)cpu->sockets, (long long)cpu->cores_per_socket);
    if (cpu->threads_per_core > 1)
        strbuf_addf(out, " of %lld threads", (long long)cpu->threads_per_core);
    if (cpu->numa_nodes > 0)
        strbuf_addf(out, ", %lld NUMA node%s", (long long)cpu->numa_nodes,
                    plural(cpu->numa_nodes));
    if (!isnan(cpu->memory_mib))
        strbuf_addf(out, ", %.0f MiB", cpu->memory_mib);
    if (!isnan(cpu->memory_mib_per_core))
        strbuf_addf(out, ", %.0f MiB with a core", cpu->memory_mib_per_core);
    if (cpu->gpus > 0)
        strbuf_addf(out, ", %lld GPU%s%s%s", (long long)cpu->gpus, plural(cpu->gpus),
                    *cpu->gpu_type == '\0' ? "" : " ", cpu->gpu_type);
    if (cpu->nodes > 0)
        strbuf_addf(out, "; %lld node%s", (long long)cpu->nodes, plural(cpu->nodes));
}

static void add_terms(const struct profile_cpu *cpu, struct strbuf *out)
{
    const struct profile_terms *terms = &cpu->terms;
    char weight[NUMBER_TEXT_SIZE];
    strbuf_add(out, terms->exclusive ? "; whole nodes" : "; nodes are shared");
    if (strcmp(terms->charge_unit, "granule") == 0)
        strbuf_addf(out, ", charged by %lld cores", (long long)terms->charge_granule);
    else
        strbuf_addf(out, ", charged by the %s", terms->charge_unit);
    if (terms->charge_weight != 1)
        strbuf_addf(out, " times %s", number_format(weight, terms->charge_weight));
    if (!isnan(terms->charge_memory_gib_per_core))
        strbuf_addf(out, ", as are %.3g GiB of memory", terms->charge_memory_gib_per_core);
    if (!isnan(terms->max_time)) {
        strbuf_add(out, "; at most ");
        time_add(out, terms->max_time);
    }
    if (!isnan(terms->default_time)) {
        strbuf_add(out, ", by default ");
        time_add(out, terms->default_time);
    }
}

static void describe_cpus(const struct profile *p, struct strbuf *out)
{
    struct strbuf line = STRBUF_INIT;
    heading(out, "Kinds of node (\"cpu\" in a study; the first is the default)");
    for (size_t i = 0; i < p->cpu_count; i++) {
        const struct profile_cpu *cpu = &p->cpus[i];
        row(out, cpu->id, *cpu->title == '\0' ? "" : cpu->title);
        strbuf_clear(&line);
        add_selection(cpu, &line);
        add_hardware(cpu, &line);
        add_terms(cpu, &line);
        text_add_wrapped(out, line.str, LABEL_WIDTH + 3, 0);
        for (size_t k = 0; cpu->pre[k] != NULL; k++)
            strbuf_addf(out, "%*s%s\n", LABEL_WIDTH + 3, "", cpu->pre[k]);
    }
    strbuf_free(&line);
}

static void describe_script(const struct profile *p, struct strbuf *out)
{
    heading(out, "Job scripts");
    row(out, "first line", p->shebang);
    for (size_t i = 0; p->pre[i] != NULL; i++)
        strbuf_addf(out, "  %-*s %s\n", LABEL_WIDTH, i == 0 ? "then" : "", p->pre[i]);
    if (p->purge)
        row(out, "modules", "unloaded first");
    row_of_list(out, "for GCC", p->modules_gcc);
    row_of_list(out, "for Python", p->modules_python);
    row_of_list(out, "for Julia", p->modules_julia);
    struct strbuf line = STRBUF_INIT;
    strbuf_addf(&line, "%s%s%s", p->launcher, *p->srun_mpi == '\0' ? "" : " --mpi=", p->srun_mpi);
    row(out, "MPI", line.str);
    strbuf_free(&line);
}

static void describe_sources(const struct profile *p, bool verified, const char *title,
                             struct strbuf *out)
{
    struct strbuf line = STRBUF_INIT;
    bool any = false;
    for (size_t i = 0; i < p->source_count; i++) {
        const struct profile_source *source = &p->sources[i];
        if (source->verified != verified)
            continue;
        if (!any)
            heading(out, title);
        any = true;
        strbuf_clear(&line);
        strbuf_addf(&line, "%s [%s]", source->fact, source->source);
        row(out, *source->date == '\0' ? "-" : source->date, line.str);
    }
    strbuf_free(&line);
}

void profile_describe(const struct profile *profile, const char *origin, const char *today,
                      struct strbuf *out)
{
    struct strbuf line = STRBUF_INIT;
    strbuf_addf(out, "%s (%s)", profile->title, profile->name);
    if (*profile->centre != '\0')
        strbuf_addf(out, ", %s", profile->centre);
    strbuf_addf(out, "; %s\n", origin == NULL ? "built in" : origin);
    add_end(profile, today, &line);
    if (line.len > 0)
        strbuf_addf(out, "It %s.\n", line.str);
    strbuf_free(&line);
    describe_rules(profile, out);
    describe_cpus(profile, out);
    describe_script(profile, out);
    heading(out, "Known by these host names");
    row_of_list(out, "login nodes", profile->login_hosts);
    row_of_list(out, "nodes", profile->node_hosts);
    describe_sources(profile, true, "Where this is from", out);
    describe_sources(profile, false, "Check with your centre", out);
}
