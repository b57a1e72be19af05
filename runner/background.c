#define _GNU_SOURCE /* cpu_set_t, pipe2 */
#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "words.h"

/* One thread of the child; each writes a byte when it is where it should be. */
struct filler {
    int cpu, ready;
};

static bool pin(int cpu)
{
    size_t cpus = (size_t)cpu + 1, size = CPU_ALLOC_SIZE(cpus);
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (set == NULL)
        return false;
    CPU_ZERO_S(size, set);
    CPU_SET_S((size_t)cpu, size, set);
    bool pinned = sched_setaffinity(0, size, set) == 0;
    CPU_FREE(set);
    return pinned;
}

/* Four chains, so that the pipelines are busy; they stay near 1 for ever. */
static void compute(void)
{
    volatile double sink;
    double a = 1.0, b = 1.1, c = 1.2, d = 1.3;
    for (;;) {
        for (int i = 0; i < 1000000; i++) {
            a = a * 0.5 + 0.5;
            b = b * 0.5 + 0.5;
            c = c * 0.5 + 0.5;
            d = d * 0.5 + 0.5;
        }
        sink = a + b + c + d;
        (void)sink;
        a += 0.1; /* or the compiler could know the end of it */
    }
}

static void *fill(void *context)
{
    const struct filler *filler = context;
    if (!pin(filler->cpu) || write(filler->ready, "", 1) != 1)
        _exit(1);
    compute();
    return NULL;
}

/* Ours are locks, logs and the terminal: none may stay open here. */
static void close_files(int except)
{
    struct rlimit limit;
    rlim_t count = getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
    for (int fd = 0; (rlim_t)fd < count && fd < 65536; fd++)
        if (fd != except)
            close(fd);
}

static _Noreturn void run_child(const struct topology *topology, size_t first, int ready,
                                pid_t parent)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it ended before the line above */
        _exit(0);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        signal(ends[i], SIG_DFL);
    close_files(ready);
    size_t count = topology->core_count - first;
    struct filler *fillers = xcalloc(count, sizeof *fillers);
    for (size_t i = 0; i < count; i++) {
        pthread_t thread;
        fillers[i] = (struct filler){topology->cores[first + i].cpu, ready};
        if (i + 1 < count && pthread_create(&thread, NULL, fill, &fillers[i]) != 0)
            _exit(1);
    }
    fill(&fillers[count - 1]);
    _exit(0);
}

/* True when `count` threads have said that they are there. */
static bool wait_until_ready(int fd, size_t count)
{
    char bytes[64];
    while (count > 0) {
        ssize_t n = read(fd, bytes, count < sizeof bytes ? count : sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        count -= (size_t)n;
    }
    return true;
}

int background_start(struct background *background, const struct topology *topology,
                     int64_t cores_in_use, struct error *err)
{
    int ready[2];
    size_t first = cores_in_use < 0 ? 0 : (size_t)cores_in_use;
    *background = (struct background){.process = 0};
    if (first >= topology->core_count)
        return 0;
    if (pipe2(ready, O_CLOEXEC) != 0)
        return error_system(err, "cannot fill the idle cores: %s", strerror(errno));
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        run_child(topology, first, ready[1], parent);
    int problem = errno;
    close(ready[1]);
    if (child > 0) {
        *background = (struct background){.process = child, .first_core = first};
        bool all = wait_until_ready(ready[0], topology->core_count - first);
        if (!all)
            background_stop(background);
        problem = all ? 0 : EAGAIN;
    }
    close(ready[0]);
    return problem == 0 ? 0
                        : error_system(err, "cannot fill the %zu idle cores: %s",
                                       topology->core_count - first, strerror(problem));
}

void background_stop(struct background *background)
{
    if (background->process > 0) {
        kill(background->process, SIGKILL);
        while (waitpid(background->process, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    *background = (struct background){.process = 0};
}

bool background_meets(const struct background *background, const struct topology *topology,
                      const char *masks)
{
    struct words lists = {0};
    if (background->process == 0 || masks[0] == '\0')
        return false;
    while (*masks != '\0') {
        int length = (int)strcspn(masks, " ");
        words_addf(&lists, "%.*s", length, masks);
        masks += length + (masks[length] == ' ' ? 1 : 0);
    }
    for (size_t i = background->first_core; i < topology->core_count; i++)
        words_addf(&lists, "%d", topology->cores[i].cpu);
    bool meets = !topology_masks_are_disjoint(topology, (const char *const *)lists.list,
                                              lists.count, NULL);
    string_list_free(lists.list);
    return meets;
}
