#include "profile_check.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "plural.h"
#include "study_text.h"
#include "textrule.h"
#include "toolchain.h"

struct checking {
    const struct profile_question *q;
    const struct profile *profile;
    const struct study_cluster *asked; /* never NULL: all absent where the study has no entry */
    const struct profile_cpu *cpu;
    struct profile_findings *findings;
};

/* --- findings -------------------------------------------------------------- */

static void add(const struct checking *c, bool refused, const char *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void add(const struct checking *c, bool refused, const char *place, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list arguments;
    va_start(arguments, format);
    strbuf_addf(&text, "%s: ", place);
    strbuf_addv(&text, format, arguments);
    va_end(arguments);
    struct profile_findings *f = c->findings;
    array_grow(&f->list, f->count, &f->capacity, sizeof *f->list);
    f->list[f->count++] = (struct profile_finding){.refused = refused, .text = strbuf_take(&text)};
}

/* Where the study says `key` of this cluster; the study where it says nothing. */
static const char *place_of(const struct checking *c, const char *key)
{
    return c->q->asked == NULL ? c->q->study->path : study_cluster_place(c->asked, key);
}

static const char *name_of(const struct checking *c)
{
    return c->profile->title;
}

void profile_findings_free(struct profile_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->list[i].text);
    free(findings->list);
    *findings = (struct profile_findings){0};
}

bool profile_findings_refuse(const struct profile_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->list[i].refused)
            return true;
    return false;
}

/* --- the cluster ----------------------------------------------------------- */

static void check_end(const struct checking *c)
{
    if (profile_has_ended(c->profile, c->q->today))
        add(c, false, place_of(c, "cluster"),
            "%s was taken down on %s, as its profile says; choose another cluster "
            "(`scalestudy clusters` lists them), or correct \"ends\" in a profile of your own",
            name_of(c), c->profile->ends);
}

/* False where there is no such kind, and nothing else can be judged. */
static bool find_cpu(struct checking *c)
{
    struct strbuf known = STRBUF_INIT;
    const char **ids = xcalloc(c->profile->cpu_count, sizeof *ids);
    c->cpu = profile_cpu_find(c->profile, c->asked->cpu);
    for (size_t i = 0; i < c->profile->cpu_count; i++) {
        ids[i] = c->profile->cpus[i].id;
        strbuf_addf(&known, "%s%s", i > 0 ? ", " : "", ids[i]);
    }
    if (c->cpu == NULL) {
        const char *meant = suggest(c->asked->cpu, ids, c->profile->cpu_count);
        if (meant != NULL)
            add(c, true, place_of(c, "cpu"),
                "%s has no kind of node \"%s\"; did you mean \"%s\"? There are %s", name_of(c),
                c->asked->cpu, meant, known.str);
        else
            add(c, true, place_of(c, "cpu"), "%s has no kind of node \"%s\"; there are %s",
                name_of(c), c->asked->cpu, known.str);
    }
    free(ids);
    strbuf_free(&known);
    return c->cpu != NULL;
}

/* --- account --------------------------------------------------------------- */

/* Slurm keeps accounts in lower case, whatever is typed. */
static char *lower_case(const char *text)
{
    char *copy = xstrdup(text);
    for (char *p = copy; *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return copy;
}

/* The other cluster that the account fits, and no third one. */
static const char *whose_account(const struct checking *c, const char *account)
{
    const char *found = NULL;
    for (size_t i = 0; c->q->known != NULL && i < c->q->known->count; i++) {
        const struct profile *other = &c->q->known->entries[i].profile;
        if (other->account_pattern == NULL || *other->account_pattern == '\0' ||
            !profile_pattern_matches(other->account_pattern, account))
            continue;
        if (found != NULL)
            return NULL;
        found = other->title;
    }
    return found;
}

static void check_account(const struct checking *c)
{
    const struct profile *p = c->profile;
    if (c->asked->account == NULL) {
        if (p->account_required)
            add(c, !c->q->account_may_come, place_of(c, "account"),
                "%s needs an account, the project that pays; give run --account NAME, or the study "
                "\"clusters\": {\"%s\": {\"account\": \"NAME\"}}",
                name_of(c), c->q->asked == NULL ? p->name : c->asked->folder);
        return;
    }
    char *account = lower_case(c->asked->account);
    if (*p->account_pattern != '\0' && !profile_pattern_matches(p->account_pattern, account)) {
        const char *owner = whose_account(c, account);
        add(c, true, place_of(c, "account"),
            "the account \"%s\" is none of %s's%s%s, which look like %s; `sacctmgr show "
            "associations user=$USER format=account` lists yours",
            c->asked->account, name_of(c), owner == NULL ? "" : " but looks like one of ",
            owner == NULL ? "" : owner, p->account_pattern);
    }
    free(account);
}

/* --- what selects nodes ---------------------------------------------------- */

static void check_partition(const struct checking *c)
{
    const struct profile *p = c->profile;
    const char *asked = c->asked->partition;
    if (asked == NULL) {
        if (p->partition_required && *c->cpu->partition == '\0')
            add(c, true, place_of(c, "partition"),
                "%s has no default partition; say \"partition\", or a \"cpu\" that has one",
                name_of(c));
        return;
    }
    if (p->partition_forbidden) {
        add(c, true, place_of(c, "partition"),
            "on %s no partition may be given; leave \"partition\" out, and say with \"cpu\" which "
            "nodes are meant",
            name_of(c));
        return;
    }
    if (*c->cpu->partition == '\0' || strcmp(asked, c->cpu->partition) == 0)
        return;
    for (size_t i = 0; i < p->cpu_count; i++)
        if (strcmp(p->cpus[i].partition, asked) == 0) {
            add(c, true, place_of(c, "partition"),
                "partition \"%s\" has nodes of kind \"%s\", and the study is planned for \"%s\"; "
                "say \"cpu\": \"%s\" instead",
                asked, p->cpus[i].id, c->cpu->id, p->cpus[i].id);
            return;
        }
    add(c, false, place_of(c, "partition"),
        "the profile of %s does not know partition \"%s\"; the study is planned for nodes of kind "
        "\"%s\", so check that it has those only",
        name_of(c), asked, c->cpu->id);
}

/* The kind whose constraint is the word text[0..length); NULL: none's. */
static const struct profile_cpu *kind_of_feature(const struct profile *profile, const char *text,
                                                 size_t length)
{
    for (size_t i = 0; i < profile->cpu_count; i++)
        if (strlen(profile->cpus[i].constraint) == length && length > 0 &&
            strncmp(profile->cpus[i].constraint, text, length) == 0)
            return &profile->cpus[i];
    return NULL;
}

static void check_constraint(const struct checking *c)
{
    const char *asked = c->asked->constraint;
    const struct profile_cpu *first = NULL, *other = NULL;
    bool own = asked == NULL || *c->cpu->constraint == '\0';
    if (asked == NULL)
        return;
    for (const char *p = asked; *p != '\0';) {
        size_t length = strcspn(p, "&|,()[]*!");
        const struct profile_cpu *kind = kind_of_feature(c->profile, p, length);
        own = own || (kind != NULL && strcmp(kind->constraint, c->cpu->constraint) == 0);
        if (kind != NULL && first == NULL)
            first = kind;
        else if (kind != NULL && strcmp(kind->constraint, first->constraint) != 0)
            other = kind;
        p += length + (p[length] != '\0');
    }
    const char *place = place_of(c, "constraint");
    if (other != NULL && strchr(asked, '|') != NULL)
        add(c, true, place,
            "\"%s\" takes nodes of kind \"%s\" and \"%s\", whose times cannot be compared in one "
            "curve; say \"cpu\": \"%s\" or \"%s\"",
            asked, first->id, other->id, first->id, other->id);
    else if (!own && first != NULL)
        add(c, true, place,
            "\"%s\" takes nodes of kind \"%s\", and the study is planned for \"%s\"; say \"cpu\": "
            "\"%s\" instead",
            asked, first->id, c->cpu->id, first->id);
    else if (!own || strchr(asked, '|') != NULL)
        add(c, false, place,
            "\"%s\" may take nodes of several kinds, and those of \"%s\" are what the study is "
            "planned for; leave it out, \"cpu\" selects them",
            asked, c->cpu->id);
}

static void check_gpus(const struct checking *c)
{
    if (c->asked->gpus > c->cpu->gpus)
        add(c, true, place_of(c, "gpus"),
            "nodes of kind \"%s\" on %s have %lld GPUs, and %lld are asked for; choose another "
            "\"cpu\", or fewer",
            c->cpu->id, name_of(c), (long long)c->cpu->gpus, (long long)c->asked->gpus);
}

/* --- time ------------------------------------------------------------------ */

/* Jobs always say a time limit, the study's or one made from the timeout. */
static void check_time(const struct checking *c)
{
    double most = c->cpu->terms.max_time, timeout = c->q->study->timeout;
    double asked = c->asked->time_limit_seconds;
    struct strbuf limit = STRBUF_INIT, given = STRBUF_INIT;
    bool made = isnan(asked);
    time_add(&given, ceil(made ? timeout : asked));
    if (!isnan(most))
        time_add(&limit, most);
    if (made && timeout > most)
        add(c, true, c->q->study->path,
            "a run may take %s (\"timeout\"), and jobs on nodes of kind \"%s\" on %s have at most "
            "%s; say a shorter \"timeout\"",
            given.str, c->cpu->id, name_of(c), limit.str);
    else if (asked > most)
        add(c, true, place_of(c, "time_limit"),
            "jobs on nodes of kind \"%s\" on %s have at most %s, and %s are asked for; say a "
            "shorter \"time_limit\"",
            c->cpu->id, name_of(c), limit.str, given.str);
    strbuf_free(&limit);
    strbuf_free(&given);
}

/* --- memory ---------------------------------------------------------------- */

static bool is_memory_option(const char *option)
{
    return strncmp(option, "--mem=", 6) == 0 || strncmp(option, "--mem ", 6) == 0 ||
           strncmp(option, "--mem-per-", 10) == 0;
}

static void check_memory(const struct checking *c)
{
    double asked = c->asked->memory_mib, free_gib = c->cpu->terms.charge_memory_gib_per_core;
    char given[NUMBER_TEXT_SIZE];
    for (size_t i = 0; !c->profile->memory_allowed && c->asked->extra_sbatch != NULL &&
                       c->asked->extra_sbatch[i] != NULL;
         i++)
        if (is_memory_option(c->asked->extra_sbatch[i]))
            add(c, true, place_of(c, "extra_sbatch"),
                "%s takes no memory options; leave %s out, memory comes with the cores", name_of(c),
                c->asked->extra_sbatch[i]);
    if (isnan(asked))
        return;
    const char *place = place_of(c, "memory");
    number_format(given, asked);
    if (!c->profile->memory_allowed)
        add(c, true, place, "%s takes no memory options; leave \"memory\" out, it comes with the "
                            "cores",
            name_of(c));
    else if (asked > c->cpu->memory_mib)
        add(c, true, place,
            "nodes of kind \"%s\" on %s have %.0f MiB for jobs, and %s are asked for", c->cpu->id,
            name_of(c), c->cpu->memory_mib, given);
    else if (!c->cpu->terms.exclusive && asked > free_gib * 1024)
        add(c, false, place,
            "on %s %s MiB are charged as %.0f cores, also where fewer are used", name_of(c), given,
            ceil(asked / (free_gib * 1024)));
}

static void check_layout(const struct checking *c)
{
    const char *layout = c->q->study->layout;
    if (layout != NULL && strcmp(layout, "array") == 0 && strcmp(c->profile->layout, "packed") == 0)
        add(c, false, c->q->study->path,
            "%s asks for few jobs instead of many; leave \"layout\": \"array\" out", name_of(c));
}

/* --- backends -------------------------------------------------------------- */

int64_t profile_largest_count(const struct profile_cpu *cpu, const char *parallel)
{
    if (strcmp(parallel, "serial") == 0)
        return 1;
    if (strcmp(parallel, "threads") == 0 || strcmp(parallel, "processes") == 0)
        return profile_cpu_cores(cpu);
    return cpu->nodes * profile_cpu_cores(cpu);
}

/* NULL where it is not known. */
static const char *parallel_of(const struct checking *c, const struct study_backend *backend)
{
    const struct catalog_backend *builtin = NULL;
    if (backend->command != NULL)
        return backend->parallel;
    if (c->q->catalog != NULL)
        builtin = catalog_find(c->q->catalog, backend->backend);
    return builtin == NULL || *builtin->parallel == '\0' ? NULL : builtin->parallel;
}

static void check_counts(const struct checking *c, const struct study_backend *backend)
{
    const struct study_cores_list *cores =
        backend->cores.given ? &backend->cores : &c->q->study->cores;
    const char *parallel = parallel_of(c, backend);
    struct strbuf counts = STRBUF_INIT;
    const char *place = NULL;
    if (parallel == NULL || strcmp(parallel, "serial") == 0)
        return;
    int64_t node = profile_cpu_cores(c->cpu), most = profile_largest_count(c->cpu, parallel);
    for (size_t i = 0; i < cores->count; i++) {
        const struct study_cores *one = &cores->list[i];
        int64_t count =
            one->node_parts == 0 ? one->count : node * one->node_count / one->node_parts;
        if (most == 0 || count <= most)
            continue;
        if (place == NULL)
            place = one->place.text;
        strbuf_addf(&counts, "%s%lld", counts.len == 0 ? "" : ", ", (long long)count);
    }
    if (place != NULL && most == node)
        add(c, false, place,
            "backend \"%s\" stays on one node, and nodes of kind \"%s\" on %s have %lld core%s; it "
            "is not measured on %s",
            backend->name, c->cpu->id, name_of(c), (long long)node, plural(node), counts.str);
    else if (place != NULL)
        add(c, false, place,
            "%s has %lld node%s of kind \"%s\" with %lld core%s together, and backend \"%s\" is to "
            "run on %s; leave those out",
            name_of(c), (long long)c->cpu->nodes, plural(c->cpu->nodes), c->cpu->id,
            (long long)most, plural(most), backend->name,
            counts.str);
    strbuf_free(&counts);
}

/* A launcher that stands as a word in `text`; NULL: none. */
static const char *launcher_in(const char *text)
{
    const char *found = NULL;
    char *copy = xstrdup(text), *rest = NULL;
    for (char *word = strtok_r(copy, " \t;&|()", &rest); word != NULL && found == NULL;
         word = strtok_r(NULL, " \t;&|()", &rest))
        found = study_launcher(word);
    free(copy);
    return found;
}

static void check_launcher(const struct checking *c, const struct study_backend *backend)
{
    const char *found = NULL;
    /* behind the first word only what may be a line of shell */
    for (size_t i = 0; backend->command != NULL && backend->command[i] != NULL && found == NULL;
         i++)
        if (i == 0 || strchr(backend->command[i], ' ') != NULL)
            found = launcher_in(backend->command[i]);
    for (size_t i = 0; backend->setup != NULL && backend->setup[i] != NULL && found == NULL; i++)
        found = launcher_in(backend->setup[i]);
    if (found == NULL || strcmp(found, c->profile->launcher) == 0)
        return;
    add(c, c->profile->launcher_required, backend->place.text,
        "backend \"%s\" calls %s, and on %s MPI programs are started by %s; say \"parallel\": "
        "\"ranks\" and leave the launcher to scalestudy",
        backend->name, found, name_of(c), c->profile->launcher);
}

static void check_modules(const struct checking *c, const struct study_backend *backend)
{
    size_t common = string_list_count(c->asked->modules);
    size_t own = string_list_count(backend->modules);
    const char *first, *second;
    if (own == 0)
        return;
    char **all = xcalloc(common + own + 1, sizeof *all);
    if (common > 0)
        memcpy(all, c->asked->modules, common * sizeof *all);
    memcpy(all + common, backend->modules, own * sizeof *all);
    if (toolchain_find_mix(all, &first, &second))
        add(c, false, backend->place.text,
            "backend \"%s\" loads %s and %s, which were built with different compilers; take both "
            "of one generation",
            backend->name, first, second);
    free(all);
}

static void check_common_modules(const struct checking *c)
{
    const char *first, *second;
    if (toolchain_find_mix(c->asked->modules, &first, &second))
        add(c, false, place_of(c, "modules"),
            "%s and %s were built with different compilers; take both of one generation", first,
            second);
}

void profile_check(const struct profile_question *question, struct profile_findings *findings)
{
    static const struct study_cluster nothing = {
        .time_limit_seconds = NAN, .memory_mib = NAN, .exclusive = -1};
    struct checking c = {.q = question,
                         .profile = question->profile,
                         .asked = question->asked == NULL ? &nothing : question->asked,
                         .findings = findings};
    check_end(&c);
    check_account(&c);
    if (!find_cpu(&c))
        return;
    check_partition(&c);
    check_constraint(&c);
    check_gpus(&c);
    check_time(&c);
    check_memory(&c);
    check_layout(&c);
    check_common_modules(&c);
    for (size_t i = 0; i < question->study->backend_count; i++) {
        check_counts(&c, &question->study->backends[i]);
        check_launcher(&c, &question->study->backends[i]);
        check_modules(&c, &question->study->backends[i]);
    }
}
