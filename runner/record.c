#define _GNU_SOURCE
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "record_line.h"
#include "strbuf.h"

struct record_log {
    int fd;
    int64_t attempt;
    char *path;
    struct strbuf line;
    pthread_t syncer;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool dirty, closing;
    int sync_error; /* errno of a failed sync, told at the next append */
};

/* Waits for something new, then gives more records half a second to come. */
static void *sync_in_groups(void *context)
{
    struct record_log *log = context;
    pthread_mutex_lock(&log->mutex);
    while (!log->closing) {
        if (!log->dirty) {
            pthread_cond_wait(&log->changed, &log->mutex);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 500000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        while (!log->closing &&
               pthread_cond_timedwait(&log->changed, &log->mutex, &until) != ETIMEDOUT)
            ;
        log->dirty = false;
        pthread_mutex_unlock(&log->mutex);
        int failed = fdatasync(log->fd) == 0 ? 0 : errno;
        pthread_mutex_lock(&log->mutex);
        if (failed != 0 && failed != EINVAL) /* EINVAL: a file system that needs no sync */
            log->sync_error = failed;
    }
    pthread_mutex_unlock(&log->mutex);
    return NULL;
}

static int start_syncer(struct record_log *log, struct error *err)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&log->mutex, NULL);
    pthread_cond_init(&log->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    sigset_t all, before;
    sigfillset(&all); /* signals are for the main thread */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&log->syncer, NULL, sync_in_groups, log);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0)
        return error_system(err, "could not start a thread: %s", strerror(code));
    return 0;
}

/* One line ends where the next begins, even after a crash in the middle of one. */
static int close_torn_line(int fd)
{
    char last;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0)
        return size < 0 ? -1 : 0;
    if (pread(fd, &last, 1, size - 1) != 1)
        return -1;
    return last == '\n' || write(fd, "\n", 1) == 1 ? 0 : -1;
}

static char *log_path(const char *folder, const char *task, int64_t attempt)
{
    return text_format("%s/records/%s.%lld.jsonl", folder, task, (long long)attempt);
}

/* 0 (EEXIST in errno) where `exclusive` finds the file there already. */
static int open_locked(const char *path, const char *task, bool exclusive, struct error *err)
{
    int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | (exclusive ? O_EXCL : 0);
    int fd = open(path, flags, 0666);
    if (fd < 0 && exclusive && errno == EEXIST)
        return 0;
    if (fd < 0)
        return error_system(err, "could not open %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(fd);
        return error_system(err, "task %s is being run by another worker", task);
    }
    if (close_torn_line(fd) != 0) {
        error_system(err, "could not write %s: %s", path, strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

/* The file of that attempt, of the first new one where it is 0. */
static int open_attempt(const char *folder, const char *task, int64_t *attempt, char **path,
                        struct error *err)
{
    bool exclusive = *attempt == 0;
    for (int64_t number = exclusive ? 1 : *attempt;; number++) {
        *path = log_path(folder, task, number);
        int fd = open_locked(*path, task, exclusive, err);
        if (fd > 0)
            *attempt = number;
        if (fd != 0)
            return fd;
        free(*path);
    }
}

struct record_log *record_log_open(const char *folder, const char *task, int64_t attempt,
                                   struct error *err)
{
    char *path;
    int fd = open_attempt(folder, task, &attempt, &path, err);
    if (fd < 0) {
        free(path);
        return NULL;
    }
    struct record_log *log = xcalloc(1, sizeof *log);
    log->fd = fd;
    log->attempt = attempt;
    log->path = path;
    log->line = (struct strbuf)STRBUF_INIT;
    if (start_syncer(log, err) != 0) {
        close(fd);
        free(path);
        free(log);
        return NULL;
    }
    return log;
}

int64_t record_log_attempt(const struct record_log *log)
{
    return log->attempt;
}

static int write_whole(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static int append_line(struct record_log *log, struct error *err)
{
    strbuf_add_char(&log->line, '\n');
    int problem = write_whole(log->fd, log->line.str, log->line.len) == 0 ? 0 : errno;
    pthread_mutex_lock(&log->mutex);
    if (problem == 0)
        problem = log->sync_error;
    log->dirty = true;
    pthread_cond_signal(&log->changed);
    pthread_mutex_unlock(&log->mutex);
    if (problem != 0)
        return error_system(err, "could not write %s: %s", log->path, strerror(problem));
    return 0;
}

int record_log_machine(struct record_log *log, const struct machine *machine, struct error *err)
{
    strbuf_clear(&log->line);
    struct json_writer w = {.out = &log->line, .first = true};
    json_begin_object(&w, NULL);
    machine_write(machine, &w, "machine");
    json_end_object(&w);
    return append_line(log, err);
}

int record_log_line(struct record_log *log, const char *line, struct error *err)
{
    strbuf_clear(&log->line);
    strbuf_add(&log->line, line);
    return append_line(log, err);
}

int record_log_append(struct record_log *log, const struct planned_run *planned,
                      const struct run *run, struct error *err)
{
    strbuf_clear(&log->line);
    record_line_write(&log->line, planned, run);
    return append_line(log, err);
}

int record_log_close(struct record_log *log, struct error *err)
{
    pthread_mutex_lock(&log->mutex);
    log->closing = true;
    pthread_cond_signal(&log->changed);
    pthread_mutex_unlock(&log->mutex);
    pthread_join(log->syncer, NULL);
    int problem = fdatasync(log->fd) == 0 || errno == EINVAL ? log->sync_error : errno;
    if (lseek(log->fd, 0, SEEK_END) == 0)
        unlink(log->path); /* nothing was left to do */
    if (close(log->fd) != 0 && problem == 0)
        problem = errno;
    int rc = 0;
    if (problem != 0)
        rc = error_system(err, "could not write %s: %s", log->path, strerror(problem));
    pthread_mutex_destroy(&log->mutex);
    pthread_cond_destroy(&log->changed);
    strbuf_free(&log->line);
    free(log->path);
    free(log);
    return rc;
}
