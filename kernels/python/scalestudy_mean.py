"""mean: what its implementations share. A column in memory, or a CSV file of it."""
import csv
import importlib.util
import io

from scalestudy_rows import RowsFile


class Mean:
    """A backend's own make(begin, end) holds rows in memory, sum_memory() adds them up, and
    sum_text(lines) returns the sum and the number of rows of some lines of the file."""

    def __init__(self, team, options, shared):
        self.options, self.shared, self.rank = options, shared, team.rank
        self.chunk = options.workload.chunk(options, team.size)
        self.file = None
        if options.value["--file"]:
            self.file = RowsFile(team, options.size, self.chunk)
        else:
            begin, end = team.part(options.size)
            self.count = end - begin
            self.make(begin, end)

    def run(self):
        if self.file is None:
            self.total, self.rows = self.sum_memory(), self.count
            return
        self.total = self.rows = 0
        for text in self.file.pieces():
            total, rows = self.sum_text(text)
            self.total += int(total)
            self.rows += int(rows)

    def settle(self):
        self.options.workload.keep(self.options, self.shared, self.rank, int(self.total), self.rows)

    def chunks(self):
        return [(first, min(first + self.chunk, self.count))
                for first in range(0, self.count, self.chunk)]


def mean_bytes(options, workers, here):
    """Numbers and a list of them; or a table, and the columns that it is made of."""
    if options.value["--file"]:
        return options.workload.bytes(options, workers, here)
    return 40 * options.size * here // workers


class MeanOfList(Mean):
    """A worker's part of the column is a list of its own."""

    bytes = staticmethod(mean_bytes)

    def make(self, begin, end):
        self.column = [2 * i + 3 for i in range(begin, end)]

    def sum_memory(self):
        return sum(sum(self.column[a:b]) for a, b in self.chunks())

    def sum_text(self, text):
        values = [int(row[1]) for row in csv.reader(io.StringIO(text.decode("ascii")))]
        return sum(values), len(values)


class MeanOfFrame(Mean):
    """A worker's part of the table is a DataFrame of its own."""

    def __init__(self, team, options, shared):
        global numpy, pandas
        import numpy
        import pandas
        super().__init__(team, options, shared)

    def make(self, begin, end):
        number = numpy.arange(begin, end, dtype=numpy.int64)
        self.frame = pandas.DataFrame({"ID": number + 1, "Value": 2 * number + 3})

    def sum_memory(self):
        return sum(int(self.frame["Value"].iloc[a:b].sum()) for a, b in self.chunks())

    def sum_text(self, text):
        frame = pandas.read_csv(io.BytesIO(text), header=None, names=["ID", "Value"])
        return frame["Value"].sum(), len(frame)


def mean(*arguments):
    """Of a DataFrame where pandas is here; the record says which."""
    found = importlib.util.find_spec("pandas") is not None
    return (MeanOfFrame if found else MeanOfList)(*arguments)


mean.bytes = mean_bytes


class Column(Mean):
    """Of an array of numpy, for backends in which one call adds all up: sum_memory()."""

    def make(self, begin, end):
        import numpy
        self.column = 2 * numpy.arange(begin, end, dtype=numpy.int64) + 3
