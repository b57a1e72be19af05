# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# A block of ports that no other instance and no listening program has. The
# claim is a symbolic link to the instance's folder: made by one only, and void
# once the folder is gone. Below the ports the kernel hands out. Sourced.

ports_in_block=100
first_block=20000
last_block=32000

claim_of() {
    printf '/tmp/scalestudy-slurm-port-%s\n' "$1"
}

# listening FIRST: somebody listens on a port of this block
listening() {
    local table=/proc/net/tcp
    [ -r /proc/net/tcp6 ] && table="$table /proc/net/tcp6"
    # shellcheck disable=SC2086 # one or two files
    awk -v first="$1" -v count="$ports_in_block" '
        function hex(text,    i, n) {
            for (i = 1; i <= length(text); i++)
                n = n * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
            return n
        }
        $4 == "0A" { n = split($2, part, ":"); p = hex(part[n])
                     if (p >= first && p < first + count) found = 1 }
        END { exit !found }' $table
}

# claim_ports DIR: prints the first port of the block
claim_ports() {
    local block claim
    for ((block = first_block; block < last_block; block += ports_in_block)); do
        claim=$(claim_of "$block")
        if [ -L "$claim" ] && [ ! -d "$(readlink "$claim")" ]; then
            rm -f "$claim" 2>/dev/null
        fi
        ln -sT "$1" "$claim" 2>/dev/null || continue
        if listening "$block"; then
            rm -f "$claim"
            continue
        fi
        printf '%s\n' "$block"
        return 0
    done
    return 1
}

release_ports() {
    local claim
    for claim in "$(claim_of '')"[0-9]*; do
        if [ -L "$claim" ] && [ "$(readlink "$claim")" = "$1" ]; then
            rm -f "$claim"
        fi
    done
}
