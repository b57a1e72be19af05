"""
Teams of workers: one, threads of a library, processes, MPI ranks. A team offers rank,
size, part(), barrier(), maximum(), sum_arrays(), collect(), introduce().
"""
import array
import ctypes
import os
import signal
import socket
import sys
import traceback

import scalestudy_options

FAILED = 3  # exit status of a worker that could not go on, and has said why


class Failure(Exception):
    """Why the team cannot go on: one sentence."""


def tell(name, problem):
    """A sentence where one is known; the place in the program for a mistake of ours."""
    if isinstance(problem, MemoryError):
        problem = Failure("out of memory; give a smaller --size")
    if isinstance(problem, Failure):
        sys.stderr.write("scalestudy-%s: %s\n" % (name, problem))
    else:
        traceback.print_exception(type(problem), problem, problem.__traceback__)
    sys.stderr.flush()


def mask_text(cpus):
    """{0, 1, 2, 5} as "0-2,5"."""
    runs = []
    for cpu in sorted(cpus):
        if runs and cpu == runs[-1][1] + 1:
            runs[-1][1] = cpu
        else:
            runs.append([cpu, cpu])
    return ",".join("%d" % a if a == b else "%d-%d" % (a, b) for a, b in runs)


def own_mask():
    return mask_text(os.sched_getaffinity(0))


def siblings(cpu):
    path = "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list" % cpu
    found = set()
    try:
        with open(path, encoding="ascii") as file:
            for run in file.read().strip().split(","):
                first, _, last = run.partition("-")
                found.update(range(int(first), int(last or first) + 1))
    except (OSError, ValueError):
        pass
    return found | {cpu}


def cpu_order(allowed):
    """One CPU of each core first, then their other hardware threads; and how many cores."""
    first, later = [], []
    for cpu in sorted(allowed):
        (first if min(siblings(cpu) & set(allowed)) == cpu else later).append(cpu)
    return first + later, len(first)


class Team:
    """One worker, which is also what teams inside one process look like from their workload."""

    workers_help = "1"
    ranks = nodes = 1
    local_rank = 0

    def __init__(self, options, backend):
        self.rank, self.size = 0, options.workers or 1
        self.local_size = self.size  # workers on this node
        self.options, self.name = options, backend.name
        # Before any library is imported, which may bind the thread that imports it.
        self.cpus, self.cores = cpu_order(os.sched_getaffinity(0))
        self.allowed = set(self.cpus)
        self.check()
        self.shared = self.allocate(options.workload.doubles(options, self.size))

    def check(self):
        if self.size != 1:
            raise scalestudy_options.CommandLine(
                "--workers %d, but this backend has one worker; leave it out" % self.size)

    def allocate(self, doubles):
        return array.array("d", bytes(8 * doubles))

    def part(self, count):
        """This worker's block of 0 to count - 1; blocks differ by at most 1."""
        return self.part_of(self.rank, count)

    def part_of(self, rank, count):
        return count * rank // self.size, count * (rank + 1) // self.size

    def bind(self, worker):
        cpus = {self.cpus[worker % len(self.cpus)]} if self.options.bind else self.allowed
        os.sched_setaffinity(0, cpus)

    def start(self, work):
        self.bind(0)
        return self.guarded(work)

    def guarded(self, work):
        try:
            return work(self)
        except Exception as problem:
            tell(self.name, problem)
            return 1

    def barrier(self):
        pass

    def maximum(self, number):
        return number

    def sum_arrays(self, *arrays):
        """Adds arrays (of numpy) of all workers up, in place."""

    def collect(self, shared):
        return shared

    def broadcast(self, number):
        return number

    def first_of(self, answer):
        """Of the answers of workers that have not started yet, ranks: the first that is one."""
        return answer

    def of_node(self, number):
        """The numbers of all workers of this node, in order of their local rank."""
        return [number]

    def from_first(self, text):
        """The text of the first worker of this node."""
        return text

    def introduce(self):
        """On rank 0 the masks and hosts of all workers, each read by the worker itself."""
        return [own_mask()], [socket.gethostname()]


class Threads(Team):
    """Threads of a library: to Python it is one worker. The backend binds them."""

    workers_help = "threads; all cores that this process may use"

    def __init__(self, options, backend):
        if not options.workers:
            options.workers = cpu_order(os.sched_getaffinity(0))[1]
        self.backend = backend
        super().__init__(options, backend)

    def check(self):
        pass

    def part(self, count):
        return 0, count

    def start(self, work):
        return self.guarded(work)

    def introduce(self):
        cpus = [self.cpus[k % len(self.cpus)] for k in range(self.size)]
        sets = [{cpu} if self.options.bind else self.allowed for cpu in cpus]
        masks = self.backend.bind_threads(sets)
        return [mask_text(mask) for mask in masks], [socket.gethostname()] * self.size


class Processes(Team):
    """Children of this process by multiprocessing, with arrays that all of them see."""

    workers_help = "processes; all cores that this process may use"

    def __init__(self, options, backend):
        import multiprocessing
        if not options.workers:
            options.workers = cpu_order(os.sched_getaffinity(0))[1]
        self.fork = multiprocessing.get_context("fork")
        self.own_barrier = self.fork.Barrier(options.workers)
        self.numbers = self.fork.Array("q", options.workers, lock=False)
        self.text = self.fork.Array("c", 4096, lock=False)
        self.times = self.fork.Array("d", options.workers, lock=False)
        self.masks = [self.fork.Array("c", 256, lock=False) for _ in range(options.workers)]
        super().__init__(options, backend)

    def check(self):
        pass

    def allocate(self, doubles):
        return self.fork.Array("d", doubles, lock=False)

    def child(self, rank, work):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: none outlives its parent
        self.rank = self.local_rank = rank
        try:
            self.bind(rank)
            status = work(self)
        except BaseException as problem:
            tell(self.name, problem)
            status = FAILED
        os._exit(status)  # the parent's buffers are not this one's to write

    def start(self, work):
        children = [self.fork.Process(target=self.child, args=(rank, work))
                    for rank in range(self.size)]
        try:
            for rank, child in enumerate(children):
                child.start()
        except OSError as problem:
            tell(self.name, Failure("cannot start process %d of %d (%s); ask for fewer with --workers"
                                    % (rank + 1, self.size, problem.strerror)))
            return self.end(children[:rank])
        return self.wait(children)

    def wait(self, children):
        """The status of the first worker; where one dies the others would wait for ever."""
        import multiprocessing.connection
        waiting = {child.sentinel: rank for rank, child in enumerate(children)}
        while waiting:
            for sentinel in multiprocessing.connection.wait(list(waiting)):
                rank = waiting.pop(sentinel)
                children[rank].join()
                status = children[rank].exitcode
                if status < 0:
                    tell(self.name, Failure("worker %d was ended by signal %d, so the team ends"
                                            % (rank, -status)))
                if status not in (0, 1):
                    return self.end(children)
        return children[0].exitcode

    @staticmethod
    def end(children):
        for child in children:
            child.kill()
        return 1

    def barrier(self):
        self.own_barrier.wait()

    def maximum(self, number):
        self.times[self.rank] = number
        self.barrier()
        return max(self.times)

    def of_node(self, number):
        self.numbers[self.rank] = number
        self.barrier()
        numbers = list(self.numbers)
        self.barrier()
        return numbers

    def from_first(self, text):
        if self.rank == 0:
            self.text.value = os.fsencode(text)
        self.barrier()
        return os.fsdecode(self.text.value)

    def sum_arrays(self, *arrays):
        raise NotImplementedError("no workload of processes needs it")

    def collect(self, shared):
        self.barrier()
        return shared

    def introduce(self):
        self.masks[self.rank].value = own_mask().encode()
        self.barrier()
        return [mask.value.decode() for mask in self.masks], [socket.gethostname()] * self.size


class Ranks(Team):
    """MPI ranks by mpi4py; the launcher has started them."""

    workers_help = "MPI ranks: start it with mpirun or srun, and give the number there"

    def __init__(self, options, backend):
        from mpi4py import MPI
        self.mpi, self.world = MPI, MPI.COMM_WORLD
        node = self.node = self.world.Split_type(MPI.COMM_TYPE_SHARED)
        asked = options.workers
        options.workers = self.ranks = self.world.size
        super().__init__(options, backend)
        self.rank = self.world.rank
        self.local_rank, self.local_size = node.rank, node.size
        self.nodes = self.world.allreduce(1 if node.rank == 0 else 0)
        if asked and asked != self.size:
            raise scalestudy_options.CommandLine(
                "--workers %d, but there %s %d MPI rank%s; start it with mpirun -n %d"
                % (asked, "is" if self.size == 1 else "are", self.size,
                   "" if self.size == 1 else "s", asked))
        # Ranks that the launcher left the same cores share them out.
        masks = node.allgather(sorted(self.allowed))
        self.place = masks[:node.rank].count(masks[node.rank])

    def check(self):
        pass

    def start(self, work):
        if self.options.bind:
            self.bind(self.place)
        try:
            return work(self)
        except BaseException as problem:
            tell(self.name, problem)
            self.world.Abort(1)
            raise

    def barrier(self):
        self.world.Barrier()

    def maximum(self, number):
        return self.world.allreduce(number, op=self.mpi.MAX)

    def sum_arrays(self, *arrays):
        for one in arrays:
            self.world.Allreduce(self.mpi.IN_PLACE, one)

    def swap(self, peer, send, receive, most):
        """One-dimensional arrays with another rank, which names this one; none has more than `most`
        numbers. Messages have at most 2^28 of them."""
        for first in range(0, most, 1 << 28):
            piece = slice(first, first + (1 << 28))
            self.world.Sendrecv(send[piece], peer, recvbuf=receive[piece], source=peer)

    def collect(self, shared):
        """Others' elements are 0 in each rank's array, so the sum holds everybody's."""
        whole = array.array("d", bytes(8 * len(shared)))
        self.world.Reduce(shared, whole, op=self.mpi.SUM, root=0)
        return whole

    def broadcast(self, number):
        return self.world.bcast(number)

    def first_of(self, answer):
        answers = self.world.allgather(answer)
        return next((one for one in answers if one is not None), None)

    def of_node(self, number):
        return self.node.allgather(number)

    def from_first(self, text):
        return self.node.bcast(text)

    def introduce(self):
        said = self.world.gather((own_mask(), socket.gethostname())) or []
        return [mask for mask, _ in said], [host for _, host in said]
