"""Checks the documents for registers of algorithms against the written lists of their fields.

    python3 check_registers.py FIELDS.toml DOCUMENT.json MISSING.json [FIELDS.toml DOCUMENT.json MISSING.json …]

FIELDS.toml is a list of crates/transparency/data, DOCUMENT.json what GetAlgorithmRecord gives under that form, MISSING.json its
missing_fields. Every field of the list is in the document once, in its order, and filled by the rules of the list, given out by the
register, or told as missing; the document has nothing else. Only the standard library. Exit code 1 if that does not hold.
"""

import json
import re
import sys
import tomllib
from datetime import date
from pathlib import Path

FIELD_KEYS = {"id", "label", "required", "entry"}


def check(listed, document, missing):
    """What is against a document."""
    found, fields = [], {field["id"]: field for field in listed["field"]}
    standard = listed["standard"]
    head = {"register": standard["id"], "standard_name": standard["name"],
            "standard_version": standard["version"], "language": standard["language"]}
    for key, expected in head.items():
        if document.get(key) != expected:
            found.append(f"{key} is {document.get(key)!r}")
    if set(document) != {*head, "fields"}:
        found.append(f"the document has {sorted(set(document) - set(head))}")
    told = [field["id"] for field in document["fields"]]
    if told != list(fields):
        found.append(f"the fields are {told}")
    untold = []
    for field in document["fields"]:
        rules = fields.get(field["id"])
        if rules is None or set(field) != FIELD_KEYS:
            found.append(f"{field['id']} is no field of the list, or has {sorted(field)}")
            continue
        if (field["label"], field["required"]) != (rules["label"], rules.get("required", False)):
            found.append(f"{field['id']} has another label or obligation")
        entry = field["entry"]
        if entry == "assigned_by_register":
            if not rules.get("assigned_by_register"):
                found.append(f"{field['id']} is not given out by the register")
        elif set(entry) == {"missing"}:
            untold.append([field["id"], field["required"], entry["missing"]["configure_at"]])
        elif set(entry) == {"value"} and not rules.get("assigned_by_register"):
            found.extend(f"{field['id']}: {why}" for why in check_value(rules, entry["value"]))
        else:
            found.append(f"{field['id']} is {entry!r}")
    if missing != untold:
        found.append(f"missing are told {missing}, and in the document {untold}")
    return found


def check_value(rules, value):
    """What is against a value."""
    form = rules.get("form", "text")
    if form in ("list", "links"):
        if not isinstance(value, list) or not value:
            return ["is no list, or an empty one"]
        if len(value) > rules.get("items_max", len(value)):
            return ["has too many items"]
        each = check_link if form == "links" else check_text
        return [why for item in value for why in each(rules, item)]
    return check_text(rules, value)


def check_text(rules, text):
    """One text."""
    if not isinstance(text, str) or not text.strip():
        return ["is no text, or a blank one"]
    found = []
    if len(text) > rules.get("length_max", len(text)):
        found.append(f"has {len(text)} characters")
    if rules.get("allowed") and text not in rules["allowed"]:
        found.append(f"{text!r} is not of the closed list")
    if not is_of_form(rules.get("form", "text"), text):
        found.append(f"{text!r} is not of the form")
    return found


def is_of_form(form, text):
    """URL, month, day, or any text."""
    if form == "url":
        return text.startswith("https://") and " " not in text
    if form == "month":
        return re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) is not None
    if form == "date":
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    return form in ("text", "list")


def check_link(rules, link):
    """A titled link."""
    if not isinstance(link, dict) or not set(link) <= {"title", "link"} or not link.get("title", "").strip():
        return ["is no titled link"]
    if len(link["title"]) > rules.get("title_length_max", len(link["title"])):
        return ["has too long a title"]
    if link.get("link") is None:
        return [] if rules.get("link_optional") else ["has no link"]
    return check_text({"form": "url", "length_max": rules.get("length_max", len(link["link"]))}, link["link"])


def main():
    """Says what is against each document."""
    failures, paths = [], sys.argv[1:]
    for listed, document, missing in zip(paths[::3], paths[1::3], paths[2::3], strict=True):
        with open(listed, "rb") as text:
            fields = tomllib.load(text)
        document, missing = (json.loads(Path(path).read_text(encoding="utf-8")) for path in (document, missing))
        found = check(fields, document, missing)
        required = sum(is_required for _, is_required, _ in missing)
        print(f"{document['register']}: {len(document['fields'])} fields, {len(missing)} of them missing, {required} required")
        failures += [f"{document['register']}: {why}" for why in found]
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
