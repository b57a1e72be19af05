/*
 * What a cluster profile may hold, for people (`scalestudy help cluster`) and
 * for editors (JSON Schema), from the table that reads it.
 */
#ifndef SCALESTUDY_PROFILE_SCHEMA_H
#define SCALESTUDY_PROFILE_SCHEMA_H

#include "strbuf.h"

void profile_help(struct strbuf *out);
void profile_schema(struct strbuf *out);

#endif
