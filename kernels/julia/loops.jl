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
