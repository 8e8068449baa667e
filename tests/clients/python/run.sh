#!/usr/bin/env bash
# Makes a virtual environment and a client from the contract with standard tools, then, against the real server
# over a demonstration index: runs the search of the README, and compares answers with the independent oracle.
# Then loads two cities into an indexer and a query service, where the data is there, and recomputes every figure of the
# algorithm record; checks the documents for registers and the numbers of statements.
# Needs target/debug/sosie, sosie-indexer and sosie-query, and python3 with venv.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
programs="${CARGO_TARGET_DIR:-$root/target}/debug"
sosie="$programs/sosie"
python="$here/.venv/bin/python"
work="$(mktemp -d)"
server=""
indexer=""
stop() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    server=""
}
finish() {
    stop
    if [ -n "$indexer" ]; then kill "$indexer" 2>/dev/null || true; wait "$indexer" 2>/dev/null || true; fi
    rm -rf "$work"
}
free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
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
"$python" -m grpc_tools.protoc -I "$root/proto" \
    --python_out="$here/generated" --grpc_python_out="$here/generated" "$root"/proto/sosie/v1/*.proto

port="$(free_port)"
"$sosie" demo --dir "$work/demo" --listen "127.0.0.1:$port" >"$work/demo.log" 2>&1 &
server=$!
export PYTHONPATH="$here/generated:$root/tests/oracle"
export SOSIE_TARGET="127.0.0.1:$port"
if ! "$python" "$here/search.py"; then cat "$work/demo.log"; exit 1; fi

events="$(ls "$work"/demo/*.ndjson | head -n 1)"
"$python" -m unittest discover -s "$root/tests/oracle" -p 'test_*.py'
# The tolerance is for areas derived from geometries: two implementations of the same geodesic polygons (Karney 2013)
# differ by about 1e-11 on a small square. All else agrees to 1e-12.
"$python" "$root/tests/oracle/make_queries.py" --no-policies "$events" "${SOSIE_ORACLE_QUERIES:-200}" 7 >"$work/queries.ndjson"
"$python" "$here/ask.py" "$work/queries.ndjson" >"$work/answers.ndjson"
"$python" "$root/tests/oracle/compare_answers.py" --tolerance 1e-10 "$events" "$work/queries.ndjson" "$work/answers.ndjson"

# What the algorithm says of itself: PORT and further arguments of the query service.
transparency() {
    local to="$1" generations="$2"
    shift 2
    stop
    port="$(free_port)"
    "$programs/sosie-query" serve --generations "$generations" --listen "127.0.0.1:$port" "$@" 2>"$to.log" &
    server=$!
    if ! SOSIE_TARGET="127.0.0.1:$port" "$python" "$here/transparency.py" "$to" "${SOSIE_STATEMENTS:-60}"; then tail -n 5 "$to.log"; exit 1; fi
    local registers=()
    for name in etalab atrs dutch; do
        registers+=("$root/crates/transparency/data/$name.toml" "$to/$name.json" "$to/$name-missing.json")
    done
    "$python" "$root/tests/oracle/check_registers.py" "${registers[@]}"
    "$python" "$root/tests/oracle/check_statements.py" "$to/statements.ndjson"
}

# With nothing declared, and with the whole example declared.
transparency "$work/bare" "$work/demo/generations"
data="${SOSIE_DATA:-$root/../shared/data}"
mappings="$root/deploy/mappings"
cities=("$mappings/san_diego.toml" "$data/san_diego_2016_2018.csv" "$mappings/seattle.toml" "$data/seattle_2014_2017.csv")
if [ -f "${cities[1]}" ] && [ -f "${cities[3]}" ]; then
    "$programs/sosie-indexer" reindex --generations "$work/cities" --mapped "${cities[0]}" "${cities[1]}" \
        --mapped "${cities[2]}" "${cities[3]}" >"$work/cities.txt"
    transparency "$work/told" "$work/cities" --declaration "$root/deploy/declaration.toml"
    "$python" "$root/tests/oracle/check_record.py" "$work/told/record.json" "$root/crates/index/profiles/tranquillity-1.toml" \
        "$work/told/limits.json" "$(ls -d "$work"/cities/gen-* | tail -n 1)" "${cities[@]}"
    # The same cities in a system that goes on: an indexer that imports both files, and what it publishes of its store.
    for at in 0 2; do
        printf '[[source]]\nname = "city-%s"\nkind = "files"\nurl = "%s"\nformat = "mapped"\nmapping = "%s"\n' \
            "$at" "${cities[$((at + 1))]}" "${cities[$at]}" >>"$work/indexer.toml"
    done
    port="$(free_port)"
    (cd "$work" && exec "$programs/sosie-indexer" serve --config "$work/indexer.toml" --listen "127.0.0.1:$port" 2>"$work/indexer.log") &
    indexer=$!
    if ! "$python" "$here/load.py" "127.0.0.1:$port" city-0 city-2; then tail -n 5 "$work/indexer.log"; exit 1; fi
    kill "$indexer" && wait "$indexer" || true
    indexer=""
    transparency "$work/live" "$work/generations"
    "$python" "$root/tests/oracle/check_record.py" --live "$work/live/record.json" "$root/crates/index/profiles/tranquillity-1.toml" \
        "$work/live/limits.json" "$work/generations/$(cut -d ' ' -f 1 "$work/generations/CURRENT")" "${cities[@]}"
else
    echo "record: $data is not there, so the figures of the record are not recomputed"
    transparency "$work/told" "$work/demo/generations" --declaration "$root/deploy/declaration.toml"
fi
