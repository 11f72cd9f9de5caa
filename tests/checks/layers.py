#!/usr/bin/env python3
"""Who may include whom, and the one home folder of each third-party library."""
import os
import re
import sys

import source_tree

# Folder of the host -> folders of the host that it may include.
HOST = {
    "host/base": [],
    "host/config": ["base"],
    "host/net": ["base"],
    "host/tls": ["base", "net"],
    "host/file": ["base", "net"],
    "host/plugin": ["base", "config", "net", "tls", "file"],
    "host/process": ["base", "config", "net", "tls", "file", "plugin"],
    "host/cli": ["base", "config", "net", "tls", "plugin", "process"],
}
# Folder of the host -> headers of the SDK that it may include.
SDK_FOR_HOST = {
    "host/base": r"berth/(abi|status)\.h",
    "host/config": r"berth/((abi|config|protocol|status|stream)\.h|cpp/(address|text)\.hpp)",
    "host/net": r"berth/((abi|config|file|net|protocol|status|stream)\.h|cpp/address\.hpp)",
    "host/file": r"berth/(abi|file|status)\.h",
    "host/tls": r"berth/(abi|config|protocol|status|stream)\.h",
    "host/plugin": r"berth/.*",
    "host/process": r"berth/.*",
    "host/cli": r"berth/.*",
}
# Headers of a library -> the folders that may include them. The first match counts.
HOMES = [
    (r"yaml-cpp/", ["host/config"]),
    (r"Poco/(Dynamic/|Exception\.h)", ["host/base", "host/config"]),
    (r"Poco/JSON/", ["host/config"]),
    (r"Poco/Net/", ["host/cli"]),
    (r"Poco/", ["host/base"]),
    (r"boost/", ["host/plugin"]),
    (r"(CLI/|qrencode\.h)", ["host/cli"]),
    (r"ares(_|\.h)", ["host/net"]),
    (r"(openssl/|crypt\.h|argon2\.h)", ["host/tls"]),
    (r"seccomp\.h", ["host/process"]),
    (r"nghttp2/", ["plugins/http"]),
    (r"zlib\.h", ["plugins/compress", "plugins/websocket"]),
    (r"(zstd\.h|brotli/)", ["plugins/compress"]),
    (r"(gtest|gmock|benchmark)/", ["tests"]),
]
C99 = {f"{name}.h" for name in (
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdarg "
    "stdbool stddef stdint stdio stdlib string tgmath time wchar wctype").split()}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def host_fault(folder, header):
    first = header.split("/")[0]
    if first == "berth":
        if not re.fullmatch(SDK_FOR_HOST.get(folder, r"berth/.*"), header):
            return f"{folder} may not use this header of the SDK"
    elif f"host/{first}" in HOST and folder in HOST:
        if f"host/{first}" != folder and first not in HOST[folder]:
            return f"{folder} may not use host/{first}"
    elif first == "plugins":
        return "the host does not know plugins"
    return None


def plugin_fault(root, path, quote, header):
    if header.startswith("berth/") or header == "berth_plugin_info.h":
        return None
    if quote == '"':
        beside = os.path.join(root, os.path.dirname(path), header)
        in_folder = os.path.join(root, folder_of(path), header)
        if ".." in header or not (os.path.exists(beside) or os.path.exists(in_folder)):
            return "a plugin includes the SDK and its own folder only"
    return None


def sdk_fault(path, header):
    if header.startswith("berth/") or header in C99:
        return None
    if "/cpp/" in path and re.fullmatch(r"[a-z_]+", header):
        return None
    return "the SDK includes C99 headers only (berth/cpp: the C++ library, too)"


def home_fault(folder, header):
    for pattern, homes in HOMES:
        if re.match(pattern, header):
            at_home = any(folder == home or folder.startswith(home + "/") for home in homes)
            if not at_home and folder.split("/")[0] not in ("tests", "sdk"):
                return f"the home of this library is {' or '.join(homes)}"
            return None
    return None


def fault(root, path, quote, header):
    folder = folder_of(path)
    top = folder.split("/")[0]
    found = None
    if top == "host":
        found = host_fault(folder, header)
    elif top == "plugins":
        found = plugin_fault(root, path, quote, header)
    elif path.startswith("sdk/include/"):
        found = sdk_fault(path, header)
    return found or home_fault(folder, header)


def violations(root):
    found = []
    for path in source_tree.files(root, *source_tree.CODE):
        for quote, header in INCLUDE.findall(source_tree.read(root, path)):
            reason = fault(root, path, quote, header)
            if reason:
                found.append(f"{path}: includes {header}: {reason}")
    return found


if __name__ == "__main__":
    sys.exit(source_tree.run_check("layers", violations))
