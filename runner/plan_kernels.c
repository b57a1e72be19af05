#include "plan_kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "strbuf.h"

/* Options --------------------------------------------------------------------- */

/* Shared options of several backends can be one's alone. */
static const char *remedy_of(const struct study *study, const struct study_options *options,
                             const struct study_backend *backend)
{
    return study->backend_count > 1 && options != &backend->options
               ? "; give it to the backends that have it, in their own \"options\""
               : "";
}

static int refuse_unknown(const struct study_option *option,
                          const struct catalog_workload *workload, const char *backend,
                          const char *remedy, struct error *err)
{
    struct strbuf all = STRBUF_INIT;
    const char **names = xcalloc(workload->option_count, sizeof *names);
    for (size_t i = 0; i < workload->option_count; i++) {
        names[i] = workload->options[i].name;
        strbuf_addf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *meant = suggest(option->name, names, workload->option_count);
    int rc = error_set(err, "%s: the kernel \"%s\" of backend \"%s\" has no option \"%s\"%s%s%s%s",
                       option->place.text, workload->name, backend, option->name,
                       meant != NULL                ? "; did you mean \""
                       : workload->option_count > 0 ? "; it has "
                                                    : "; it has none",
                       meant != NULL ? meant : all.str, meant != NULL ? "\"?" : "",
                       meant != NULL ? "" : remedy);
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
                        const char *backend, const char *remedy, struct error *err)
{
    char least[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE], given[NUMBER_TEXT_SIZE];
    const struct catalog_option *known = catalog_option(workload, option->name);
    if (known == NULL)
        return refuse_unknown(option, workload, backend, remedy, err);
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

static int check_options(const struct study *study, const struct study_options *options,
                         const struct catalog_workload *workload,
                         const struct study_backend *backend, struct error *err)
{
    const char *remedy = remedy_of(study, options, backend);
    for (size_t i = 0; i < options->count; i++)
        if (check_option(&options->list[i], workload, backend->name, remedy, err) != 0)
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
        if (check_options(study, given[i], workload, backend, err) != 0)
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

static bool uses(const struct study *study, const struct catalog_backend *builtin)
{
    if (study->backends_auto)
        return !builtin->language || study->backends_all;
    for (size_t i = 0; i < study->backend_count; i++)
        if (study->backends[i].command == NULL &&
            strcmp(study->backends[i].backend, builtin->name) == 0)
            return true;
    return false;
}

double plan_default_size(const struct study *study, const struct catalog *catalog,
                         const struct study_kernel *kernel)
{
    double smallest = 0;
    for (size_t i = 0; kernel != NULL && i < catalog->backend_count; i++) {
        const struct catalog_backend *builtin = &catalog->backends[i];
        const struct catalog_workload *workload = catalog_workload(builtin, kernel->name);
        if (workload != NULL && uses(study, builtin) &&
            (smallest == 0 || workload->default_size < smallest))
            smallest = workload->default_size;
    }
    return smallest;
}

static const struct study_sizes *sizes_of(const struct study *study,
                                          const struct study_kernel *kernel)
{
    return kernel != NULL && kernel->sizes.given ? &kernel->sizes : &study->sizes;
}

const double *plan_sizes(const struct study *study, const struct study_kernel *kernel,
                         const struct catalog *catalog, double found, double *room, size_t *count)
{
    const struct study_sizes *sizes = sizes_of(study, kernel);
    *count = sizes->count;
    if (sizes->count > 0)
        return sizes->list;
    double own = plan_default_size(study, catalog, kernel);
    *count = 1;
    *room = sizes->automatic || own == 0 ? found : own;
    return room;
}

double plan_actual_size(const struct study *study, const char *work, double size, int64_t cores)
{
    return strcmp(study->scaling, "weak") == 0 ? size_for_work(work, size, (double)cores) : size;
}

/* Of a size that nobody wrote: of "auto", else of the kernel, else of the backend. */
static const char *place_of_size(const struct study *study, const struct study_kernel *kernel,
                                 const struct study_backend *backend, double size)
{
    const struct study_sizes *sizes = sizes_of(study, kernel);
    for (size_t i = 0; i < sizes->count; i++)
        if (sizes->list[i] == size)
            return sizes->places[i].text;
    return sizes->given                    ? sizes->place.text
           : kernel->place.text[0] != '\0' ? kernel->place.text
                                           : backend->place.text;
}

int plan_check_size(const struct study *study, const struct study_kernel *kernel,
                    const struct study_backend *backend, const struct catalog_workload *workload,
                    double size, int64_t cores, struct error *err)
{
    char given[NUMBER_TEXT_SIZE], grown[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE];
    const char *work = study->work != NULL ? study->work : workload->work;
    double actual = plan_actual_size(study, work, size, cores);
    if (actual <= workload->maximum_size)
        return 0;
    const char *place = place_of_size(study, kernel, backend, size);
    number_format(given, size);
    number_format(most, workload->maximum_size);
    if (actual == size)
        return error_set(err,
                         "%s: the size %s is too large for kernel \"%s\" of backend \"%s\", which "
                         "takes at most %s; give a smaller \"size\"",
                         place, given, workload->name, backend->name, most);
    return error_set(
        err,
        "%s: in weak scaling the size %s grows to %s on %lld cores, too large for kernel "
        "\"%s\" of backend \"%s\", which takes at most %s; give a smaller \"size\", or "
        "fewer \"cores\"",
        place, given, number_format(grown, actual), (long long)cores, workload->name, backend->name,
        most);
}

/* 1 where all are parts of a node, or the backend has but one worker. */
static int64_t most_cores(const struct study *study, const struct study_backend *backend)
{
    const struct study_cores_list *list = backend->cores.given ? &backend->cores : &study->cores;
    int64_t most = 1;
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].node_parts == 0 && list->list[i].count > most)
            most = list->list[i].count;
    return most;
}

int plan_check_given_sizes(const struct study *study, const struct study_kernel *kernel,
                           const struct study_backend *backend,
                           const struct catalog_workload *workload, bool one_worker,
                           struct error *err)
{
    const struct study_sizes *sizes = sizes_of(study, kernel);
    int64_t cores = one_worker ? 1 : most_cores(study, backend);
    for (size_t i = 0; i < sizes->count; i++)
        if (plan_check_size(study, kernel, backend, workload, sizes->list[i], cores, err) != 0)
            return -1;
    return 0;
}
