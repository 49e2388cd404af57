# SPDX-License-Identifier: Apache-2.0
"""Writes seeds for the fuzzers: seeds.py CONFORMANCE_DIR OUT. Without recordings there are none."""
import json
import pathlib
import sys

MOST_BYTES = 20000  # larger ones make the fuzzers slow


def lines(path):
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def body_of(request):
    body = request.get("body", "")
    return body if isinstance(body, str) else json.dumps(body)


def request_bytes(request):
    body = body_of(request).encode(errors="surrogateescape")
    fields = {"Host": "h", **request.get("headers", {}), "Content-Length": str(len(body))}
    head = f"{request['method']} {request['path']} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return (head + "\r\n").encode() + body


def empty_lines():
    """Requests of one connection with one empty line before each, and one with two."""
    request = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    yield b"\r\n" + request + b"\r\n" + request + b"\r\n"
    yield b"\r\n\r\n" + request


def seeds_of(folder):
    for seed in empty_lines():
        yield "http", b"\x03" + seed
    for path in (folder / "mmif" / "files").glob("*"):
        yield "mmif", path.read_bytes()
    for case in lines(folder / "mmif" / "mutations.jsonl"):
        if isinstance(case.get("mmif"), str):
            yield "mmif", case["mmif"].encode(errors="surrogatepass")
    for case in lines(folder / "http.jsonl"):
        request = case["request"]
        yield "http", b"\x03" + request_bytes(request)
        yield "envelope", body_of(request).encode(errors="surrogatepass")
        query = request["path"].partition("?")[2].encode()
        yield "query", query
        yield "parameters", query
    for case in lines(folder / "units.jsonl"):
        for argument in case["args"]:
            if isinstance(argument, str):
                yield "parameters", argument.encode(errors="surrogatepass")


def main():
    folder, out = map(pathlib.Path, sys.argv[1:3])
    for number, (fuzzer, content) in enumerate(seeds_of(folder)):
        if len(content) > MOST_BYTES:
            continue
        target = out / fuzzer
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{number:05d}").write_bytes(content)


main()
