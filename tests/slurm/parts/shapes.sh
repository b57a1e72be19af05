# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# Reads cluster shapes: a keyword and its value a line, see README.md. Sourced.

# shape_file NAME|PATH
shape_file() {
    case $1 in
    */*) printf '%s\n' "$1" ;;
    *) printf '%s\n' "$here/shapes/$1" ;;
    esac
}

# shape_values FILE KEYWORD: the rest of each line that begins with it
shape_values() {
    sed -n "s/^$2[[:space:]][[:space:]]*//p" "$1"
}

# shape_value FILE KEYWORD [DEFAULT]
shape_value() {
    local value
    value=$(shape_values "$1" "$2" | head -n 1)
    printf '%s\n' "${value:-${3:-}}"
}

# expand "cn[001-003]": cn001 cn002 cn003, a line each
expand() {
    local stem range first last
    case $1 in
    *\[*-*\])
        stem=${1%%\[*}
        range=${1#*\[}
        range=${range%\]}
        first=${range%-*}
        last=${range#*-}
        seq -f "$stem%0${#first}.0f" "$((10#$first))" "$((10#$last))"
        ;;
    *) printf '%s\n' "$1" ;;
    esac
}

# shape_nodes FILE: their names, a line each
shape_nodes() {
    local names rest
    shape_values "$1" nodes | while read -r names rest; do
        expand "$names"
    done
}

# The partition that jobs go to which name none; empty if they must name one.
shape_default_partition() {
    shape_values "$1" partition | grep -i 'Default=YES' | cut -d ' ' -f 1
}

# The most CPUs that a node of it claims.
shape_cpus() {
    shape_values "$1" nodes | sed -n 's/.* CPUs=\([0-9]*\).*/\1/p' | sort -n | tail -n 1
}
