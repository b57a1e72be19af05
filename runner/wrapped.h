/*
 * Sentences in lines that fit a terminal.
 */
#ifndef SCALESTUDY_WRAPPED_H
#define SCALESTUDY_WRAPPED_H

#include "strbuf.h"

/* The words of `text` in lines of at most 79 bytes, each `indent` in, those
 * behind the first `further` more, and a line end. A longer word has a line of
 * its own. */
void text_add_wrapped(struct strbuf *out, const char *text, int indent, int further);

#endif
