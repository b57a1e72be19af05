# A CSV file of a table's rows, ID,Value, written before the clock starts and read in ranges of bytes, as
# kernels/rows_file.c has it. By the system's own calls: nothing is thrown here, see options.jl.

const HEADER, LINE_MOST, ROWS_WRITTEN = "ID,Value\n", 48, 65536

struct RowsFile
    descriptor::Cint
    bytes::Int
end

# Where such files are made.
rows_folder() = isempty(get(ENV, "TMPDIR", "")) ? "/tmp" : ENV["TMPDIR"]

function rows_file_fails(what)
    why = Libc.strerror(Libc.errno())
    refuse("cannot $what a file in $(rows_folder()) ($why); name another folder in TMPDIR", 1)
end

# At least what a file of so many rows takes.
most_bytes(rows) = Float64(rows) * length("$rows,$(2rows + 1)\n")

# Of the rows' folder, and what sets them; infinity where making the file will say why.
function rows_room()
    about = zeros(UInt64, 64) # statvfs: block size, fragment size, blocks, free, free for all, ...
    failed = ccall(:statvfs, Cint, (Cstring, Ptr{UInt64}), rows_folder(), about) != 0
    (failed ? Inf : Float64(about[2]) * about[5]), "are free in $(rows_folder()), see TMPDIR"
end

function write_text(descriptor, text)
    done = 0
    while done < length(text)
        n = GC.@preserve text ccall(:write, Cssize_t, (Cint, Ptr{UInt8}, Csize_t), descriptor,
                                    pointer(text, done + 1), length(text) - done)
        n > 0 || rows_file_fails("write")
        done += n
    end
    done
end

# It has no name any more when this returns, so that it goes with the program.
function make_rows_file(rows)
    path = Vector{UInt8}(rows_folder() * "/scalestudy-mean.XXXXXX\0")
    descriptor = ccall(:mkstemp, Cint, (Ptr{UInt8},), path)
    descriptor >= 0 || rows_file_fails("make")
    ccall(:unlink, Cint, (Ptr{UInt8},), path)
    bytes = write_text(descriptor, Vector{UInt8}(HEADER))
    for first in 1:ROWS_WRITTEN:rows
        text = IOBuffer()
        for i in first:min(first + ROWS_WRITTEN - 1, rows)
            print(text, i, ',', 2i + 1, '\n')
        end
        bytes += write_text(descriptor, Base.take!(text))
    end
    RowsFile(descriptor, bytes)
end

function read_text(file, into, from, count)
    done = 0
    while done < count
        n = GC.@preserve into ccall(:pread, Cssize_t, (Cint, Ptr{UInt8}, Csize_t, Int64), file.descriptor,
                                    pointer(into, done + 1), count - done, from + done)
        n > 0 || rows_file_fails("read")
        done += n
    end
end

# Sum and number of the lines that begin in worker k's range of bytes, `piece` of them at a time.
# Whoever reads the byte before a range knows whether a line begins there; the header is none.
function sum_file(file, piece, k, workers)
    from, to = file.bytes * (k - 1) ÷ workers, file.bytes * k ÷ workers
    text = Vector{UInt8}(undef, piece + LINE_MOST + 1)
    total = rows = 0
    for first in from:piece:to-1
        last, before = min(first + piece, to), first > 0
        read_text(file, text, first - before, min(last + LINE_MOST, file.bytes) - first + before)
        sums = line_sums(text, last - first + before)
        total, rows = total + sums[1], rows + sums[2]
    end
    total, rows
end
