/*
 * What keeps the cores busy that a point leaves free on a whole node: the
 * clock, the power and the caches that its cores share with the others are
 * then those of a full node at every point.
 *
 * It is arithmetic in registers, one thread pinned to each idle core, and so
 * takes no memory bandwidth; and it is on this node alone, which is the first
 * of a job. It ends with whoever started it, however that ends.
 */
#ifndef SCALESTUDY_BACKGROUND_H
#define SCALESTUDY_BACKGROUND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "topology.h"

struct background {
    pid_t process;     /* a child of ours; 0: nothing is filled */
    size_t first_core; /* of topology->cores, that is filled; all behind it are, too */
};

/*
 * Fills the cores behind the first `cores_in_use` of those that may be used,
 * which is where launched runs are put, and returns when all are busy. None
 * may be idle; then nothing is started. To be called from outside of
 * process_run(), which neither ends it nor counts its time.
 */
int background_start(struct background *background, const struct topology *topology,
                     int64_t cores_in_use, struct error *err);
void background_stop(struct background *background); /* an all-zero one is fine */

/* Whether workers with these CPU lists, blanks between, were on a filled core:
 * a launcher may choose others than the first. */
bool background_meets(const struct background *background, const struct topology *topology,
                      const char *masks);

#endif
