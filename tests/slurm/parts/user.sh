# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# An unprivileged account for tests that root starts. Sourced.

# print_user: who is not root is that user
print_user() {
    if [ "$(id -u)" -ne 0 ]; then
        id -un
        return
    fi
    id "$test_user" >/dev/null 2>&1 ||
        useradd --create-home --shell /bin/sh "$test_user" || fail "no account could be made"
    printf '%s\n' "$test_user"
}

remove_user() {
    ! id "$test_user" >/dev/null 2>&1 || userdel --remove "$test_user" 2>/dev/null
}
