#include "cluster_target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static const char *wish_or(const char *wish, const char *otherwise)
{
    return wish != NULL ? wish : otherwise;
}

static char *owned(const char *text)
{
    return xstrdup(text == NULL ? "" : text);
}

/* The lists one behind the other; NULL ones are passed over. */
static char **joined(char *const *const *lists, size_t count)
{
    size_t length = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        length += string_list_count(lists[i]);
    char **all = xcalloc(length + 1, sizeof *all);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < string_list_count(lists[i]); k++)
            all[n++] = xstrdup(lists[i][k]);
    return all;
}

/* Whether a backend of the study is of that language, by its own name or its program's. */
static bool uses(const struct study *study, const char *const *words)
{
    for (size_t i = 0; i < study->backend_count; i++) {
        const struct study_backend *b = &study->backends[i];
        for (size_t w = 0; words[w] != NULL; w++)
            if (strstr(b->name, words[w]) != NULL ||
                (b->backend != NULL && strstr(b->backend, words[w]) != NULL) ||
                (b->command != NULL && strstr(b->command[0], words[w]) != NULL))
                return true;
    }
    return false;
}

/* What the study wishes there, else the tool chain and the languages that it uses. */
static char **modules_of(const struct profile *profile, const struct study_cluster *wishes,
                         const struct study *study)
{
    static const char *const python[] = {"python", "numba", "mpi4py", "numpy", "f2py",
                                         "multiprocessing", "pyomp", "torch", NULL};
    static const char *const julia[] = {"julia", NULL};
    char *const *lists[3] = {profile->modules_gcc};
    size_t count = 1;
    if (wishes != NULL && wishes->modules != NULL) {
        lists[0] = wishes->modules;
    } else {
        if (uses(study, python)) /* these bring their own tool chain */
            lists[0] = profile->modules_python;
        if (uses(study, julia))
            lists[count++] = profile->modules_julia;
    }
    return joined(lists, count);
}

static int refuse_kind(const struct profile *profile, const struct study_cluster *wishes,
                       struct error *err)
{
    const char **ids = xcalloc(profile->cpu_count, sizeof *ids);
    for (size_t i = 0; i < profile->cpu_count; i++)
        ids[i] = profile->cpus[i].id;
    const char *meant = suggest(wishes->cpu, ids, profile->cpu_count);
    free((void *)ids);
    if (meant != NULL)
        return error_set(err, "%s: %s has no nodes of the kind \"%.60s\"; did you mean \"%s\"?",
                         wishes->place.text, profile->title, wishes->cpu, meant);
    return error_set(err, "%s: %s has no nodes of the kind \"%.60s\"; `scalestudy clusters %s` lists them",
                     wishes->place.text, profile->title, wishes->cpu, profile->name);
}

static void fill_wishes(struct plan_cluster *c, const struct study_cluster *wishes)
{
    if (wishes == NULL)
        return;
    c->time_limit = wishes->time_limit_seconds;
    c->memory_mib = wishes->memory_mib;
    c->exclusive = wishes->exclusive == 1;
    c->gpus = wishes->gpus;
}

static void fill_facts(struct plan_cluster *c, const struct profile *profile,
                       const struct profile_cpu *cpu)
{
    c->cores_per_node = profile_cpu_cores(cpu);
    c->charge_granule = profile_charge_granule(cpu);
    c->charge_weight = cpu->terms.charge_weight;
    c->charge_memory_gib_per_core = cpu->terms.charge_memory_gib_per_core;
    c->max_time = cpu->terms.max_time;
    c->whole_nodes = cpu->terms.exclusive;
    c->cpu_is_thread = profile->cpu_is_thread;
    c->threads_per_core = cpu->threads_per_core;
    c->purge = profile->purge;
    c->max_array = profile->max_array;
    c->max_queued = profile->max_queued;
    c->max_running = profile->max_running;
    c->poll_seconds = profile->poll_seconds;
    c->has_sacct = profile->has_sacct;
}

/* A wish for a partition or constraint of one's own takes the place of the kind's. */
static void fill_texts(struct plan_cluster *c, const struct profile *profile,
                       const struct profile_cpu *cpu, const struct study_cluster *wishes)
{
    static const struct study_cluster none;
    const struct study_cluster *w = wishes == NULL ? &none : wishes;
    const char *partition = cpu->partition[0] != '\0' ? cpu->partition : profile->partition;
    c->name = owned(wishes == NULL ? profile->name : wishes->folder);
    c->title = owned(profile->title);
    c->profile = owned(profile->name);
    c->cpu = owned(cpu->id);
    c->gpu_type = owned(cpu->gpu_type);
    c->account = owned(w->account);
    c->partition = owned(wish_or(w->partition, partition));
    c->constraint = owned(wish_or(w->constraint, cpu->constraint));
    c->qos = owned(wish_or(w->qos, profile->qos));
    c->reservation = owned(wish_or(w->reservation, profile->reservation));
    c->shebang = owned(profile->shebang);
    c->launcher = owned(profile->launcher);
    c->srun_mpi = owned(profile->srun_mpi);
    c->monitor = owned(profile->monitor);
}

static void fill_lists(struct plan_cluster *c, const struct profile *profile,
                       const struct profile_cpu *cpu, const struct study_cluster *wishes,
                       const struct study *study)
{
    char *const *pre[] = {profile->pre, cpu->pre};
    char *const *setup[] = {wishes == NULL ? NULL : wishes->setup};
    char *const *extra[] = {profile->extra_sbatch, cpu->extra_sbatch,
                            wishes == NULL ? NULL : wishes->extra_sbatch};
    c->pre = joined(pre, 2);
    c->setup = joined(setup, 1);
    c->extra_sbatch = joined(extra, 3);
    c->modules = modules_of(profile, wishes, study);
}

static struct plan_target target_of(const struct plan_cluster *c, const struct profile *profile,
                                    const struct profile_cpu *cpu)
{
    int64_t numa = cpu->numa_nodes > 0 ? cpu->numa_nodes : cpu->sockets > 0 ? cpu->sockets : 1;
    int64_t per_numa = c->cores_per_node / numa;
    return (struct plan_target){
        .name = c->name,
        .title = c->title,
        .cores_per_node = c->cores_per_node,
        .packages = cpu->sockets,
        .cores_per_numa = per_numa < 1 ? 1 : per_numa,
        .layout = profile->layout[0] == '\0' ? "array" : profile->layout,
        .cluster = c,
    };
}

int cluster_target_make(struct cluster_target *t, const struct profile *profile,
                        const struct study_cluster *wishes, const struct study *study,
                        struct error *err)
{
    const struct profile_cpu *cpu =
        profile_cpu_find(profile, wishes == NULL ? NULL : wishes->cpu);
    if (cpu == NULL)
        return refuse_kind(profile, wishes, err);
    *t = (struct cluster_target){.cluster = {.time_limit = NAN, .memory_mib = NAN}};
    fill_wishes(&t->cluster, wishes);
    fill_facts(&t->cluster, profile, cpu);
    fill_texts(&t->cluster, profile, cpu, wishes);
    fill_lists(&t->cluster, profile, cpu, wishes, study);
    t->target = target_of(&t->cluster, profile, cpu);
    return 0;
}

void cluster_target_free(struct cluster_target *t)
{
    plan_cluster_free(&t->cluster);
    *t = (struct cluster_target){0};
}

const struct study_cluster *study_cluster_of(const struct study *study, const char *folder,
                                             const char *profile, bool *ambiguous)
{
    const struct study_cluster *found = NULL;
    *ambiguous = false;
    for (size_t i = 0; i < study->cluster_count; i++)
        if (strcmp(study->clusters[i].folder, folder) == 0)
            return &study->clusters[i];
    for (size_t i = 0; i < study->cluster_count; i++)
        if (strcmp(study->clusters[i].cluster, profile) == 0) {
            *ambiguous = found != NULL;
            found = &study->clusters[i];
        }
    return *ambiguous ? NULL : found;
}
