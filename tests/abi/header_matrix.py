#!/usr/bin/env python3
"""Compiles every header of the SDK alone, in every standard that plugins may use, with every compiler there is.

    header_matrix.py INCLUDE_FOLDER
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

C_STANDARDS = ["c99", "c11", "c17", "c2x"]
CPP_STANDARDS = ["c++11", "c++14", "c++17", "c++20", "c++2b"]
C_WARNINGS = ["-Wall", "-Wextra", "-Werror", "-pedantic-errors", "-Wconversion", "-Wshadow", "-Wpadded",
              "-Wundef", "-Wstrict-prototypes", "-Wwrite-strings"]
CPP_WARNINGS = ["-Wall", "-Wextra", "-Werror", "-pedantic-errors", "-Wconversion", "-Wshadow",
                "-Wold-style-cast", "-Wnon-virtual-dtor"]


def jobs(include):
    """Compiler, standard, warnings and header of each compilation."""
    c_headers = sorted(include.glob("berth/*.h"))
    cpp_headers = sorted(include.glob("berth/cpp/*.hpp"))
    for c_compiler, cpp_compiler in (("gcc", "g++"), ("clang", "clang++")):
        if shutil.which(c_compiler) is None or shutil.which(cpp_compiler) is None:
            continue
        for header in c_headers:
            yield from ((c_compiler, standard, C_WARNINGS, header) for standard in C_STANDARDS)
            yield from ((cpp_compiler, standard, CPP_WARNINGS, header) for standard in CPP_STANDARDS)
        for header in cpp_headers:
            yield from ((cpp_compiler, standard, CPP_WARNINGS, header) for standard in CPP_STANDARDS[2:])


def main():
    include = pathlib.Path(sys.argv[1])
    failures = count = 0
    with tempfile.TemporaryDirectory() as folder:
        for compiler, standard, warnings, header in jobs(include):
            suffix = ".cpp" if "+" in compiler else ".c"
            unit = pathlib.Path(folder, "unit" + suffix)
            unit.write_text(f'#include "{header.relative_to(include)}"\n')
            result = subprocess.run([compiler, f"-std={standard}", *warnings, "-I", str(include),
                                     "-fsyntax-only", str(unit)], capture_output=True, text=True)
            count += 1
            if result.returncode != 0:
                failures += 1
                print(f"{compiler} -std={standard} {header.relative_to(include)}:\n{result.stderr}")
    print(f"{count} compilations, {failures} failed")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
