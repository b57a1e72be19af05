#include "rows_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "ID,Value\n"
#define LINE_MOST 48            /* two numbers of 64 bits, a comma, an end, and some */
#define PIECE ((int64_t)262144) /* bytes read at a time: they stay in the second-level cache */

struct rows_file {
    int descriptor;
    int64_t begin, end; /* the node's rows */
    int64_t bytes;
    unsigned char *piece; /* PIECE bytes, one before and a line behind */
};

const char *rows_file_folder(void)
{
    const char *given = getenv("TMPDIR");

    return given != NULL && given[0] != '\0' ? given : "/tmp";
}

double rows_file_most_bytes(int64_t rows)
{
    char last[LINE_MOST];

    snprintf(last, sizeof last, "%lld,%lld\n", (long long)rows, 2 * (long long)rows + 1);
    return (double)rows * (double)strlen(last) + (double)strlen(HEADER);
}

static size_t digits_of(int64_t number)
{
    size_t digits = 1;

    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

static unsigned char *print(unsigned char *to, int64_t number, unsigned char behind)
{
    size_t digits = digits_of(number);

    for (size_t k = digits; k-- > 0; number /= 10)
        to[k] = (unsigned char)('0' + number % 10);
    to[digits] = behind;
    return to + digits + 1;
}

static _Noreturn void fail(struct team *team, const char *what)
{
    team_fail(team, "cannot %s a file in %s (%s); name another folder in TMPDIR", what,
              rows_file_folder(), strerror(errno));
}

static void write_all(struct team *team, const struct rows_file *file, const unsigned char *from,
                      size_t bytes, int64_t place)
{
    while (bytes > 0) {
        ssize_t written = pwrite(file->descriptor, from, bytes, (off_t)place);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            fail(team, "write");
        from += written;
        bytes -= (size_t)written;
        place += written;
    }
}

static void write_rows(struct team *team, const struct rows_file *file, int64_t begin, int64_t end,
                       int64_t place, int64_t (*value)(int64_t))
{
    unsigned char *to = file->piece;

    for (int64_t i = begin; i < end; i++) {
        to = print(print(to, i + 1, ','), value(i), '\n');
        if (to - file->piece < PIECE - LINE_MOST && i + 1 < end)
            continue;
        write_all(team, file, file->piece, (size_t)(to - file->piece), place);
        place += to - file->piece;
        to = file->piece;
    }
}

/* The first local worker makes the file, the others open it by its name, which they find in
 * `path`, seen by all. */
static void open_together(struct team *team, struct rows_file *file, char *path, size_t size)
{
    if (team->local_rank == 0) {
        snprintf(path, size, "%s/scalestudy-mean.XXXXXX", rows_file_folder());
        file->descriptor = mkstemp(path);
    }
    team_barrier(team);
    if (team->local_rank != 0)
        file->descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (file->descriptor < 0)
        fail(team, "make");
    team_barrier(team);
    if (team->local_rank == 0)
        unlink(path);
}

/* Bytes of the rows [begin, end). */
static int64_t bytes_of_rows(int64_t begin, int64_t end, int64_t (*value)(int64_t))
{
    int64_t bytes = 0;

    for (int64_t i = begin; i < end; i++)
        bytes += (int64_t)(digits_of(i + 1) + digits_of(value(i)) + 2);
    return bytes;
}

/* What the workers of a node tell each other. */
struct notes {
    char path[4096];
    int64_t bytes[]; /* of each one's rows */
};

struct rows_file *rows_file_make(struct team *team, int64_t begin, int64_t end,
                                 int64_t (*value)(int64_t))
{
    const struct team node = {.rank = team->local_rank, .size = team->local_size};
    struct rows_file *file = calloc(1, sizeof *file);
    struct notes *notes =
        team_share(team, sizeof *notes + (size_t)team->size * sizeof *notes->bytes);
    int64_t first, last, place = (int64_t)strlen(HEADER);

    if (file == NULL || (file->piece = malloc((size_t)PIECE + 2 * LINE_MOST)) == NULL)
        team_fail(team, "out of memory");
    file->begin = begin;
    file->end = end;
    open_together(team, file, notes->path, sizeof notes->path);
    team_part(&node, end - begin, &first, &last);
    notes->bytes[team->local_rank] = bytes_of_rows(begin + first, begin + last, value);
    team_barrier(team);
    file->bytes = place;
    for (int i = 0; i < team->local_size; i++) {
        place += i < team->local_rank ? notes->bytes[i] : 0;
        file->bytes += notes->bytes[i];
    }
    if (team->local_rank == 0)
        write_all(team, file, (const unsigned char *)HEADER, strlen(HEADER), 0);
    write_rows(team, file, begin + first, begin + last, place, value);
    team_barrier(team);
    return file;
}

void rows_file_close(struct rows_file *file)
{
    if (file == NULL)
        return;
    close(file->descriptor);
    free(file->piece);
    free(file);
}

static void read_all(struct team *team, const struct rows_file *file, unsigned char *into,
                     int64_t from, int64_t to)
{
    while (from < to) {
        ssize_t got = pread(file->descriptor, into, (size_t)(to - from), (off_t)from);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            fail(team, "read");
        into += got;
        from += got;
    }
}

static const unsigned char *behind(const unsigned char *place, unsigned char what)
{
    while (*place != what)
        place++;
    return place + 1;
}

/* The lines that begin in [from, to); the header is none. Whoever reads the byte before `from`
 * knows whether a line begins there. */
static void sum_piece(struct team *team, const struct rows_file *file, int64_t from, int64_t to,
                      int64_t totals[2])
{
    int64_t before = from > 0 ? 1 : 0;
    int64_t last = to + LINE_MOST < file->bytes ? to + LINE_MOST : file->bytes;
    const unsigned char *place = file->piece, *end = file->piece + before + (to - from);

    read_all(team, file, file->piece, from - before, last);
    file->piece[before + last - from] = '\n'; /* so that no search runs past it */
    place = behind(place, '\n');
    while (place < end) {
        int64_t value = 0;
        place = behind(place, ',');
        for (; *place != '\n'; place++)
            value = value * 10 + (*place - '0');
        place++;
        totals[0] += value;
        totals[1]++;
    }
}

/* Rows are dealt, and are places in the file as if all lines were equally long. */
static int64_t byte_of(const struct rows_file *file, int64_t row)
{
    return (int64_t)((double)(row - file->begin) / (double)(file->end - file->begin) *
                     (double)file->bytes);
}

void rows_file_sum(struct team *team, struct rows_file *file, int64_t count, int64_t chunk,
                   int64_t totals[2])
{
    struct team_loop loop;
    int64_t begin, end;

    team_deal(team, &loop, count, chunk);
    while (team_next_chunk(&loop, &begin, &end)) {
        int64_t to = byte_of(file, end);
        for (int64_t from = byte_of(file, begin); from < to; from += PIECE)
            sum_piece(team, file, from, to - from < PIECE ? to : from + PIECE, totals);
    }
}

double rows_file_bytes(struct team *team, const struct rows_file *file)
{
    int64_t bytes = team->local_rank == 0 ? file->bytes : 0;

    team_allreduce_int64(team, &bytes, 1, TEAM_SUM);
    return (double)bytes;
}
