# CPU masks of threads, each set and read by the thread itself.

const MASK_WORDS = 1024

function read_mask()
    words = zeros(UInt64, MASK_WORDS)
    ccall(:sched_getaffinity, Cint, (Cint, Csize_t, Ptr{UInt64}), 0, 8 * MASK_WORDS, words)
    [64 * (k - 1) + bit for k in 1:MASK_WORDS if words[k] != 0
     for bit in 0:63 if words[k] >> bit & 1 == 1]
end

function set_mask(cpus)
    words = zeros(UInt64, MASK_WORDS)
    for cpu in cpus
        words[cpu ÷ 64 + 1] |= UInt64(1) << (cpu % 64)
    end
    ccall(:sched_setaffinity, Cint, (Cint, Csize_t, Ptr{UInt64}), 0, 8 * MASK_WORDS, words)
end

# [0, 1, 2, 5] as "0-2,5".
function mask_text(cpus)
    runs = Vector{Vector{Int}}()
    for cpu in sort(cpus)
        if !isempty(runs) && cpu == runs[end][2] + 1
            runs[end][2] = cpu
        else
            push!(runs, [cpu, cpu])
        end
    end
    join((a == b ? "$a" : "$a-$b" for (a, b) in runs), ",")
end

function siblings(cpu)
    path = "/sys/devices/system/cpu/cpu$cpu/topology/thread_siblings_list"
    found = [cpu]
    isfile(path) || return found
    for run in split(strip(read(path, String)), ",")
        ends = tryparse.(Int, split(run, "-"))
        any(isnothing, ends) || append!(found, ends[1]:ends[end])
    end
    found
end

# One CPU of each core first, then their other hardware threads; and how many cores.
function cpu_order(allowed)
    first_of_core(cpu) = minimum(intersect(siblings(cpu), allowed)) == cpu
    cores = filter(first_of_core, allowed)
    vcat(cores, setdiff(allowed, cores)), length(cores)
end
