"""
What all backends in Python share: the command line, what they need, the clock, the
check of the answer and the record line.

A backend calls main() with how it is parallel, the packages it needs, and for each
workload a class whose instances belong to one worker each:

    __init__(team, options, shared)  prepares; `shared` holds doubles (scalestudy_workloads)
    run()                            is timed
    settle()                         is not: what else the check needs, into `shared`
    bytes(options, workers, here)    where it takes other memory than the workload says
    options                          those that the workload has with this backend alone

Packages are imported by load(), never at the top of a file: --describe has to be quick.
"""
import importlib.util
import json
import math
import os
import socket
import subprocess
import sys
import time

import scalestudy_memory
import scalestudy_options
import scalestudy_rows
import scalestudy_workloads

FINE, WRONG, COMMAND_LINE = 0, 1, 2
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                    "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")


FINDS_ALL = ("import importlib.util, sys\n"
             "sys.exit(None in map(importlib.util.find_spec, sys.argv[1:]))")


class Backend:
    """`needs`: pairs of a module, or several of which one does ("a|b"), and what brings it.
    `wants`: by workload the modules that it uses where they are.
    `first`: whether the first call compiles, so that a second one is timed apart. `threads`:
    whether workers are threads of libraries."""

    def __init__(self, parallel, team, workloads, needs=(), wants=None, first=False, load=None,
                 threads=False, runtime=None, bind_threads=None):
        self.name = os.environ.get("SCALESTUDY_NAME", os.path.basename(sys.argv[0]))
        self.version = os.environ.get("SCALESTUDY_VERSION", "0")
        self.parallel = parallel
        self.team = team
        self.implementations = workloads
        self.workloads = {
            name: scalestudy_workloads.ALL[name].having(getattr(implementation, "options", ()))
            for name, implementation in workloads.items()}
        self.needs, self.wants = needs, wants or {}
        self.first = first
        self.load = load or (lambda: None)
        self.threads = threads
        self.modules = runtime or tuple(name for name, _ in needs)
        self.bind_threads = bind_threads

    @staticmethod
    def has(module):
        """Whether it could be imported, without importing it or a package that it is in."""
        package, _, part = module.partition(".")
        spec = importlib.util.find_spec(package)
        if spec is None or not part:
            return spec is not None
        return any(name.split(".")[0] == part for folder in spec.submodule_search_locations or ()
                   for name in os.listdir(folder))

    def missing(self):
        """None, or what is missing, as `scalestudy backends` shows it."""
        for module, package in self.needs:
            if not any(self.has(name) for name in module.split("|")):
                return "%s (import %s fails in %s)" % (package, module.replace("|", " or "),
                                                       sys.executable)
        return None

    def would_rather(self, words):
        """Whether the workload wants what this Python lacks and the launcher's other one has, with
        all that is needed. One that was chosen, by a virtual environment too, stays."""
        wanted = self.wants.get(words[0] if words else None, ())
        other = os.environ.get("SCALESTUDY_OTHER_PYTHON", "")
        if (all(self.has(module) for module in wanted) or not os.access(other, os.X_OK)
                or "VIRTUAL_ENV" in os.environ or "CONDA_PREFIX" in os.environ):
            return False
        modules = [*wanted, *(name for name, _ in self.needs)]
        return subprocess.run([other, "-c", FINDS_ALL, *modules], stderr=subprocess.DEVNULL,
                              check=False).returncode == 0

    def runtime(self):
        """'cpython 3.11.2, numba 0.56.4': part of what was measured."""
        said = ["%s %s" % (sys.implementation.name, ".".join(map(str, sys.version_info[:3])))]
        for name in self.modules:
            version = getattr(sys.modules.get(name), "__version__", None)
            if version is not None:
                said.append("%s %s" % (name, version))
        core = os.environ.get("OPENBLAS_CORETYPE")
        if core is not None:  # can halve the speed of what OpenBLAS computes
            said.append("OPENBLAS_CORETYPE %s" % core)
        return ", ".join(said)


def open_output():
    """The launcher keeps its own standard output for us, and gives libraries stderr for theirs."""
    try:
        return os.fdopen(3, "w", encoding="ascii", errors="replace")
    except OSError:
        return sys.stdout


def speaks():
    """Of several ranks one says what is wrong; MPI is not started yet."""
    ranks = (os.environ.get(name) for name in
             ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"))
    return next((rank for rank in ranks if rank is not None), "0") == "0"


def refuse(backend, why):
    if speaks():
        sys.stderr.write("scalestudy-%s: %s\n" % (backend.name, why))
    return COMMAND_LINE


def describe(backend, out):
    said = {"backend": backend.name, "parallel": backend.parallel, "version": backend.version}
    missing = backend.missing()
    if missing is not None:
        said["needs"] = missing
    said["workloads"] = [
        {"name": w.name, "summary": w.summary, "unit": w.unit, "work": w.work,
         "default_size": w.default_size, "maximum_size": w.maximum_size, "options": [
             {"name": o.name.lstrip("-"), "preset": o.preset, "minimum": o.minimum,
              "maximum": o.maximum, "step": o.step, "help": o.help} for o in w.options]}
        for w in backend.workloads.values()]
    out.write(json.dumps(said) + "\n")


def print_help(backend, out):
    out.write("""Usage: scalestudy-%s WORKLOAD [OPTION...]

Options:
  --size N          how large: see the workload
  --workers N       %s
  --bind cores|none each worker to a core of its own (as it is if left out), or where the system likes
  --describe        what is in here, as JSON
  --version         of scalestudy

Workloads:
""" % (backend.name, backend.team.workers_help))
    for w in backend.workloads.values():
        out.write("  %-16s  %s\n" % (w.name, w.summary))
        out.write("    %-14s  %s, 1 to %d (%d)\n" % ("--size N", w.size, w.maximum_size,
                                                     w.default_size))
        for option in w.options:
            out.write("    %-14s  %s (%g)\n" % (option.name + " " + option.letter, option.help,
                                                option.preset))
    out.write("""
Exit status: 0 right answer, 1 wrong answer or a worker died, 2 wrong command line.
SCALESTUDY_PYTHON names the Python to run it. For tests: --test-wrong spoils the answer.
""")


def set_thread_counts(threads):
    """Before any library that reads them is imported."""
    for name in THREAD_VARIABLES:
        os.environ[name] = str(threads)


def check_room(backend, options, team):
    """A size that does not fit is refused before its data are allocated, by all workers if by any."""
    implementation = backend.implementations[options.workload.name]
    need_of = getattr(implementation, "bytes", options.workload.bytes)
    workers = team.size, team.local_size
    need, (room, limit) = need_of(options, *workers), scalestudy_memory.room()
    if need <= room:
        need = options.workload.disk(options, *workers)
        room, limit = scalestudy_rows.room()
    refusal = None if need <= room else (
        "%s with --size %d needs %.1f GB on %s, and %.1f GB %s; give a smaller --size"
        % (options.workload.name, options.size, need / 1e9, socket.gethostname(), room / 1e9, limit))
    refusal = team.first_of(refusal)
    if refusal is not None:
        raise scalestudy_options.CommandLine(refusal)


def finite(number):
    return number if math.isfinite(number) else None


def print_record(backend, team, options, result, seconds, first_seconds, masks, hosts, out):
    workload = options.workload
    record = {"seconds": seconds}
    if first_seconds is not None:
        record["first_seconds"] = first_seconds
    record.update({
        "value": finite(result.value), "error": finite(result.error), "workers": team.size,
        "work": workload.work_of(options.size), "unit": workload.unit, "size": options.size,
        "ranks": team.ranks, "threads": team.size // team.ranks, "nodes": team.nodes})
    if team.nodes > 1:
        names = list(dict.fromkeys(hosts))
        record["hosts"] = names
        record["host_of"] = [names.index(host) for host in hosts]
    record["runtime"] = backend.runtime()
    if result.wrong:
        record["wrong"] = result.wrong
    record["binding"] = masks
    out.write(workload.say(result) + "\n")
    if result.wrong:  # it has no time that means anything
        out.write("The answer is wrong: %s.\n" % result.wrong)
    else:
        out.write("Time spent: %.3f sec\n" % seconds)
    out.write("scalestudy: " + json.dumps(record) + "\n")
    out.flush()


def timed(team, task):
    """From one barrier to the next; the slowest worker's. The second barrier is inside: a worker is
    not done before its answer is whole."""
    team.barrier()
    start = time.perf_counter()
    task.run()
    team.barrier()
    return team.maximum(time.perf_counter() - start)


def work(team, backend, options, out):
    """What every worker does; the exit status."""
    backend.load()
    shared = team.shared
    task = backend.implementations[options.workload.name](team, options, shared)
    masks, hosts = team.introduce()
    first_seconds = timed(team, task) if backend.first else None
    seconds = timed(team, task)
    if hasattr(task, "settle"):
        task.settle()
    whole = team.collect(shared)
    status = FINE
    if team.rank == 0:
        result = options.workload.check(options, whole, team.size)
        print_record(backend, team, options, result, seconds, first_seconds, masks, hosts, out)
        status = WRONG if result.wrong else FINE
    return team.broadcast(status)


def run_other_python():
    """Where this Python lacks something, the launcher may know another. Does not return then."""
    other = os.environ.pop("SCALESTUDY_OTHER_PYTHON", "")
    if other and os.access(other, os.X_OK):
        os.environ["SCALESTUDY_OTHER_PYTHON"] = ""
        sys.stdout.flush()
        os.set_inheritable(3, True)
        os.execv(other, [other] + sys.argv)


def start(backend, words, out):
    options = scalestudy_options.parse(words, backend.workloads)
    if options.mode == "--help":
        print_help(backend, out)
        return FINE
    if options.mode == "--version":
        out.write("scalestudy-%s %s\n" % (backend.name, backend.version))
        return FINE
    if options.mode == "--describe":
        describe(backend, out)
        return FINE
    missing = backend.missing()
    if missing is not None:
        raise scalestudy_options.CommandLine("it needs " + missing)
    team = backend.team(options, backend)
    check_room(backend, options, team)
    set_thread_counts(team.size if backend.threads else 1)
    return team.start(lambda member: work(member, backend, options, out))


def main(backend):
    if backend.missing() is not None or backend.would_rather(sys.argv[1:]):
        run_other_python()
    out = open_output()
    try:
        status = start(backend, sys.argv[1:], out)
    except scalestudy_options.CommandLine as problem:
        status = refuse(backend, problem)
    try:
        out.flush()
    except OSError:
        sys.stderr.write("scalestudy-%s: cannot write the result: standard output is full or "
                         "closed\n" % backend.name)
        status = WRONG
    sys.exit(status)
