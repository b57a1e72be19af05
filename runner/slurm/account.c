#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "slurm_command.h"
#include "slurm_text.h"

/* --- what is asked --- */

enum field {
    FIELD_ID,
    FIELD_STATE,
    FIELD_EXIT,
    FIELD_CPUS,
    FIELD_NODE_COUNT,
    FIELD_TASKS,
    FIELD_ELAPSED,
    FIELD_CPU_TIME,
    FIELD_MAX_RSS,
    FIELD_REQ_MEM,
    FIELD_ALLOC_TRES,
    FIELD_USAGE,
    FIELD_ENERGY,
    FIELD_SUBMIT,
    FIELD_START,
    FIELD_END,
    FIELD_NODES,
    FIELD_REASON,
    FIELDS
};

/* In this order; none of them can hold a bar, which sacct would not quote. */
static const char *const field_names[FIELDS] = {
    [FIELD_ID] = "JobID",
    [FIELD_STATE] = "State",
    [FIELD_EXIT] = "ExitCode",
    [FIELD_CPUS] = "AllocCPUS",
    [FIELD_NODE_COUNT] = "NNodes",
    [FIELD_TASKS] = "NTasks",
    [FIELD_ELAPSED] = "ElapsedRaw",
    [FIELD_CPU_TIME] = "TotalCPU",
    [FIELD_MAX_RSS] = "MaxRSS",
    [FIELD_REQ_MEM] = "ReqMem",
    [FIELD_ALLOC_TRES] = "AllocTRES",
    [FIELD_USAGE] = "TRESUsageInTot",
    [FIELD_ENERGY] = "ConsumedEnergyRaw",
    [FIELD_SUBMIT] = "Submit",
    [FIELD_START] = "Start",
    [FIELD_END] = "End",
    [FIELD_NODES] = "NodeList",
    [FIELD_REASON] = "Reason",
};

/* Without these a row means nothing. */
static const uint32_t needed_fields = 1u << FIELD_ID | 1u << FIELD_STATE;

static bool lacks(const struct slurm_client *client, int field)
{
    return (client->lacking >> field & 1) != 0;
}

static char *list_fields(const struct slurm_client *client)
{
    struct strbuf names = STRBUF_INIT;
    for (int i = 0; i < FIELDS; i++)
        if (!lacks(client, i))
            strbuf_addf(&names, "%s%s", names.len > 0 ? "," : "", field_names[i]);
    return strbuf_take(&names);
}

/* From `Invalid field requested: "NAME"`; false where that is not what it said,
 * or where it cannot be done without. */
static bool leave_out_field(struct slurm_client *client, const struct process_result *result)
{
    static const char said[] = "Invalid field requested: \"";
    const char *name = strstr(result->errors.str, said);
    if (name == NULL)
        return false;
    name += strlen(said);
    for (int i = 0; i < FIELDS; i++) {
        size_t length = strlen(field_names[i]);
        if (strncmp(name, field_names[i], length) != 0 || name[length] != '"')
            continue;
        if (lacks(client, i) || (needed_fields >> i & 1) != 0)
            return false;
        client->lacking |= 1u << i;
        return true;
    }
    return false;
}

/* --- rows --- */

/* One row; what sacct does not have is "". */
struct row {
    char *fields[FIELDS];
    struct slurm_id id;
};

static bool read_row(const struct slurm_client *client, char *line, struct row *row)
{
    static char nothing[] = "";
    char *cut[FIELDS + 1];
    size_t count = slurm_row_cut(line, cut, FIELDS + 1), used = 0;

    for (int i = 0; i < FIELDS; i++) {
        if (lacks(client, i))
            row->fields[i] = nothing;
        else if (used < count)
            row->fields[i] = cut[used++];
        else
            return false;
    }
    return used == count && slurm_id_parse(row->fields[FIELD_ID], &row->id);
}

static double number_of(const struct row *row, enum field field)
{
    const char *text = row->fields[field];
    double value;
    return number_parse(text, strlen(text), &value) ? value : NAN;
}

static double size_of(const struct row *row, enum field field, enum slurm_per *per)
{
    const char *text = row->fields[field];
    double bytes;
    return slurm_size_parse(text, strlen(text), &bytes, per) ? bytes : NAN;
}

static double seconds_of(const struct row *row, enum field field)
{
    const char *text = row->fields[field];
    double seconds;
    return slurm_seconds_parse(text, strlen(text), &seconds) ? seconds : NAN;
}

static double positive(double value)
{
    return value > 0 ? value : NAN;
}

/* Of a plugin that is not there 0, or the largest number of 64 bits. */
static double energy_of(const struct row *row)
{
    double joules = positive(number_of(row, FIELD_ENERGY));
    return joules < 1e18 ? joules : NAN;
}

/* "": not given, in all the words that Slurm has for that. */
static char *text_of(const struct row *row, enum field field)
{
    static const char *const none[] = {"None", "None assigned", "Unknown", "(null)"};
    const char *text = row->fields[field];
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcmp(text, none[i]) == 0)
            return xstrdup("");
    return xstrdup(text);
}

/* All of the allocation's; 0 means whole nodes of which nobody said how large. */
static double granted_memory(const struct row *row)
{
    enum slurm_per per = SLURM_PER_JOB;
    double granted = slurm_tres_bytes(row->fields[FIELD_ALLOC_TRES], "mem");
    if (!isnan(granted))
        return positive(granted);
    double asked = size_of(row, FIELD_REQ_MEM, &per);
    if (per == SLURM_PER_CPU)
        asked *= number_of(row, FIELD_CPUS);
    else if (per == SLURM_PER_NODE)
        asked *= number_of(row, FIELD_NODE_COUNT);
    return positive(asked);
}

static void read_job(const struct row *row, struct slurm_account *account)
{
    double cpus = number_of(row, FIELD_CPUS);
    *account = (struct slurm_account){
        .array_job = row->id.job,
        .index = row->id.index,
        .state = slurm_state_parse(row->fields[FIELD_STATE]),
        .state_text = xstrdup(row->fields[FIELD_STATE]),
        .reason = text_of(row, FIELD_REASON),
        .nodes = text_of(row, FIELD_NODES),
        .submit = slurm_epoch_parse(row->fields[FIELD_SUBMIT]),
        .start = slurm_epoch_parse(row->fields[FIELD_START]),
        .end = slurm_epoch_parse(row->fields[FIELD_END]),
        .cpu_seconds = NAN,
        .memory_bytes = NAN,
        .energy_joules = energy_of(row),
        .granted_memory_bytes = granted_memory(row),
        .allocated_cpus = cpus >= 1 && cpus < 1e9 ? (int64_t)cpus : 0,
        .elapsed_seconds = number_of(row, FIELD_ELAPSED),
    };
    slurm_exit_parse(row->fields[FIELD_EXIT], &account->exit_code, &account->exit_signal);
}

static double larger(double a, double b)
{
    return isnan(a) || b > a ? b : a;
}

/*
 * The sum of each task's peak; MaxRSS is that of the largest task only. Energy
 * is that of whole nodes, which the steps of a job share: not their sum.
 */
static void add_step(struct slurm_account *account, const struct row *row)
{
    double memory = slurm_tres_bytes(row->fields[FIELD_USAGE], "mem");
    double cpu = seconds_of(row, FIELD_CPU_TIME), tasks = number_of(row, FIELD_TASKS);

    if (isnan(memory))
        memory = size_of(row, FIELD_MAX_RSS, NULL) * (tasks >= 1 ? tasks : 1);
    account->memory_bytes = larger(account->memory_bytes, memory);
    account->energy_joules = larger(account->energy_joules, energy_of(row));
    /* Where nothing is gathered the time is written as 0. */
    if (cpu > 0 || (cpu == 0 && !isnan(memory)))
        account->cpu_seconds = (isnan(account->cpu_seconds) ? 0 : account->cpu_seconds) + cpu;
}

struct account_list {
    struct slurm_accounts accounts;
    size_t capacity;
};

static struct slurm_account *find_job(struct account_list *list, const struct slurm_id *id)
{
    for (size_t i = list->accounts.count; i-- > 0;)
        if (list->accounts.list[i].index == id->index)
            return &list->accounts.list[i];
    return NULL;
}

/* An id that has wrapped was another job's before. */
static bool is_older(const struct row *row, int64_t since)
{
    int64_t known = slurm_epoch_parse(row->fields[FIELD_SUBMIT]);
    if (known == 0)
        known = slurm_epoch_parse(row->fields[FIELD_START]);
    return known > 0 && known < since - SLURM_CLOCK_SKEW;
}

static void read_rows(const struct slurm_client *client, char *text, int64_t job, int64_t since,
                      struct account_list *list)
{
    bool believed = false; /* the job whose steps follow */
    struct row row;
    char *line;

    while ((line = slurm_line_take(&text)) != NULL) {
        if (!read_row(client, line, &row) || row.id.job != job || row.id.component > 0)
            continue;
        if (row.id.step[0] != '\0') {
            struct slurm_account *of = believed ? find_job(list, &row.id) : NULL;
            if (of != NULL)
                add_step(of, &row);
            continue;
        }
        believed = !is_older(&row, since);
        if (!believed)
            continue;
        array_grow(&list->accounts.list, list->accounts.count, &list->capacity,
                   sizeof *list->accounts.list);
        read_job(&row, &list->accounts.list[list->accounts.count++]);
    }
}

/* --- asking --- */

static int ask(struct slurm_client *client, char *job, int64_t since, struct process_result *result,
               bool *off, struct error *err)
{
    char *fields = list_fields(client), *user = slurm_own_user(), *from = slurm_since(since);
    /* Without a beginning sacct takes an id's jobs of all times. */
    char *argv[] = {"sacct", "-n", "-P",   "--noconvert", "-u", user, "-j",
                    job,     "-o", fields, "-S",          from, NULL};
    struct slurm_command command = {.argv = argv};

    if (from == NULL)
        argv[10] = NULL;
    int rc = slurm_command_ask(client, &command, result, err);
    *off = slurm_accounting_is_off(result);
    if (rc == 0 && *off)
        rc = slurm_command_failed(client, &command, result, err);
    free(fields);
    free(user);
    free(from);
    return rc;
}

int slurm_account(struct slurm_client *client, const char *job, int64_t since,
                  struct slurm_accounts *out, bool *off, struct error *err)
{
    int64_t id = slurm_number_parse(job, strlen(job));
    struct account_list list = {.capacity = 0};
    struct error problem = ERROR_INIT;
    struct process_result result;
    bool is_off;
    int rc;

    if (off != NULL)
        *off = false;
    if (id < 0)
        return error_set(err, "\"%s\" is no job id", job);
    for (;;) {
        char *asked = xstrdup(job);
        rc = ask(client, asked, since, &result, &is_off, &problem);
        free(asked);
        if (rc == 0 || !leave_out_field(client, &result))
            break;
        process_result_free(&result);
    }
    if (off != NULL)
        *off = is_off;
    if (rc == 0) {
        read_rows(client, result.output.str, id, since, &list);
        *out = list.accounts;
    } else {
        *err = problem;
    }
    process_result_free(&result);
    return rc;
}

void slurm_accounts_free(struct slurm_accounts *accounts)
{
    for (size_t i = 0; i < accounts->count; i++) {
        free(accounts->list[i].state_text);
        free(accounts->list[i].reason);
        free(accounts->list[i].nodes);
    }
    free(accounts->list);
    *accounts = (struct slurm_accounts){0};
}
