#include "machines.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "jsonfield.h"

enum { LARGEST_FILE = 64 * 1024 * 1024 }; /* bytes */

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define AT(type, member) .offset = offsetof(struct type, member)

static const struct json_field fields[] = {
    {"host", JSON_TEXT, AT(machine, host), .needed = true},
    {"cpu_model", JSON_TEXT, AT(machine, cpu_model)},
    {"system", JSON_TEXT, AT(machine, system)},
    {"governor", JSON_TEXT, AT(machine, governor)},
    {"sockets", JSON_WHOLE, AT(machine, sockets)},
    {"numa_nodes", JSON_WHOLE, AT(machine, numa_nodes)},
    {"cores", JSON_WHOLE, AT(machine, cores)},
    {"threads_per_core", JSON_WHOLE, AT(machine, threads_per_core)},
    {"allowed_cores", JSON_WHOLE, AT(machine, allowed_cores)},
    {"memory_bytes", JSON_REAL, AT(machine, memory_bytes)},
    {"timer_resolution", JSON_REAL, AT(machine, timer_resolution)},
    {"timer_overhead", JSON_REAL, AT(machine, timer_overhead)},
    {"launch_seconds", JSON_REAL, AT(machine, launch_seconds)},
    {"mpi_launch_seconds", JSON_REAL, AT(machine, mpi_launch_seconds)},
    {"environment", JSON_TEXTS, AT(machine, environment)},
};

void machine_write(const struct machine *machine, struct json_writer *w, const char *key)
{
    json_begin_object(w, key);
    json_write_fields(w, fields, COUNT(fields), machine);
    json_end_object(w);
}

int machine_parse(struct machine *machine, const struct json_doc *doc, const cJSON *object,
                  struct error *err)
{
    struct machine read = {0};
    int rc = json_read_fields(doc, object, fields, COUNT(fields), &read, err);
    if (rc == 0)
        *machine = read;
    else
        machine_free(&read);
    return rc;
}

void machine_free(struct machine *machine)
{
    json_free_fields(fields, COUNT(fields), machine);
    *machine = (struct machine){0};
}

static int read_machines(const struct json_doc *doc, struct machines *machines, struct error *err)
{
    const cJSON *item;
    if (!cJSON_IsArray(doc->root))
        return json_error(doc, doc->root, err, "expected a list of machines");
    machines->list = xcalloc((size_t)cJSON_GetArraySize(doc->root), sizeof *machines->list);
    cJSON_ArrayForEach(item, doc->root)
    {
        if (machine_parse(&machines->list[machines->count], doc, item, err) != 0)
            return -1;
        machines->count++;
    }
    return 0;
}

int machines_read(struct machines *machines, const char *path, struct error *err)
{
    struct json_doc doc = {0};
    struct machines read = {0};

    if (!file_exists(path)) {
        *machines = read;
        return 0;
    }
    if (json_load(&doc, path, LARGEST_FILE, err) != 0)
        return -1;
    int rc = read_machines(&doc, &read, err);
    json_free(&doc);
    if (rc == 0)
        *machines = read;
    else
        machines_free(&read);
    return rc;
}

int machines_write(const struct machines *machines, const char *path, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct json_writer w = {.out = &text, .pretty = true};
    json_begin_array(&w, NULL);
    for (size_t i = 0; i < machines->count; i++)
        machine_write(&machines->list[i], &w, NULL);
    json_end_array(&w);
    strbuf_add_char(&text, '\n');
    int rc = file_write(path, text.str, text.len, err);
    strbuf_free(&text);
    return rc;
}

void machines_free(struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++)
        machine_free(&machines->list[i]);
    free(machines->list);
    *machines = (struct machines){0};
}
