"""
A CSV file of a table's rows, ID,Value, one for each node: written by the node's workers, each
its rows, and read by them in ranges of bytes, as kernels/rows_file.c has it.
"""
import math
import os
import tempfile

from scalestudy_teams import Failure

HEADER = b"ID,Value\n"
LINE_MOST = 48  # bytes of a line: two numbers of 64 bits, a comma, an end, and some
ROWS_WRITTEN = 65536  # at a time


def folder():
    """Where such files are made."""
    return os.environ.get("TMPDIR") or "/tmp"


def room():
    """Bytes, and what sets them, as in "4.2 GB ...": "are free in /tmp, see TMPDIR"."""
    try:
        about = os.statvfs(folder())
    except OSError:
        return math.inf, ""  # making the file will say why
    return about.f_bavail * about.f_frsize, "are free in %.200s, see TMPDIR" % folder()


def bytes_before(row):
    """Of the lines of so many first rows: "1,3", "2,5", "3,7", ... and their ends."""
    count, power = 2 * row, 1
    while power <= 2 * row + 1:
        count += max(0, row - power + 1)  # IDs with this digit
        count += row if power == 1 else max(0, row - power // 2 + 1)  # values
        power *= 10
    return count


def lines(begin, end):
    return "".join(["%d,%d\n" % (i + 1, 2 * i + 3) for i in range(begin, end)]).encode("ascii")


class RowsFile:
    def __init__(self, team, count, chunk):
        """`chunk`: rows at a time. The file has no name any more when this returns, so that it goes
        with the last worker however that ends."""
        begin, end = team.part(count)
        own = bytes_before(end) - bytes_before(begin)
        sizes = team.of_node(own)
        place = len(HEADER) + sum(sizes[:team.local_rank])
        self.bytes = len(HEADER) + sum(sizes)
        self.rows_of_node = sum(team.of_node(end - begin))
        self.descriptor = self.open_together(team)
        if team.local_rank == 0:
            self.write(HEADER, 0)
        for first in range(begin, end, ROWS_WRITTEN):
            text = lines(first, min(first + ROWS_WRITTEN, end))
            self.write(text, place)
            place += len(text)
        parts = len(sizes)
        self.begin, self.end = (self.bytes * k // parts
                                for k in (team.local_rank, team.local_rank + 1))
        self.piece = max(1, self.bytes * chunk // max(self.rows_of_node, 1))
        team.barrier()

    @staticmethod
    def failure(what, problem):
        return Failure("cannot %s a file in %s (%s); name another folder in TMPDIR"
                       % (what, folder(), problem.strerror))

    def open_together(self, team):
        """The first of a node makes it, the others open it by its name."""
        path = ""
        try:
            if team.local_rank == 0:
                descriptor, path = tempfile.mkstemp(prefix="scalestudy-mean.", dir=folder())
            path = team.from_first(path)
            if team.local_rank != 0:
                descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as problem:
            raise self.failure("make", problem) from problem
        team.barrier()
        if team.local_rank == 0:
            os.unlink(path)
        return descriptor

    def write(self, text, place):
        try:
            while text:
                written = os.pwrite(self.descriptor, text, place)
                text, place = text[written:], place + written
        except OSError as problem:
            raise self.failure("write", problem) from problem

    def read(self, begin, end):
        parts = []
        try:
            while begin < end:
                parts.append(os.pread(self.descriptor, end - begin, begin))
                if not parts[-1]:
                    raise OSError(0, "it ends early")
                begin += len(parts[-1])
        except OSError as problem:
            raise self.failure("read", problem) from problem
        return b"".join(parts)

    def lines_in(self, begin, end):
        """The lines that begin in a range of bytes; the header is none. Whoever reads the byte before
        a range knows whether a line begins there."""
        before = 1 if begin > 0 else 0
        text = self.read(begin - before, min(end + LINE_MOST, self.bytes))
        first, last = text.index(b"\n") + 1, before + end - begin
        if first >= last:
            return b""
        return text[first:text.index(b"\n", last - 1) + 1]

    def pieces(self):
        """What falls to this worker, about `chunk` rows at a time."""
        for begin in range(self.begin, self.end, self.piece):
            text = self.lines_in(begin, min(begin + self.piece, self.end))
            if text:
                yield text
