#define _GNU_SOURCE /* F_GETPIPE_SZ */
#include "process_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"

enum { CHUNK = 65536 };

static size_t tail_capacity(const struct capture *capture)
{
    return capture->limit / 2;
}

static void add_to_tail(struct capture *capture, const char *bytes, size_t length)
{
    size_t capacity = tail_capacity(capture);
    if (capacity == 0)
        return;
    if (capture->tail == NULL)
        capture->tail = xmalloc(capacity);
    if (length >= capacity) {
        memcpy(capture->tail, bytes + length - capacity, capacity);
        capture->tail_start = 0;
        capture->tail_length = capacity;
        return;
    }
    size_t end = (capture->tail_start + capture->tail_length) % capacity;
    size_t before_wrap = length < capacity - end ? length : capacity - end;
    memcpy(capture->tail + end, bytes, before_wrap);
    memcpy(capture->tail, bytes + before_wrap, length - before_wrap);
    capture->tail_length += length;
    if (capture->tail_length > capacity) {
        capture->tail_start += capture->tail_length - capacity;
        capture->tail_start %= capacity;
        capture->tail_length = capacity;
    }
}

static void add(struct capture *capture, const char *bytes, size_t length)
{
    size_t room = capture->limit - tail_capacity(capture) - capture->head.len;
    size_t first = length < room ? length : room;
    strbuf_add_bytes(&capture->head, bytes, first);
    if (length > first)
        add_to_tail(capture, bytes + first, length - first);
    capture->total += length;
}

static void close_pipe(struct capture *capture)
{
    if (capture->fd >= 0)
        close(capture->fd);
    capture->fd = -1;
}

bool capture_read(struct capture *capture)
{
    char bytes[CHUNK];
    ssize_t n;

    if (capture->fd < 0)
        return false;
    do {
        n = read(capture->fd, bytes, sizeof bytes);
    } while (n < 0 && errno == EINTR);
    if (n > 0) {
        add(capture, bytes, (size_t)n);
        return true;
    }
    if (n == 0 || errno != EAGAIN)
        close_pipe(capture);
    return false;
}

void capture_drain(struct capture *capture)
{
    if (capture->fd < 0)
        return;
    int holds = fcntl(capture->fd, F_GETPIPE_SZ);
    size_t most = capture->total + (holds > 0 ? (size_t)holds : 16 * CHUNK);
    while (capture->total < most && capture_read(capture))
        ;
}

size_t capture_finish(struct capture *capture, struct strbuf *out)
{
    size_t kept = capture->head.len + capture->tail_length;
    size_t dropped = capture->total - kept;

    *out = capture->head;
    if (dropped > 0)
        strbuf_addf(out, "\n[… %zu bytes left out …]\n", dropped);
    if (capture->tail_length > 0) {
        size_t before_wrap = tail_capacity(capture) - capture->tail_start;
        if (before_wrap > capture->tail_length)
            before_wrap = capture->tail_length;
        strbuf_add_bytes(out, capture->tail + capture->tail_start, before_wrap);
        strbuf_add_bytes(out, capture->tail, capture->tail_length - before_wrap);
    }
    free(capture->tail);
    close_pipe(capture);
    *capture = (struct capture)CAPTURE_INIT;
    return dropped;
}
