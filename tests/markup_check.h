/*
 * What the tests ask of HTML and SVG: well-formed, ids unique, and nothing
 * that is fetched or left for.
 */
#ifndef SCALESTUDY_MARKUP_CHECK_H
#define SCALESTUDY_MARKUP_CHECK_H

#include <stddef.h>

/*
 * NULL if every tag is closed in order, attributes are quoted and not twice in
 * a tag, ids are unique and every `#…` they are linked by exists, no address
 * but that of the SVG namespace stands in an attribute, and there is no script
 * and no event handler. Else a sentence, which the caller frees.
 */
char *markup_problem(const char *text);

#endif
