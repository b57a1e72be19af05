/*
 * Text for HTML, SVG and their attributes in double quotes: the five special
 * characters as entities; bytes that are not UTF-8 and characters that XML
 * does not allow as U+FFFD.
 */
#ifndef SCALESTUDY_HTML_ESCAPE_H
#define SCALESTUDY_HTML_ESCAPE_H

#include "strbuf.h"

void html_escape(struct strbuf *out, const char *text);

#endif
