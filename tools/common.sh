# Shared by the scripts beside it; sourced, never run. POSIX sh.

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$0: $*"
    exit 3
}

# Runs a command up to four times: package mirrors have hiccups.
retry() {
    attempt=1
    until "$@"; do
        [ "$attempt" -lt 4 ] || return 1
        say "trying again in $((attempt * 5)) s: $*"
        sleep $((attempt * 5))
        attempt=$((attempt + 1))
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "this needs root to install packages, and there is no sudo; as root, run: $*"
    fi
}

# Prints those of its words that are not installed.
missing_packages() {
    for package in "$@"; do
        case $manager in
        apt) dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ;;
        dnf) rpm -q --quiet --whatprovides "$package" ;;
        esac || printf '%s ' "$package"
    done
}

# Names differ between distributions: a row is "apt-name dnf-name".
packages_of() {
    column=1
    [ "$manager" = dnf ] && column=2
    awk -v c="$column" -v groups=" $* " '
        /^\[/ { wanted = index(groups, " " substr($1, 2, length($1) - 2) " ") > 0; next }
        wanted && NF { print $c }' tools/packages
}

# apt_install PACKAGE...: Debian starts a service as soon as it is installed,
# unless this policy forbids it. Nobody asked for a database that runs.
apt_install() {
    # shellcheck disable=SC2016 # expanded by that shell
    as_root sh -c '
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap "rm -f $policy" EXIT
            trap "exit 130" INT TERM
            printf "#!/bin/sh\nexit 101\n" >"$policy"
            chmod 755 "$policy"
        fi
        DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "$@" >&2' sh "$@"
}

# Installs what is missing of the groups in tools/packages that are named.
install_packages() {
    if command -v apt-get >/dev/null 2>&1; then
        manager=apt
    elif command -v dnf >/dev/null 2>&1; then
        manager=dnf
    else
        say "neither apt-get nor dnf is here; install by hand what tools/packages lists"
        return 0
    fi
    # shellcheck disable=SC2046 # one word a package
    missing=$(missing_packages $(packages_of "$@"))
    [ -n "$missing" ] || return 0
    say "installing: $missing"
    case $manager in
    apt)
        retry as_root apt-get update -q >&2 || fail "the package lists could not be fetched"
        # shellcheck disable=SC2086
        retry apt_install $missing
        ;;
    dnf)
        # shellcheck disable=SC2086
        retry as_root dnf install -y --setopt=install_weak_deps=False $missing >&2
        ;;
    esac || fail "could not install: $missing"
}

# build PRESET [CMAKE OPTION...]: into build/PRESET, only what changed.
build() {
    preset=$1
    shift
    say "building build/$preset"
    cmake --preset "$preset" "$@" >"build-$preset.log" 2>&1 ||
        { cat "build-$preset.log" >&2; rm -f "build-$preset.log"; fail "could not configure"; }
    rm -f "build-$preset.log"
    cmake --build "build/$preset" -j "$(nproc)" >"build/$preset/build.log" 2>&1 ||
        { cat "build/$preset/build.log" >&2; fail "could not build"; }
    if grep -q 'warning:' "build/$preset/build.log"; then
        grep -A 3 'warning:' "build/$preset/build.log" >&2
    fi
}
