# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# Who may charge what: an account for each cluster, for root, the test user, who
# started all this and whom --user named. Run by the keeper. Sourced.

account_users() {
    # shellcheck disable=SC2086 # several users
    printf '%s\n' root "$me" "$test_user" $users | sort -u | while read -r name; do
        getent passwd "$name" >/dev/null && printf '%s\n' "$name"
    done
}

# All in one session: sessions at the same time get in each other's way.
make_accounts() {
    local cluster charged user
    {
        for cluster in $(clusters); do
            echo "add cluster $cluster"
        done
        for cluster in $(clusters); do
            charged=$(. "$dir/env/$cluster" && printf '%s\n' "$SLURM_TEST_ACCOUNT")
            echo "add account $charged cluster=$cluster description=test organization=test"
            for user in $(account_users); do
                echo "add user $user account=$charged cluster=$cluster"
            done
        done
        echo quit
    } >"$dir/etc/accounts"
    client "$(first_cluster)" sacctmgr -i -Q <"$dir/etc/accounts" >>"$dir/log/start.log" 2>&1
    [ "$(client "$(first_cluster)" sacctmgr -n -P show cluster format=cluster | sort)" = \
        "$(clusters | sort)" ] || {
        say "the accounts could not be made"
        return 1
    }
}
