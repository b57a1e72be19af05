#include "room.h"

#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Of one node, from its first worker. */
struct verdict {
    bool fits;
    double need, room; /* bytes */
    char limit[300], host[64];
};

/* Page tables and the team's own buffers come on top of what a workload counts. */
#define ON_TOP 1.01

static double free_bytes(const char *folder)
{
    struct statvfs about;

    return statvfs(folder, &about) == 0 ? (double)about.f_bavail * (double)about.f_frsize : 0;
}

/* The first that is short of what is needed, or the memory. */
static struct verdict judge(const struct team *team, const struct kernel_need *need)
{
    struct memory_room room = memory_room("");
    double shareable = team_shareable(team);
    struct verdict verdict = {
        .need = (need->own + need->shared) * ON_TOP,
        .room = room.bytes,
    };

    snprintf(verdict.limit, sizeof verdict.limit, "%s", room.limit);
    if (need->shared * ON_TOP > shareable) {
        verdict.need = need->shared * ON_TOP;
        verdict.room = shareable;
        strcpy(verdict.limit, "of memory are free in /dev/shm, where MPI shares it");
    } else if (need->folder != NULL && need->disk > free_bytes(need->folder)) {
        verdict.need = need->disk;
        verdict.room = free_bytes(need->folder);
        snprintf(verdict.limit, sizeof verdict.limit, "are free in %.200s, see TMPDIR",
                 need->folder);
    }
    verdict.fits = verdict.need <= verdict.room;
    if (gethostname(verdict.host, sizeof verdict.host - 1) != 0)
        strcpy(verdict.host, "unknown");
    return verdict;
}

/* The verdict of the first node where it does not fit, or of any if it fits everywhere. */
static void agree(struct team *team, struct verdict *verdict)
{
    int64_t refused = verdict->fits ? -team->size : -team->rank;

    team_allreduce_int64(team, &refused, 1, TEAM_MAX);
    team_broadcast(team, verdict, sizeof *verdict, refused == -team->size ? 0 : (int)-refused);
}

bool room_fits(struct team *team, const struct kernel *kernel,
               const struct kernel_arguments *arguments, const char *backend)
{
    struct kernel_need need = {.folder = NULL};
    struct verdict verdict = {.fits = true};

    if (kernel->need == NULL)
        return true;
    kernel->need(team, arguments, &need);
    if (team->local_rank == 0)
        verdict = judge(team, &need);
    agree(team, &verdict);
    if (!verdict.fits && team->rank == 0)
        fprintf(stderr,
                "scalestudy-%s: %s with --size %" PRId64 " needs %.1f GB on %s, and "
                "%.1f GB %s; give a smaller --size\n",
                backend, kernel->name, arguments->size, verdict.need / 1e9, verdict.host,
                verdict.room / 1e9, verdict.limit);
    return verdict.fits;
}
