"""How much memory can still be had, as kernels/memory.c tells it."""
import math

# The files of one version of control groups, and the part of a line of /proc/self/cgroup that
# names ours.
VERSIONS = (("0::", "", "memory.max", "memory.current", "inactive_file "),
            (":memory:", "/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
             "total_inactive_file "))


def number_in(path, key=""):
    """Behind `key` at the start of a line; infinity where there is none, as for "max"."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith(key):
                    return float(line[len(key):].split()[0])
    except (OSError, ValueError, IndexError):
        pass
    return math.inf


def left_of_group(folder, limit, used, cache):
    """Its limit, less what is used and could not be dropped."""
    most, now = number_in(folder + "/" + limit), number_in(folder + "/" + used)
    if math.isinf(most) or math.isinf(now):
        return math.inf
    droppable = number_in(folder + "/memory.stat", cache)
    return max(0.0, most - now + (droppable if droppable < now else 0.0))


def left_of_groups(root):
    """Limits hold for all groups below, so from ours up to the root of what can be seen."""
    least = math.inf
    try:
        with open(root + "/proc/self/cgroup", encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except OSError:
        return least
    for line in lines:
        for mark, kind, *names in VERSIONS:
            before, found, group = line.partition(mark)
            if not found or (mark == "0::" and before):
                continue
            parts = group.rstrip("/").split("/")
            for depth in range(len(parts), 0, -1):
                folder = root + "/sys/fs/cgroup" + kind + "/".join(parts[:depth])
                least = min(least, left_of_group(folder, *names))
    return least


def room(root=""):
    """Bytes, and what sets them, as in "4.2 GB ...": "of memory are free"."""
    free, group = 1024 * number_in(root + "/proc/meminfo", "MemAvailable:"), left_of_groups(root)
    if group < free:
        return group, "of memory are left of the control group's limit"
    return free, "of memory are free"
