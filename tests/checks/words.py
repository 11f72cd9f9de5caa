#!/usr/bin/env python3
"""Functions, words and file names that the project does without."""
import re
import sys

import source_tree

# Files that may share ownership, and why.
SHARED = {
    "host/config/source.h": "nodes and diagnostics point into a text and outlive its reader",
    "host/file/": "what the pool does outlives who asked for it",
    "host/net/(file_output.cpp|output_queue.h)": "a queue may go while the pool reads for it",
    "plugins/file/(file_handler|folder_answer|listing_job)": "a listing on the pool may outlast its handler",
    "host/net/thread_pool.h": "what was accepted may be done when the pool has gone",
}
# Pattern in code, what to do instead, files where it is allowed all the same.
IN_CODE = [
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok)\s*\(", "has no bound: use std::string or snprintf", None),
    (r"\b(atoi|atol|atoll|atof|strtol|strtoul|strtoll|strtoull)\s*\(", "accepts nonsense: use std::from_chars", None),
    (r"\b(alloca|_alloca)\s*\(", "use an arena", None),
    (r"\busing\s+namespace\s+std\b", "name what you use", None),
    (r"\bstd::(shared_ptr|make_shared)\b", "one owner: unique_ptr, or an entry in SHARED with the reason",
     r"tests/|" + "|".join(SHARED)),
    (r"\b(std::this_thread::sleep_\w+|usleep|nanosleep)\s*\(", "tests use a fake clock",
     r"(?!tests/unit/).*"),
]
IN_TEXT = [
    (r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", "give it an issue number, TODO(#12), or do it", r"\.clang-tidy|tests/checks/"),
    (r"(/work/|/tmp/wt|/\.library\b|\.\./shared\b)", "names a path of somebody's machine", r"tests/checks/"),
]
FILE_NAME = re.compile(r"(^|[_/])(utils?|common|helpers?|misc|stuff)([_./]|$)")
HEADER = re.compile(r"host/.*\.h$")


def lines_matching(text, pattern):
    for number, line in enumerate(text.split("\n"), 1):
        if re.search(pattern, line):
            yield number, line.strip()


def scan(path, text, rules):
    for pattern, instead, allowed in rules:
        if allowed and re.match(allowed, path):
            continue
        for number, line in lines_matching(text, pattern):
            yield f"{path}:{number}: {line[:60]}: {instead}"


def violations(root):
    found = []
    for path in source_tree.files(root):
        text = source_tree.read(root, path)
        if FILE_NAME.search(path):
            found.append(f"{path}: name the file after the one thing that it holds")
        if path.endswith(source_tree.CODE):
            found += scan(path, source_tree.code_only(text), IN_CODE)
        if HEADER.match(path) and "#pragma once" not in text:
            found.append(f"{path}: begins with #pragma once")
        found += scan(path, text, IN_TEXT)
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run_check("words", violations))
