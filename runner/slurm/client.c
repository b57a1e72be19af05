#include "client.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "slurm_command.h"
#include "slurm_text.h"

/* --- a job by its name --- */

/* Of rows "ID|SUBMITTED|NAME" the youngest of that name; NULL. */
static char *youngest(char *text, const char *name, int64_t since)
{
    char *line, *fields[3], *found = NULL;
    int64_t newest = -1;

    while ((line = slurm_line_take(&text)) != NULL) {
        struct slurm_id id;
        if (slurm_row_cut(line, fields, 3) != 3 || strcmp(fields[2], name) != 0 ||
            !slurm_id_parse(fields[0], &id) || id.step[0] != '\0')
            continue;
        int64_t submitted = slurm_epoch_parse(fields[1]);
        if (submitted < newest || (submitted > 0 && submitted < since - SLURM_CLOCK_SKEW))
            continue;
        newest = submitted;
        free(found);
        found = text_format("%lld", (long long)id.job);
    }
    return found;
}

static int look(struct slurm_client *client, char **argv, const char *name, int64_t since,
                char **job, bool *off, struct error *err)
{
    struct slurm_command command = {.argv = argv};
    struct process_result result;
    int rc = slurm_command_ask(client, &command, &result, err);
    *off = slurm_accounting_is_off(&result);
    if (rc == 0) {
        *job = youngest(result.output.str, name, since);
        rc = *job != NULL;
        if (rc == 0 && result.output.len == 0 && slurm_command_said(&result, "error:"))
            rc = slurm_command_failed(client, &command, &result, err);
    }
    process_result_free(&result);
    return rc;
}

/* Only sites with a strange MinJobAge forget a job as soon as this. */
static bool is_recent(int64_t since)
{
    enum { RECENT = 60 };
    return (int64_t)time(NULL) - since < RECENT;
}

int slurm_find_by_name(struct slurm_client *client, const char *name, int64_t since, char **job,
                       struct error *err)
{
    char *user = slurm_own_user(), *from = slurm_since(since), *wanted = xstrdup(name);
    char *in_queue[] = {"squeue", "-h",   "-t", "all",      "-u", user,
                        "-n",     wanted, "-o", "%F|%V|%j", NULL};
    char *begin = from == NULL ? "1970-01-02" : from;
    char *in_past[] = {"sacct", "-n",     "-P",   "-X", "-u",
                       user,    "--name", wanted, "-o", "JobID,Submit,JobName",
                       "-S",    begin,    NULL};
    struct error past = ERROR_INIT;
    bool off;

    int rc = look(client, in_queue, name, since, job, &off, err);
    if (rc == 0) {
        rc = look(client, in_past, name, since, job, &off, &past);
        if (rc < 0 && (off || is_recent(since)))
            rc = 0;
        else if (rc < 0)
            *err = past;
    }
    free(user);
    free(from);
    free(wanted);
    return rc;
}

/* --- cancelling --- */

int slurm_cancel(struct slurm_client *client, const char *job, const char *elements,
                 struct error *err)
{
    char *what = elements == NULL ? xstrdup(job) : text_format("%s_[%s]", job, elements);
    struct slurm_command command = {.argv = (char *[]){"scancel", what, NULL}, .must_finish = true};
    struct process_result result;
    struct error problem = ERROR_INIT;

    int rc = slurm_command_ask(client, &command, &result, &problem);
    if (rc != 0 && result.started && result.exit_status > 0 &&
        (slurm_command_said(&result, "already completing or completed") ||
         slurm_command_said(&result, "Invalid job id specified")))
        rc = 0;
    if (rc != 0)
        *err = problem;
    process_result_free(&result);
    free(what);
    return rc;
}

/* --- what Slurm there is --- */

/* From lines such as "MaxArraySize            = 1001". */
static char *find_value(char *text, const char *key)
{
    size_t length = strlen(key);
    char *line;
    while ((line = slurm_line_take(&text)) != NULL) {
        if (strncmp(line, key, length) != 0)
            continue;
        const char *behind = line + length + strspn(line + length, " \t");
        if (*behind != '=')
            continue;
        behind += 1 + strspn(behind + 1, " \t");
        size_t end = strlen(behind);
        while (end > 0 && strchr(" \t\r", behind[end - 1]) != NULL)
            end--;
        char *value = xstrndup(behind, end);
        if (end > 0 && strcmp(value, "(null)") != 0)
            return value;
        free(value);
        return NULL;
    }
    return NULL;
}

char *slurm_config_value(struct slurm_client *client, const char *key)
{
    struct slurm_command command = {.argv = (char *[]){"scontrol", "show", "config", NULL}};
    struct process_result result;
    struct error err = ERROR_INIT;
    char *value = NULL;
    if (slurm_command_ask(client, &command, &result, &err) == 0)
        value = find_value(result.output.str, key);
    process_result_free(&result);
    return value;
}

/* From "slurm 22.05.8" and what distributions make of it: "slurm-wlm 22.05.8". */
static char *find_version(char *text)
{
    char *line;
    while ((line = slurm_line_take(&text)) != NULL) {
        const char *blank = strrchr(line, ' ');
        size_t digits = blank == NULL ? 0 : strspn(blank + 1, "0123456789");
        if (strncmp(line, "slurm", 5) == 0 && digits > 0 && blank[1 + digits] == '.')
            return xstrdup(blank + 1);
    }
    return NULL;
}

char *slurm_version(struct slurm_client *client)
{
    static char *const programs[] = {"sbatch", "sinfo"};
    char *version = NULL;
    for (size_t i = 0; i < 2 && version == NULL; i++) {
        struct slurm_command command = {.argv = (char *[]){programs[i], "--version", NULL}};
        struct process_result result;
        struct error err = ERROR_INIT;
        if (slurm_command_ask(client, &command, &result, &err) == 0)
            version = find_version(result.output.str);
        process_result_free(&result);
    }
    return version;
}

/* --- accounts --- */

static bool is_in(char *const *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

/* Of rows "CLUSTER|ACCOUNT" the accounts of `cluster`, NULL for any, each once. */
static char **pick_accounts(const char *output, const char *cluster)
{
    char *text = xstrdup(output), *rest = text, *line, *fields[2];
    char **accounts = xcalloc(1, sizeof *accounts);
    size_t count = 0, capacity = 1;

    while ((line = slurm_line_take(&rest)) != NULL) {
        if (slurm_row_cut(line, fields, 2) != 2 || fields[1][0] == '\0' ||
            (cluster != NULL && strcasecmp(fields[0], cluster) != 0) ||
            is_in(accounts, count, fields[1]))
            continue;
        array_grow(&accounts, count + 1, &capacity, sizeof *accounts);
        accounts[count++] = xstrdup(fields[1]);
        accounts[count] = NULL;
    }
    free(text);
    return accounts;
}

/* Whether a database that several clusters share told of more than one. */
static bool has_clusters(const char *output)
{
    size_t first = strcspn(output, "|\n");
    for (const char *line = output; *line != '\0';) {
        if (strcspn(line, "|\n") != first || strncmp(line, output, first) != 0)
            return true;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return false;
}

int slurm_accounts_of_user(struct slurm_client *client, char ***accounts, struct error *err)
{
    const struct passwd *user = getpwuid(getuid());
    if (user == NULL)
        return error_system(err, "the name of user %lu is not known", (unsigned long)getuid());
    char *where = text_format("user=%s", user->pw_name), *cluster = NULL;
    struct slurm_command command = {.argv = (char *[]){"sacctmgr", "-n", "-P", "list", "assoc",
                                                       where, "format=Cluster,Account", NULL}};
    struct process_result result;
    struct error problem = ERROR_INIT;

    int rc = slurm_command_ask(client, &command, &result, &problem);
    if (rc != 0 && slurm_accounting_is_off(&result)) {
        *accounts = xcalloc(1, sizeof **accounts);
        rc = 0;
    } else if (rc != 0) {
        *err = problem;
    } else {
        if (has_clusters(result.output.str))
            cluster = slurm_config_value(client, "ClusterName");
        *accounts = pick_accounts(result.output.str, cluster);
    }
    process_result_free(&result);
    free(cluster);
    free(where);
    return rc;
}
