#!/usr/bin/env python3
"""What the documents show is true: links lead somewhere, YAML passes `berth check`, commands do what is shown.

documents.py ROOT [PROGRAM]. Without PROGRAM only links and the names of scripts and presets are looked at.

A block ```yaml is a whole configuration file; a second word behind it says what else it needs, and that nobody
checks it here. In a block ```console, `$ ` begins a command and the lines below
it are its output; `...` stands for anything. Servers that a block starts live to its end. Ports of 127.0.0.1
are replaced by free ones.
"""
import fnmatch
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time

import source_tree

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
SERVING = ("hello", "run")
SCRIPTS = ("packaging/test", "tests/bench/run", ".ci/run")


def links(root, path, text):
    for target in LINK.findall(BLOCK.sub("", text)):
        if not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
            yield f"{path}: link to {target}, which is not there"


def presets(root):
    try:
        return {preset["name"] for preset in json.loads(source_tree.read(root, "CMakePresets.json"))["configurePresets"]}
    except OSError:
        return set()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Console:
    """Runs one block."""

    def __init__(self, root, program):
        self.root, self.program, self.code = root, program, 0
        self.servers, self.ports, self.copies = [], {}, {}

    def with_free_ports(self, text):
        def replace(found):
            return found.group(1) + self.ports.setdefault(found.group(2), free_port())
        return re.sub(r"(127\.0\.0\.1:|PORT=)(\d+)", replace, text)

    def run(self, text):
        """Complaints about the block."""
        commands = re.split(r"^\$ ", text, flags=re.MULTILINE)
        try:
            for command in commands[1:]:
                line, _, expected = command.partition("\n")
                line = line.split("  #")[0].strip()
                complaint = self.step(line, expected.strip("\n"))
                if complaint:
                    yield f"`{line}`: {complaint}"
        finally:
            for server in self.servers:
                server.send_signal(signal.SIGTERM)
                server.wait()

    def step(self, line, expected):
        words = shlex.split(line)
        name = next((word for word in words if "=" not in word), "")
        if name in ("cmake", "ctest"):
            unknown = set(re.findall(r"--preset[ =](\w+)", line)) - presets(self.root)
            return f"no preset {unknown}" if unknown else None
        if name in SCRIPTS or name == "packaging/run":
            if not os.access(os.path.join(self.root, name), os.X_OK):
                return "not an executable file"
        if name in SCRIPTS or not self.program:
            return None
        if name == "echo":
            return None if expected == str(self.code) else f"exit code {self.code}, not {expected}"
        if name == "packaging/run":
            return self.serve(line.replace(name, "berth hello"))
        if os.path.basename(name) == "berth":
            after = words[words.index(name) + 1:]
            return self.serve(line) if after and after[0] in SERVING else self.answer(line, expected)
        if name in ("curl", "cat"):
            return self.answer(line, expected)
        return "not a command that this check knows"

    def command(self, line):
        """The words to run, in the environment that the line gives them."""
        words = shlex.split(self.with_free_ports(line))
        extra = {}
        while "=" in words[0]:
            key, _, value = words.pop(0).partition("=")
            extra[key] = value
        if os.path.basename(words[0]) == "berth":
            words[0] = self.program
        if words[0] == "curl":
            words[1:1] = ["-sS"]
        return [self.moved(word) for word in words], {**os.environ, **extra}

    def moved(self, word):
        """A configuration whose ports are replaced, in a copy beside it nobody sees."""
        path = os.path.join(self.root, word)
        if not word.endswith(".yaml") or not os.path.isfile(path):
            return word
        copy = tempfile.NamedTemporaryFile("w", suffix=".yaml", prefix="document-", delete=False, encoding="utf-8")
        with copy:
            copy.write(self.with_free_ports(source_tree.read(self.root, word)))
        os.chmod(copy.name, 0o644)
        self.copies[copy.name] = word
        return copy.name

    def serve(self, line):
        words, environment = self.command(line)
        if words[1] == "hello" and "PORT" not in environment:
            environment["PORT"] = self.ports.setdefault("8080", free_port())
        server = subprocess.Popen(words, cwd=self.root, env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.servers.append(server)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if server.poll() is not None:
                return f"ended with {server.returncode}: {server.stderr.read()}"
            for port in self.ports.values():
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                        return None
            time.sleep(0.02)
        return "does not serve"

    def answer(self, line, expected):
        words, environment = self.command(line)
        done = subprocess.run(words, cwd=self.root, env=environment, stdin=subprocess.DEVNULL, timeout=30,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.code, said = done.returncode, done.stdout.strip()
        for copy, word in self.copies.items():
            said = said.replace(copy, word)
        if not expected:
            return None if done.returncode == 0 else f"exit code {done.returncode}: {done.stdout}"
        pattern = re.sub(r"([\[\]?*])", r"[\1]", self.with_free_ports(expected)).replace("...", "*")
        return None if fnmatch.fnmatchcase(said, pattern) else f"says\n{said}"


def yaml_block(program, text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([program, "check", file.name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=30, text=True, check=False)
    return done.stdout if done.returncode else None


def violations(root, program=None):
    found = []
    for path in source_tree.files(root, ".md"):
        text = source_tree.read(root, path)
        found += links(root, path, text)
        for language, block in BLOCK.findall(text):
            if language == "yaml" and program:
                said = yaml_block(program, block)
                found += [f"{path}: a yaml block is refused:\n{said}"] if said else []
            if language == "console":
                found += [f"{path}: {complaint}" for complaint in Console(root, program).run(block)]
    return found


if __name__ == "__main__":
    source_tree.run_check("documents", lambda root: violations(root, *sys.argv[2:3]))
