"""The data of matmul and gradient by numpy, and what their checks need of every worker."""
import numpy

from scalestudy_workloads import GOLDEN, LAST, PLASTIC, PLASTIC_SQUARE


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


class MatmulData:
    def __init__(self, team, options, shared):
        n = self.n = options.size
        self.type = numpy.float64 if options.value["--bits"] == 64 else numpy.float32
        self.begin, self.end = team.part(n)
        self.shared, self.place = shared, options.workload.place(options, team.rank)
        self.wrong = options.test_wrong
        self.a = self.make_rows(self.begin, self.end, GOLDEN, PLASTIC)
        self.b = self.make_rows(0, n, PLASTIC_SQUARE, LAST)

    def make_rows(self, begin, end, row_step, column_step):
        columns = numpy.arange(self.n, dtype=float)
        made = numpy.empty((end - begin, self.n), self.type)
        for a, b in blocks(end - begin):
            rows = numpy.arange(begin + a, begin + b, dtype=float)
            made[a:b] = matrix(rows, columns, row_step, column_step)
        return made

    def settle_with(self, c):
        """`c`: this worker's rows of the product, of numpy."""
        if self.wrong and self.end == self.n and c.size:
            c[-1, -1] += 1e-2 * self.n
        w, value = weights(self.n), 0.0
        signs = numpy.random.default_rng(7).choice([-1.0, 1.0], size=(self.n, 3))
        right = numpy.concatenate([self.b[a:b].astype(float) @ signs for a, b in blocks(self.n)])
        worst = numpy.zeros(1)
        for a, b in blocks(len(c)):
            rows = c[a:b].astype(float)
            value += float(w[self.begin + a:self.begin + b] @ (rows @ w))
            off = numpy.abs(rows @ signs - self.a[a:b].astype(float) @ right)
            worst = numpy.maximum(worst, off.max())  # a NaN stays
        self.shared[self.place], self.shared[self.place + 1] = value, float(worst[0])


class GradientData:
    """X, y: this worker's rows, in single precision."""

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

    def residuals(self, w, bias):
        return numpy.concatenate([self.x[a:b].astype(float) @ w + bias - self.y[a:b]
                                  for a, b in blocks(len(self.x))] or [numpy.zeros(0)])

    def squares(self, w, bias):
        residual = self.residuals(w, bias)
        return float(residual @ residual)

    def reference(self):
        """The same descent in double precision with the gradient of all rows."""
        w, bias = numpy.zeros(self.columns), 0.0
        for _ in range(self.epochs):
            residual = self.residuals(w, bias)
            slope = numpy.zeros(self.columns + 1)
            for a, b in blocks(len(self.x)):
                slope[:-1] += residual[a:b] @ self.x[a:b].astype(float)
            slope[-1] = residual.sum()
            self.team.sum_arrays(slope)
            w -= self.rate * 2 / self.m * slope[:-1]
            bias -= self.rate * 2 / self.m * slope[-1]
        total = numpy.array([self.squares(w, bias)])
        self.team.sum_arrays(total)
        return total[0] / self.m

    def settle_with(self, w, bias):
        bias = float(bias) + (1 if self.wrong else 0)
        self.shared[self.place] = self.squares(numpy.asarray(w, dtype=float), bias)
        right = self.reference()
        if self.team.rank == 0:
            self.shared[self.place + 1] = right
