"""The lines of tests/conformance/http1.vectors, which says what they mean."""
import collections
import os
import re

PATH = os.path.join(os.path.dirname(__file__), "..", "..", "conformance", "http1.vectors")

Wanted = collections.namedtuple("Wanted", "status optional bodyless body")
Vector = collections.namedtuple("Vector", "name answers end bytes")

_PLAIN = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}


def _repeated(text, at):
    """What stands for \\{text*n}, and where it ends; at: behind its brace."""
    once, at = _until(text, at, "*")
    end = text.index("}", at)
    return once * int(text[at + 1:end]), end + 1


def _until(text, at, mark):
    """Text up to the mark, without its escapes, and where the mark is."""
    parts = []
    while at < len(text) and text[at] != mark:
        if text[at] != "\\":
            parts.append(text[at])
            at += 1
        elif text[at + 1] == "x":
            parts.append(chr(int(text[at + 2:at + 4], 16)))
            at += 4
        elif text[at + 1] == "{":
            part, at = _repeated(text, at + 2)
            parts.append(part)
        else:
            parts.append(_PLAIN[text[at + 1]])
            at += 2
    return "".join(parts), at


def unescaped(text):
    return _until(text, 0, "")[0].encode("latin-1")


def _wanted(item):
    status, optional, rest = re.fullmatch(rb"(\d{3})(\??)(?: (.*))?", item, re.DOTALL).groups()
    return Wanted(int(status), bool(optional), rest == b"-", None if rest in (b"-", None) else rest)


def read():
    """All vectors of the file."""
    with open(PATH, encoding="ascii") as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    for line in lines:
        name, wanted, sent = line.split(" | ", 2)
        *answers, end = unescaped(wanted).split(b"; ")
        yield Vector(name, [_wanted(item) for item in answers], end.decode(), unescaped(sent))
