#include "plan_options.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "strbuf.h"

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

static int check_option(const struct study_option *option, const struct catalog_workload *workload,
                        const char *backend, struct error *err)
{
    char least[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE], given[NUMBER_TEXT_SIZE];
    const struct catalog_option *known = catalog_option(workload, option->name);
    if (known == NULL)
        return refuse_unknown(option, workload, backend, err);
    if (option->value >= known->minimum && option->value <= known->maximum)
        return 0;
    return error_set(err, "%s: the option \"%s\" must be from %s to %s, got %s", option->place.text,
                     option->name, number_format(least, known->minimum),
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

char **plan_option_words(const struct study *study, const struct study_backend *backend,
                         const struct catalog_workload *workload, struct error *err)
{
    if (check_options(&study->options, workload, backend->name, err) != 0 ||
        check_options(&backend->options, workload, backend->name, err) != 0)
        return NULL;
    char **words = xcalloc(2 * workload->option_count + 1, sizeof *words);
    size_t count = 0;
    for (size_t i = 0; i < workload->option_count; i++) {
        char value[NUMBER_TEXT_SIZE];
        const char *name = workload->options[i].name;
        const struct study_option *own = find_option(&backend->options, name);
        const struct study_option *given = own != NULL ? own : find_option(&study->options, name);
        if (given == NULL)
            continue;
        words[count++] = text_format("--%s", name);
        words[count++] = xstrdup(number_format(value, given->value));
    }
    return words;
}
