#!/usr/bin/env bash
# Makes a virtual environment and a client from the contract with standard tools, then, against the real server
# over a demonstration index: runs the search of the README, and compares answers with the independent oracle.
# Needs target/debug/sosie (cargo build --bin sosie) and python3 with venv.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
sosie="${CARGO_TARGET_DIR:-$root/target}/debug/sosie"
work="$(mktemp -d)"
server=""
finish() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT

# Made anew when the requirements changed; stamped last, so that one that was cut short does not count.
wanted="$(sha256sum "$here/requirements.txt" | cut -d ' ' -f 1)"
stamp="$here/.venv/requirements.sha256"
if [ ! -x "$here/.venv/bin/python" ] || [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    rm -rf "$here/.venv"
    python3 -m venv "$here/.venv"
    "$here/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    echo "$wanted" >"$stamp"
fi
rm -rf "$here/generated"
mkdir "$here/generated"
"$here/.venv/bin/python" -m grpc_tools.protoc -I "$root/proto" \
    --python_out="$here/generated" --grpc_python_out="$here/generated" "$root"/proto/sosie/v1/*.proto

port="$("$here/.venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
"$sosie" demo --dir "$work/demo" --listen "127.0.0.1:$port" >"$work/demo.log" 2>&1 &
server=$!
export PYTHONPATH="$here/generated:$root/tests/oracle"
export SOSIE_TARGET="127.0.0.1:$port"
if ! "$here/.venv/bin/python" "$here/search.py"; then cat "$work/demo.log"; exit 1; fi

events="$(ls "$work"/demo/*.ndjson | head -n 1)"
"$here/.venv/bin/python" -m unittest discover -s "$root/tests/oracle" -p 'test_*.py'
# The tolerance is for areas derived from geometries: two implementations of the same geodesic polygons (Karney 2013)
# differ by about 1e-11 on a small square. All else agrees to 1e-12.
"$here/.venv/bin/python" "$root/tests/oracle/make_queries.py" --no-policies "$events" "${SOSIE_ORACLE_QUERIES:-200}" 7 >"$work/queries.ndjson"
"$here/.venv/bin/python" "$here/ask.py" "$work/queries.ndjson" >"$work/answers.ndjson"
"$here/.venv/bin/python" "$root/tests/oracle/compare_answers.py" --tolerance 1e-10 "$events" "$work/queries.ndjson" "$work/answers.ndjson"
