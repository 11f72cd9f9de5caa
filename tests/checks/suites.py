#!/usr/bin/env python3
"""CTest runs all of tests/unit: it asks a program for the suites whose names begin with that of the file."""
import os
import re
import sys

import source_tree

# What the full names of tests begin with: where there are instances, with the name of one.
_NAMED = re.compile(r"^(?:TEST(?:_F)?|INSTANTIATE_TEST_SUITE_P)\(\s*(\w+)", re.MULTILINE)


def beginning(path):
    """hash_places_test.cpp: HashPlaces"""
    words = os.path.basename(path)[:-len("_test.cpp")].split("_")
    return "".join(word[0].upper() + word[1:] for word in words)


def violations(root):
    return [f"{path}: CTest leaves {suite} out, whose name does not begin with {beginning(path)}"
            for path in source_tree.files(root, "_test.cpp") if path.startswith("tests/unit/")
            for suite in dict.fromkeys(_NAMED.findall(source_tree.read(root, path)))
            if not suite.startswith(beginning(path))]


if __name__ == "__main__":
    sys.exit(source_tree.run_check("suites", violations))
