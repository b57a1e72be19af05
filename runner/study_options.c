/*
 * The options of a kernel as a study gives them. Which ones there are is the
 * kernel's to say: the plan asks (plan_options.h).
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "study_read.h"

enum { LONGEST_NAME = 40 };

/* "per-worker" */
static bool is_option_name(const char *name)
{
    size_t length = strlen(name);
    return name[0] >= 'a' && name[0] <= 'z' && length <= LONGEST_NAME &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static int refuse_name(const struct study_node *node, const char *name)
{
    char shown[ERROR_NAME_SIZE];
    const char *bare = name + strspn(name, "-");
    error_name(shown, name, strlen(name));
    if (bare > name && is_option_name(bare))
        return study_node_error(node, "the option \"%s\" is written without its dashes, \"%s\"",
                                shown, bare);
    return study_node_error(node,
                            "\"%s\" is no name of an option: those have small letters, digits "
                            "and dashes",
                            shown);
}

static struct study_option *option_named(struct study_options *options, const char *name)
{
    size_t i = 0;
    while (i < options->count && strcmp(options->list[i].name, name) != 0)
        i++;
    if (i == options->count) {
        options->list = xreallocarray(options->list, i + 1, sizeof *options->list);
        options->list[i] = (struct study_option){.name = xstrdup(name)};
        options->count++;
    }
    return &options->list[i];
}

static int add_option(const struct study_node *node, const char *name, void *context)
{
    if (!is_option_name(name))
        return refuse_name(node, name);
    if (!cJSON_IsNumber(node->item)) {
        struct strbuf found = STRBUF_INIT;
        json_add_found(&found, node->item);
        study_node_error(node, "the option \"%s\" must be a number, got %s", name, found.str);
        strbuf_free(&found);
        return -1;
    }
    struct study_option *option = option_named(context, name);
    option->value = node->item->valuedouble;
    study_node_place(node, &option->place);
    return 0;
}

int study_read_options(const struct study_node *node, const struct study_field *field, void *object)
{
    return study_each_member(node, field, add_option, (char *)object + field->offset);
}
