"""Reads the numbers out of statements and compares them with the ledger, to the last bit, in French and in English.

    python3 check_statements.py STATEMENTS.ndjson

A line is {"explained": …, "min_coverage": …, "parameters": {axis: [number, …]}, "french": [[line, …], …], "english": …}: what
ExplainEvent tells of an event, and the lines of its statement under the four headings. Every number between backticks is one of the
ledger, in its place; what stands rounded before it is that number, rounded. Only the standard library. Exit code 1 if that does not hold.
"""

import json
import re
import sys
from decimal import ROUND_HALF_EVEN, Decimal

EXACT = re.compile(r"`([^`]*)`")
ROUNDED = re.compile(r"≈ (-?[0-9][0-9.,\u202f]*) \(`([^`]*)`\)")
SIGNS = {"french": (",", "\u202f"), "english": (".", ",")}


def check(line):
    """What is against the two statements of an event."""
    found, expected = [], numbers(line)
    for language in ("french", "english"):
        for at, (lines, wanted) in enumerate(zip(line[language], expected, strict=True), 1):
            text = "\n".join(lines)
            told = [float(number) for number in EXACT.findall(text)]
            if [number.hex() for number in told] != [float(number).hex() for number in wanted]:
                found.append(f"{language}, heading {at}: {told} and not {wanted}")
            found += [f"{language}: {bad}" for bad in wrongly_rounded(text, *SIGNS[language])]
    return found


def wrongly_rounded(text, decimal, group):
    """Numbers that are told as about another one: three decimals, none from a thousand on."""
    wrong = []
    for about, exact in ROUNDED.findall(text):
        plain = about.replace(group, "").replace(decimal, ".")
        value = Decimal(float(exact))
        unit = Decimal(1) if abs(value) >= 1000 else Decimal("0.001")
        if Decimal(plain) != value.quantize(unit, rounding=ROUND_HALF_EVEN):
            wrong.append(f"{about} stands for {exact}")
    return wrong


def numbers(line):
    """What stands under each heading, from the ledger alone."""
    explained = line["explained"]
    ledger = explained["ledger"]
    first = [explained["rank"]] if explained["rank"] is not None else []
    if explained["score"] is not None:
        first += [explained["score"], explained["coverage"]]
    values = [number for row in ledger for side in ("probe", "candidate") for number in row[side]]
    weights = [line["min_coverage"]]
    for row in ledger:
        weights += [row["declared_weight"], row["effective_weight"], *line["parameters"][row["axis"]]]
    operations = []
    for row in ledger:
        if row["similarity"] is None:
            continue
        operations += [] if row["distance"] is None else [row["distance"]]
        operations += [row["similarity"], row["effective_weight"], row["similarity"], row["contribution"]]
    return first, values, weights, operations


def main():
    """Says which statements differ from their ledgers."""
    failures, statements, told = [], 0, 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for text in lines:
            line = json.loads(text)
            statements += 2
            told += 2 * sum(map(len, numbers(line)))
            failures += [f"{line['explained']['event_id']}: {why}" for why in check(line)]
    print(f"{statements} statements, {told} numbers compared, {len(failures)} differ")
    if failures or not statements:
        sys.exit("\n".join(failures[:20]) or "no statement")


if __name__ == "__main__":
    main()
