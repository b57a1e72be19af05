#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "slurm_command.h"
#include "slurm_text.h"

/*
 * What sbatch says where it fails, and what follows: the first match counts,
 * any other sentence is a refusal. Uncertain is whatever breaks after the
 * request may have left; busy what keeps it from leaving, or a limit that
 * counts jobs. An sbatch that belongs to no cluster is none at all.
 */
static const struct {
    const char *text;
    enum slurm_submit_kind kind;
    enum slurm_busy busy;
} meanings[] = {
    {"Socket timed out", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Connection timed out", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"(send failure)", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"(receive failure)", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"(shutdown failure)", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Message send failure", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Message receive failure", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Communication shutdown failure", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Zero Bytes were transmitted", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Unexpected message received", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Insane message length", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Header lengths are longer", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Connection reset", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Broken pipe", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"Transport endpoint is not connected", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    {"(connect failure)", SLURM_BUSY, SLURM_UNREACHABLE},
    {"Communication connection failure", SLURM_BUSY, SLURM_UNREACHABLE},
    {"Connection refused", SLURM_BUSY, SLURM_UNREACHABLE},
    {"No route to host", SLURM_BUSY, SLURM_UNREACHABLE},
    {"Network is unreachable", SLURM_BUSY, SLURM_UNREACHABLE},
    {"standby mode", SLURM_BUSY, SLURM_UNREACHABLE},
    {"presently disabled", SLURM_BUSY, SLURM_UNREACHABLE},
    {"rate limit", SLURM_BUSY, SLURM_UNREACHABLE},
    {"RPC limit", SLURM_BUSY, SLURM_UNREACHABLE},
    /* Our own credential could not be made: nothing left. Else it may be the
     * answer's that could not be checked. */
    {"Munge encode failed", SLURM_BUSY, SLURM_UNREACHABLE},
    {"auth_g_create", SLURM_BUSY, SLURM_UNREACHABLE},
    {"slurm_auth_create", SLURM_BUSY, SLURM_UNREACHABLE},
    {"Protocol authentication error", SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    /* QOSMaxSubmitJobPerUserLimit, AssocGrpSubmitJobsLimit, ...; the sentence
     * behind it is the same for limits of size, which are refusals. */
    {"SubmitJob", SLURM_BUSY, SLURM_QUEUE_LIMIT},
    {"temporarily unable to accept job", SLURM_BUSY, SLURM_QUEUE_LIMIT}, /* MaxJobCount */
    {"Resource temporarily unavailable", SLURM_BUSY, SLURM_QUEUE_LIMIT},
};

/* The id is the last line that is one: sites print what a job costs before it. */
static char *find_id(const char *output)
{
    char *text = xstrdup(output), *rest = text, *line, *id = NULL;
    while ((line = slurm_line_take(&rest)) != NULL) {
        line += strspn(line, " \t\r");
        size_t digits = strspn(line, "0123456789");
        const char *behind = line + digits;
        if (*behind == ';')
            behind += strcspn(behind, " \t\r");
        if (slurm_number_parse(line, digits) <= 0 || behind[strspn(behind, " \t\r")] != '\0')
            continue;
        free(id);
        id = xstrndup(line, digits);
    }
    free(text);
    return id;
}

/* What its sentences mean; a refusal where they are none of these. */
static void understand(struct slurm_submit *answer, const struct process_result *result)
{
    answer->kind = SLURM_REFUSED;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (slurm_command_said(result, meanings[i].text)) {
            answer->kind = meanings[i].kind;
            answer->busy = meanings[i].busy;
            return;
        }
}

static void judge(struct slurm_submit *answer, const struct slurm_command *command,
                  const struct process_result *result)
{
    bool ended = !result->timed_out && !result->cancelled && result->signal == 0;
    bool said_nothing = result->errors.len == 0 && result->output.len == 0;
    char *id = find_id(result->output.str);

    if (ended && result->exit_status == 0 && id != NULL) {
        answer->kind = SLURM_SUBMITTED;
        free(answer->job);
        answer->job = id;
        return;
    }
    understand(answer, result);
    if (slurm_is_absent(command, result, NULL))
        answer->kind = SLURM_NOT_RUN;
    else if (!ended || result->exit_status == 0 || id != NULL || said_nothing)
        answer->kind = SLURM_UNCERTAIN;
    free(id);
}

/* Slurm's words, and before them how it ended where that is not told by them. */
static char *describe(const struct slurm_client *client, const struct slurm_command *command,
                      const struct process_result *result)
{
    struct error err = ERROR_INIT;
    char *words = slurm_command_words(command, result), *text;

    if (slurm_is_absent(command, result, &err)) {
        free(words);
        return xstrdup(err.text);
    }
    if (!result->started || result->timed_out || result->cancelled)
        slurm_command_failed(client, command, result, &err);
    else if (result->exit_status == 0)
        error_system(&err, "sbatch printed no job id");
    else if (result->exit_status > 0 && words[0] != '\0')
        return words;
    else
        slurm_command_failed(client, command, result, &err);
    text = text_format("%s%s%s", err.text, words[0] != '\0' ? ": " : "", words);
    free(words);
    return text;
}

static char **join_arguments(char *const *options)
{
    size_t count = string_list_count(options);
    char **argv = xcalloc(count + 3, sizeof *argv);
    argv[0] = xstrdup("sbatch");
    argv[1] = xstrdup("--parsable");
    for (size_t i = 0; i < count; i++)
        argv[2 + i] = xstrdup(options[i]);
    return argv;
}

void slurm_submit(struct slurm_client *client, const char *script, char *const *options,
                  struct slurm_submit *answer)
{
    char **argv = join_arguments(options);
    struct slurm_command command = {.argv = argv, .input = script};
    struct process_result result;
    struct error err = ERROR_INIT;

    *answer = (struct slurm_submit){.kind = SLURM_NOT_RUN, .job = xstrdup("")};
    if (slurm_command_run(client, &command, &result, &err) == 0) {
        if (result.started)
            judge(answer, &command, &result);
        answer->words = answer->kind == SLURM_SUBMITTED
                            ? slurm_command_lines(&command, &result.errors)
                            : describe(client, &command, &result);
    } else {
        answer->words = xstrdup(err.text);
    }
    process_result_free(&result);
    string_list_free(argv);
}

void slurm_submit_free(struct slurm_submit *answer)
{
    free(answer->job);
    free(answer->words);
    *answer = (struct slurm_submit){0};
}

int slurm_test_script(struct slurm_client *client, const char *script, struct error *err)
{
    struct slurm_command command = {.argv = (char *[]){"sbatch", "--test-only", NULL},
                                    .input = script};
    struct process_result result;
    int rc = slurm_command_ask(client, &command, &result, err);
    if (rc != 0 && result.started) {
        struct slurm_submit answer = {.job = NULL};
        judge(&answer, &command, &result);
        if (answer.kind == SLURM_REFUSED)
            err->status = STATUS_INPUT;
    }
    process_result_free(&result);
    return rc;
}
