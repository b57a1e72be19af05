/*
 * The report's figures as CSV, exact where the page rounds: for spreadsheets
 * and for the tables that proposal forms want.
 */
#ifndef SCALESTUDY_TABLES_H
#define SCALESTUDY_TABLES_H

#include "analysis.h"
#include "strbuf.h"

/* A row for each point: tables/points.csv. Units are in the column names. */
void tables_points(struct strbuf *out, const struct analysis *analysis);

/* A row for each series, with its recommendation: tables/optimum.csv. */
void tables_optimum(struct strbuf *out, const struct analysis *analysis);

#endif
