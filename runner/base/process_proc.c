#include "process_proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"

void pid_list_add(struct pid_list *list, pid_t pid)
{
    array_grow(&list->pids, list->count, &list->capacity, sizeof *list->pids);
    list->pids[list->count++] = pid;
}

bool pid_list_has(const struct pid_list *list, pid_t pid)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->pids[i] == pid)
            return true;
    return false;
}

void pid_list_free(struct pid_list *list)
{
    free(list->pids);
    *list = (struct pid_list)PID_LIST_INIT;
}

static bool read_text(const char *path, struct strbuf *out)
{
    enum { CHUNK = 4096 };
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    do {
        strbuf_reserve(out, CHUNK);
        n = read(fd, out->str + out->len, CHUNK);
        if (n > 0)
            strbuf_set_length(out, out->len + (size_t)n);
    } while (n > 0 || (n < 0 && errno == EINTR));
    close(fd);
    return n == 0;
}

bool proc_read(pid_t pid, const char *name, struct strbuf *out)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    return read_text(path, out);
}

/* Adds the entries of a folder whose names are numbers. */
static void add_numbered(const char *folder, struct pid_list *list)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (isdigit((unsigned char)entry->d_name[0]))
            pid_list_add(list, (pid_t)strtol(entry->d_name, NULL, 10));
    closedir(dir);
}

void proc_all(struct pid_list *list)
{
    add_numbered("/proc", list);
}

static bool children_are_listed(void)
{
    static _Atomic int listed = -1; /* a property of the kernel; every thread finds the same */
    if (listed < 0)
        listed = access("/proc/thread-self/children", R_OK) == 0;
    return listed > 0;
}

static void add_children_of_thread(pid_t pid, pid_t thread, struct pid_list *list)
{
    char path[64];
    struct strbuf text = STRBUF_INIT;

    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)thread);
    if (read_text(path, &text)) {
        char *end = text.str;
        for (long child = strtol(end, &end, 10); child > 0; child = strtol(end, &end, 10))
            pid_list_add(list, (pid_t)child);
    }
    strbuf_free(&text);
}

void proc_children(pid_t pid, struct pid_list *list)
{
    char path[64];
    struct pid_list threads = PID_LIST_INIT;

    if (!children_are_listed()) {
        proc_children_by_scan(pid, list);
        return;
    }
    snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
    add_numbered(path, &threads);
    for (size_t i = 0; i < threads.count; i++)
        add_children_of_thread(pid, threads.pids[i], list);
    pid_list_free(&threads);
}

/* State and parent from /proc/PID/stat; false where the process is gone. */
static bool read_stat(pid_t pid, char *state, pid_t *parent)
{
    struct strbuf text = STRBUF_INIT;
    bool known = false;
    if (proc_read(pid, "stat", &text)) {
        long number;
        /* The name stands in parentheses and may hold blanks and parentheses. */
        const char *behind = strrchr(text.str, ')');
        known = behind != NULL && sscanf(behind + 1, " %c %ld", state, &number) == 2;
        if (known)
            *parent = (pid_t)number;
    }
    strbuf_free(&text);
    return known;
}

pid_t proc_parent(pid_t pid)
{
    char state;
    pid_t parent;
    return read_stat(pid, &state, &parent) ? parent : 0;
}

bool proc_runs(pid_t pid)
{
    char state;
    pid_t parent;
    return read_stat(pid, &state, &parent) && state != 'Z' && state != 'X';
}

void proc_children_by_scan(pid_t pid, struct pid_list *list)
{
    struct pid_list all = PID_LIST_INIT;
    proc_all(&all);
    for (size_t i = 0; i < all.count; i++)
        if (proc_parent(all.pids[i]) == pid)
            pid_list_add(list, all.pids[i]);
    pid_list_free(&all);
}

void proc_add_descendants(struct pid_list *list)
{
    struct pid_list children = PID_LIST_INIT;
    for (size_t i = 0; i < list->count; i++) { /* grows while it is walked */
        children.count = 0;
        proc_children(list->pids[i], &children);
        for (size_t j = 0; j < children.count; j++)
            if (!pid_list_has(list, children.pids[j]))
                pid_list_add(list, children.pids[j]);
    }
    pid_list_free(&children);
}

/* The number behind `label` at the start of a line, in KiB as /proc writes it; in bytes. */
static double labelled_kib(const char *text, const char *label)
{
    size_t length = strlen(label);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, label, length) == 0)
            return 1024.0 * (double)strtoll(line + length, NULL, 10);
    }
    return 0;
}

double proc_memory_peak(pid_t pid)
{
    struct strbuf text = STRBUF_INIT;
    double bytes = proc_read(pid, "status", &text) ? labelled_kib(text.str, "VmHWM:") : 0;
    strbuf_free(&text);
    return bytes;
}

bool proc_memory_now(pid_t pid, double *resident, double *shared)
{
    struct strbuf text = STRBUF_INIT;
    long long all, others;
    bool known =
        proc_read(pid, "statm", &text) && sscanf(text.str, "%*s %lld %lld", &all, &others) == 2;
    if (known) {
        double page = (double)sysconf(_SC_PAGESIZE);
        *resident = page * (double)all;
        *shared = page * (double)others;
    }
    strbuf_free(&text);
    return known;
}

/* Its own CPU time to the nanosecond; 0 where the kernel does not tell that of others. */
static double own_cpu_seconds(pid_t pid)
{
    struct timespec used;
    clockid_t clock;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

double proc_cpu_seconds(pid_t pid)
{
    struct strbuf text = STRBUF_INIT;
    unsigned long long user = 0, system = 0;
    long long children_user = 0, children_system = 0;
    if (proc_read(pid, "stat", &text)) {
        const char *behind = strrchr(text.str, ')'); /* as in read_stat() */
        if (behind == NULL ||
            sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld",
                   &user, &system, &children_user, &children_system) != 4)
            user = system = 0, children_user = children_system = 0;
    }
    strbuf_free(&text);
    double tick = 1 / (double)sysconf(_SC_CLK_TCK);
    return fmax(tick * (double)(user + system), own_cpu_seconds(pid)) +
           tick * (double)(children_user + children_system);
}

double proc_memory_share(pid_t pid)
{
    struct strbuf text = STRBUF_INIT;
    double bytes = 0, shared;
    if (proc_read(pid, "smaps_rollup", &text))
        bytes = labelled_kib(text.str, "Pss:");
    else if (!proc_memory_now(pid, &bytes, &shared)) /* kernels before 4.14 go by this */
        bytes = 0;
    strbuf_free(&text);
    return bytes;
}
