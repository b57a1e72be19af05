/*
 * Why a table's cell is no number, and what to write there.
 */
#ifndef SCALESTUDY_NUMBER_PROBLEM_H
#define SCALESTUDY_NUMBER_PROBLEM_H

#include <stdbool.h>

#include "strbuf.h"

/* Adds one sentence about `text`, which could not be read as a number (a whole
 * one) of this column. */
void number_problem(struct strbuf *out, const char *column, const char *text, bool whole);

#endif
