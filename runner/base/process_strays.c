#define _GNU_SOURCE /* syscall numbers of pidfd */
#include "process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "process_proc.h"

/* Seconds. */
static const double grace = 1.0;    /* between SIGTERM and SIGKILL */
static const double patience = 2.0; /* after SIGKILL */

static bool is_own(pid_t pid)
{
    char path[64];
    struct stat about;
    snprintf(path, sizeof path, "/proc/%ld", (long)pid);
    return stat(path, &about) == 0 && about.st_uid == geteuid();
}

/* Whether the process was started with exactly this entry in its environment. */
static bool carries(pid_t pid, const char *entry)
{
    struct strbuf environment = STRBUF_INIT;
    bool found = false;
    if (proc_read(pid, "environ", &environment)) {
        for (size_t i = 0; !found && i < environment.len; i += strlen(environment.str + i) + 1)
            found = strcmp(environment.str + i, entry) == 0;
    }
    strbuf_free(&environment);
    return found;
}

static void find_strays(const char *entry, struct pid_list *strays)
{
    struct pid_list all = PID_LIST_INIT, spared = PID_LIST_INIT;

    /* Ourselves and whoever started us: they may carry the mark as well. */
    for (pid_t pid = getpid(); pid > 0; pid = proc_parent(pid))
        pid_list_add(&spared, pid);
    proc_all(&all);
    strays->count = 0;
    for (size_t i = 0; i < all.count; i++)
        if (!pid_list_has(&spared, all.pids[i]) && is_own(all.pids[i]) &&
            carries(all.pids[i], entry) && proc_runs(all.pids[i]))
            pid_list_add(strays, all.pids[i]);
    pid_list_free(&all);
    pid_list_free(&spared);
}

/*
 * Ends one of them if it still is what was found: the number may have been
 * given to another process since, and a pidfd pins it while we look again.
 */
static void send_to(pid_t pid, const char *entry, int signal)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (carries(pid, entry) && is_own(pid)) {
        if (pidfd < 0 || syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) != 0)
            kill(pid, signal);
        if (signal == SIGTERM)
            kill(pid, SIGCONT); /* a stopped one would not notice */
    }
    if (pidfd >= 0)
        close(pidfd);
}

/* Looks again and again, since strays may start others; true when none is left. */
static bool end_all(const char *entry, int signal, double seconds, struct pid_list *seen)
{
    struct pid_list strays = PID_LIST_INIT, told = PID_LIST_INIT;
    double until = clock_seconds() + seconds;
    struct timespec pause = {.tv_nsec = 2000000};

    for (;;) {
        find_strays(entry, &strays);
        if (strays.count == 0 || clock_seconds() >= until)
            break;
        for (size_t i = 0; i < strays.count; i++) {
            if (!pid_list_has(&told, strays.pids[i])) {
                send_to(strays.pids[i], entry, signal);
                pid_list_add(&told, strays.pids[i]);
            }
            if (!pid_list_has(seen, strays.pids[i]))
                pid_list_add(seen, strays.pids[i]);
        }
        nanosleep(&pause, NULL);
        if (pause.tv_nsec < 50000000)
            pause.tv_nsec *= 2;
    }
    bool none = strays.count == 0;
    pid_list_free(&strays);
    pid_list_free(&told);
    return none;
}

size_t process_end_strays(const char *name, const char *value)
{
    struct pid_list seen = PID_LIST_INIT;
    char *entry = text_format("%s=%s", name, value);

    if (!end_all(entry, SIGTERM, grace, &seen))
        end_all(entry, SIGKILL, patience, &seen);
    size_t count = seen.count;
    pid_list_free(&seen);
    free(entry);
    return count;
}
