# What is timed. Python calls row_sums, through JuliaCall or PyJulia.

# sums[i], i = first ... last: the sum over j of sin(x + slope y), slope being 1 + c x.
function integration2d_rows!(sums, n, c, first, last)
    h = pi / n
    for i in first:last
        x = h * (i - 0.5)
        slope = 1 + c * x
        total = 0.0
        for j in 1:n
            total += sin(x + slope * (h * (j - 0.5)))
        end
        @inbounds sums[i] = total
    end
end

function row_sums(n, c)
    sums = zeros(n)
    integration2d_rows!(sums, n, c, 1, n)
    sums
end

# The sum of column[first:last], a chunk at a time.
function chunk_sums(column, chunk, first, last)
    total = 0
    for start in first:chunk:last
        part = 0
        @inbounds @simd for i in start:min(start + chunk - 1, last)
            part += column[i]
        end
        total += part
    end
    total
end

# The sum of values and the number of the lines that begin in text[1:last], behind the first end of one.
function line_sums(text, last)
    total, rows, at = 0, 0, 1
    @inbounds while true
        while text[at] != 0x0a
            at += 1
        end
        at += 1
        at <= last || return total, rows
        while text[at] != 0x2c
            at += 1
        end
        at += 1
        value = 0
        while text[at] != 0x0a
            value = 10 * value + (text[at] - 0x30)
            at += 1
        end
        total += value
        rows += 1
    end
end
