#include "probe_kinds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "textrule.h"

enum { MOST_PATTERNS = 16 };

/* --- lines of scontrol ----------------------------------------------------- */

char *probe_value(const char *text, size_t length, const char *key)
{
    size_t key_length = strlen(key);
    for (size_t at = 0; at + key_length < length; at++) {
        if ((at > 0 && text[at - 1] != ' ') || text[at + key_length] != '=' ||
            strncmp(text + at, key, key_length) != 0)
            continue;
        const char *value = text + at + key_length + 1;
        size_t end = 0, most = length - (at + key_length + 1);
        while (end < most && value[end] != ' ')
            end++;
        char *copy = xstrndup(value, end);
        if (*copy != '\0' && strcmp(copy, "(null)") != 0 && strcmp(copy, "N/A") != 0)
            return copy;
        free(copy);
        return NULL;
    }
    return NULL;
}

/* NAN where it is not there or no number. */
static double number_value(const char *line, size_t length, const char *key)
{
    char *text = probe_value(line, length, key);
    double number = NAN;
    if (text != NULL)
        number_parse(text, strlen(text), &number);
    free(text);
    return number;
}

/* 0 where it is not there or beyond what a node can have. */
static int64_t whole_value(const char *line, size_t length, const char *key)
{
    double number = number_value(line, length, key);
    return number >= 1 && number <= 1e6 ? (int64_t)number : 0;
}

static bool value_is(const char *line, size_t length, const char *key, const char *wanted)
{
    char *text = probe_value(line, length, key);
    size_t wanted_length = strlen(wanted);
    bool same = text != NULL && strncmp(text, wanted, wanted_length) == 0 &&
                (text[wanted_length] == '\0' || text[wanted_length] == ':');
    free(text);
    return same;
}

/* UNLIMITED and NONE are no times. */
static double time_value(const char *line, size_t length, const char *key, double least)
{
    char *text = probe_value(line, length, key);
    double seconds = NAN;
    if (text == NULL || !time_parse(text, &seconds) || seconds < least || seconds > 366 * 86400.0)
        seconds = NAN;
    free(text);
    return seconds;
}

/* --- partitions ------------------------------------------------------------ */

static void add_partition(struct probe_lists *lists, const char *line, size_t length)
{
    char *name = probe_value(line, length, "PartitionName");
    struct strbuf problem = STRBUF_INIT;
    bool usable = name != NULL && !word_problem(name, &problem) && strchr(name, ',') == NULL &&
                  value_is(line, length, "State", "UP") &&
                  !value_is(line, length, "RootOnly", "YES");
    strbuf_free(&problem);
    if (!usable) {
        free(name);
        return;
    }
    lists->partitions = xreallocarray(lists->partitions, lists->partition_count + 1,
                                      sizeof *lists->partitions);
    lists->partitions[lists->partition_count++] = (struct probe_partition){
        .name = name,
        .is_default = value_is(line, length, "Default", "YES"),
        .exclusive = value_is(line, length, "OverSubscribe", "EXCLUSIVE") ||
                     value_is(line, length, "Shared", "EXCLUSIVE"),
        .max_time = time_value(line, length, "MaxTime", 60),
        .default_time = time_value(line, length, "DefaultTime", 1),
        .memory_mib_per_cpu = number_value(line, length, "DefMemPerCPU"),
    };
}

/* --- nodes ----------------------------------------------------------------- */

/* "rack17", "row_3": where a node stands, not what it is. */
static bool is_place(const char *feature)
{
    static const char *const words[] = {"rack", "row",  "chassis", "cabinet", "cab", "switch",
                                        "sw",   "leaf", "cell",    "pod",     "room"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(feature, words[i], length) != 0)
            continue;
        const char *rest = feature + length;
        rest += *rest == '-' || *rest == '_';
        if (*rest != '\0' && rest[strspn(rest, "0123456789-_.")] == '\0')
            return true;
    }
    return false;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, so that two nodes can be compared. */
static char **read_features(const char *text)
{
    size_t count = 0, capacity = 0;
    char **list = xcalloc(1, sizeof *list);
    char *copy = xstrdup(text == NULL ? "" : text), *rest = NULL;
    for (char *word = strtok_r(copy, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
        struct strbuf problem = STRBUF_INIT;
        bool plain = !word_problem(word, &problem) && word[strcspn(word, "&|()[]*!")] == '\0';
        strbuf_free(&problem);
        if (!plain || is_place(word))
            continue;
        if (count + 1 >= capacity) {
            capacity = capacity * 2 + 8;
            list = xreallocarray(list, capacity, sizeof *list);
        }
        list[count++] = xstrdup(word);
        list[count] = NULL;
    }
    free(copy);
    if (count > 1)
        qsort(list, count, sizeof *list, compare_texts);
    return list;
}

/* "gpu:a100:2(S:0-1),gpu:a100:2": how many, and of what type the first are. */
static void read_gpus(const char *gres, struct probe_kind *kind)
{
    char *copy = xstrdup(gres == NULL ? "" : gres), *rest = NULL;
    kind->gpu_type = xstrdup("");
    for (char *word = strtok_r(copy, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
        char *parts = NULL, *name, *type, *count;
        word[strcspn(word, "(")] = '\0';
        name = strtok_r(word, ":", &parts);
        type = strtok_r(NULL, ":", &parts);
        count = strtok_r(NULL, ":", &parts);
        if (name == NULL || strcmp(name, "gpu") != 0 || type == NULL)
            continue;
        long number = strtol(count == NULL ? type : count, NULL, 10);
        if (number < 1 || number > 1024)
            continue;
        kind->gpus += number;
        struct strbuf problem = STRBUF_INIT;
        if (count != NULL && *kind->gpu_type == '\0' && !word_problem(type, &problem)) {
            free(kind->gpu_type);
            kind->gpu_type = xstrdup(type);
        }
        strbuf_free(&problem);
    }
    free(copy);
}

static bool same_features(char *const *a, char *const *b)
{
    size_t i = 0;
    for (; a[i] != NULL && b[i] != NULL; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return a[i] == NULL && b[i] == NULL;
}

/* All but memory and partitions. */
static bool same_make(const struct probe_kind *a, const struct probe_kind *b)
{
    return a->sockets == b->sockets && a->cores == b->cores && a->threads == b->threads &&
           a->cpus == b->cpus && a->usable_cpus == b->usable_cpus && a->gpus == b->gpus &&
           strcmp(a->gpu_type, b->gpu_type) == 0 && same_features(a->features, b->features);
}

static bool same_kind(const struct probe_kind *a, const struct probe_kind *b)
{
    return same_make(a, b) && a->memory_mib == b->memory_mib &&
           strcmp(a->partitions, b->partitions) == 0;
}

static void free_kind(struct probe_kind *kind)
{
    free(kind->gpu_type);
    free(kind->partitions);
    string_list_free(kind->features);
}

static struct probe_kind read_kind(const char *line, size_t length)
{
    char *features = probe_value(line, length, "AvailableFeatures");
    char *gres = probe_value(line, length, "Gres");
    char *partitions = probe_value(line, length, "Partitions");
    double reserved = number_value(line, length, "MemSpecLimit");
    struct probe_kind kind = {
        .sockets = whole_value(line, length, "Sockets"),
        .cores = whole_value(line, length, "CoresPerSocket"),
        .threads = whole_value(line, length, "ThreadsPerCore"),
        .cpus = whole_value(line, length, "CPUTot"),
        .usable_cpus = whole_value(line, length, "CPUEfctv"),
        .memory_mib = number_value(line, length, "RealMemory") - (isnan(reserved) ? 0 : reserved),
        .features = read_features(features),
        .partitions = text_format(",%s,", partitions == NULL ? "" : partitions),
        .nodes = 1,
    };
    if (!(kind.memory_mib > 1)) /* 1 is what Slurm says where it was not told */
        kind.memory_mib = 0;
    if (kind.usable_cpus == 0)
        kind.usable_cpus = kind.cpus;
    read_gpus(gres, &kind);
    free(features);
    free(gres);
    free(partitions);
    return kind;
}

char *probe_host_pattern(const char *host)
{
    struct strbuf pattern = STRBUF_INIT;
    for (const char *p = host; *p != '\0';) {
        size_t digits = strspn(p, "0123456789");
        if (digits > 0)
            strbuf_add(&pattern, "[0-9]+");
        else if (strchr(".[]()*+?{}|^$\\", *p) != NULL)
            strbuf_addf(&pattern, "\\%c", *p);
        else
            strbuf_add_char(&pattern, *p);
        p += digits > 0 ? digits : 1;
    }
    return strbuf_take(&pattern);
}

static void add_host(struct probe_lists *lists, const char *host)
{
    size_t count = string_list_count(lists->host_patterns);
    char *pattern = probe_host_pattern(host);
    bool there = false;
    for (size_t i = 0; i < count; i++)
        there = there || strcmp(lists->host_patterns[i], pattern) == 0;
    if (there || count >= MOST_PATTERNS || strlen(pattern) > LONGEST_PATTERN) {
        free(pattern);
        return;
    }
    lists->host_patterns = xreallocarray(lists->host_patterns, count + 2, sizeof(char *));
    lists->host_patterns[count] = pattern;
    lists->host_patterns[count + 1] = NULL;
}

static void add_node(struct probe_lists *lists, const char *line, size_t length)
{
    char *name = probe_value(line, length, "NodeName");
    struct probe_kind kind = read_kind(line, length);
    if (name == NULL || kind.sockets == 0 || kind.sockets > 64 || kind.cores == 0 ||
        kind.cores > 4096 || kind.threads == 0 || kind.threads > 16) {
        free_kind(&kind);
        free(name);
        return;
    }
    add_host(lists, name);
    free(name);
    for (size_t i = 0; i < lists->kind_count; i++)
        if (same_kind(&lists->kinds[i], &kind)) {
            lists->kinds[i].nodes++;
            free_kind(&kind);
            return;
        }
    lists->kinds = xreallocarray(lists->kinds, lists->kind_count + 1, sizeof kind);
    lists->kinds[lists->kind_count++] = kind;
}

/* --- both lists ------------------------------------------------------------ */

static void each_line(struct probe_lists *lists, const char *text,
                      void (*add)(struct probe_lists *, const char *, size_t))
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        add(lists, text, length);
        text += length + (text[length] != '\0');
    }
}

void probe_lists_read(struct probe_lists *lists, const char *partitions, const char *nodes)
{
    *lists = (struct probe_lists){.host_patterns = xcalloc(1, sizeof(char *))};
    each_line(lists, partitions, add_partition);
    each_line(lists, nodes, add_node);
}

void probe_lists_free(struct probe_lists *lists)
{
    for (size_t i = 0; i < lists->partition_count; i++)
        free(lists->partitions[i].name);
    for (size_t i = 0; i < lists->kind_count; i++)
        free_kind(&lists->kinds[i]);
    free(lists->partitions);
    free(lists->kinds);
    string_list_free(lists->host_patterns);
    *lists = (struct probe_lists){0};
}

static bool is_in(const struct probe_kind *kind, const struct probe_partition *partition)
{
    char *wanted = text_format(",%s,", partition->name);
    bool found = strstr(kind->partitions, wanted) != NULL;
    free(wanted);
    return found;
}

struct probe_kind *probe_kinds_of(const struct probe_lists *lists,
                                  const struct probe_partition *partition, size_t *count)
{
    struct probe_kind *kinds = xcalloc(lists->kind_count + 1, sizeof *kinds);
    *count = 0;
    for (size_t i = 0; i < lists->kind_count; i++) {
        const struct probe_kind *kind = &lists->kinds[i];
        size_t k = 0;
        if (!is_in(kind, partition))
            continue;
        while (k < *count && !same_make(&kinds[k], kind))
            k++;
        if (k == *count) {
            kinds[(*count)++] = *kind;
            continue;
        }
        kinds[k].nodes += kind->nodes;
        if (kind->memory_mib < kinds[k].memory_mib)
            kinds[k].memory_mib = kind->memory_mib;
    }
    return kinds;
}

static bool has_feature(const struct probe_kind *kind, const char *feature)
{
    for (size_t i = 0; kind->features[i] != NULL; i++)
        if (strcmp(kind->features[i], feature) == 0)
            return true;
    return false;
}

/* Whether some other kind has both features; with `plain`, other kinds without GPUs. */
static bool others_have(const struct probe_kind *kinds, size_t count, size_t index, bool plain,
                        const char *first, const char *second)
{
    for (size_t i = 0; i < count; i++)
        if (i != index && !(plain && kinds[i].gpus > 0) && has_feature(&kinds[i], first) &&
            has_feature(&kinds[i], second))
            return true;
    return false;
}

static char *find_features(const struct probe_kind *kinds, size_t count, size_t index, bool plain)
{
    char *const *features = kinds[index].features;
    for (size_t i = 0; features[i] != NULL; i++)
        if (!others_have(kinds, count, index, plain, features[i], features[i]))
            return xstrdup(features[i]);
    for (size_t i = 0; features[i] != NULL; i++)
        for (size_t k = i + 1; features[k] != NULL; k++)
            if (!others_have(kinds, count, index, plain, features[i], features[k]))
                return text_format("%s&%s", features[i], features[k]);
    return NULL;
}

char *probe_constraint(const struct probe_kind *kinds, size_t count, size_t index, bool *sure)
{
    *sure = true;
    if (count <= 1)
        return xstrdup("");
    char *found = find_features(kinds, count, index, false);
    if (found != NULL)
        return found;
    *sure = false;
    return kinds[index].gpus > 0 ? NULL : find_features(kinds, count, index, true);
}
