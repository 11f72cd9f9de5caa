# Sourced by run and test: where the project is, what has to be installed, how long each phase takes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
exec </dev/null
umask 022  # plugins in folders that others may write to are refused
jobs=$(nproc)

# The packages of these sections of packages.txt, one a line.
packages() {
    local section
    for section; do
        sed -n "/^\[$section\]/,/^\[/{/^[a-z]/p}" "$root/packaging/packages.txt"
    done
}

# Installs what is missing; asks nothing, and does not call apt when nothing is.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "not a Debian system: make sure that you have $(packages "$@" | tr '\n' ' ')" >&2
        return 0
    fi
    local missing=() package
    for package in $(packages "$@"); do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "to be installed as root: apt-get install ${missing[*]}" >&2; return 1; }
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}"
    "${as_root[@]}" apt-get -qq update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}" >/dev/null
}

# configure_and_build <preset> <target> [<cmake option>...]
configure_and_build() {
    local preset=$1 target=$2
    shift 2
    (cd "$root" && cmake --preset "$preset" --log-level=WARNING "$@" >/dev/null &&
        cmake --build --preset "$preset" --parallel "$jobs" --target "$target" -- --quiet)
}

# phase <title> <command>...: runs it and says how long it took, also when it failed.
phase() {
    local title=$1 began=$SECONDS status=0
    shift
    echo "== $title"
    "$@" || status=$?
    echo "== $title: $((SECONDS - began)) s$([ $status = 0 ] || echo ", FAILED ($status)")"
    return $status
}
