/*
 * Text in an #SBATCH line. sbatch splits such a line at blanks, ends it at a #,
 * and reads quotes and backslashes in it much as a shell does, but nothing
 * else: no variables, no commands.
 *
 * The functions return -1 (STATUS_INPUT) where a text cannot stand there; `what`
 * names it in the sentence: "the account".
 */
#ifndef SCALESTUDY_SBATCH_TEXT_H
#define SCALESTUDY_SBATCH_TEXT_H

#include <stdint.h>

#include "error.h"
#include "strbuf.h"

/* A text of one line, as one word: quoted where it has to be. */
void sbatch_add_quoted(struct strbuf *out, const char *text);

/* One line: no control characters. */
int sbatch_check_line(const char *what, const char *text, struct error *err);

/* An account, a partition, ...: one word that needs no quotes. */
int sbatch_check_word(const char *what, const char *text, struct error *err);

/* An absolute path that --output can be given: Slurm drops backslashes from it. */
int sbatch_check_path(const char *what, const char *text, struct error *err);

/* For --output, where a % is Slurm's: each becomes %%. */
void sbatch_add_pattern(struct strbuf *out, const char *path);

/*
 * "--mail-type=END", "--mail-type END" or "-x n1" with what follows the name as
 * one word, so that no second option comes in with it.
 */
int sbatch_add_option(struct strbuf *out, const char *option, struct error *err);

/* "01:30:00", "2-00:00:00"; less than a minute is a minute, as in Slurm. */
void sbatch_add_time(struct strbuf *out, int64_t minutes);

#endif
