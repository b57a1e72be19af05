/*
 * Comparisons of made-up times, for the tests of their pages and for looking at
 * them.
 */
#ifndef SCALESTUDY_COMPARE_FIXTURE_H
#define SCALESTUDY_COMPARE_FIXTURE_H

#include "compare.h"
#include "machines.h"
#include "observations.h"
#include "page_compare.h"
#include "planfile.h"

enum { FIXTURE_ENTRANTS = 3 };

struct compare_fixture {
    struct observations *tables[FIXTURE_ENTRANTS];
    struct plan plans[FIXTURE_ENTRANTS];
    struct machines no_machines;
    struct analysis *analyses[FIXTURE_ENTRANTS];
    struct compare_entrant entrants[FIXTURE_ENTRANTS];
    struct compare_source sources[FIXTURE_ENTRANTS];
    size_t count;
};

/*
 * "clusters": three of them, of different nodes; "change": one before and after;
 * "strangers": few blocks, and names that are no words. False for any other.
 */
bool compare_fixture_fill(struct compare_fixture *fixture, const char *shape);
void compare_fixture_free(struct compare_fixture *fixture);

#endif
