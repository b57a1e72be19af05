# The command line: scalestudy-julia integration2d --size 10000

# Ends the program with a sentence. Nothing is thrown here: a Julia built for another release of the
# system may find an unwinding library there in which that ends in a segmentation fault.
function refuse(sentence, status = 2)
    write(stderr, "scalestudy-$NAME: $sentence\n")
    exit(status)
end

struct Option
    name::String
    preset::Float64
    minimum::Float64
    maximum::Float64
    step::Float64 # 0: any number; else the minimum and a whole number of steps
end

struct Workload
    unit::String
    power::Int # of the size: how work grows
    default_size::Int
    maximum_size::Int
    options::Vector{Option}
end

# workloads.txt says what its fields are.
function read_workloads(path)
    workloads = Pair{String,Workload}[]
    for line in eachline(path)
        kind, fields = first(split(line, '|')), split(line, '|')[2:end]
        if kind == "workload"
            name, _, unit, work, _, default_size, maximum_size = fields
            push!(workloads, name => Workload(unit, Dict("size" => 1, "size^2" => 2, "size^3" => 3)[work],
                                              parse(Int, default_size), parse(Int, maximum_size), []))
        elseif kind == "option"
            push!(last(workloads).second.options,
                  Option(fields[1], (parse(Float64, field) for field in fields[3:6])...))
        end
    end
    workloads
end

const WORKLOADS = read_workloads(joinpath(@__DIR__, "workloads.txt"))

mutable struct Options
    name::String
    workload::Workload
    size::Int
    workers::Int # 0: not given
    bind::Bool
    wrong::Bool
    value::Dict{String,Float64}
end

function whole(name, text, minimum, maximum)
    if occursin(r"^[0-9]{1,18}$", text) && minimum <= parse(Int, text) <= maximum
        return parse(Int, text)
    end
    refuse("$name wants a whole number from $minimum to $maximum, not \"$(first(text, 40))\"")
end

# "a whole number from 1 to 10000000", "32 or 64": in the words of the kernels in C.
function wanted(option)
    option.step == 0 && return @sprintf("a number from %g to %g", option.minimum, option.maximum)
    least, most = Int(option.minimum), Int(option.maximum)
    least + option.step == most ? "$least or $most" : "a whole number from $least to $most"
end

function real_number(option, text)
    if occursin(r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$", text)
        number = parse(Float64, text)
        if option.minimum <= number <= option.maximum &&
           (option.step == 0 || isinteger((number - option.minimum) / option.step))
            return number
        end
    end
    refuse("$(option.name) wants $(wanted(option)), not \"$(first(text, 40))\"")
end

function take!(options::Options, name, text)
    own = findfirst(option -> option.name == name, options.workload.options)
    if name == "--size"
        options.size = whole(name, text, 1, options.workload.maximum_size)
    elseif name == "--workers"
        options.workers = whole(name, text, 1, 65536)
    elseif name == "--bind"
        text in ("cores", "none") ||
            refuse("--bind wants \"cores\" or \"none\", not \"$(first(text, 40))\"")
        options.bind = text == "cores"
    elseif own !== nothing
        options.value[name] = real_number(options.workload.options[own], text)
    else
        refuse("unknown option \"$(first(name, 60))\"; --help lists them")
    end
end

function parse_options(words)
    names = join((name for (name, _) in WORKLOADS), ", ")
    if isempty(words) || startswith(words[1], "-")
        refuse("name a workload first: $names")
    end
    at = findfirst(pair -> pair.first == words[1], WORKLOADS)
    at === nothing &&
        refuse("no workload \"$(first(words[1], 40))\"; there are $names")
    workload = WORKLOADS[at].second
    value = Dict(option.name => option.preset for option in workload.options)
    options = Options(words[1], workload, workload.default_size, 0, true, false, value)
    i = 2
    while i <= length(words)
        if words[i] == "--test-wrong"
            options.wrong = true
        elseif !startswith(words[i], "-")
            refuse("\"$(first(words[i], 60))\" is not an option; one workload is run at a time")
        else
            take!(options, words[i], i < length(words) ? words[i + 1] : "")
            i += 1
        end
        i += 1
    end
    options
end
