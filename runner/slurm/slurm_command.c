#include "slurm_command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "environment.h"
#include "slurm_text.h"

extern char **environ;

enum { OUTPUT_LIMIT = 256 << 20, WORDS_LIMIT = 1000 };
static const double default_time_limit = 60;

/* --- the environment --- */

/*
 * Options in variables, and what a surrounding job has: with SLURM_MEM_PER_NODE
 * or SLURM_CPUS_PER_TASK of an outer job the sruns of an inner one fail.
 */
static const char *const removed_prefixes[] = {"SLURM_",    "SBATCH_",   "SALLOC_",  "SRUN_",
                                               "SACCT_",    "SQUEUE_",   "SCANCEL_", "SINFO_",
                                               "SCONTROL_", "SACCTMGR_", "SLURMD_"};

/* Where Slurm is and who we are. */
static const char *const kept[] = {"SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_JWT", "SLURM_SACK_KEY",
                                   "SLURM_SACK_SOCKET"};

static bool is_removed(const char *name)
{
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strcmp(name, kept[i]) == 0)
            return false;
    for (size_t i = 0; i < sizeof removed_prefixes / sizeof *removed_prefixes; i++)
        if (strncmp(name, removed_prefixes[i], strlen(removed_prefixes[i])) == 0)
            return true;
    return false;
}

static char **make_environment(bool of_a_job)
{
    struct environment environment, all;

    environment_from_list(&all, environ);
    environment_copy(&environment, &all);
    for (size_t i = 0; i < all.count; i++) {
        char *name = xstrndup(all.list[i], strcspn(all.list[i], "="));
        if (is_removed(name))
            environment_unset(&environment, name);
        free(name);
    }
    environment_free(&all);
    if (!of_a_job) {
        environment_set(&environment, "SLURM_TIME_FORMAT", "%s");
        environment_set(&environment, "SLURM_BITSTR_LEN", "0"); /* lists of elements not cut */
    }
    return environment_take(&environment);
}

/* --- running --- */

int slurm_command_run(struct slurm_client *client, const struct slurm_command *command,
                      struct process_result *result, struct error *err)
{
    char **environment = make_environment(command->input != NULL);
    struct process_request request = {
        .argv = command->argv,
        .environment = environment,
        .input = command->input,
        .time_limit = client->time_limit > 0 ? client->time_limit : default_time_limit,
        .output_limit = OUTPUT_LIMIT,
        .cancel = command->must_finish ? NULL : client->cancel,
    };
    client->calls++;
    int rc = process_run(&request, result, err);
    string_list_free(environment);
    return rc;
}

int slurm_command_ask(struct slurm_client *client, const struct slurm_command *command,
                      struct process_result *result, struct error *err)
{
    if (slurm_command_run(client, command, result, err) != 0)
        return -1;
    if (result->started && !result->timed_out && !result->cancelled && result->exit_status == 0 &&
        result->output_dropped == 0)
        return 0;
    return slurm_command_failed(client, command, result, err);
}

bool slurm_is_absent(const struct slurm_command *command, const struct process_result *result,
                     struct error *err)
{
    const char *program = command->argv[0];
    char *path = result->started ? NULL : process_find(program);
    bool no_command = !result->started && result->spawn_error == ENOENT && path == NULL;
    bool no_cluster = result->started && result->exit_status != 0 &&
                      slurm_command_said(result, "Could not establish a configuration source");
    free(path);
    if (!no_command && !no_cluster)
        return false;
    if (err != NULL)
        error_system(err, "there is no Slurm on this machine (%s %s)", program,
                     no_command ? "was not found" : "finds no configuration of a cluster");
    return true;
}

int slurm_command_failed(const struct slurm_client *client, const struct slurm_command *command,
                         const struct process_result *result, struct error *err)
{
    const char *program = command->argv[0];

    if (slurm_is_absent(command, result, err))
        return -1;
    if (!result->started)
        return error_system(err, "%s: %s", program, result->start_problem);
    if (result->cancelled) {
        error_system(err, "%s was interrupted", program);
        err->status = STATUS_INTERRUPTED;
        return -1;
    }
    if (result->timed_out)
        return error_system(err, "%s gave no answer within %g s", program,
                            client->time_limit > 0 ? client->time_limit : default_time_limit);
    if (result->output_dropped > 0)
        return error_system(err, "%s printed more than can be read", program);
    char *words = slurm_command_words(command, result), *what = process_describe(result);
    error_system(err, "%s: %s", program, words[0] != '\0' ? words : what);
    free(words);
    free(what);
    return -1;
}

/* --- words --- */

static const char *without(const char *line, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(line, prefix, length) == 0 ? line + length : line;
}

/* Also of a line that is cut: whole characters of UTF-8. */
static void cut_words(struct strbuf *words)
{
    size_t length = WORDS_LIMIT;
    if (words->len <= length)
        return;
    while (length > 0 && ((unsigned char)words->str[length] & 0xc0) == 0x80)
        length--;
    strbuf_set_length(words, length);
    strbuf_add(words, "…");
}

char *slurm_command_lines(const struct slurm_command *command, const struct strbuf *printed)
{
    char *text = xstrdup(printed->str);
    char *program = text_format("%s: ", command->argv[0]);
    char *rest = text, *line;
    struct strbuf words = STRBUF_INIT;

    while ((line = slurm_line_take(&rest)) != NULL) {
        const char *said = without(without(without(line, program), "error: "), "fatal: ");
        said += strspn(said, " \t\r");
        size_t length = strlen(said);
        while (length > 0 && strchr(" \t\r", said[length - 1]) != NULL)
            length--;
        line[(size_t)(said - line) + length] = '\0';
        if (length == 0 || strstr(words.str, said) != NULL) /* it repeats itself */
            continue;
        strbuf_addf(&words, "%s%s", words.len > 0 ? "; " : "", said);
    }
    free(program);
    free(text);
    cut_words(&words);
    return strbuf_take(&words);
}

char *slurm_command_words(const struct slurm_command *command, const struct process_result *result)
{
    return slurm_command_lines(command, result->errors.len > 0 ? &result->errors : &result->output);
}

static bool holds(const char *text, const char *wanted)
{
    size_t length = strlen(wanted);
    for (; *text != '\0'; text++)
        if (strncasecmp(text, wanted, length) == 0)
            return true;
    return false;
}

bool slurm_command_said(const struct process_result *result, const char *text)
{
    return holds(result->errors.str, text) || holds(result->output.str, text);
}

char *slurm_own_user(void)
{
    return text_format("%lu", (unsigned long)getuid());
}

char *slurm_since(int64_t since)
{
    char text[32];
    time_t moment = (time_t)(since - SLURM_CLOCK_SKEW);
    struct tm local; /* which sacct takes */
    if (since <= SLURM_CLOCK_SKEW || localtime_r(&moment, &local) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local) == 0)
        return NULL;
    return xstrdup(text);
}

bool slurm_accounting_is_off(const struct process_result *result)
{
    return slurm_command_said(result, "accounting storage is disabled") ||
           slurm_command_said(result, "not running a supported accounting_storage plugin");
}
