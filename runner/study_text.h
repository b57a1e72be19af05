/*
 * The texts that only a study has, judged one by one: options, variables,
 * arguments, core counts. For names, words, lines, times and regular
 * expressions see base/textrule.h, which says what a `..._problem` function is.
 */
#ifndef SCALESTUDY_STUDY_TEXT_H
#define SCALESTUDY_STUDY_TEXT_H

#include <stdbool.h>

#include "strbuf.h"
#include "study.h"
#include "textrule.h"

/* An option of sbatch that the study does not set in another way. */
bool study_option_problem(const char *text, struct strbuf *sentence);

bool study_variable_problem(const char *name, struct strbuf *sentence);

/* One argument of a command: its {words} are placeholders, and known. */
bool study_argument_problem(const char *text, struct strbuf *sentence);

/* Whether some argument holds {word}. */
bool study_command_uses(char *const *command, const char *word);

/* The launcher ("mpirun") that a program is, or NULL. */
const char *study_launcher(const char *program);

/* "1_core", "4_cores", "1_4_node", "1_node", "2_nodes"; all but the place. */
bool study_scale_parse(const char *text, struct study_cores *cores);

#endif
