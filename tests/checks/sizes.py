#!/usr/bin/env python3
"""Files, functions and classes stay small."""
import re
import sys

import source_tree

FILE_LIMITS = [  # the first match counts
    (r"host/main\.cpp", 60),
    (r"plugins/hello/hello\.(c|cpp)", 80),
    (r"sdk/include/berth/[^/]*\.h", 250),
    (r"tests/", 800),
    (r"", 500),
]
FUNCTION_LIMIT = 70
MEMBER_LIMIT = 12
# Classes that have more. They may lose members, not gain any; new ones do not come here.
LARGE_CLASSES = {
    "host/file/upload.h": 13,
    "host/net/event_loop.h": 14,
    "plugins/http/exchange.h": 16,
    "plugins/http/h2/h2_head.h": 19,
    "plugins/http/h2/h2_session.h": 21,
    "plugins/http/h2/h2_stream.h": 16,
    "plugins/websocket/connection.h": 17,
}
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_PREFIX = re.compile(r'\s*(template\s*<[^{}]*?>\s*(?=struct|class|union|\w)|extern\s*""\s*|(public|private|protected):\s*)*')
_NOT_A_FUNCTION = re.compile(r"(namespace|class|struct|union|enum|if|for|while|switch|do|else|catch)\b(?![^{]*\)\s*$)")
_AFTER_PARAMETERS = re.compile(r"(\)|\b(const|noexcept|override|final|try)|->\s*[\w:<>*&, ]+|\)\s*:\s.*|[^:]:\s.*\))\s*$", re.DOTALL)


_CLASS = re.compile(r"\b(?:class|struct)\s+(?:\[\[.*?\]\]\s*)?([\w:]+)[^;{}()=]*\{")
_NESTED = re.compile(r"\{[^{}]*\}|\([^()]*\)")
_MEMBER = re.compile(r"\b[a-z]\w*_(?=\s*(?:[,;]|=[^=]|@\s*[,;]|:\s*\d|\[))")


def begins_body(statement):
    """Does a brace after this text open the body of a function?"""
    rest = statement[_PREFIX.match(statement).end():]
    return ")" in rest and not _NOT_A_FUNCTION.match(rest) and bool(_AFTER_PARAMETERS.search(rest))


def plain(text):
    """The same lines without comments, strings and directives."""
    return _DIRECTIVE.sub(lambda found: "\n" * found.group().count("\n"), source_tree.code_only(text))


def functions(text):
    """(line, name, lines) of every outermost function body. Formatted source only: `a_{1}` is an
    initializer because no blank stands before its brace."""
    code = plain(text)
    line, statement, open_since, name, depth = 1, "", 0, "", 0
    for at, char in enumerate(code):
        if char == "\n":
            line += 1
        if open_since:
            depth += (char == "{") - (char == "}")
            if depth == 0:
                yield open_since, name, line - open_since + 1
                open_since, statement = 0, ""
            continue
        initializer = char == "{" and at and (code[at - 1].isalnum() or code[at - 1] in "_>")
        if char == "{" and not initializer and begins_body(statement):
            called = re.search(r"([\w:~]+|operator\S+)\s*\(", statement)
            name = called.group(1) if called else "?"
            open_since, depth = line, 1
        elif char in ";{}" and not initializer and not (char == "}" and _inside_initializer(statement)):
            statement = ""
        else:
            statement += char


def _inside_initializer(statement):
    return statement.count("{") > statement.count("}")


def classes(text):
    """(line, name, data members) of every class. What ends in `_` is a member; a struct without such is a table."""
    code = plain(text)
    for found in _CLASS.finditer(code):
        end, depth = found.end(), 1
        while depth and end < len(code):
            depth += (code[end] == "{") - (code[end] == "}")
            end += 1
        body = code[found.end():end - 1]
        while _NESTED.search(body):  # functions, their parameters, initializers
            body = _NESTED.sub(lambda inside: "@" if inside.group()[0] == "{" else "~", body)
        yield code.count("\n", 0, found.start()) + 1, found.group(1), len(_MEMBER.findall(body))


def violations(root):
    found = []
    for path in source_tree.files(root, *source_tree.CODE, ".py"):
        text = source_tree.read(root, path)
        limit = next(limit for pattern, limit in FILE_LIMITS if re.match(pattern, path))
        lines = text.count("\n")
        if lines > limit:
            found.append(f"{path}: {lines} lines, at most {limit}")
        if path.endswith(".py"):
            continue
        for line, name, length in functions(text):
            if length > FUNCTION_LIMIT:
                found.append(f"{path}:{line}: {name} has {length} lines, at most {FUNCTION_LIMIT}")
        if path.startswith("tests/"):
            continue
        for line, name, members in classes(text):
            limit = LARGE_CLASSES.get(path, MEMBER_LIMIT)
            if members > limit:
                found.append(f"{path}:{line}: {name} has {members} members, at most {limit}")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run_check("sizes", violations))
