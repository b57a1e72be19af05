#define _GNU_SOURCE /* fopencookie, F_OFD_SETLK */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

char *path_join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    if (length == 0)
        return xstrdup(name);
    return text_format("%s%s%s", folder, folder[length - 1] == '/' ? "" : "/", name);
}

/* The folder that holds `path`; the caller frees it. */
static char *parent_folder(const char *path)
{
    char *copy = xstrdup(path); /* dirname() may write into it and may return a constant */
    char *parent = xstrdup(dirname(copy));
    free(copy);
    return parent;
}

bool file_exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

bool folder_exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int read_all(int fd, const char *path, size_t max_bytes, struct strbuf *out,
                    struct error *err)
{
    enum { CHUNK = 65536 };
    size_t got = 0;
    for (;;) {
        strbuf_reserve(out, CHUNK);
        ssize_t n = read(fd, out->str + out->len, CHUNK);
        if (n == 0)
            return 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EISDIR)
            return error_set(err, "%s is a folder, not a file", path);
        if (n < 0)
            return error_set(err, "cannot read %s: %s", path, strerror(errno));
        got += (size_t)n;
        if (got > max_bytes)
            return error_set(err, "%s is longer than %zu bytes, the most that is read", path,
                             max_bytes);
        strbuf_set_length(out, out->len + (size_t)n);
    }
}

int file_read(const char *path, size_t max_bytes, struct strbuf *out, struct error *err)
{
    size_t length_before = out->len;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error_set(err, "cannot read %s: %s", path, strerror(errno));
    int rc = read_all(fd, path, max_bytes, out, err);
    close(fd);
    if (rc != 0)
        strbuf_set_length(out, length_before);
    return rc;
}

/* One folder, whose parent exists. */
static int make_one(const char *path, struct error *err)
{
    struct stat about;
    if (mkdir(path, 0777) == 0)
        return 0;
    int reason = errno;
    /* Read-only file systems and automounters answer EROFS or EACCES for a
     * folder that is there, so look whatever the reason is. */
    if (stat(path, &about) == 0) {
        if (S_ISDIR(about.st_mode))
            return 0;
        return error_system(err, "cannot make the folder %s: a file of that name is there", path);
    }
    return error_system(err, "cannot make the folder %s: %s", path, strerror(reason));
}

int folder_make(const char *path, struct error *err)
{
    if (*path == '\0')
        return error_system(err, "cannot make a folder without a name");
    char *partial = xstrdup(path);
    int rc = 0;
    for (char *slash = strchr(partial + 1, '/'); rc == 0 && slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        rc = make_one(partial, err);
        *slash = '/';
    }
    if (rc == 0)
        rc = make_one(partial, err);
    free(partial);
    return rc;
}

/*
 * What the stream writes through: stdio forgets the errno of a write that
 * failed long before the end, and the sentence needs it.
 */
struct cookie {
    int fd;
    int error; /* errno of the first failure; 0: none */
};

static ssize_t cookie_write(void *context, const char *bytes, size_t length)
{
    struct cookie *cookie = context;
    size_t done = 0;
    while (done < length) {
        ssize_t n = write(cookie->fd, bytes + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            if (cookie->error == 0)
                cookie->error = n < 0 ? errno : EIO;
            return 0; /* how fopencookie wants a failure told */
        }
        done += (size_t)n;
    }
    return (ssize_t)length;
}

static const char *remedy(int reason)
{
    switch (reason) {
    case ENOSPC:
        return "; free space there, or name another folder with -o DIR";
    case EDQUOT:
        return "; remove files there to come below the quota, or name another folder with -o DIR";
    case EFBIG:
        return "; raise the limit on file sizes (ulimit -f)";
    case EROFS:
    case EACCES:
    case EPERM:
        return "; name another folder with -o DIR";
    default:
        return "";
    }
}

static int write_failed(const char *path, int reason, struct error *err)
{
    return error_system(err, "could not write %s: %s%s", path, strerror(reason), remedy(reason));
}

/*
 * Opens the file beside `path`. One of the same name can only be there from a
 * killed process with our number or from another host's: it is left alone and
 * the next number taken.
 */
static int open_beside(const char *path, char **beside)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    int folder_length = (int)(name - path);
    int name_length = (int)strnlen(name, NAME_MAX - 40); /* room for what is added */

    for (int i = 0; i < 1000; i++) {
        struct strbuf sb = STRBUF_INIT;
        strbuf_addf(&sb, "%.*s.%.*s.tmp.%ld", folder_length, path, name_length, name,
                    (long)getpid());
        if (i > 0)
            strbuf_addf(&sb, ".%d", i);
        int fd = open(sb.str, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            *beside = strbuf_take(&sb);
            return fd;
        }
        strbuf_free(&sb);
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

int file_begin(struct file_writer *w, const char *path, struct error *err)
{
    struct stat about;
    char *beside = NULL;

    /* Told now, not after a long report has been written: rename() would refuse it. */
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return error_system(err, "could not write %s: it is a folder", path);
    int fd = open_beside(path, &beside);
    if (fd < 0)
        return write_failed(path, errno, err);

    struct cookie *cookie = xmalloc(sizeof *cookie);
    *cookie = (struct cookie){.fd = fd};
    FILE *stream = fopencookie(cookie, "w", (cookie_io_functions_t){.write = cookie_write});
    if (stream == NULL) { /* out of memory: nothing else makes it fail */
        int reason = errno;
        close(fd);
        unlink(beside);
        free(beside);
        free(cookie);
        return write_failed(path, reason, err);
    }
    *w = (struct file_writer){
        .stream = stream, .path = xstrdup(path), .beside = beside, .cookie = cookie};
    return 0;
}

static void writer_release(struct file_writer *w)
{
    free(w->path);
    free(w->beside);
    free(w->cookie);
    *w = (struct file_writer){.stream = NULL};
}

/* Ends stream and descriptor. 0, or the errno of whatever failed first. */
static int writer_close(struct file_writer *w, bool keep)
{
    struct cookie *cookie = w->cookie;
    bool failed = ferror(w->stream) != 0;
    if (fclose(w->stream) != 0)
        failed = true;
    if (failed && cookie->error == 0)
        cookie->error = EIO;
    /* Some file systems cannot fsync; what they hold is as safe as they make it. */
    if (keep && cookie->error == 0 && fsync(cookie->fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        cookie->error = errno;
    if (close(cookie->fd) != 0 && errno != EINTR && cookie->error == 0)
        cookie->error = errno; /* network file systems tell a full quota here */
    return cookie->error;
}

/* So that the rename outlives a power cut. Failing is no reason to tell the
 * user that a file is not there which is. */
static void sync_folder(const char *path)
{
    char *folder = parent_folder(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

int file_finish(struct file_writer *w, struct error *err)
{
    int rc = 0, reason = writer_close(w, true);
    if (reason == 0 && rename(w->beside, w->path) != 0)
        reason = errno;
    if (reason != 0) {
        unlink(w->beside);
        rc = write_failed(w->path, reason, err);
    } else {
        sync_folder(w->path);
    }
    writer_release(w);
    return rc;
}

void file_abandon(struct file_writer *w)
{
    if (w->stream == NULL)
        return;
    writer_close(w, false);
    unlink(w->beside);
    writer_release(w);
}

int file_write(const char *path, const char *bytes, size_t length, struct error *err)
{
    struct file_writer w;
    if (file_begin(&w, path, err) != 0)
        return -1;
    fwrite(bytes, 1, length, w.stream); /* file_finish() tells how it went */
    return file_finish(&w, err);
}

/* "process 1234 on HOST", as the owner wrote it; the caller frees it. */
static char *lock_owner(int fd)
{
    char text[512], host[256];
    long pid;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    if (sscanf(text, "%255s %ld", host, &pid) == 2)
        return text_format("process %ld on %s", pid, host);
    return xstrdup("another process"); /* it has the lock and has not written yet */
}

/*
 * An open-file-description lock: it belongs to this descriptor, so unlike a
 * plain fcntl lock it is not lost when someone else in this process closes the
 * same file; unlike flock it is a byte-range lock, which network and parallel
 * file systems pass on to their server, so it holds between hosts.
 */
static int lock_whole_file(int fd)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &range) == 0)
        return 0;
    if (errno == EINVAL) /* a kernel without it */
        return flock(fd, LOCK_EX | LOCK_NB);
    return -1;
}

static bool locks_are_missing(int reason)
{
    return reason == ENOSYS || reason == ENOTSUP || reason == EOPNOTSUPP || reason == ENOLCK;
}

static void write_owner(int fd)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    char *text = text_format("%s %ld\n", host[0] == '\0' ? "unknown" : host, (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0) {
        /* A full disk: the lock holds, only the other one's message is poorer. */
    }
    free(text);
}

int folder_lock(struct folder_lock *lock, const char *folder, struct error *err)
{
    char *path = path_join(folder, ".lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    int reason = errno;
    free(path);
    if (fd < 0)
        return error_system(err, "cannot lock the folder %s: %s%s", folder, strerror(reason),
                            remedy(reason));
    if (lock_whole_file(fd) != 0 && !locks_are_missing(errno)) {
        reason = errno;
        char *owner = lock_owner(fd);
        close(fd);
        if (reason == EAGAIN || reason == EACCES)
            error_system(err, "%s is in use by %s; wait for it or stop it", folder, owner);
        else
            error_system(err, "cannot lock the folder %s: %s", folder, strerror(reason));
        free(owner);
        return -1;
    }
    write_owner(fd);
    lock->fd = fd;
    return 0;
}

void folder_unlock(struct folder_lock *lock)
{
    if (lock->fd < 0)
        return;
    /* The file stays: removing it would let a third one lock a new file while a
     * second still waits with the old one open. */
    if (ftruncate(lock->fd, 0) != 0) {
        /* The next owner writes over it. */
    }
    close(lock->fd);
    lock->fd = -1;
}
