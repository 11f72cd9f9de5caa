#!/usr/bin/env python3
"""Every plugin shares its entry and nothing else, and takes nothing but the system's libraries.

    exports.py PLUGIN_FOLDER...

Checks all shared objects in the folders: exported symbols, needed libraries, hardening of the pages.
"""
import pathlib
import re
import subprocess
import sys

ENTRY = re.compile(r"berth_module_v\d+$")
TWIN = "__odr_asan."  # AddressSanitizer's companions of global variables
LIBRARIES = {"libc.so", "libm.so", "libstdc++.so", "libgcc_s.so", "ld-linux-x86-64.so", "libpthread.so", "libasan.so",
             "libubsan.so", "libtsan.so", "libnghttp2.so", "libz.so", "libbrotlienc.so", "libbrotlicommon.so",
             "libzstd.so", "libre2.so", "libabsl.so"}


def readelf(plugin, *what):
    return subprocess.run(["readelf", "--wide", *what, str(plugin)], check=True, capture_output=True,
                          text=True).stdout


def exported(plugin):
    """Names of the symbols that the plugin defines for others."""
    names = []
    for line in readelf(plugin, "--dyn-syms").splitlines():
        fields = line.split()
        if len(fields) >= 8 and fields[4] != "LOCAL" and fields[6] not in ("UND", "ABS", "Ndx"):
            names.append(fields[7].split("@")[0])
    return names


def problems(plugin):
    """What is wrong with one shared object, a line each."""
    names = exported(plugin)
    for name in names:
        if not ENTRY.match(name) and not name.startswith(TWIN):
            yield f"exports {name}"
    if "berth_module_v1" not in names:
        yield "does not export berth_module_v1"
    dynamic = readelf(plugin, "--dynamic")
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if library[:library.index(".so") + 3] not in LIBRARIES:
            yield f"needs {library}"
    if "(TEXTREL)" in dynamic:
        yield "has relocations in its code"
    if "(RPATH)" in dynamic or "(RUNPATH)" in dynamic:
        yield "says where to look for libraries"
    for flag in ("NODELETE", "NOW"):
        if not re.search(rf"\(FLAGS_1\).*\b{flag}\b", dynamic):
            yield f"is not linked with -z {flag.lower()}"
    if re.search(r"GNU_STACK.*RWE", readelf(plugin, "--program-headers")):
        yield "has an executable stack"


def main():
    plugins = sorted(path for folder in sys.argv[1:] for path in pathlib.Path(folder).glob("*.so"))
    found = [f"{plugin}: {problem}" for plugin in plugins for problem in problems(plugin)]
    for line in found:
        print(line)
    print(f"{len(plugins)} plugins, {len(found)} problems")
    return 1 if found or not plugins else 0


if __name__ == "__main__":
    sys.exit(main())
