/*
 * How the client runs one of Slurm's commands; for the files of the client.
 */
#ifndef SCALESTUDY_SLURM_COMMAND_H
#define SCALESTUDY_SLURM_COMMAND_H

#include <stdbool.h>

#include "client.h"
#include "process.h"

struct slurm_command {
    char *const *argv;
    const char *input; /* a job's script: then the environment is also the job's; NULL */
    bool must_finish;  /* not ended by the client's `cancel` */
};

/*
 * Runs it with the client's time limit. -1 only as process_run(); the caller
 * frees `result` in either case.
 */
int slurm_command_run(struct slurm_client *client, const struct slurm_command *command,
                      struct process_result *result, struct error *err);

/* The same where only exit status 0 is an answer: all else is a sentence. */
int slurm_command_ask(struct slurm_client *client, const struct slurm_command *command,
                      struct process_result *result, struct error *err);

/* What was wrong: the time limit, the user's interruption, Slurm's words. -1 */
int slurm_command_failed(const struct slurm_client *client, const struct slurm_command *command,
                         const struct process_result *result, struct error *err);

/* Whether there is no Slurm here: no such command, or no cluster that it belongs to. `err`,
 * which may be NULL, then says so, without a remedy. */
bool slurm_is_absent(const struct slurm_command *command, const struct process_result *result,
                     struct error *err);

/* Its lines as one, without "sbatch: error: " before each. The caller frees it. */
char *slurm_command_lines(const struct slurm_command *command, const struct strbuf *printed);

/* Those of stderr, or of stdout where stderr is empty. The caller frees it. */
char *slurm_command_words(const struct slurm_command *command, const struct process_result *result);

/* Whether it printed `text`, in whatever case. */
bool slurm_command_said(const struct process_result *result, const char *text);

/* The own user as -u takes it; the caller frees it. */
char *slurm_own_user(void);

/* Clocks of hosts differ: what is so many seconds older than a submission may
 * still be it. */
enum { SLURM_CLOCK_SKEW = 600 };

/* For sacct -S, the skew included; NULL for 0. The caller frees it. */
char *slurm_since(int64_t since);

bool slurm_accounting_is_off(const struct process_result *result);

#endif
