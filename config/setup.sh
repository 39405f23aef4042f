#!/bin/sh
# Sets the machine up for Shelflight: Debian packages that are missing (config/apt-packages.txt), then the virtual
# environment in .venv with what requirements.lock pins. Does nothing, fast, if everything is there already.
# With --tests also what only the tests need (config/apt-packages-tests.txt): no Raspberry Pi on a shelf gets these.
set -eu
cd "$(dirname "$0")/.."
lists="config/apt-packages.txt"
case "${1:-}" in
    "") ;;
    --tests) lists="$lists config/apt-packages-tests.txt" ;;
    *)
        printf 'setup: expected --tests or nothing, got %s\n' "$1" >&2
        exit 2
        ;;
esac

say() { printf 'setup: %s\n' "$*"; }
stop() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# Newer Debian renames libraries and lets the new one provide the old name (libglib2.0-0t64 provides libglib2.0-0):
# what is provided counts as installed.
installed_names() {
    dpkg-query -W -f '${db:Status-Status}, ${Package}, ${Provides}\n' |
        awk -F', *' '$1 == "installed" { for (i = 2; i <= NF; i++) { sub(/ .*/, "", $i); if ($i != "") print $i } }'
}

missing_packages() {
    names="$(installed_names)"
    for package in $(cat $lists); do
        printf '%s\n' "$names" | grep -qxF "$package" || printf ' %s' "$package"
    done
}

# Debian's packages of mosquitto and PostgreSQL start a service of their own; Shelflight starts its broker with its own
# configuration, and its tests a database server each. Called only if we installed the package just now: a service that
# was here before is somebody's, and is left alone.
stop_packaged_service() {
    if [ -d /run/systemd/system ]; then
        switch_off="systemctl disable --now $1.service"
    elif [ -x "/etc/init.d/$1" ]; then
        switch_off="/etc/init.d/$1 stop"
    else
        return 0
    fi
    if $as_root $switch_off >/dev/null 2>&1; then
        say "the package $1 started a service; it is off now, for $2"
    else
        say "the package $1 started a service that is not needed and could not be stopped: $switch_off"
    fi
}

install_packages() {
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || stop \
            "these Debian packages are missing:$missing" \
            "expected root or sudo to install them, found neither. Ask whoever administers this machine for:" \
            "    apt-get install$missing"
        as_root="sudo"
    fi
    say "installing the Debian packages$missing: may take some minutes"
    $as_root apt-get update -qq || stop \
        "apt-get update failed (its message is above); missing are:$missing" \
        "Mend that, or install them by hand, and run this again."
    # sudo drops the environment, env after it does not; stdin is closed so that nothing can wait for an answer
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null </dev/null || stop \
        "apt-get could not install$missing (its message is above)." \
        "Install them by hand and run this again."
    case " $missing " in
        *" mosquitto "*) stop_packaged_service mosquitto "Shelflight starts its own broker" ;;
    esac
    case " $missing " in
        *" postgresql "*) stop_packaged_service postgresql "the tests start their own server" ;;
    esac
}

find_python() {
    found=""
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        command -v "$candidate" >/dev/null || continue
        found="$found $candidate ($("$candidate" -c 'import platform; print(platform.python_version())' 2>&1 || true))"
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            # not the candidate itself: if .venv is activated, that is the very environment to be replaced
            python="$("$candidate" -c 'import sys; print(sys._base_executable)')"
            return 0
        fi
    done
    stop "expected Python 3.11 or newer with venv, found:${found:- none}." \
        "Debian 12 and Raspberry Pi OS have it: apt-get install python3-venv"
}

python_version='import sys; print(*sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))'

# Whether .venv can be used: its Python runs, is new enough, and is the one it was made with, in the place it was made
# for (an environment knows its own path). One that somebody else made is taken over as it is.
usable_environment() {
    version="$(.venv/bin/python -c "$python_version" 2>/dev/null)" || return 1
    [ ! -e .venv/made-for ] || [ "$(cat .venv/made-for)" = "$(pwd -P) $version" ]
}

make_environment() {
    find_python
    "$python" -m venv --clear .venv
    printf '%s %s\n' "$(pwd -P)" "$(.venv/bin/python -c "$python_version")" >.venv/made-for
}

command -v dpkg-query >/dev/null || stop \
    "expected Debian 12 or newer, or Raspberry Pi OS, for its packages; found no dpkg-query here." \
    "Elsewhere: install what $lists names and Python 3.11, then do what the end of this script does."
missing="$(missing_packages)"
[ -z "$missing" ] || install_packages

usable_environment || make_environment
stamp="$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)"
[ "$(cat .venv/stamp 2>/dev/null || true)" != "$stamp" ] || exit 0

packages="$(grep -c '^[A-Za-z0-9].*==' requirements.lock)"
say "installing $packages dependencies into .venv (versions and hashes from requirements.lock): some minutes, without a"
say "word until it is done; they take about 860 MB of the disk"
rm -f .venv/stamp
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || stop \
    "pip could not install what requirements.lock pins (its message is above)." \
    "Expected a package index within reach; what is installed already stays. Mend that and run this again."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
printf '%s\n' "$stamp" >.venv/stamp
say "done"
