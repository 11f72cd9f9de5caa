#!/usr/bin/env python3
"""Tables of settings in documents say what the schemas and the code say.

A table whose first heading begins with `setting` has a row for every setting of a schema, no other row, and in a
column `default` its default; the heading may end in the map that the rows are in: "setting in `limits`". In
plugins/<x>/README.md that is the schema of the plugin; conf/README.md says which: "setting of a site",
"setting of berth.yaml". In a table with the heading `constant` a row names a value and where it stands in the
source: "`kName` in `path`".
"""
import json
import os
import re
import sys

import source_tree

TABLE = re.compile(r"^\|(.+)\|\n\|[ :|-]+\|\n((?:\|.*\|\n?)*)", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
CONSTANT = re.compile(r"`(\w+)` in `([^`]+)`")
UNITS = {"": 1, "%": 1, "B": 1, "KiB": 1024, "MiB": 1024 ** 2, "GiB": 1024 ** 3,
         "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
OF_THE_HOST = "host/config/host_schema.cpp"
OF_HTTP = "plugins/http/http.schema.json"


def cells(line):
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def tables(text):
    """(headings, rows) of every table."""
    for heading, rows in TABLE.findall(text + "\n"):
        yield cells(heading), [cells(row) for row in rows.splitlines()]


def settings(schema, prefix=""):
    """Every setting of a schema by its path, innermost or not."""
    found = {}
    for option in schema.get("oneOf", []):
        found.update(settings(option, prefix))
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            found.update(settings(inner, prefix))
    for key, value in schema.get("properties", {}).items():
        found[prefix + key] = value
        found.update(settings(value, prefix + key + "."))
    return found


def innermost(found):
    return {path for path in found if not any(other.startswith(path + ".") for other in found)}


def default_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def row_complaints(heading, row, name, setting):
    for column, cell in zip(heading, row):
        shown = CODE.findall(cell)
        if column == "default" and "default" in setting and shown[:1] != [default_text(setting["default"])]:
            yield f"the default of `{name}` is `{default_text(setting['default'])}`"
        if column == "default" and "default" not in setting and shown:
            yield f"`{name}` has no default"
        if column.startswith("environment") and shown != [env for env in [setting.get("x-berth-env")] if env]:
            yield f"the variable of `{name}` is {setting.get('x-berth-env')}"


def compare(text, title, known, needed):
    """Complaints about the tables whose first heading begins with the title."""
    rows = set()
    for heading, lines in tables(text):
        if not re.match(rf"{title}( in `|$)", heading[0]):
            continue
        prefix = "".join(name + "." for name in CODE.findall(heading[0]))
        for row in lines:
            for name in (prefix + name for name in CODE.findall(row[0])):
                rows.add(name)
                if name not in known:
                    yield f"there is no setting `{name}`"
                else:
                    yield from row_complaints(heading, row, name, known[name])
    yield from (f"`{name}` is in no table" for name in sorted(needed - rows))


def number_of(text):
    """A number with or without a unit; None for anything else."""
    found = re.fullmatch(r"([\d,.]+)\s*([A-Za-z%]*)(/s)?", text.replace("`", ""))
    if not found or found.group(2) not in UNITS:
        return None
    return float(found.group(1).replace(",", "")) * UNITS[found.group(2)]


def constant_of(root, name, path):
    """The value that the source gives a name; None when it gives none."""
    try:
        found = re.search(rf"\b{name}\s*=\s*([\d'*+<u() ]+)[;,]", source_tree.read(root, path))
    except OSError:
        return None
    return float(eval(re.sub(r"['u]", "", found.group(1)))) if found else None  # digits and operators only


def constants(root, text):
    for heading, rows in tables(text):
        if "constant" not in heading:
            continue
        for row in rows:
            for name, path in CONSTANT.findall(row[heading.index("constant")]):
                value = constant_of(root, name, path)
                shown = [number_of(cell) for cell in row]
                if value is None:
                    yield f"{path} gives `{name}` no number"
                elif value not in shown:
                    yield f"`{name}` is {value:g}"


def host_schemas(root):
    """The schemas of a site and of the machine that the host's source holds."""
    return [json.loads(text) for text in re.findall(r'R"json\((.*?)\)json"', source_tree.read(root, OF_THE_HOST), re.DOTALL)]


def configuration(root, text):
    """Complaints about the page that has the settings of the host, and what http adds to its maps."""
    site, machine = (settings(schema) for schema in host_schemas(root))
    http = settings(json.loads(source_tree.read(root, OF_HTTP)))
    shared = {name for name in innermost(http) if name.split(".")[0] in ("limits", "timeouts", "trust")}
    yield from compare(text, "setting of a site", {**http, **site}, innermost(site) | shared)
    yield from compare(text, "setting of berth.yaml", machine, innermost(machine))


def violations(root):
    found = []
    for path in source_tree.files(root, "README.md"):
        text = source_tree.read(root, path)
        folder = os.path.dirname(path)
        schema = os.path.join(folder, os.path.basename(folder) + ".schema.json")
        complaints = list(constants(root, text))
        if folder.startswith("plugins/") and os.path.exists(os.path.join(root, schema)):
            known = settings(json.loads(source_tree.read(root, schema)))
            complaints += compare(text, "setting", known, innermost(known))
        elif folder == "conf":
            complaints += configuration(root, text)
        found += [f"{path}: {complaint}" for complaint in complaints]
    missing = [path for path in source_tree.files(root, ".schema.json") if path.startswith("plugins/")
               and not os.path.exists(os.path.join(root, os.path.dirname(path), "README.md"))]
    return found + [f"{path}: has no README.md beside it" for path in missing]


if __name__ == "__main__":
    sys.exit(source_tree.run_check("settings", violations))
