#!/bin/bash
# Run the unit tests with every other Python (3.12 and newer) of this machine, each in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

works() { "$1" -c 'import sys, ssl, sqlite3; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# the interpreter of a version: on the path, or one that pyenv keeps
find_python() {
    local each
    for each in "$(command -v "python$1" || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
        if [ -x "$each" ] && [ "$(works "$each")" = "$1" ]; then
            echo "$each"
            return
        fi
    done
}

main=$(works .venv/bin/python)
for version in 3.11 3.12 3.13 3.14; do
    python=$(find_python "$version")
    if [ "$version" = "$main" ] || [ -z "$python" ]; then
        continue
    fi
    home=.venv-$version
    if [ ! "$home/ready" -nt requirements.lock ]; then
        .venv/uv/bin/uv venv --quiet --allow-existing --python "$python" "$home"
        .venv/uv/bin/uv pip sync --quiet --python "$home/bin/python" --require-hashes requirements.lock
        .venv/uv/bin/uv pip install --quiet --python "$home/bin/python" --no-deps --editable .
        touch "$home/ready"
    fi
    echo "Python $version:"
    "$home/bin/pytest" --numprocesses auto --quiet tests/unit -o cache_dir="$home/.pytest_cache"
done
