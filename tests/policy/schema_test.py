#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the published JSON Schemas against the shipped files, and against the readers in C++.

Every shipped YAML file follows its schema. Every fault of tests/policy/rejects is refused by the
schema too, or by the YAML reader, or its prose says why a schema cannot tell; such a line must be
true. So an editor with the schema and the program agree as far as they can.

usage: schema_test.py SOURCE_DIR
"""

import json
import pathlib
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-jsonschema, python3-yaml)")
    sys.exit(77)


class TextDates(yaml.SafeLoader):
    """Leaves days as text, as every JSON Schema validator for YAML does."""


TextDates.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

SCHEMAS = {
    "policy": "policies/policy.schema.json",
    "ingress": "ingress-ranges/ingress-ranges.schema.json",
    "site": "policies/site.schema.json",
    "fleet": "policies/fleet.schema.json",
    "dialect": "policies/dialects/dialect.schema.json",
    "config": "policies/config.schema.json",
}
KIND_OF_SCHEMA_LINE = {"policy/1": "policy", "ingress-ranges/1": "ingress", "site/1": "site",
                       "fleet/1": "fleet", "dialect/1": "dialect",
                       "config/1": "config"}
CANNOT_TELL = "A schema cannot tell"


def validators(root):
    result = {}
    for kind, path in SCHEMAS.items():
        schema = json.loads((root / path).read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        result[kind] = jsonschema.Draft202012Validator(schema)
    return result


def fault_of(validator, text):
    """What the YAML reader or the schema finds wrong, or None."""
    try:
        document = yaml.load(text, Loader=TextDates)
    except yaml.YAMLError as error:
        return str(error).splitlines()[0]
    error = next(validator.iter_errors(document), None)
    return error and f"{error.json_path}: {error.message}"


def check_shipped(root, by_kind):
    failures = []
    count = 0
    refused = 0
    for folder in ("policies", "ingress-ranges", "examples"):
        for path in sorted((root / folder).rglob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            document = yaml.load(text, Loader=TextDates)
            name = document.get("schema") if isinstance(document, dict) else None
            if name not in KIND_OF_SCHEMA_LINE:
                continue  # not ours to judge: an example may hold any YAML
            count += 1
            fault = fault_of(by_kind[KIND_OF_SCHEMA_LINE[name]], text)
            if "broken" in path.parts:  # an example of what is refused; some of it by more than a schema
                refused += bool(fault)
            elif fault:
                failures.append(f"{path.relative_to(root)}: {fault}")
    if count < 5:
        failures.append(f"only {count} shipped files were found")
    if not refused:
        failures.append("none of the broken examples is refused")
    return count, failures


def check_rejects(root, by_kind):
    failures = []
    paths = sorted((root / "tests/policy/rejects").glob("*.golden"))
    for path in paths:
        prose, _, rest = path.read_bytes().decode("utf-8", "surrogateescape").partition("--- ")
        kind, _, rest = rest.partition("\n")
        text, _, _ = rest.partition("--- expect\n")
        excused = prose.startswith(CANNOT_TELL)
        fault = fault_of(by_kind[kind.strip()], text)
        if fault is None and not excused:
            failures.append(f"{path.name}: the schema accepts it")
        if fault is not None and excused:
            failures.append(f"{path.name}: the schema can tell: {fault}")
    if len(paths) < 30:
        failures.append(f"only {len(paths)} rejects were found")
    return len(paths), failures


def main():
    root = pathlib.Path(sys.argv[1])
    by_kind = validators(root)
    shipped, failures = check_shipped(root, by_kind)
    rejects, more = check_rejects(root, by_kind)
    failures += more
    for failure in failures:
        print(failure)
    print(f"{shipped} shipped files, {rejects} rejects, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
