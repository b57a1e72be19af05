#include "plan_filter.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "strbuf.h"

/* Reading --only -------------------------------------------------------------- */

static int filter_add_cores(struct plan_filter *filter, const char *text, struct error *err)
{
    char *end;
    long long cores = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || cores < 1 || cores > STUDY_MAX_CORES)
        return error_set(err, "--only cores=%.60s: a core count is a number from 1 to %d", text,
                         STUDY_MAX_CORES);
    filter->cores = xreallocarray(filter->cores, filter->core_count + 1, sizeof *filter->cores);
    filter->cores[filter->core_count++] = cores;
    return 0;
}

static const char filter_items[] =
    "say kernel=NAME, backend=NAME or cores=N, several with commas between";

static void filter_add_name(char ***names, const char *name)
{
    size_t count = string_list_count(*names);
    *names = xreallocarray(*names, count + 2, sizeof **names);
    (*names)[count] = xstrdup(name);
    (*names)[count + 1] = NULL;
}

static int filter_add(struct plan_filter *filter, const char *item, struct error *err)
{
    if (strncmp(item, "cores=", 6) == 0)
        return filter_add_cores(filter, item + 6, err);
    if (strncmp(item, "kernel=", 7) == 0 && item[7] != '\0')
        filter_add_name(&filter->kernels, item + 7);
    else if (strncmp(item, "backend=", 8) == 0 && item[8] != '\0')
        filter_add_name(&filter->backends, item + 8);
    else
        return error_set(err, "--only %.60s: %s", item, filter_items);
    return 0;
}

int plan_filter_parse(struct plan_filter *filter, const char *text, struct error *err)
{
    char *copy = xstrdup(text), *rest = copy, *item;
    int rc = 0;
    if (text[strspn(text, ",")] == '\0')
        rc = error_set(err, "--only is empty: %s", filter_items);
    while (rc == 0 && (item = strtok_r(rest, ",", &rest)) != NULL)
        rc = filter_add(filter, item, err);
    free(copy);
    return rc;
}

void plan_filter_free(struct plan_filter *filter)
{
    string_list_free(filter->kernels);
    string_list_free(filter->backends);
    free(filter->cores);
    *filter = (struct plan_filter){0};
}

/* Which points ---------------------------------------------------------------- */

/* Names of a kind that is not filtered are all in. */
static bool filter_has_name(char *const *names, const char *name)
{
    if (names == NULL)
        return true;
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool filter_has_cores(const struct plan_filter *filter, int64_t cores)
{
    if (filter->core_count == 0)
        return true;
    for (size_t i = 0; i < filter->core_count; i++)
        if (filter->cores[i] == cores)
            return true;
    return false;
}

bool plan_filter_takes(const struct plan_filter *filter, const char *kernel, const char *backend,
                       int64_t cores)
{
    return filter_has_name(filter->kernels, kernel) && filter_has_name(filter->backends, backend) &&
           filter_has_cores(filter, cores);
}

/* The first of `names` that none of the `count` of `known` is: it was a slip in --only. */
static int refuse_strangers(const char *key, char *const *names, const char *const *known,
                            size_t count, struct error *err)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        struct strbuf all = STRBUF_INIT;
        bool found = false;
        for (size_t k = 0; k < count; k++) {
            found = found || strcmp(known[k], names[i]) == 0;
            strbuf_addf(&all, "%s%s", k > 0 ? ", " : "", known[k]);
        }
        const char *meant = suggest(names[i], known, count);
        if (!found)
            error_set(err, "--only %s=%.60s: the study measures no such %s%s%s%s", key, names[i],
                      key,
                      meant != NULL ? "; did you mean \""
                      : count > 0   ? "; it has "
                                    : "",
                      meant != NULL ? meant : all.str, meant != NULL ? "\"?" : "");
        strbuf_free(&all);
        if (!found)
            return -1;
    }
    return 0;
}

int plan_filter_check(const struct plan_filter *filter, const struct study *study,
                      const struct plan *plan, struct error *err)
{
    const char **backends = xcalloc(plan->backend_count + 1, sizeof *backends);
    const char **kernels = xcalloc(study->kernel_count + 1, sizeof *kernels);
    size_t count = 0;
    for (size_t i = 0; i < plan->backend_count; i++) { /* once, of several kernels */
        size_t k = 0;
        while (k < count && strcmp(plan->backends[i].name, backends[k]) != 0)
            k++;
        if (k == count)
            backends[count++] = plan->backends[i].name;
    }
    for (size_t i = 0; i < study->kernel_count; i++)
        kernels[i] = study->kernels[i].name;
    int rc = refuse_strangers("backend", filter->backends, backends, count, err);
    if (rc == 0)
        rc = refuse_strangers("kernel", filter->kernels, kernels, study->kernel_count, err);
    free((void *)backends);
    free((void *)kernels);
    return rc;
}
