"""The data of matmul and gradient by numpy, and what their checks need of every worker."""
import math

import numpy

from scalestudy_workloads import GOLDEN, LAST, PLASTIC, PLASTIC_SQUARE

SINGLE_EPSILON = 2.0**-23
numpy.seterr(all="ignore")  # what comes of an overflow is found by the checks


def fraction(numbers):
    return numbers - numpy.floor(numbers)


def matrix(rows, columns, row_step, column_step):
    """Indices are given, so that a worker makes its own rows alone."""
    return fraction(row_step * (rows[:, None] + 1) + column_step * (columns[None, :] + 1)) - 0.5


def weights(n):
    return fraction(GOLDEN * (numpy.arange(n, dtype=float) + 1)) - 0.5


def blocks(count):
    """Double precision a few rows at a time."""
    return [(first, min(first + 256, count)) for first in range(0, count, 256)]


ROWS_TOGETHER = 65536  # more are added up in parts, as a large sum rounds what is added to it


def signs_of(count, seed):
    return numpy.random.default_rng(seed).choice([-1.0, 1.0], size=count)


class MatmulData:
    """Rows of A, and B: make_b() says what of it. The check takes B from its formula."""

    def __init__(self, team, options, shared):
        n = self.n = options.size
        self.team = team
        self.type = numpy.float64 if options.value["--bits"] == 64 else numpy.float32
        self.begin, self.end = team.part(n)
        self.shared, self.place = shared, options.workload.place(options, team.rank)
        self.wrong = options.test_wrong
        self.a = self.make((self.begin, self.end), (0, n), GOLDEN, PLASTIC)
        self.b = self.make_b()

    def make(self, rows, columns, row_step, column_step):
        """The part of a matrix between these."""
        column = numpy.arange(*columns, dtype=float)
        made = numpy.empty((rows[1] - rows[0], len(column)), self.type)
        for a, b in blocks(len(made)):
            row = numpy.arange(rows[0] + a, rows[0] + b, dtype=float)
            made[a:b] = matrix(row, column, row_step, column_step)
        return made

    def make_b(self):
        return self.part_of_b((0, self.n), (0, self.n))

    def part_of_b(self, rows, columns):
        return self.make(rows, columns, PLASTIC_SQUARE, LAST)

    def times_signs(self, signs):
        """B r, each worker its rows of it, then all."""
        right = numpy.zeros((self.n, signs.shape[1]))
        for a, b in blocks(self.end - self.begin):
            rows = self.begin + a, self.begin + b
            right[rows[0]:rows[1]] = self.part_of_b(rows, (0, self.n)).astype(float) @ signs
        self.team.sum_arrays(right)
        return right

    def settle_with(self, c):
        """`c`: this worker's rows of the product, of numpy."""
        if self.wrong and self.end == self.n and c.size:
            c[-1, -1] += 1e-2 * self.n
        w, value = weights(self.n), 0.0
        signs = numpy.stack([signs_of(self.n, seed) for seed in range(3)], axis=1)
        right = self.times_signs(signs)
        worst = numpy.zeros(1)
        for a, b in blocks(len(c)):
            rows = c[a:b].astype(float)
            value += float(w[self.begin + a:self.begin + b] @ (rows @ w))
            off = numpy.abs(rows @ signs - self.a[a:b].astype(float) @ right)
            worst = numpy.maximum(worst, off.max())  # a NaN stays
        self.shared[self.place], self.shared[self.place + 1] = value, float(worst[0])


class GradientData:
    """
    X, y: this worker's rows, in single precision. keep() is called before each epoch.

    Checked as in C (kernels/gradient.c says why): the length of every step along two
    directions r of random signs must be -2 rate / m (v'p - c), with v = A'(A r) and
    c = (A r)'y, A being X with a column of ones and p the parameters before the step.
    """

    def __init__(self, team, options, shared):
        self.team, self.m, self.rate = team, options.size, options.workload.rate(options)
        self.columns, self.epochs = (int(options.value[name]) for name in ("--columns", "--epochs"))
        self.begin, self.end = team.part(self.m)
        self.shared, self.place = shared, options.workload.place(options, team.rank)
        self.share = (self.end - self.begin) / self.m
        self.wrong = options.test_wrong
        column = numpy.arange(self.columns, dtype=float)
        target = fraction(PLASTIC_SQUARE * (column + 1)) - 0.5
        self.x = numpy.empty((self.end - self.begin, self.columns), dtype=numpy.float32)
        self.y = numpy.empty(self.end - self.begin, dtype=numpy.float32)
        for first, last in blocks(self.end - self.begin):
            rows = numpy.arange(self.begin + first, self.begin + last, dtype=float)
            self.x[first:last] = matrix(rows, column, GOLDEN, PLASTIC)
            self.y[first:last] = self.x[first:last].astype(float) @ target + 0.25
        if team.rank == 0:  # no numbers, and its pages are there
            self.path = numpy.full((self.epochs + 1, self.columns + 1), numpy.nan, numpy.float32)

    def keep(self, epoch, w, bias):
        """The parameters before an epoch."""
        if self.team.rank == 0:
            self.path[epoch, :-1], self.path[epoch, -1] = w, bias

    def squares(self, parameters):
        total = 0.0
        for a, b in blocks(len(self.x)):
            off = self.x[a:b].astype(float) @ parameters[:-1] + parameters[-1] - self.y[a:b]
            total += float(off @ off)
        return total

    def look_along(self, signs):
        """v and c of a direction."""
        v, c = numpy.zeros(self.columns + 1), numpy.zeros(1)
        for a, b in blocks(len(self.x)):
            rows = self.x[a:b].astype(float)
            along = rows @ signs[:-1] + signs[-1]
            v[:-1] += along @ rows
            v[-1] += along.sum()
            c += along @ self.y[a:b].astype(float)
        self.team.sum_arrays(v, c)
        return v, c[0]

    def steps_off(self, signs, v, c, y):
        """Of every epoch, in parts of what rounding may do."""
        root = math.sqrt(self.m) / 8
        for a, b in blocks(self.epochs):
            before = self.path[a:b].astype(float)
            moved = self.path[a + 1:b + 1].astype(float) - before
            lengths = [numpy.sqrt((rows * rows).sum(axis=1)) for rows in (before, moved)]
            allowed = 16 * SINGLE_EPSILON * (lengths[0] + (1 + root) * lengths[1]
                                             + self.rate * math.sqrt(self.columns + 1) * y)
            yield numpy.abs(moved @ signs + 2 * self.rate / self.m * (before @ v - c)) / allowed

    def settle_with(self, w, bias):
        parameters = numpy.append(numpy.asarray(w, numpy.float32), numpy.float32(bias))
        parameters[self.columns // 2] += 0.01 if self.wrong else 0
        self.keep(self.epochs, parameters[:-1], parameters[-1])
        sums = numpy.array([self.squares(parameters.astype(float)),
                            self.squares(numpy.zeros(self.columns + 1))])
        self.shared[self.place], self.shared[self.place + 1] = sums
        self.team.sum_arrays(sums)
        worst, epoch = 0.0, 0
        for seed in range(2):
            signs = signs_of(self.columns + 1, seed)
            v, c = self.look_along(signs)
            if self.team.rank == 0:
                off = numpy.concatenate(list(
                    self.steps_off(signs, v, c, math.sqrt(sums[1] / self.m))))
                off[numpy.isnan(off)] = math.inf
                if off.max() > worst:
                    worst, epoch = float(off.max()), int(off.argmax()) + 1
        if self.team.rank == 0:
            self.shared[self.place + 2], self.shared[self.place + 3] = worst, epoch
