#!/usr/bin/env python3
"""Layout of the plugin ABI: every struct, enumerator and constant of the SDK's headers.

    layout.py dump [--compiler CC] INCLUDE_FOLDER        prints the layout as JSON
    layout.py compare RECORDED.json NEW.json             exit 1 when old plugins would break

The layout comes from the compiler's debug information, so it is what plugins are really compiled to. Binding
generators for other languages can read the JSON instead of C.

Compare goes by prefix: FROZEN structs must be the same; structs that begin with berth_hdr may grow at the end;
enumerators may be added and are never renumbered. While the recorded layout says "open", breaks are reported and
the exit status stays 0.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

DIE = re.compile(r"^ <(\w+)><(\w+)>: Abbrev Number: (\d+)(?: \((\w+)\))?")
ATTRIBUTE = re.compile(r"^\s+<\w+>\s+(DW_AT_\w+)\s*:\s*(.*)$")
FORM = re.compile(r"^(\([^)]*\)\s*)*(:\s*)?")  # "(strp) (offset: 0x19d): ", and what other releases print
REFERENCE = re.compile(r"<0x(\w+)>")
MACRO = re.compile(r"^#define (BERTH_[A-Z0-9_]+) (.+)$", re.MULTILINE)
FROZEN = re.compile(r"/\*(?:(?!\*/).)*\bFROZEN\b(?:(?!\*/).)*\*/\s*(?:typedef )?struct (berth_\w+)", re.DOTALL)
MEMBER = re.compile(r'\{\s+"name": (".*"),\s+"offset": (\d+),\s+"type": (".*")\s+\}')  # to one line each
LITERAL = re.compile(r'^(?:"[^"]*"|-?\d+u?|0x[0-9a-fA-F]+u?)$')


class Die:
    """One entry of the debug information."""

    def __init__(self, tag):
        self.tag = tag
        self.attributes = {}
        self.children = []

    def name(self):
        return self.attributes.get("DW_AT_name")

    def number(self, attribute):
        return int(self.attributes[attribute].split()[0], 0)


def parse_dwarf(text):
    """The entries by their offset, and those at the top level in order."""
    entries, top, stack, die = {}, [], [], None
    for line in text.splitlines():
        head = DIE.match(line)
        if head:
            depth, offset, number, tag = int(head[1]), int(head[2], 16), int(head[3]), head[4]
            die = Die(tag) if number else None
            if die is None:
                continue
            entries[offset] = die
            del stack[depth:]
            if depth == 1:
                top.append(die)
            elif depth > 1:
                stack[-1].children.append(die)
            stack.append(die)
            continue
        attribute = ATTRIBUTE.match(line)
        if attribute and die is not None:
            die.attributes[attribute[1]] = FORM.sub("", attribute[2].strip(), count=1)
    return entries, top


class Dwarf:
    """Turns debug information into plain data."""

    def __init__(self, text):
        self.entries, self.top = parse_dwarf(text)

    def type_of(self, die):
        reference = die.attributes.get("DW_AT_type")
        return self.entries[int(REFERENCE.search(reference)[1], 16)] if reference else None

    def type_name(self, die):
        if die is None:
            return "void"
        kind = die.tag.removeprefix("DW_TAG_")
        if kind in ("base_type", "typedef"):
            return die.name()
        inner = self.type_of(die)
        if kind == "pointer_type":
            if inner is not None and inner.tag == "DW_TAG_subroutine_type":
                return self.function_name(inner)
            return self.type_name(inner) + " *"
        if kind in ("const_type", "volatile_type"):
            word = kind.removesuffix("_type")
            if inner is not None and inner.tag == "DW_TAG_pointer_type":
                return f"{self.type_name(inner)} {word}"
            return f"{word} {self.type_name(inner)}"
        if kind == "array_type":
            bounds = [child.number("DW_AT_upper_bound") + 1 for child in die.children]
            return self.type_name(inner) + "".join(f"[{bound}]" for bound in bounds)
        if kind in ("structure_type", "union_type", "enumeration_type"):
            return self.aggregate_name(die, kind.removesuffix("_type"))
        raise ValueError(f"unknown kind of type {die.tag}")

    def aggregate_name(self, die, kind):
        word = {"structure": "struct", "enumeration": "enum"}.get(kind, kind)
        if die.name():
            return f"{word} {die.name()}"
        members = "".join(f" {self.type_name(self.type_of(child))} {child.name()};" for child in die.children)
        return f"{word} {{{members} }}"

    def function_name(self, die):
        arguments = [self.type_name(self.type_of(child)) for child in die.children
                     if child.tag == "DW_TAG_formal_parameter"]
        return f"{self.type_name(self.type_of(die))} (*)({', '.join(arguments) or 'void'})"

    def structs(self):
        found = {}
        for die in self.top:
            name = die.name() or ""
            if die.tag != "DW_TAG_structure_type" or not name.startswith("berth_"):
                continue
            if "DW_AT_declaration" in die.attributes:
                found.setdefault(name, {"kind": "opaque"})
                continue
            members = [{"name": child.name(),
                        "offset": child.number("DW_AT_data_member_location"),
                        "type": self.type_name(self.type_of(child))} for child in die.children]
            grows = members[0]["type"] == "berth_hdr"
            found[name] = {"kind": "growable" if grows else "fixed",
                           "size": die.number("DW_AT_byte_size"), "members": members}
        return found

    def enumerators(self):
        return {child.name(): child.number("DW_AT_const_value") for die in self.top
                if die.tag == "DW_TAG_enumeration_type" for child in die.children
                if child.name().startswith("BERTH_")}

    def typedefs(self):
        found = {}
        for die in self.top:
            target = self.type_of(die) if die.tag == "DW_TAG_typedef" else None
            if target is not None and die.name().startswith("berth_") and \
                    target.tag in ("DW_TAG_typedef", "DW_TAG_base_type"):
                found[die.name()] = self.type_name(target)
        return found


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


def dump(include, compiler="gcc"):
    """The layout of <include>/berth/*.h."""
    headers = sorted(include.glob("berth/*.h"))
    source = "".join(f'#include "{header.relative_to(include)}"\n' for header in headers)
    with tempfile.TemporaryDirectory() as folder:
        unit, compiled = pathlib.Path(folder, "all.c"), pathlib.Path(folder, "all.o")
        unit.write_text(source)
        flags = ["-std=c11", "-I", str(include)]
        run(compiler, *flags, "-g", "-gdwarf-4", "-fno-eliminate-unused-debug-types", "-c", str(unit),
            "-o", str(compiled))
        dwarf = Dwarf(run("readelf", "--wide", "--debug-dump=info", str(compiled)))
        macros = dict(MACRO.findall(run(compiler, *flags, "-dM", "-E", str(unit))))
    structs = dwarf.structs()
    for name in FROZEN.findall("".join(header.read_text() for header in headers)):
        structs[name]["kind"] = "frozen"
    constants = {name: value for name, value in sorted(macros.items()) if LITERAL.match(value)}
    return {"structs": dict(sorted(structs.items())), "enumerators": dwarf.enumerators(),
            "typedefs": dict(sorted(dwarf.typedefs().items())), "constants": constants}


def compare_struct(name, old, new):
    """Breaks between two layouts of a struct."""
    if old["kind"] == "opaque":
        return []
    if new["kind"] != old["kind"]:
        return [f"struct {name}: was {old['kind']}, is {new['kind']}"]
    breaks = []
    for i, member in enumerate(old["members"]):
        now = new["members"][i] if i < len(new["members"]) else None
        if now != member:
            shown = f"{now['type']} {now['name']} at {now['offset']}" if now else "gone"
            breaks.append(f"struct {name}: {member['type']} {member['name']} at {member['offset']} "
                          f"became {shown}")
    grows = old["kind"] == "growable"
    if not grows and len(new["members"]) > len(old["members"]):
        breaks.append(f"struct {name}: is {old['kind']} and got new members")
    if new["size"] < old["size"] or (not grows and new["size"] != old["size"]):
        breaks.append(f"struct {name}: size {old['size']} became {new['size']}")
    return breaks


def compare(old, new):
    """What in the new layout would break a plugin built with the old one."""
    breaks = []
    for name, struct in old["structs"].items():
        if name not in new["structs"]:
            breaks.append(f"struct {name}: gone")
        else:
            breaks += compare_struct(name, struct, new["structs"][name])
    for group in ("enumerators", "typedefs", "constants"):
        for name, value in old[group].items():
            now = new[group].get(name, "gone")
            grows = name.endswith("_COUNT") or name == "BERTH_ABI_MINOR"
            if now != value and not (grows and now != "gone"):
                breaks.append(f"{name}: {value} became {now}")
    return breaks


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    dumping = commands.add_parser("dump")
    dumping.add_argument("--compiler", default="gcc")
    dumping.add_argument("--open", action="store_true", help="mark the layout as not frozen yet")
    dumping.add_argument("include", type=pathlib.Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("recorded", type=pathlib.Path)
    comparing.add_argument("new", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.command == "dump":
        layout = {"open": arguments.open, **dump(arguments.include, arguments.compiler)}
        print(MEMBER.sub(r'{"name": \1, "offset": \2, "type": \3}', json.dumps(layout, indent=1)))
        return 0
    recorded = json.loads(arguments.recorded.read_text())
    breaks = compare(recorded, json.loads(arguments.new.read_text()))
    for line in breaks:
        print(line)
    if breaks and recorded.get("open"):
        print(f"{len(breaks)} difference(s); the recorded layout is open, so this is a report and no failure")
    return 1 if breaks and not recorded.get("open") else 0


if __name__ == "__main__":
    sys.exit(main())
