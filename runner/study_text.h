/*
 * The texts of a study, judged one by one: names, words, times, core counts,
 * regular expressions, commands. Nothing here knows where a text stands.
 *
 * A `..._problem` function returns true where it found one and appends what it
 * is, a sentence without its subject: "may not hold \"/\"; ...".
 */
#ifndef SCALESTUDY_STUDY_TEXT_H
#define SCALESTUDY_STUDY_TEXT_H

#include <stdbool.h>

#include "strbuf.h"
#include "study.h"

enum { STUDY_LONGEST_NAME = 64, STUDY_LONGEST_PATTERN = 256 };

bool study_name_problem(const char *text, struct strbuf *sentence);

/* One word of an #SBATCH or module line: what a shell or sbatch could take for
 * more than a word is refused. */
bool study_word_problem(const char *text, struct strbuf *sentence);

/* One line: no control characters but tabs. */
bool study_line_problem(const char *text, struct strbuf *sentence);

/* An option of sbatch that the study does not set in another way. */
bool study_option_problem(const char *text, struct strbuf *sentence);

bool study_variable_problem(const char *name, struct strbuf *sentence);

/* A POSIX extended regular expression, and one that compiles in little time. */
bool study_pattern_problem(const char *text, struct strbuf *sentence);

/* One argument of a command: its {words} are placeholders, and known. */
bool study_argument_problem(const char *text, struct strbuf *sentence);

/* Whether some argument holds {word}. */
bool study_command_uses(char *const *command, const char *word);

/* The launcher ("mpirun") that a program is, or NULL. */
const char *study_launcher(const char *program);

/* Seconds of "90", "MM:SS", "H:MM:SS", "D-H", "D-H:MM" or "D-H:MM:SS". */
bool study_time_parse(const char *text, double *seconds);

/* "1_core", "4_cores", "1_4_node", "1_node", "2_nodes"; all but the place. */
bool study_scale_parse(const char *text, struct study_cores *cores);

#endif
