/*
 * Texts that people write into files and that end in scripts, judged one by
 * one. Nothing here knows where a text stands.
 *
 * A `..._problem` function returns true where it found one and appends what it
 * is, a sentence without its subject: "may not hold \"/\"; ...".
 */
#ifndef SCALESTUDY_TEXTRULE_H
#define SCALESTUDY_TEXTRULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

enum { LONGEST_NAME = 64, LONGEST_PATTERN = 256 };

typedef bool text_problem(const char *text, struct strbuf *sentence);

/* [A-Za-z0-9][A-Za-z0-9._+-]{0,63} */
text_problem name_problem;

/* One word of an #SBATCH or module line: what a shell or sbatch could take for
 * more than a word is refused. */
text_problem word_problem;

/* One line: no control characters but tabs. */
text_problem line_problem;

/* A POSIX extended regular expression, and one that compiles in little time. */
text_problem pattern_problem;

/* "may not hold " and the character that stands at `character`, as a sentence
 * can show it, then the remedy. Always true. */
bool may_not_hold(struct strbuf *sentence, const char *character, const char *remedy);

/* Digits at *text, at most `most` of them; moves *text behind them. */
bool digits_read(const char **text, size_t most, int64_t *number);

/* Seconds of "90", "MM:SS", "H:MM:SS", "D-H", "D-H:MM" or "D-H:MM:SS". */
bool time_parse(const char *text, double *seconds);

/* Whole seconds as "HH:MM:SS" or "D-HH:MM:SS", which Slurm and time_parse() read. */
void time_add(struct strbuf *out, double seconds);

#endif
