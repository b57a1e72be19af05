#include "study.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "files.h"
#include "study_check.h"
#include "study_read.h"

#define AT(type, object, field) ((type *)(void *)((char *)(object) + (field)->offset))

/* --- freeing --------------------------------------------------------------- */

static void release_backends(struct study *study)
{
    for (size_t i = 0; i < study->backend_count; i++)
        study_release(&study_backend_table, &study->backends[i]);
    free(study->backends);
    study->backends = NULL;
    study->backend_count = 0;
}

static void release_clusters(struct study *study)
{
    for (size_t i = 0; i < study->cluster_count; i++) {
        study_release(&study_cluster_table, &study->clusters[i]);
        free(study->clusters[i].folder);
        free(study->clusters[i].places);
    }
    free(study->clusters);
    study->clusters = NULL;
    study->cluster_count = 0;
}

static void release_sizes(struct study_sizes *sizes)
{
    free(sizes->list);
    free(sizes->places);
    *sizes = (struct study_sizes){0};
}

static void release_kernels(struct study *study)
{
    for (size_t i = 0; i < study->kernel_count; i++) {
        study_release(&study_kernel_table, &study->kernels[i]);
        free(study->kernels[i].name);
    }
    free(study->kernels);
    study->kernels = NULL;
    study->kernel_count = 0;
}

static void release_variables(struct study_backend *backend)
{
    for (size_t i = 0; i < backend->environment_count; i++) {
        free(backend->environment[i].name);
        free(backend->environment[i].value);
    }
    free(backend->environment);
    backend->environment = NULL;
    backend->environment_count = 0;
}

static void release_options(struct study_options *options)
{
    for (size_t i = 0; i < options->count; i++)
        free(options->list[i].name);
    free(options->list);
    *options = (struct study_options){0};
}

static void release_field(const struct study_field *field, void *object)
{
    switch (field->kind) {
    case STUDY_TEXT:
    case STUDY_NAME:
    case STUDY_WORD:
    case STUDY_PATH:
    case STUDY_PATTERN:
    case STUDY_CHOICE:
        free(*AT(char *, object, field));
        *AT(char *, object, field) = NULL;
        break;
    case STUDY_COMMAND:
    case STUDY_LINES:
    case STUDY_WORDS:
    case STUDY_OPTIONS:
        string_list_free(*AT(char **, object, field));
        *AT(char **, object, field) = NULL;
        break;
    case STUDY_CORES:
        free(AT(struct study_cores_list, object, field)->list);
        *AT(struct study_cores_list, object, field) = (struct study_cores_list){0};
        break;
    case STUDY_SIZES:
        release_sizes(AT(struct study_sizes, object, field));
        break;
    case STUDY_VARIABLES:
        release_variables(object);
        break;
    case STUDY_KERNELS:
        release_kernels(object);
        break;
    case STUDY_KERNEL_OPTIONS:
        release_options(AT(struct study_options, object, field));
        break;
    case STUDY_BACKENDS:
        release_backends(object);
        break;
    case STUDY_CLUSTERS:
        release_clusters(object);
        break;
    default: /* the rest owns nothing, or is in the struct itself */
        break;
    }
}

void study_release(const struct study_table *table, void *object)
{
    for (size_t i = 0; i < table->count; i++)
        release_field(&table->fields[i], object);
}

void study_free(struct study *study)
{
    study_release(&study_table, study);
    free(study->path);
    *study = (struct study){0};
}

/* --- reading --------------------------------------------------------------- */

static int refuse_length(const char *path, unsigned long long length, struct error *err)
{
    return error_set(err, "%s: the file has %llu bytes; a study has at most %d (1 MiB)", path,
                     length, STUDY_MAX_BYTES);
}

static int read_study(struct study_input *input, struct study *study)
{
    struct study_node root = study_input_root(input);
    if (!cJSON_IsObject(root.item)) {
        struct strbuf found = STRBUF_INIT;
        json_add_found(&found, root.item);
        study_node_error(&root, "a study must be an object, {\"name\": …}, got %s", found.str);
        strbuf_free(&found);
        return -1;
    }
    if (study_read_members(&root, &study_table, study) != 0 || study_finish(&root, study) != 0)
        return -1;
    return study_input_refuse_unused(input);
}

int study_parse(struct study *study, const char *path, const char *text, size_t length,
                char *const *settings, size_t setting_count, struct error *err)
{
    struct study_input input;
    struct study read = {0};
    if (length > STUDY_MAX_BYTES)
        return refuse_length(path, length, err);
    if (study_input_open(&input, path, text, length, settings, setting_count, err) != 0)
        return -1;
    read.path = xstrdup(path);
    int rc = read_study(&input, &read);
    study_input_close(&input);
    if (rc == 0)
        *study = read;
    else
        study_free(&read);
    return rc;
}

int study_load(struct study *study, const char *path, char *const *settings, size_t setting_count,
               struct error *err)
{
    struct stat about;
    struct strbuf text = STRBUF_INIT;
    if (stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > STUDY_MAX_BYTES)
        return refuse_length(path, (unsigned long long)about.st_size, err);
    int rc = file_read(path, STUDY_MAX_BYTES, &text, err);
    if (rc == 0)
        rc = study_parse(study, path, text.str, text.len, settings, setting_count, err);
    strbuf_free(&text);
    return rc;
}
