/*
 * What a child prints, read from a pipe and kept up to a limit: the first half
 * and the last half of it, whatever lies between is counted and dropped. A part
 * of process.c.
 */
#ifndef SCALESTUDY_PROCESS_OUTPUT_H
#define SCALESTUDY_PROCESS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"

struct capture {
    int fd; /* the pipe's end, non-blocking and owned; -1: none, or its end was reached */
    size_t limit, total; /* bytes: to be kept, read so far */
    struct strbuf head;
    char *tail; /* a ring of limit / 2 bytes, made when the head is full */
    size_t tail_start, tail_length;
};

#define CAPTURE_INIT                                                                               \
    {                                                                                              \
        .fd = -1, .head = STRBUF_INIT                                                              \
    }

/* Takes at most one buffer full. False where there is nothing more at the moment. */
bool capture_read(struct capture *capture);

/*
 * Takes what the pipe holds, once all that could write into it is gone. Never
 * more than a pipe can hold: someone else may have got hold of the other end.
 */
void capture_drain(struct capture *capture);

/* Moves the text into `out`, which is empty; returns the number of bytes left
 * out. The capture is then empty and closed. */
size_t capture_finish(struct capture *capture, struct strbuf *out);

#endif
