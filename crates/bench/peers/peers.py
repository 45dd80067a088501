"""The rules that our files are checked by, in the manner of four libraries that people check files with in Python.

Usage: python peers.py PEER, then a line `PROFILE FILE` on standard input for each check; answered with a line of JSON: the
CPU milliseconds of this process, and how often each rule was broken. Uniqueness of usernames and of phone extensions is
left out, in the peers' favour; so is where each problem stands, which only some of them know.
"""

import csv
import importlib.metadata
import json
import sys
import time
import zoneinfo

# WHATWG's grammar of an address, with a dot in the domain.
LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
EMAIL = r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@" + LABEL + r"(?:\." + LABEL + ")+$"
NAME = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
GROUP = "^[^;]*$"
BOOLEAN = "^(?i:true|false)$"
# Not abbreviations such as EST, which say nothing of summer time.
ZONES = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC")
BOOLEANS = ["Is Active", "Is Manager", "Is Admin"]
GROUPS = ["Role", "Team"]
RULES = {
    "Email": "invalid_email",
    "Username": "invalid_username",
    "First Name": "missing_value",
    "Last Name": "missing_value",
    "Time Zone": "invalid_time_zone",
    **{column: "invalid_boolean" for column in BOOLEANS},
    **{column: "semicolon_in_group" for column in GROUPS},
}


def counted(counts):
    """By rule, without those that nothing broke."""
    found = {}
    for rule, count in counts:
        if count:
            found[rule] = found.get(rule, 0) + int(count)
    return found


def polars(profile):
    import polars as pl

    def check(file):
        frame = pl.read_csv(file, infer_schema=False, empty_string_is_null=False)
        has = lambda column: column in frame.columns
        email = pl.col("Email").str.to_lowercase()
        broken = {
            "Email": ~pl.col("Email").str.contains(EMAIL),
            "First Name": ~pl.col("First Name").str.contains(NAME),
            "Last Name": ~pl.col("Last Name").str.contains(NAME),
            "Time Zone": ~pl.col("Time Zone").is_in(ZONES),
            **{column: pl.col(column).str.contains(";", literal=True) for column in GROUPS},
        }
        if has("Username"):
            broken["Username"] = (pl.col("Username") != "") & ~pl.col("Username").str.contains(EMAIL)
        for column in BOOLEANS:
            if has(column):
                broken[column] = ~pl.col(column).str.to_lowercase().is_in(["true", "false"])
        manager = pl.col("Manager").str.to_lowercase()
        found = frame.lazy().select(
            **{column: expression.sum() for column, expression in broken.items()},
            repeated=pl.len() - email.n_unique(),
            unknown=((pl.col("Manager") != "") & ~manager.is_in(email.implode())).sum(),
        ).collect().row(0, named=True)
        rules = {**RULES, "repeated": "duplicate_email", "unknown": "manager_not_in_file"}
        return counted((rules[name], count) for name, count in found.items())

    return check


def duckdb(profile):
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    connection.execute("create table zones as select unnest(?::varchar[]) as zone", [ZONES])
    sql = lambda text: "'" + text.replace("'", "''") + "'"

    def check(file):
        connection.execute(
            f"create or replace temp table people as select * from read_csv({sql(file)}, header = true,"
            " all_varchar = true, quote = '\"', delim = ',', nullstr = 'no such text')"
        )
        columns = [row[0] for row in connection.execute("describe people").fetchall()]
        broken = {
            "Email": f"not regexp_matches(\"Email\", {sql(EMAIL)})",
            "First Name": f"not regexp_matches(\"First Name\", {sql(NAME)})",
            "Last Name": f"not regexp_matches(\"Last Name\", {sql(NAME)})",
            "Time Zone": '"Time Zone" not in (select zone from zones)',
            **{column: f"contains(\"{column}\", ';')" for column in GROUPS},
        }
        if "Username" in columns:
            broken["Username"] = f"\"Username\" <> '' and not regexp_matches(\"Username\", {sql(EMAIL)})"
        for column in BOOLEANS:
            if column in columns:
                broken[column] = f"lower(\"{column}\") not in ('true', 'false')"
        counts = ", ".join(f"count(*) filter (where {test})" for test in broken.values())
        row = connection.execute(
            f'select {counts}, count(*) - count(distinct lower("Email")) from people'
        ).fetchone()
        unknown = connection.execute(
            "select count(*) from people p where p.\"Manager\" <> '' and not exists"
            ' (select 1 from people q where lower(q."Email") = lower(p."Manager"))'
        ).fetchone()[0]
        found = [(RULES[column], count) for column, count in zip(broken, row)]
        return counted(found + [("duplicate_email", row[-1]), ("manager_not_in_file", unknown)])

    return check


def pydantic(profile):
    from typing import Annotated, Literal

    from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
    from typing_extensions import TypedDict

    address = Annotated[str, StringConstraints(pattern=EMAIL)]
    name = Annotated[str, StringConstraints(pattern=NAME)]
    group = Annotated[str, StringConstraints(pattern=GROUP)]
    boolean = Literal["True", "False", "true", "false", "TRUE", "FALSE"]
    fields = {
        "Email": address,
        "First Name": name,
        "Last Name": name,
        "Time Zone": Literal[tuple(ZONES)],
        "Manager": str,
        **{column: group for column in GROUPS},
    }
    if profile == "full":
        fields["Username"] = Literal[""] | address
        fields |= {column: boolean for column in BOOLEANS}
    adapter = TypeAdapter(TypedDict("Person", fields))
    validate = adapter.validator.validate_python

    def check(file):
        counts, known, managers = [], set(), []
        repeated = 0
        with open(file, encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                try:
                    validate(row)
                except ValidationError as error:
                    columns = {problem["loc"][0] for problem in error.errors(include_url=False)}
                    counts.extend((RULES[column], 1) for column in columns)
                email = row["Email"].lower()
                if email in known:
                    repeated += 1
                known.add(email)
                if row["Manager"]:
                    managers.append(row["Manager"].lower())
        unknown = sum(manager not in known for manager in managers)
        return counted(counts + [("duplicate_email", repeated), ("manager_not_in_file", unknown)])

    return check


def frictionless(profile):
    from frictionless import Resource, Schema, system

    system.trusted = True
    text = lambda name, **constraints: {"name": name, "type": "string", "constraints": constraints}
    fields = {
        "Email": text("Email", required=True, unique=True, pattern=EMAIL[1:-1]),
        "First Name": text("First Name", required=True, pattern=NAME[1:-1]),
        "Last Name": text("Last Name", required=True, pattern=NAME[1:-1]),
        "Time Zone": text("Time Zone", required=True, enum=ZONES),
        "Username": text("Username", pattern=EMAIL[1:-1]),
        **{column: text(column, required=True, pattern=BOOLEAN[1:-1]) for column in BOOLEANS},
        **{column: text(column, pattern=GROUP[1:-1]) for column in GROUPS},
    }

    def check(file):
        with open(file, encoding="utf-8", newline="") as opened:
            header = next(csv.reader(opened))
        schema = Schema.from_descriptor({"fields": [fields.get(name, text(name)) for name in header]})
        report = Resource(path=file, schema=schema, encoding="utf-8").validate(limit_errors=1_000_000)
        counts = []
        for code, column in report.flatten(["type", "fieldName"]):
            is_repeated = code == "unique-error"
            counts.append(("duplicate_email" if is_repeated else RULES.get(column, code), 1))
        return counted(counts)

    return check


PEERS = {"polars": polars, "duckdb": duckdb, "pydantic": pydantic, "frictionless": frictionless}


def main():
    peer = sys.argv[1]
    package = "pydantic-core" if peer == "pydantic" else peer
    print(json.dumps({"version": importlib.metadata.version(package)}), flush=True)
    checks = {}
    for line in sys.stdin:
        profile, file = line.rstrip("\n").split(" ", 1)
        check = checks.setdefault(profile, None) or PEERS[peer](profile)
        checks[profile] = check
        before = time.process_time()
        found = check(file)
        spent = time.process_time() - before
        print(json.dumps({"ms": spent * 1e3, "found": found}), flush=True)


main()
