#!/bin/sh
# Sets the machine up for Shelflight: Debian packages that are missing, then the virtual environment in .venv.
# Does nothing, fast, if everything is there already.
set -eu
cd "$(dirname "$0")/.."

missing=""
for package in $(cat config/apt-packages.txt); do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing Debian packages:$missing" >&2
            echo "Neither root nor sudo is here. Ask whoever administers this machine for: apt-get install$missing" >&2
            exit 1
        fi
        as_root="sudo"
    fi
    echo "installing$missing"
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
    case "$missing" in
        *mosquitto*)
            # the package starts a broker of its own; ours is started by us, with our configuration
            if [ -d /run/systemd/system ]; then
                $as_root systemctl disable --now mosquitto.service >/dev/null 2>&1 || true
                echo "stopped the mosquitto service that its package started: Shelflight starts its own broker"
            fi ;;
    esac
fi

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Expected Python 3.11 or newer with venv, found: $(python3 --version 2>&1 || echo none)." >&2
    exit 1
fi

stamp="$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)"
if [ "$(cat .venv/stamp 2>/dev/null || true)" != "$stamp" ]; then
    echo "installing the dependencies into .venv (hashes checked)"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    .venv/bin/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
    echo "$stamp" > .venv/stamp
fi
