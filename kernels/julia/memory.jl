# How much memory can still be had, as kernels/memory.c tells it.

# The number behind `key` at the start of a line; infinity where there is none, as for "max".
function number_in(path, key = "")
    isfile(path) || return Inf
    for line in eachline(path)
        startswith(line, key) || continue
        number = tryparse(Float64, first(split(line[length(key)+1:end] * " 0")))
        return number === nothing ? Inf : number
    end
    Inf
end

# Its limit, less what is used and could not be dropped.
function left_of_group(folder, limit, used, cache)
    most, now = number_in("$folder/$limit"), number_in("$folder/$used")
    (isinf(most) || isinf(now)) && return Inf
    droppable = number_in("$folder/memory.stat", cache)
    max(0.0, most - now + (droppable < now ? droppable : 0.0))
end

# The files of one version of control groups, and the part of a line of /proc/self/cgroup that
# names ours.
const VERSIONS = ((r"^0::(.*)", "", ("memory.max", "memory.current", "inactive_file ")),
                  (r":memory:(.*)", "/memory",
                   ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")))

# Limits hold for all groups below, so from ours up to the root of what can be seen.
function left_of_groups(root)
    least = Inf
    isfile("$root/proc/self/cgroup") || return least
    for line in eachline("$root/proc/self/cgroup"), (mark, kind, names) in VERSIONS
        found = match(mark, line)
        found === nothing && continue
        parts = split(rstrip(found[1], '/'), "/")
        for depth in 1:length(parts)
            folder = "$root/sys/fs/cgroup$kind" * join(parts[1:depth], "/")
            least = min(least, left_of_group(folder, names...))
        end
    end
    least
end

# Bytes, and what sets them.
function memory_room(root = "")
    free, group = 1024 * number_in("$root/proc/meminfo", "MemAvailable:"), left_of_groups(root)
    group < free ? (group, "of memory are left of the control group's limit") :
    (free, "of memory are free")
end
