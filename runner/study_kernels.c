/*
 * The kernels of a study, and their options as it gives them. Which ones there
 * are is the backends' to say: the plan asks (plan_kernels.h).
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "study_read.h"

enum { LONGEST_NAME = 40, MOST_KERNELS = 100 };

/* --- options --------------------------------------------------------------- */

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
        study_node_error(node, "the option \"%s\" must be a number, got %s%s", name, found.str,
                         study_is_quoted_number(node) ? "; write it without quotes" : "");
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

/* --- kernels --------------------------------------------------------------- */

/* `item` names it, or is what is its own under its name as key. */
static int add_kernel(const struct study_node *list, const cJSON *item, const char *key,
                      struct study *study)
{
    struct study_node node = study_node_element(list, item);
    struct study_kernel *kernel = &study->kernels[study->kernel_count];
    const char *name = key != NULL ? key : study_node_text(&node);
    if (name == NULL || (key != NULL && !cJSON_IsObject(item))) {
        struct strbuf found = STRBUF_INIT;
        json_add_found(&found, item);
        study_node_error(&node,
                         key == NULL ? "\"kernel\" must hold names, got %s; what a kernel has of its "
                                       "own goes into an object, {\"NAME\": {…}}"
                                     : "a kernel must be an object, {\"size\": …}, got %s",
                         found.str);
        strbuf_free(&found);
        return -1;
    }
    if (study_check_name(&node, "\"kernel\"", name) != 0)
        return -1;
    for (size_t i = 0; i < study->kernel_count; i++)
        if (strcmp(study->kernels[i].name, name) == 0)
            return study_node_error(&node, "\"kernel\" holds \"%s\" a second time", name);
    study_node_rename(&node, name);
    study_node_place(&node, &kernel->place);
    kernel->name = xstrdup(name);
    study->kernel_count++;
    return study_read_members(&node, &study_kernel_table, kernel);
}

int study_read_kernels(const struct study_node *node, const struct study_field *field, void *object)
{
    struct study *study = object;
    bool several = cJSON_IsArray(node->item) || cJSON_IsObject(node->item);
    int count = several ? cJSON_GetArraySize(node->item) : 1;
    if (!several && study_node_text(node) == NULL)
        return study_refuse_type(node, field);
    if (count < 1 || count > MOST_KERNELS)
        return study_node_error(node, "\"%s\" must name from 1 to %d kernels, got %d", field->key,
                                MOST_KERNELS, count);
    study->kernels = xcalloc((size_t)count, sizeof *study->kernels);
    if (!several)
        return add_kernel(node, node->item, NULL, study);
    for (const cJSON *item = node->item->child; item != NULL; item = item->next)
        if (add_kernel(node, item, item->string, study) != 0)
            return -1;
    return 0;
}
