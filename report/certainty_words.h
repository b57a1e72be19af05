/*
 * How sure a recommendation is, and what twice as many cores would bring, in
 * words.
 */
#ifndef SCALESTUDY_CERTAINTY_WORDS_H
#define SCALESTUDY_CERTAINTY_WORDS_H

#include "groups.h"
#include "strbuf.h"

/* What the rule chose in redrawn studies, and that only tested counts could be
 * chosen; nothing where there were no such studies. Names in it are raw. */
void certainty_say(struct strbuf *sb, const struct analysis *analysis, const struct group *group);

/* One sentence; nothing where no such count was measured. */
void doubling_say(struct strbuf *sb, const struct alternative *doubling, int64_t cores);

#endif
