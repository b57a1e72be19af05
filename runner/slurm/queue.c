#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "slurm_command.h"
#include "slurm_text.h"

/* The system takes 128 KiB in one argument. */
enum { IDS_LENGTH = 100000 };

enum { COLUMN_JOB, COLUMN_INDEX, COLUMN_STATE, COLUMN_START, COLUMN_NODES, COLUMN_REASON, COLUMNS };
static const char format[] = "%F|%K|%T|%S|%N|%r"; /* a reason may hold anything: last */

static bool read_element(char *row, struct slurm_element *element)
{
    char *fields[COLUMNS];
    if (slurm_row_cut(row, fields, COLUMNS) != COLUMNS)
        return false;
    int64_t job = slurm_number_parse(fields[COLUMN_JOB], strlen(fields[COLUMN_JOB]));
    if (job < 0)
        return false;
    const char *index = fields[COLUMN_INDEX], *nodes = fields[COLUMN_NODES];
    const char *reason = fields[COLUMN_REASON];
    *element = (struct slurm_element){
        .array_job = job,
        .index = slurm_number_parse(index, strlen(index)),
        .state = slurm_state_parse(fields[COLUMN_STATE]),
        .state_text = xstrdup(fields[COLUMN_STATE]),
        .reason = xstrdup(strcmp(reason, "None") == 0 ? "" : reason),
        .start = slurm_epoch_parse(fields[COLUMN_START]),
        .nodes = xstrdup(strcmp(nodes, "(null)") == 0 ? "" : nodes),
    };
    return true;
}

struct element_list {
    struct slurm_elements elements;
    size_t capacity;
};

static void read_elements(char *text, struct element_list *list)
{
    struct slurm_element element;
    char *line;
    while ((line = slurm_line_take(&text)) != NULL) {
        if (!read_element(line, &element))
            continue; /* a greeting of the site */
        array_grow(&list->elements.list, list->elements.count, &list->capacity, sizeof element);
        list->elements.list[list->elements.count++] = element;
    }
}

static int ask(struct slurm_client *client, char *ids, const char *user, struct element_list *list,
               struct error *err)
{
    char *argv[] = {"squeue",     "-h", "-r", "-t", "all",          "-u",
                    (char *)user, "-j", ids,  "-o", (char *)format, NULL};
    struct slurm_command command = {.argv = argv};
    struct process_result result;
    struct error problem = ERROR_INIT;

    int rc = slurm_command_ask(client, &command, &result, &problem);
    if (rc == 0 && result.output.len == 0 && slurm_command_said(&result, "error:"))
        rc = slurm_command_failed(client, &command, &result, &problem);
    /* Of a single id that it has forgotten squeue makes an error. */
    if (rc != 0 && result.started && result.exit_status > 0 &&
        slurm_command_said(&result, "Invalid job id specified"))
        rc = 0;
    if (rc != 0)
        *err = problem;
    else
        read_elements(result.output.str, list);
    process_result_free(&result);
    return rc;
}

int slurm_queue(struct slurm_client *client, const char *const *jobs, size_t count,
                struct slurm_elements *out, struct error *err)
{
    struct element_list list = {.capacity = 0};
    struct strbuf ids = STRBUF_INIT;
    char *user = slurm_own_user();
    int rc = 0;

    for (size_t i = 0; i < count && rc == 0; i++) {
        strbuf_addf(&ids, "%s%s", ids.len > 0 ? "," : "", jobs[i]);
        if (i + 1 < count && ids.len + 1 + strlen(jobs[i + 1]) < IDS_LENGTH)
            continue;
        rc = ask(client, ids.str, user, &list, err);
        strbuf_clear(&ids);
    }
    strbuf_free(&ids);
    free(user);
    if (rc == 0)
        *out = list.elements;
    else
        slurm_elements_free(&list.elements);
    return rc;
}

void slurm_elements_free(struct slurm_elements *elements)
{
    for (size_t i = 0; i < elements->count; i++) {
        free(elements->list[i].state_text);
        free(elements->list[i].reason);
        free(elements->list[i].nodes);
    }
    free(elements->list);
    *elements = (struct slurm_elements){0};
}
