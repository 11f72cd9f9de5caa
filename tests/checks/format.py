#!/usr/bin/env python3
"""clang-format has nothing to change. `format.py ROOT --fix` changes it."""
import subprocess
import sys

import source_tree


def violations(root):
    found = []
    paths = source_tree.files(root, *source_tree.CODE)
    fix = "--fix" in sys.argv
    mode = ["-i"] if fix else ["--dry-run", "-Werror", "--ferror-limit=1"]
    for first in range(0, len(paths), 40):
        answer = subprocess.run(["clang-format-14", *mode, *paths[first:first + 40]],
                                cwd=root, capture_output=True, text=True)
        found += [line for line in answer.stderr.splitlines() if "error:" in line]
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run_check("format", violations))
