#include "report_options.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "report.h"

static const struct {
    const char *name;
    enum report_format format;
} formats[] = {{"html", REPORT_HTML},
               {"markdown", REPORT_MARKDOWN},
               {"svg", REPORT_SVG},
               {"png", REPORT_PNG},
               {"csv", REPORT_CSV}};

unsigned all_formats(void)
{
    unsigned all = 0;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        all |= formats[i].format;
    return all;
}

static int add_format(unsigned *chosen, const char *name, struct error *err)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *chosen |= formats[i].format;
            return 0;
        }
    }
    return error_set(err, "--formats: there is no format \"%.60s\"; there are html, markdown, svg, "
                          "png and csv",
                     name);
}

int parse_formats(const char *list, unsigned *chosen, struct error *err)
{
    *chosen = 0;
    if (list == NULL)
        return 0;
    char *copy = xstrdup(list), *rest = copy, *name;
    int rc = 0;
    while (rc == 0 && (name = strtok_r(rest, ",", &rest)) != NULL)
        rc = add_format(chosen, name, err);
    free(copy);
    if (rc == 0 && *chosen == 0)
        rc = error_set(err, "--formats is empty; name one of html, markdown, svg, png and csv");
    return rc;
}

int parse_aliases(const char *given, struct alias_list *aliases, struct error *err)
{
    *aliases = (struct alias_list){0};
    if (given == NULL)
        return 0;
    aliases->text = xstrdup(given);
    aliases->list = xcalloc(strlen(given) + 1, sizeof *aliases->list);
    return results_parse_aliases(aliases->text, aliases->list, err);
}

void free_aliases(struct alias_list *aliases)
{
    free(aliases->list);
    free(aliases->text);
}
