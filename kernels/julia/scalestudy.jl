# julia and julia-threads: command line, clock, checks and record line of the kernels in C.
# A workload's function prepares and returns what is to be timed and what judges it:
# () -> nothing, and () -> (value, error, sentence of what is wrong or "", line for people).

using LinearAlgebra
using Printf
using Random

const NAME = get(ENV, "SCALESTUDY_NAME", "julia")
include("options.jl")
include("binding.jl")
include("loops.jl")
include("memory.jl")
include("rows.jl")
const THREADS = NAME == "julia-threads"

# The launcher keeps its own standard output for this, and gives Julia stderr for the rest.
function say(text)
    bytes = codeunits(text)
    done = 0
    while done < length(bytes)
        n = ccall(:write, Cssize_t, (Cint, Ptr{UInt8}, Csize_t), 3, bytes[done + 1:end], length(bytes) - done)
        n > 0 || refuse("cannot write the result: standard output is full or closed")
        done += n
    end
end

# Worker k's block of 1 ... count; blocks differ by at most 1.
part(count, k, workers) = (count * (k - 1) ÷ workers + 1, count * k ÷ workers)

# work(k) for each worker, on its own thread.
function each_worker(work, workers)
    if workers == 1
        work(1)
    else
        Threads.@threads :static for k in 1:workers
            work(k)
        end
    end
    nothing
end

function integration2d(options, workers)
    n, c = options.size, options.value["--curvature"]
    h = pi / n
    sums = zeros(n)
    value = Ref(0.0)
    function run()
        each_worker(k -> integration2d_rows!(sums, n, c, part(n, k, workers)...), workers)
        value[] = h^2 * foldl(+, sums)
    end
    # Rows are compared, each with what it must be; the symmetry that makes the integral 0 also hides
    # a bad sine.
    function check()
        if options.wrong
            sums[n ÷ 2 + 1] += 1e-6 * n
            value[] = h^2 * foldl(+, sums)
        end
        row = 0.0
        for i in (1, n ÷ 4 + 1, n ÷ 2 + 1, n - n ÷ 4, n)
            x = h * (i - 0.5)
            right = c == 0 ? h * cos(x) / sin(h / 2) :
                    h * sum(sin(x + (1 + c * x) * (h * (j - 0.5))) for j in 1:n)
            off = abs(h * sums[i] - right)
            off <= row || (row = off)
        end
        tolerance = pi * eps() / 2 * (4 * (2pi + abs(c) * pi^2) + 20 + n)
        error = c == 0 ? abs(value[]) : pi * row
        wrong = row <= tolerance && error <= pi * tolerance ? "" :
                @sprintf("a row's sum is %.3g off and the integral %.3g, and at most %.3g is rounding",
                         row, error, tolerance)
        value[], error, wrong, @sprintf("Integral value is %e, Error is %e", value[], error)
    end
    run, check
end

# Whether it was long enough.
function wait_for(seconds)
    start = time_ns()
    seconds > 0 && Libc.systemsleep(seconds)
    (time_ns() - start) / 1e9 >= seconds - 1e-6
end

function sleep_workload(options, workers)
    seconds, serial, per_worker =
        (options.value[name] for name in ("--seconds", "--serial", "--per-worker"))
    waits = zeros(Int, workers)
    function wait_all(k)
        first, last = part(options.size, k, workers)
        waits[k] = count(_ -> wait_for(seconds), first:last)
    end
    function run()
        missing_waits = serial > 0 && !wait_for(serial)
        each_worker(wait_all, workers)
        missing_waits += per_worker > 0 && !wait_for(per_worker * (workers - 1))
        waits[1] -= missing_waits
    end
    function check()
        made = sum(waits) - options.wrong
        missing_waits = abs(options.size - made)
        wrong = missing_waits == 0 ? "" : "$made of $(options.size) waits were made in full"
        Float64(made), Float64(missing_waits), wrong, "Waits made: $made, missing: $missing_waits"
    end
    run, check
end

function mean_workload(options, workers)
    n, chunk = options.size, Int(options.value["--chunk"])
    chunk > 0 || (chunk = max(1000, n ÷ (10 * workers)))
    totals, rows = zeros(Int, workers), zeros(Int, workers)
    function sum_column(k)
        first, last = part(n, k, workers)
        totals[k], rows[k] = chunk_sums(column, chunk, first, last), last - first + 1
    end
    function sum_part_of_file(k)
        totals[k], rows[k] = sum_file(file, piece, k, workers)
    end
    if options.value["--file"] != 0
        file = make_rows_file(n)
        piece = Int(cld(Int128(file.bytes) * min(chunk, 131072), n))
        run = () -> each_worker(sum_part_of_file, workers)
    else
        column = Int64[2i + 1 for i in 1:n]
        run = () -> each_worker(sum_column, workers)
    end
    function check()
        total, count = sum(totals) - options.wrong, sum(rows)
        value = total / max(count, 1)
        error = abs(value - (n + 2))
        wrong = count != n ? "$count of $n rows were read" :
                total != n * (n + 2) ? @sprintf("the mean is %.17g, and should be %d", value, n + 2) : ""
        value, error, wrong, @sprintf("Mean is %.17g, Error is %e", value, error)
    end
    run, check
end

const GOLDEN, PLASTIC, PLASTIC_SQUARE, LAST =
    0.6180339887498949, 0.7548776662466927, 0.5698402909980532, 0.8191725133961645
fraction(x) = x - floor(x)

# A matrix that others have by rows is here by columns: a[k, i] = A[i][k], and so c = b a.
function matmul(options, workers)
    n, type = options.size, options.value["--bits"] == 64 ? Float64 : Float32
    a = type[fraction(GOLDEN * i + PLASTIC * k) - 0.5 for k in 1:n, i in 1:n]
    b = type[fraction(PLASTIC_SQUARE * k + LAST * j) - 0.5 for j in 1:n, k in 1:n]
    c = zeros(type, n, n)
    BLAS.set_num_threads(1)
    function multiply(k)
        first, last = part(n, k, workers)
        @views mul!(c[:, first:last], b, a[:, first:last])
    end
    function check()
        options.wrong && (c[n, n] += 1e-2 * n)
        in_double(m) = convert(Matrix{Float64}, m) # no copy of one that is
        w = [fraction(GOLDEN * i) - 0.5 for i in 1:n]
        value = dot(w, in_double(c)' * w) / n
        signs = sign.(rand(MersenneTwister(7), n) .- 0.5)
        off = in_double(c)' * signs - in_double(a)' * (in_double(b)' * signs)
        error = maximum(abs.(off))
        tolerance = 4 * eps(type) * n * sqrt(n)
        wrong = error <= tolerance ? "" :
                @sprintf("C r and A (B r) are %.3g apart, and at most %.3g is rounding", error, tolerance)
        value, error, wrong, @sprintf("Checksum is %.15g, C r is %e off A (B r)", value, error)
    end
    () -> each_worker(multiply, workers), check
end

const IMPLEMENTATIONS = Dict("integration2d" => integration2d, "sleep" => sleep_workload,
                             "mean" => mean_workload, "matmul" => matmul)

# Roughly, and not too much. The check makes doubles of single precision.
need_bytes(options) = options.name == "matmul" ? 24.0 * options.size^2 :
                      options.name == "sleep" || reads_file(options) ? 0.0 : 8.0 * options.size
reads_file(options) = options.name == "mean" && options.value["--file"] != 0

function check_room(options)
    need, (room, limit) = need_bytes(options), memory_room()
    if need <= room && reads_file(options)
        need, (room, limit) = most_bytes(options.size), rows_room()
    end
    need > room && refuse(@sprintf(
        "%s with --size %d needs %.1f GB on %s, and %.1f GB %s; give a smaller --size",
        options.name, options.size, need / 1e9, gethostname(), room / 1e9, limit))
end

# Julia's number of threads is chosen when it starts. Does not return where it has to start again.
function have_threads(workers)
    Threads.nthreads() == workers && return
    get(ENV, "JULIA_NUM_THREADS", "") == string(workers) &&
        refuse("Julia started $(Threads.nthreads()) threads instead of $workers; ask for no more " *
               "workers than there are CPUs")
    ENV["JULIA_NUM_THREADS"] = string(workers)
    words = vcat(Base.julia_cmd().exec, ["--startup-file=no", "--history-file=no", "--color=no",
                                         "--depwarn=no", @__FILE__], ARGS)
    ccall(:execv, Cint, (Cstring, Ptr{Cstring}), words[1],
          [Base.unsafe_convert.(Cstring, words); Cstring(C_NULL)])
    refuse("Julia could not be started again with $workers threads")
end

function bind_all(options, workers, allowed)
    order, _ = cpu_order(allowed)
    masks = fill("", workers)
    each_worker(workers) do k
        set_mask(options.bind ? [order[(k - 1) % length(order) + 1]] : allowed)
        masks[k] = mask_text(read_mask())
    end
    masks
end

# Compilation belongs to the first call: `run` is not known before it.
function seconds_of(run)
    start = time_ns()
    Base.invokelatest(run)
    (time_ns() - start) / 1e9
end

json(number) = isfinite(number) ? string(number) : "null"
json_text(text) = string('"', replace(replace(text, '\\' => "\\\\"), '"' => "\\\""), '"')

function work(options)
    allowed = read_mask()
    workers = options.workers > 0 ? options.workers : THREADS ? cpu_order(allowed)[2] : 1
    THREADS || workers == 1 ||
        refuse("--workers $workers, but this backend has one worker; leave it out")
    THREADS && have_threads(workers)
    check_room(options)
    run, check = IMPLEMENTATIONS[options.name](options, workers)
    masks = bind_all(options, workers, allowed)
    # The first call compiles.
    first_seconds = seconds_of(run)
    seconds = seconds_of(run)
    value, error, wrong, line = check()
    say(line * "\n" * (isempty(wrong) ? @sprintf("Time spent: %.3f sec\n", seconds) :
                       "The answer is wrong: $wrong.\n") *
        "scalestudy: {\"seconds\": $(json(seconds)), \"first_seconds\": $(json(first_seconds)), " *
        "\"value\": $(json(value)), \"error\": $(json(error)), \"workers\": $workers, " *
        "\"work\": $(json(Float64(options.size)^options.workload.power)), " *
        "\"unit\": \"$(options.workload.unit)\", \"size\": $(options.size), \"ranks\": 1, " *
        "\"threads\": $workers, \"nodes\": 1, \"runtime\": \"julia $VERSION\", " *
        (isempty(wrong) ? "" : "\"wrong\": $(json_text(wrong)), ") *
        "\"binding\": [$(join(json_text.(masks), ","))]}\n")
    isempty(wrong) ? 0 : 1
end

exit(work(parse_options(ARGS)))
