#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures our server, clams-python's and a bare httplib echo in one run, with the same requests.

    cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCLAMS_BUILD_BENCH=ON
    cmake --build build --target add_view http_echo http_load
    bench/peer.py --build build [--peer-python .venv/bin/python] [--seconds 5] [--rounds 5]

Prints a table of medians, and the ratios to the peer and to the echo.
"""
import argparse
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent


def document(annotations):
    """An MMIF with one text document and, if asked for, a view of so many annotations."""
    mmif = {"metadata": {"mmif": "http://mmif.clams.ai/1.0.5"},
            "documents": [{"@type": "http://mmif.clams.ai/vocabulary/TextDocument/v1",
                           "properties": {"id": "d1", "mime": "text/plain",
                                          "text": {"@value": "A text of some words. " * 8}}}],
            "views": []}
    if annotations:
        frame = "http://mmif.clams.ai/vocabulary/TimeFrame/v5"
        mmif["views"].append({
            "id": "v_0", "metadata": {"timestamp": "2024-01-01T00:00:00", "app": "http://apps.clams.ai/x/v1",
                                      "contains": {frame: {"timeUnit": "milliseconds"}}},
            "annotations": [{"@type": frame, "properties": {
                "id": f"v_0:tf_{i}", "label": "speech", "start": i * 40, "end": i * 40 + 39,
                "classification": {"speech": 0.5, "music": 0.25}}} for i in range(annotations)]})
    return json.dumps(mmif).encode()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def resident_mib(pid):
    """The memory of a process and its children."""
    pids, total = [pid], 0
    while pids:
        one = pids.pop()
        try:
            pids += [int(p) for p in pathlib.Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            status = pathlib.Path(f"/proc/{one}/status").read_text()
            total += int(next(x for x in status.splitlines() if x.startswith("VmHWM")).split()[1])
        except (OSError, StopIteration):
            pass  # it has ended meanwhile
    return total / 1024


class Server:
    def __init__(self, name, command):
        self.name, self.port = name, free_port()
        started = time.perf_counter()
        self.process = subprocess.Popen([str(c).replace("PORT", str(self.port)) for c in command],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait()
        self.start_ms = (time.perf_counter() - started) * 1000

    def wait(self):
        for _ in range(3000):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).read()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{self.name} ended with status {self.process.returncode}")
                time.sleep(0.01)
        sys.exit(f"{self.name} does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def measure(load, server, file, connections, seconds):
    out = subprocess.run([load, "--port", str(server.port), "--file", file, "--connections",
                          str(connections), "--seconds", str(seconds)],
                         capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f"{server.name}: {out.stderr.strip()}")
    return json.loads(out.stdout)


def compare(servers, load, file, connections, seconds, rounds):
    """Rounds are interleaved, so that all see the same neighbours."""
    seen = {server.name: [] for server in servers}
    for _ in range(rounds):
        for server in servers:
            seen[server.name].append(measure(load, server, file, connections, seconds))
    return {name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            for name, runs in seen.items()}


def print_table(title, results, servers):
    print(f"\n{title} (load average {os.getloadavg()[0]:.1f})")
    print("| server | requests/s | p50 ms | p99 ms | failures | peak MiB | start ms |")
    print("|---|---|---|---|---|---|---|")
    for server in servers:
        r = results[server.name]
        print(f"| {server.name} | {r['requests_per_second']:.1f} | {r['p50_us'] / 1000:.3f} "
              f"| {r['p99_us'] / 1000:.3f} | {r['failures']:.0f} | {resident_mib(server.process.pid):.0f} "
              f"| {server.start_ms:.0f} |")
    ours = results["ours"]
    for name, other in results.items():
        if name != "ours":
            print(f"ours / {name}: {ours['requests_per_second'] / other['requests_per_second']:.2f}x the "
                  f"requests, {ours['p50_us'] / other['p50_us']:.4f}x the p50")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path, help="build folder")
    parser.add_argument("--peer-python", default=str(HERE.parent / ".venv/bin/python"),
                        help="a Python that has clams-python; empty: without the peer")
    parser.add_argument("--max-requests", default="0",
                        help="after so many requests the peer replaces a worker; 1 is how it is shipped")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large-annotations", type=int, default=50000)
    args = parser.parse_args()
    bench = args.build / "bench"
    servers = [Server("ours", [bench / "add_view", "serve", "--port", "PORT", "--production"])]
    small = servers + [Server("echo", [bench / "http_echo", "PORT"])]
    if args.peer_python:
        peer = Server("clams-python", [args.peer_python, HERE / "peer_app.py", "PORT", args.max_requests])
        servers, small = servers + [peer], small + [peer]
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "body.mmif"
            for title, annotations, connections, who in [
                    ("small request, 8 connections", 0, 8, small), ("small request, 1 connection", 0, 1, small),
                    ("large request, 1 connection", args.large_annotations, 1, servers)]:
                file.write_bytes(document(annotations))
                size = file.stat().st_size
                print_table(f"{title}, {size} bytes", compare(who, bench / "http_load", file, connections,
                                                              args.seconds, args.rounds), who)
    finally:
        for server in small:
            server.stop()


if __name__ == "__main__":
    main()
