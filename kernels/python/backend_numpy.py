"""numpy: whole rows at a time, on one core."""
import scalestudy_kernel
import scalestudy_teams
from scalestudy_mean import Column
from scalestudy_whole import RowSums


def load():
    global numpy, scalestudy_arrays
    import numpy
    import scalestudy_arrays


class Integration2d(RowSums):
    def __init__(self, team, options, shared):
        super().__init__(team, options, shared)
        self.y = self.h * (numpy.arange(self.n) + 0.5)
        self.row = numpy.empty(self.n)

    def fill(self):
        for i in range(self.n):
            x = self.h * (i + 0.5)
            if self.curvature == 0:
                numpy.add(self.y, x, out=self.row)
            else:
                numpy.multiply(self.y, 1 + self.curvature * x, out=self.row)
                self.row += x
            numpy.sin(self.row, out=self.row)
            self.sums[i] = self.row.sum()


class Mean(Column):
    def sum_memory(self):
        return sum(int(self.column[first:first + self.chunk].sum())
                   for first in range(0, len(self.column), self.chunk))

    def sum_text(self, text):
        numbers = numpy.fromstring(text[:-1].replace(b"\n", b","), numpy.int64, sep=",")
        return numbers[1::2].sum(), len(numbers) // 2


def matmul(team, options, shared):
    class Matmul(scalestudy_arrays.MatmulData):
        def run(self):
            self.c = self.a @ self.b

        def settle(self):
            self.settle_with(self.c)

    return Matmul(team, options, shared)


def parts(rows):
    together = scalestudy_arrays.ROWS_TOGETHER
    return [rows[first:first + together] for first in range(0, len(rows), together)]


def gradient(team, options, shared):
    class Gradient(scalestudy_arrays.GradientData):
        def run(self):
            step = numpy.float32(2 * self.rate / self.m)
            self.w, self.bias = numpy.zeros(self.columns, numpy.float32), numpy.float32(0)
            for epoch in range(self.epochs):
                self.keep(epoch, self.w, self.bias)
                slope = numpy.zeros(self.columns, numpy.float32), numpy.float32(0)
                for x, y in zip(parts(self.x), parts(self.y)):
                    residual = x @ self.w
                    residual += self.bias - y
                    slope = slope[0] + residual @ x, slope[1] + residual.sum()
                self.w -= step * slope[0]
                self.bias -= step * slope[1]

        def settle(self):
            self.settle_with(self.w, self.bias)

    return Gradient(team, options, shared)


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "serial", scalestudy_teams.Team,
    {"integration2d": Integration2d, "mean": Mean, "matmul": matmul, "gradient": gradient},
    needs=[("numpy", "python3-numpy")], load=load))
