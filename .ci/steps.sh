# shellcheck shell=bash
# What the scripts in this folder share. They source it from the root of the repository.
export CARGO_TERM_COLOR=never
# Each target is built once here, so what a later build could take up again only fills the disk.
export CARGO_INCREMENTAL=0
# A panic names its place without debug information, and the tests are built in two thirds of the time.
export CARGO_PROFILE_DEV_DEBUG=0

step() { printf '\n== %s (after %s s)\n' "$1" "$SECONDS"; }
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
# A check that cannot get what it needs here. With `NOTHING_LEFT_OUT` it fails.
left_out() {
    [ -z "${NOTHING_LEFT_OUT:-}" ] || fail "$1"
    printf 'LEFT OUT: %s\n' "$1"
}

# $1: what has to succeed where it is there; the others: the packages of Debian that bring it.
need() {
    if $1 > /dev/null 2>&1 || ! command -v apt-get > /dev/null; then return; fi
    local as_root=""
    if [ "$(id -u)" != 0 ]; then
        if ! sudo -n true > /dev/null 2>&1; then return; fi
        as_root="sudo -n"
    fi
    $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${@:2}"
}

# The programs of `.ci/requirements.txt`, in `target/tools/python/bin`.
python_tools() {
    need "python3 -m ensurepip --version" python3 python3-venv
    python3 -m venv target/tools/python
    target/tools/python/bin/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r .ci/requirements.txt
}
