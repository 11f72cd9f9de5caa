#!/usr/bin/env python3
"""The schemas are JSON Schema (2020-12), and another validator judges configurations as Berth does.

schema_agreement_test.py ROOT PRINT_READINGS. What Berth's subset adds is written out first: keys that nobody
knows are refused, an empty value is an empty map, and a map names a plugin by its key.
"""
import glob
import ipaddress
import json
import os
import re
import subprocess
import sys
import unittest

import jsonschema

ROOT, PRINT_READINGS = sys.argv[1:3]
SHARED = ("limits", "timeouts", "log", "trust")
# Problems that the schema alone explains.
OF_THE_SCHEMA = {"C103", "C104", "C105", "C106", "C107", "C108", "C109", "C201", "C202", "C203", "C205"}
# Rules that no schema can tell, although their problem has one of those numbers.
BEYOND_THE_SCHEMA = (
    "duration_too_large",  # a bound of a value with a unit
    "missing_key_of_cert", "tls_without_certificate",  # cert and key belong together
    "bits_behind_network", "zone_in_cidr",             # stricter than the other's reading of a block
)

formats = jsonschema.FormatChecker(formats=())


def number_with_unit(units):
    return re.compile(rf"(\d+(\.\d+)?({units}))+")


UNITS = {"duration": number_with_unit("ms|s|m|h|d|w"), "percent": number_with_unit("%"),
         "size": re.compile(r"\d+(\.\d+)?(B|[KMGT]iB|[kMGT]B)")}
for form, pattern in UNITS.items():
    formats.checks(form)(lambda text, pattern=pattern: bool(not isinstance(text, str) or pattern.fullmatch(text)))


@formats.checks("cidr", raises=ValueError)
def is_cidr(text):
    ipaddress.ip_network(text, strict=False)
    return True


@formats.checks("path")
def is_path(text):
    return text != ""


class Standard:
    """Schemas as any validator reads them."""

    def __init__(self, plugins):
        self.plugins = plugins

    def of(self, schema):
        if "oneOf" in schema:  # Berth takes the first that has the right type
            return {"anyOf": [self.of(option) for option in schema["oneOf"]]}
        result = {key: value for key, value in schema.items() if not key.startswith("x-")}
        if "items" in schema:
            result["items"] = self.of(schema["items"])
        if "properties" in schema or schema.get("type") == "object" or "x-berth-plugin" in schema:
            self.close(result, schema)
        return result

    def close(self, result, schema):
        result["type"] = ["object", "null"]
        result["properties"] = {key: self.of(value) for key, value in schema.get("properties", {}).items()}
        other = schema.get("additionalProperties", False)
        result["additionalProperties"] = self.of(other) if isinstance(other, dict) else other
        if "x-berth-plugin" in schema:
            self.name_plugin(result, schema)

    def name_plugin(self, result, schema):
        names = self.plugins[schema["x-berth-plugin"]]
        result["properties"].update({name: self.of(settings) for name, settings in names.items()})
        given = [{"required": [name]} for name in names]
        none = [{"not": {"anyOf": given}}] if schema.get("x-berth-plugin-optional") else []
        shape = {key: result.pop(key) for key in list(result)}
        by_key = {**shape, "oneOf": given + none}
        result["anyOf"] = [by_key, {"enum": list(names)}]


def joined(site, protocol):
    """The host's schema of a site and the protocol's, as one."""
    result = {**site, **{key: value for key, value in protocol.items() if key.startswith("x-")}}
    result["properties"], result["additionalProperties"] = dict(site["properties"]), False
    for key, value in protocol["properties"].items():
        own = result["properties"].get(key)
        if own is None:
            result["properties"][key] = value
        elif key in SHARED:
            result["properties"][key] = {**own, "properties": {**value["properties"], **own.get("properties", {})}}
    for key in SHARED:
        result["properties"][key] = {**result["properties"][key], "additionalProperties": False}
    return result


def read_json(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return json.load(file)


class SchemaAgreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.examples = sorted(glob.glob(os.path.join(ROOT, "conf", "examples", "*.yaml")))
        cls.broken = sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "broken", "*.yaml")))
        said = subprocess.run([PRINT_READINGS, *cls.examples, *cls.broken], check=True, capture_output=True, text=True)
        cls.read = json.loads(said.stdout)
        plugins = {kind: {name: read_json("plugins", name, f"{name}.schema.json") for name in names}
                   for kind, names in cls.read["plugins"].items()}
        standard = Standard(plugins)
        cls.site = cls.validator(standard.of(joined(cls.read["site"], plugins["berth.protocol/1"]["http"])))
        cls.machine = cls.validator(standard.of(cls.read["machine"]))

    @staticmethod
    def validator(schema):
        return jsonschema.Draft202012Validator(schema, format_checker=formats)

    def complaint(self, file):
        """The first of the other validator about a file; None when it has none."""
        for document in file["documents"]:
            validator = self.machine if document["machine"] else self.site
            for error in validator.iter_errors(document["value"]):
                return f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        return None

    def files(self, folder):
        return [file for file in self.read["files"] if os.path.basename(os.path.dirname(file["name"])) == folder]

    def test_all_schemas_are_json_schema(self):
        paths = sorted(glob.glob(os.path.join(ROOT, "plugins", "*", "*.schema.json")))
        self.assertGreaterEqual(len(paths), 3)
        for path in paths:
            with self.subTest(os.path.relpath(path, ROOT)):
                jsonschema.Draft202012Validator.check_schema(read_json(path))
        for name in ("site", "machine"):
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(self.read[name])

    def test_examples_are_right_for_both(self):
        self.assertGreater(len(self.files("examples")), 5)
        for file in self.files("examples"):
            with self.subTest(file["name"]):
                self.assertEqual(file["problems"], [])
                self.assertIsNone(self.complaint(file))

    def test_what_the_other_refuses_berth_refuses(self):
        for file in self.files("broken"):
            with self.subTest(file["name"]):
                if not file["problems"]:
                    self.assertIsNone(self.complaint(file))

    def test_what_berth_refuses_by_a_schema_the_other_refuses(self):
        compared = 0
        for file in self.files("broken"):
            name = os.path.splitext(os.path.basename(file["name"]))[0]
            if file["documents"] and set(file["problems"]) <= OF_THE_SCHEMA and file["problems"]:
                with self.subTest(name):
                    self.assertEqual(self.complaint(file) is None, name in BEYOND_THE_SCHEMA, file["problems"])
                compared += 1
        self.assertGreater(compared, 40)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
