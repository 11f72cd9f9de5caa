#!/usr/bin/env python3
"""The table of plugins/README.md has a row for every plugin, with the kinds and extensions of its source."""
import os
import re
import sys

import settings
import source_tree

NAME = re.compile(r'#define\s+(BERTH_\w+_(?:EXT|KIND))\s+"([^"]+)"')
LIST = re.compile(r"\b(kRequired|kProvides)\[\] = \{([^}]*)\}")
# How a source says the kind of a factory: by its macro, or by a maker of the C++ face.
MAKERS = {"http_handler<": "berth.http.handler/1", "http_filter<": "berth.http.filter/1",
          "conn_filter<": "berth.conn.filter/1"}


def names(root):
    """The ids that macros of the SDK stand for."""
    return dict(pair for path in source_tree.files(root, ".h") if path.startswith("sdk/")
                for pair in NAME.findall(source_tree.read(root, path)))


def plugin(root, folder, ids):
    """(kinds, provided, used) as the source of a plugin has them."""
    text = "".join(source_tree.read(root, path) for path in source_tree.files(root, ".c", ".cpp")
                   if path.startswith(folder + "/"))
    lists = {name: {ids.get(word, word) for word in re.findall(r"\b(BERTH_\w+)", words)} for name, words in LIST.findall(text)}
    kinds = {value for name, value in ids.items() if name.endswith("_KIND") and re.search(rf"\b{name}\b", text)}
    kinds |= {kind for maker, kind in MAKERS.items() if maker in text}
    used = lists.get("kRequired", set())
    if "http_module<" in text:
        used |= {"berth.config/1", "berth.http/1"}
    return kinds, lists.get("kProvides", set()), used


def rows(text):
    """Name of the plugin -> its kinds, provided and used extensions, as the table has them."""
    for heading, lines in settings.tables(text):
        if heading[:4] == ["plugin", "kind", "provides", "uses"]:
            for row in lines:
                name = re.match(r"\[(.+?)\]", row[0])
                if name:
                    yield name.group(1), tuple(set(settings.CODE.findall(cell)) for cell in row[1:4])


def violations(root):
    folders = {path.split("/")[1] for path in source_tree.files(root, "CMakeLists.txt")
               if re.fullmatch(r"plugins/[^/]+/CMakeLists.txt", path)}
    if not folders:
        return []
    shown = dict(rows(source_tree.read(root, "plugins/README.md"))) if os.path.exists(
        os.path.join(root, "plugins/README.md")) else {}
    ids, found = names(root), []
    for name in sorted(folders | set(shown)):
        if name not in shown or name not in folders:
            found.append(f"plugins/README.md: {name} is " + ("in no row" if name in folders else "no plugin"))
            continue
        for what, is_so, says in zip(("kind", "provides", "uses"), plugin(root, f"plugins/{name}", ids), shown[name]):
            if is_so != says:
                found.append(f"plugins/README.md: {name} {what}: {', '.join(sorted(is_so))}")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run_check("plugin_table", violations))
