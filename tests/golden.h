/*
 * What was reviewed: files in the folder GOLDEN that a text must equal. Where
 * SCALESTUDY_UPDATE_GOLDEN is set they are written anew, by the target `golden`.
 */
#ifndef SCALESTUDY_GOLDEN_H
#define SCALESTUDY_GOLDEN_H

#include "strbuf.h"

/* Fails the test where they differ. */
void golden_compare(const char *name, const struct strbuf *text);

#endif
