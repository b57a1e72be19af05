/*
 * How long something takes, for people: "25 s", "12 min", "3.4 h".
 */
#ifndef SCALESTUDY_DURATION_H
#define SCALESTUDY_DURATION_H

#include "strbuf.h"

void duration_add(struct strbuf *sb, double seconds);

#endif
