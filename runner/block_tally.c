#include "block_tally.h"

#include <stdlib.h>
#include <string.h>

#include "plural.h"
#include "strbuf.h"

enum { FAILED_LEAST = 3 };

bool block_tally_ends_in_vain(struct block_tally *tally, const struct planned_run *planned)
{
    if (planned->wave == tally->wave && planned->block == tally->block)
        return false;
    if (!tally->any_ok && tally->failed >= FAILED_LEAST)
        return true;
    if (tally->any_ok)
        block_tally_free(tally);
    tally->wave = planned->wave;
    tally->block = planned->block;
    tally->any_ok = false;
    return false;
}

void block_tally_recorded(struct block_tally *tally, bool ok)
{
    tally->any_ok = tally->any_ok || ok;
}

void block_tally_tried(struct block_tally *tally, const struct plan *plan,
                       const struct planned_run *planned, const struct run *run)
{
    const struct plan_point *point = &plan->points[planned->point];
    bool ok = strcmp(run->status, "ok") == 0;
    tally->any_ok = tally->any_ok || ok;
    tally->failed += !ok;
    if (!ok && tally->first == NULL)
        tally->first =
            text_format("%s on %lld core%s %s: %s", plan->backends[point->backend].name,
                        (long long)point->cores, plural(point->cores),
                        strcmp(run->status, "timeout") == 0   ? "took too long"
                        : strcmp(run->status, "wrong") == 0   ? "answered wrongly"
                        : strcmp(run->status, "unbound") == 0 ? "was not bound as it should be"
                                                              : "failed",
                        run->reason);
}

void block_tally_free(struct block_tally *tally)
{
    free(tally->first);
    *tally = (struct block_tally){0};
}
