/*
 * What a person reads: sentences on stderr, colour and moving lines only on a
 * terminal. All text of ours that may hold names or output passes
 * terminal_add_escaped(), the escape function of this language.
 */
#ifndef SCALESTUDY_TERMINAL_H
#define SCALESTUDY_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"
#include "strbuf.h"

/* Control characters (an escape sequence among them) and bytes that are not
 * UTF-8 become visible text: \n, \x1b. `lines` keeps line ends as they are. */
void terminal_add_escaped(struct strbuf *sb, const char *text, bool lines);

/* "scalestudy: SENTENCE" on stderr. Returns the error's exit status. */
int terminal_fail(const struct error *err);

/* One line on stderr, escaped. */
void terminal_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Text of several lines to stderr, escaped but for its line ends. */
void terminal_say_lines(const char *text);

/* Whether moving lines and colour are welcome there. */
bool terminal_moves(FILE *stream);
size_t terminal_width(FILE *stream); /* columns; 80 where it is not told */
bool terminal_colours(FILE *stream); /* also heeds NO_COLOR */

/* Text of several lines to stdout, escaped but for its line ends. */
void terminal_print(const char *text);

#endif
