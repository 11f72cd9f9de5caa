"""Many requests by one curl, over every transport: what a client that others wrote makes of the answers."""
import collections
import json
import os
import subprocess

from .http import Response

# Scheme and version that curl is told.
TRANSPORTS = {"http/1.1": ("http", "http1.1"), "http/1.1 over tls": ("https", "http1.1"),
              "h2": ("https", "http2"), "h2c": ("http", "http2-prior-knowledge")}

MARK = "\x01"  # before what is said of an answer

Request = collections.namedtuple("Request", "path fields method body", defaults=((), "GET", None))


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def _lines(request, number, port, transport, folder):
    """One request in the language of curl's files. The target goes out as it is written."""
    scheme, version = TRANSPORTS[transport]
    name = f"{number}.localhost" if transport == "h2c" else "localhost"  # 7.88 cannot use such a connection twice
    yield from (f"url = {scheme}://{name}:{port}/", 'header = "Host: localhost"', "ipv4", f"request-target = {_quoted(request.path)}", version, "insecure", "globoff",
                "silent", "max-time = 20", f"output = {_quoted(os.path.join(folder, f'{number}.got'))}",
                f'write-out = "{MARK}%{{exitcode}} %{{http_version}} %{{http_code}}\\n%{{header_json}}"')
    for field in request.fields:
        name, _, value = field.partition(":")
        yield f"header = {_quoted(field if value.strip() else name + ';')}"
    if request.method == "HEAD":
        yield "head"
    elif request.body is not None:
        source = os.path.join(folder, f"{number}.sent")
        with open(source, "wb") as file:
            file.write(request.body)
        yield f"upload-file = {_quoted(source)}"
        yield 'header = "Expect:"'
    if request.method not in ("GET", "HEAD"):
        yield f"request = {request.method}"


def ask(ports, transport, requests, folder):
    """The answers to the requests, one after the other; ports: by scheme. Its files are left in the folder."""
    port = ports[TRANSPORTS[transport][0]]
    parts = ("\n".join(_lines(request, number, port, transport, folder)) for number, request in enumerate(requests))
    config = os.path.join(folder, "curl.config")
    with open(config, "w", encoding="latin-1") as file:
        file.write("\nnext\n".join(parts) + "\n")
    said = subprocess.run(["curl", "-q", "-K", config], capture_output=True, timeout=120, check=False)
    answers = said.stdout.decode("latin-1").split(MARK)[1:]
    assert len(answers) == len(requests), said.stderr
    return [_response(*each, os.path.join(folder, f"{number}.got")) for number, each in enumerate(zip(requests, answers))]


def _response(request, said, path):
    first, _, fields = said.partition("\n")
    problem, version, status = first.split()
    assert problem == "0", f"curl ends with {problem} for {path}: {said}"
    body = b""
    if os.path.exists(path):
        with open(path, "rb") as file:
            body = file.read()
        os.unlink(path)
    if request.method == "HEAD":  # curl keeps the head instead
        body = body.partition(b"\r\n\r\n")[2]
    pairs = sorted((name, value) for name, values in json.loads(fields).items() for value in values)
    answer = Response(int(status), "", pairs, body)
    answer.version = version
    return answer
