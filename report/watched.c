#include "watched.h"

#include "othersfile.h"

struct joining {
    struct observations *all;
    size_t next; /* both files ascend by order */
};

static void join(const struct run *run, void *context)
{
    struct joining *j = context;
    while (j->next < j->all->count && j->all->rows[j->next].order < run->order)
        j->next++;
    if (j->next < j->all->count && j->all->rows[j->next].order == run->order)
        observations_watch(j->all, j->next, run);
}

int watched_read(struct observations *observations, const char *path, struct error *err)
{
    struct joining joining = {.all = observations};
    return othersfile_read(path, join, &joining, err);
}
