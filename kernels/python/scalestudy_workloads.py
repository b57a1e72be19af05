"""
What the workloads are and how their answers are judged, the same for all backends in
Python and the same as of the kernels in C. No package is needed here.

`shared` holds the doubles that a check reads: first what the workload lists, then some
for each worker, two if it says no more (its part of the value, and its largest error).
"""
import copy
import math

EPSILON = 2.0**-52
# Additive sequences with the best of irrational steps: numbers that look random and that every
# language computes alike.
GOLDEN, PLASTIC, PLASTIC_SQUARE, LAST = (0.6180339887498949, 0.7548776662466927,
                                         0.5698402909980532, 0.8191725133961645)


class Option:
    """Always a number. With a step it is the minimum, or that and a whole number of steps."""

    def __init__(self, name, letter, preset, minimum, maximum, step, text):
        self.name, self.letter, self.preset = name, letter, preset
        self.minimum, self.maximum, self.step, self.help = minimum, maximum, step, text


class Result:
    """`wrong`: why the answer is wrong, a clause without a full stop; empty if it is right."""

    def __init__(self, value, error, wrong=""):
        self.value, self.error, self.wrong = value, error, wrong


def beyond_rounding(clause, error, tolerance):
    """Why an answer is wrong, `clause` with the error in it; empty where it is right. A NaN is not."""
    if error <= tolerance:
        return ""
    return clause % error + ", and at most %.3g is rounding" % tolerance


class Workload:
    options = ()
    work = "size"
    maximum_size = 10**9
    each = 2  # doubles of `shared` for each worker

    def having(self, more):
        """The same with some options more."""
        same = copy.copy(self)
        same.options = self.options + tuple(more)
        return same

    def work_of(self, size):
        return float(size) ** {"size": 1, "size^2": 2, "size^3": 3}[self.work]

    def rows(self, options):
        """Doubles of `shared` before those of the workers."""
        return 0

    def doubles(self, options, workers):
        return self.rows(options) + self.each * workers

    def place(self, options, worker):
        return self.rows(options) + self.each * worker

    def bytes(self, options, workers, here):
        """What so many of the workers, those of one node, allocate, the check included; roughly, and
        not too much."""
        return 8 * self.doubles(options, workers)

    def disk(self, options, workers, here):
        """What they write to the folder of scalestudy_rows."""
        return 0

    def total(self, options, shared, workers):
        return sum(shared[self.place(options, k)] for k in range(workers))

    def worst(self, options, shared, workers):
        """The largest, or a NaN where there is one."""
        errors = [shared[self.place(options, k) + 1] for k in range(workers)]
        return next((e for e in errors if math.isnan(e)), max(errors))


class Integration2d(Workload):
    name = "integration2d"
    summary = "midpoint sum of sin(x + y) over [0, pi]^2, n x n points"
    unit, work, size = "sin", "size^2", "points along each side"
    default_size, maximum_size = 10000, 10000000
    options = (Option("--curvature", "C", 0, -1e9, 1e9, 0, "c of sin(x + y + c x y)"),)

    def rows(self, options):
        return options.size

    def check(self, options, shared, workers):
        """Rows are compared, each with what it must be: the integral is 0, but the symmetry that makes
        it 0 also hides a bad sine. The sum over j of sin(x + y) is cos(x) / sin(h / 2)."""
        n, c, h = options.size, options.value["--curvature"], math.pi / options.size
        if options.test_wrong:
            shared[n // 2] += 1e-6 * n
            shared[self.place(options, 0)] += 1e-6 * n
        value = h * h * self.total(options, shared, workers)
        row = 0.0
        for i in (0, n // 4, n // 2, n - n // 4 - 1, n - 1):
            x = h * (i + 0.5)
            if c == 0:
                right = h * math.cos(x) / math.sin(h / 2)
            else:
                right = h * math.fsum(math.sin(x + (1 + c * x) * (h * (j + 0.5))) for j in range(n))
            off = abs(h * shared[i] - right)
            if not off <= row:
                row = off
        # Each argument carries at most four roundings, the sine and its libraries' four units in
        # the last place, the sum n roundings one after the other.
        largest = 2 * math.pi + abs(c) * math.pi**2
        tolerance = math.pi * EPSILON / 2 * (4 * largest + 8 + n + 16)
        error = abs(value) if c == 0 else math.pi * row
        wrong = beyond_rounding("a row's sum is %.3g off", row, tolerance)
        return Result(value, error, wrong or beyond_rounding("the integral is %.3g off", error,
                                                             math.pi * tolerance))

    def say(self, result):
        return "Integral value is %e, Error is %e" % (result.value, result.error)


class Sleep(Workload):
    name = "sleep"
    summary = "waits shared out among the workers: what the team itself costs"
    unit, size = "wait", "number of waits"
    default_size = 20
    options = (Option("--seconds", "S", 0.05, 0, 3600, 0, "length of a wait in seconds"),
               Option("--serial", "S", 0, 0, 3600, 0,
                      "a wait of the first worker alone, before the others"),
               Option("--per-worker", "S", 0, 0, 3600, 0,
                      "a wait of all at the end, for each worker but one"))

    def check(self, options, shared, workers):
        waits = self.total(options, shared, workers) - (1 if options.test_wrong else 0)
        missing = abs(options.size - waits)
        return Result(waits, missing, "" if missing == 0 else "%.0f of %d waits were made in full"
                      % (waits, options.size))

    def say(self, result):
        return "Waits made: %.0f, missing: %.0f" % (result.value, result.error)


class Mean(Workload):
    """A worker leaves the sum of its rows, in two numbers that doubles hold exactly, and how many."""

    name = "mean"
    summary = "mean of a column in chunks, from memory or a CSV file"
    unit, size = "row", "rows"
    default_size, maximum_size = 1000000, 3000000000
    each = 3
    options = (Option("--chunk", "N", 0, 0, 1e9, 1, "rows at a time; 0: by the size"),
               Option("--file", "0|1", 0, 0, 1, 1, "1: from a CSV file in $TMPDIR"))

    def chunk(self, options, workers):
        """As given, or a tenth of a worker's rows; a chunk of a file is held as text too."""
        rows = int(options.value["--chunk"]) or max(1000, options.size // (10 * workers))
        return min(rows, 1000000) if options.value["--file"] else rows

    def bytes(self, options, workers, here):
        """An array, and the one that it is made of; or chunks as text and as numbers."""
        if options.value["--file"]:
            return 100 * self.chunk(options, workers) * here
        return 16 * options.size * here // workers

    def disk(self, options, workers, here):
        if not options.value["--file"]:
            return 0
        return len("%d,%d\n" % (options.size, 2 * options.size + 1)) * options.size * here // workers

    def keep(self, options, shared, worker, total, rows):
        place = self.place(options, worker)
        shared[place], shared[place + 1], shared[place + 2] = total >> 32, total & 2**32 - 1, rows

    def check(self, options, shared, workers):
        high, low, rows = (sum(int(shared[self.place(options, k) + i]) for k in range(workers))
                           for i in range(self.each))
        total = (high << 32) + low - (1 if options.test_wrong else 0)
        value = total / max(rows, 1)
        result = Result(value, abs(value - (options.size + 2)))
        if rows != options.size:
            result.wrong = "%d of %d rows were read" % (rows, options.size)
        elif total != options.size * (options.size + 2):
            result.wrong = "the mean is %.17g, and should be %d" % (value, options.size + 2)
        return result

    def say(self, result):
        return "Mean is %.17g, Error is %e" % (result.value, result.error)


class Matmul(Workload):
    name = "matmul"
    summary = "product of two n x n matrices, rows split"
    unit, work, size = "multiply-add", "size^3", "rows and columns"
    default_size, maximum_size = 2000, 1000000
    options = (Option("--bits", "N", 64, 32, 64, 32, "of a number: 64 or 32"),)
    split = Option("--split", "0|1", 0, 0, 1, 1, "1: B in pieces that are passed around")

    def bytes(self, options, workers, here):
        """Rows of A and C are split; each worker has all of B, or a piece and another's."""
        matrix = options.size**2 * int(options.value["--bits"]) // 8
        if options.value.get("--split"):
            return 4 * here * matrix // workers
        return 2 * here * matrix // workers + here * matrix

    def check(self, options, shared, workers):
        """C r is compared with A (B r) for vectors r of random signs: workers left how far it is off."""
        n, bits = options.size, int(options.value["--bits"])
        value = self.total(options, shared, workers) / n
        worst = self.worst(options, shared, workers)
        tolerance = 4 * (EPSILON if bits == 64 else 2.0**-23) * n * math.sqrt(n) + 16 * EPSILON
        return Result(value, worst,
                      beyond_rounding("C r and A (B r) are %.3g apart", worst, tolerance))

    def say(self, result):
        return "Checksum is %.15g, C r is %e off A (B r)" % (result.value, result.error)


class Gradient(Workload):
    """A worker leaves the squared errors of its rows at the end and at the beginning; the first also
    how far the worst step was off, in parts of what rounding may do, and which it was."""

    name = "gradient"
    summary = "linear model by gradient descent, rows split, parameters averaged"
    unit, size = "row", "rows"
    default_size = 3000
    each = 4
    options = (Option("--columns", "N", 1000, 1, 10000000, 1, "of each row"),
               Option("--epochs", "N", 200, 1, 10000000, 1, "steps, each of all rows"),
               Option("--rate", "R", 0, 0, 1e9, 0,
                      "of learning; 0: 10 / columns, at most 0.1"))

    def rate(self, options):
        return options.value["--rate"] or min(10 / options.value["--columns"], 0.1)

    def bytes(self, options, workers, here):
        """Rows, and the parameters of all epochs."""
        columns, epochs = (int(options.value[name]) for name in ("--columns", "--epochs"))
        return 4 * options.size * columns * here // workers + 4 * (columns + 1) * (epochs + 1)

    def check(self, options, shared, workers):
        end, beginning = (sum(shared[self.place(options, k) + i] for k in range(workers))
                          / options.size for i in range(2))
        worst, epoch = (shared[self.place(options, 0) + i] for i in (2, 3))
        result = Result(end, worst)
        if not end <= beginning:
            result.wrong = ("the mean squared error went from %.3g to %.3g; --rate is too large"
                            % (beginning, end))
        elif not worst <= 1:
            result.wrong = ("the step of epoch %d is off by %.3g times what rounding can do"
                            % (epoch, worst))
        return result

    def say(self, result):
        return ("Mean squared error is %.9g, steps are off by %.2g of what rounding may do"
                % (result.value, result.error))


ALL = {w.name: w for w in (Integration2d(), Sleep(), Mean(), Matmul(), Gradient())}
