#include "plan_kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "strbuf.h"

const struct catalog_workload *plan_workload(const struct catalog *catalog,
                                             const struct study_kernel *kernel)
{
    const struct catalog_workload *workload = NULL;
    for (size_t i = 0; kernel != NULL && i < catalog->backend_count && workload == NULL; i++)
        workload = catalog_workload(&catalog->backends[i], kernel->name);
    return workload;
}

/* Options --------------------------------------------------------------------- */

static int refuse_unknown(const struct study_option *option,
                          const struct catalog_workload *workload, const char *backend,
                          struct error *err)
{
    struct strbuf all = STRBUF_INIT;
    const char **names = xcalloc(workload->option_count, sizeof *names);
    for (size_t i = 0; i < workload->option_count; i++) {
        names[i] = workload->options[i].name;
        strbuf_addf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *meant = suggest(option->name, names, workload->option_count);
    int rc = error_set(err, "%s: the kernel \"%s\" of backend \"%s\" has no option \"%s\"%s%s%s",
                       option->place.text, workload->name, backend, option->name,
                       meant != NULL                ? "; did you mean \""
                       : workload->option_count > 0 ? "; it has "
                                                    : "; it has none",
                       meant != NULL ? meant : all.str, meant != NULL ? "\"?" : "");
    free((void *)names);
    strbuf_free(&all);
    return rc;
}

static bool allows(const struct catalog_option *known, double value)
{
    double steps = known->step > 0 ? (value - known->minimum) / known->step : 0;

    return value >= known->minimum && value <= known->maximum && steps == floor(steps);
}

static int check_option(const struct study_option *option, const struct catalog_workload *workload,
                        const char *backend, struct error *err)
{
    char least[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE], given[NUMBER_TEXT_SIZE];
    const struct catalog_option *known = catalog_option(workload, option->name);
    if (known == NULL)
        return refuse_unknown(option, workload, backend, err);
    if (allows(known, option->value))
        return 0;
    bool two = known->step > 0 && known->minimum + known->step == known->maximum;
    return error_set(err, "%s: the option \"%s\" must be %s%s %s %s, got %s", option->place.text,
                     option->name,
                     two               ? ""
                     : known->step > 0 ? "a whole number from "
                                       : "from ",
                     number_format(least, known->minimum), two ? "or" : "to",
                     number_format(most, known->maximum), number_format(given, option->value));
}

static int check_options(const struct study_options *options,
                         const struct catalog_workload *workload, const char *backend,
                         struct error *err)
{
    for (size_t i = 0; i < options->count; i++)
        if (check_option(&options->list[i], workload, backend, err) != 0)
            return -1;
    return 0;
}

static const struct study_option *find_option(const struct study_options *options, const char *name)
{
    for (size_t i = 0; i < options->count; i++)
        if (strcmp(options->list[i].name, name) == 0)
            return &options->list[i];
    return NULL;
}

char **plan_option_words(const struct study *study, const struct study_kernel *kernel,
                         const struct study_backend *backend,
                         const struct catalog_workload *workload, struct error *err)
{
    const struct study_options *given[] = {&backend->options, &kernel->options, &study->options};
    enum { LEVELS = sizeof given / sizeof *given };
    for (size_t i = 0; i < LEVELS; i++)
        if (check_options(given[i], workload, backend->name, err) != 0)
            return NULL;
    char **words = xcalloc(2 * workload->option_count + 1, sizeof *words);
    size_t count = 0;
    for (size_t i = 0; i < workload->option_count; i++) {
        char value[NUMBER_TEXT_SIZE];
        const char *name = workload->options[i].name;
        const struct study_option *option = NULL;
        for (size_t level = 0; level < LEVELS && option == NULL; level++)
            option = find_option(given[level], name);
        if (option == NULL)
            continue;
        words[count++] = text_format("--%s", name);
        words[count++] = xstrdup(number_format(value, option->value));
    }
    return words;
}

/* Sizes ----------------------------------------------------------------------- */

const double *plan_sizes(const struct study *study, const struct study_kernel *kernel,
                         const struct catalog *catalog, double found, double *room, size_t *count)
{
    const struct study_sizes *sizes =
        kernel != NULL && kernel->sizes.given ? &kernel->sizes : &study->sizes;
    const struct catalog_workload *workload = plan_workload(catalog, kernel);
    *count = sizes->count;
    if (sizes->count > 0)
        return sizes->list;
    *count = 1;
    *room = sizes->automatic || workload == NULL ? found : workload->default_size;
    return room;
}
