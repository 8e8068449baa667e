"""Asks another system what Sosie is asked, on one thread, and tells its answers and times.

    python peers.py duckdb|chdb|sqlite EVENTS.csv QUERIES.json > ANSWERS.json

Each engine holds the events in memory, in its own uncompressed columns or rows; each query runs once. The times are
those of a whole query, from its text to its rows.

Start reading at `main`, then `measures.py`.
"""

import csv
import json
import sys
import time

from measures import COLUMNS, SCHEMA, search


class DuckDb:
    """A table in memory."""

    def __init__(self):
        import duckdb

        self.name = f"DuckDB {duckdb.__version__}"
        self.connection = duckdb.connect()

    def load(self, events):
        self.connection.execute(f"CREATE TABLE events ({SCHEMA})")
        self.connection.execute(f"COPY events FROM '{events}' (HEADER)")
        self.connection.execute("SET threads = 1")

    def rows(self, sql):
        return self.connection.execute(sql).fetchall()


class ChDb:
    """ClickHouse in the process, with a table in memory."""

    def __init__(self):
        import chdb
        from chdb.session import Session

        self.session = Session()
        self.name = f"chDB {chdb.__version__}"

    def load(self, events):
        self.session.query("CREATE DATABASE peers")
        self.session.query("USE peers")
        self.session.query(f"CREATE TABLE events ({SCHEMA}) ENGINE = Memory")
        # Its usual way of reading floats is faster, and off by some bits.
        self.session.query("SET precise_float_parsing = 1")
        self.session.query(f"INSERT INTO events SELECT * FROM file('{events}', 'CSVWithNames', '{SCHEMA}')")
        self.session.query("SET max_threads = 1")

    def rows(self, sql):
        return json.loads(self.session.query(sql, "JSONCompact").bytes())["data"]


class Sqlite:
    """A table in memory; Python's own, which knows one thread only."""

    def __init__(self):
        import sqlite3

        self.name = f"SQLite {sqlite3.sqlite_version}"
        self.connection = sqlite3.connect(":memory:")
        try:
            self.connection.execute("SELECT exp(asin(sqrt(0)))")
        except sqlite3.OperationalError as error:
            sys.exit(f"the SQLite of this Python has no mathematical functions: {error}")

    def load(self, events):
        self.connection.execute(f"CREATE TABLE events ({SCHEMA})")
        places = ", ".join("?" for _ in COLUMNS)
        with open(events, newline="") as file:
            lines = csv.reader(file)
            next(lines)
            self.connection.executemany(f"INSERT INTO events VALUES ({places})", lines)

    def rows(self, sql):
        return self.connection.execute(sql).fetchall()


ENGINES = {"duckdb": DuckDb, "chdb": ChDb, "sqlite": Sqlite}


def main(engine, events, queries):
    check_columns(events)
    with open(queries) as file:
        queries = json.load(file)
    system = ENGINES[engine]()
    started = time.perf_counter()
    system.load(events)
    [(rows,)] = system.rows("SELECT count(*) FROM events")
    rows = int(rows)
    tell(f"{system.name}: {rows} rows loaded in {time.perf_counter() - started:.1f} s")
    answers = []
    for place, query in enumerate(queries, 1):
        answers.append(ask(system, search(query)))
        tell(f"{system.name}: query {place} of {len(queries)} took {answers[-1]['seconds']:.3f} s")
    json.dump({"system": system.name, "rows": rows, "answers": answers}, sys.stdout)


def check_columns(events):
    """Values are told apart by their place alone once they are loaded."""
    with open(events, newline="") as file:
        found = next(csv.reader(file))
    if found != list(COLUMNS):
        sys.exit(f"{events} has the columns {found}, not {list(COLUMNS)}")


def ask(system, sql):
    """One query: its hits, as pairs of id and score, and its time."""
    started = time.perf_counter()
    hits = system.rows(sql)
    return {"seconds": time.perf_counter() - started, "hits": hits}


def tell(line):
    """Progress; the answers have standard output for themselves."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
