/*
 * A CSV file of a table's rows, ID,Value, one for each node: written by the node's
 * workers together and added up by them in ranges of bytes.
 */
#ifndef SCALESTUDY_ROWS_FILE_H
#define SCALESTUDY_ROWS_FILE_H

#include "team.h"

struct rows_file;

/* Where such files are made: $TMPDIR, or /tmp. */
const char *rows_file_folder(void);

/* At least what a file of so many rows takes. */
double rows_file_most_bytes(int64_t rows);

/*
 * Collective: writes the rows [begin, end) of this node, the same for all its
 * workers; `value` gives the value of row i, whose ID is i + 1. The file has no name
 * any more when this returns, so that it goes with the last worker however that ends.
 */
struct rows_file *rows_file_make(struct team *team, int64_t begin, int64_t end,
                                 int64_t (*value)(int64_t i));
void rows_file_close(struct rows_file *file); /* NULL is fine */

/*
 * Collective: adds what falls to this worker to `totals`, the sum of values and the
 * number of rows; about `chunk` rows at a time. `count` is the number of rows of all
 * nodes, of which this node's are those that team_deal() gives it.
 */
void rows_file_sum(struct team *team, struct rows_file *file, int64_t count, int64_t chunk,
                   int64_t totals[2]);

/* Collective: of the files of all nodes. */
double rows_file_bytes(struct team *team, const struct rows_file *file);

#endif
