#!/usr/bin/env python3
"""Programs and plugins carry the hardening that the build asks for. Arguments: ELF files, folders of plugins."""
import os
import re
import subprocess
import sys


def readelf(path, *options):
    return subprocess.run(["readelf", "-W", *options, path], check=True, capture_output=True, text=True).stdout


def faults(path):
    header, segments = readelf(path, "-h"), readelf(path, "-l")
    dynamic, symbols = readelf(path, "-d"), readelf(path, "--dyn-syms")
    if not re.search(r"Type:\s+DYN", header):
        yield "is not position independent"
    if "GNU_RELRO" not in segments:
        yield "has no RELRO segment"
    if not re.search(r"BIND_NOW|FLAGS_1.*\bNOW\b", dynamic):
        yield "does not bind at start (-z now)"
    stack = re.search(r"GNU_STACK.*", segments)
    if not stack or re.search(r"\bRWE\b", stack.group()):
        yield "has an executable stack"
    if re.search(r"^\s+LOAD.*\bRWE\b", segments, re.MULTILINE):
        yield "has a segment that is both writable and executable"
    if re.search(r"RPATH|RUNPATH", dynamic):
        yield "carries an RPATH"
    if "__sanitizer" not in symbols and "__stack_chk_fail" not in symbols and has_arrays(path):
        yield "was compiled without the stack protector"


def has_arrays(path):
    """A plugin of a few lines may have nothing that the stack protector guards."""
    code = re.search(r"\.text\s+PROGBITS\s+\w+\s+\w+\s+(\w+)", readelf(path, "-S"))
    return bool(code) and int(code.group(1), 16) > 8192


def files(arguments):
    for path in arguments:
        if not os.path.isdir(path):
            yield path
        else:
            yield from (os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith(".so"))


def violations(paths):
    return [f"{path}: {fault}" for path in paths for fault in faults(path)]


if __name__ == "__main__":
    looked_at = list(files(sys.argv[1:]))
    found = violations(looked_at)
    print("\n".join(found) or f"hardening: {len(looked_at)} files ok")
    sys.exit(1 if found or len(looked_at) < 2 else 0)
