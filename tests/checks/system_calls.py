#!/usr/bin/env python3
"""The host makes system calls through the table of base/sys.h only, so that tests can fail each of them."""
import re
import sys

import source_tree

TABLE = "host/base/sys.h"
# Where there is no table yet, or no more: the file, and why.
EXEMPT = {
    "host/base/sys.cpp": "fills the table",
}
MEMBER = re.compile(r"\(\*(\w+)\)\(")
CLOCKS = r"\b(steady_clock|system_clock|high_resolution_clock)::now\b"


def violations(root):
    names = "|".join(MEMBER.findall(source_tree.read(root, TABLE)))
    # Unqualified names may be members of the class at hand; a leading :: is meant for libc, and some names
    # cannot be anything else.
    call = re.compile(rf"(?<![\w>])::({names})\s*\(|(?<![\w.>:*])(epoll_\w+|accept4|clock_gettime|recvm?msg|sendm?msg)\s*\("
                      rf"|{CLOCKS}")
    found = []
    for path in source_tree.files(root, ".cpp", ".h"):
        if not path.startswith("host/") or path in EXEMPT or path == TABLE:
            continue
        for number, line in enumerate(source_tree.code_only(source_tree.read(root, path)).split("\n"), 1):
            if call.search(line):
                found.append(f"{path}:{number}: {line.strip()[:70]}: goes through sys()")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run_check("system calls", violations))
