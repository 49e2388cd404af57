#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures our server, clams-python's and a bare httplib echo in one run, with the same requests.

    cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCLAMS_BUILD_BENCH=ON
    cmake --build build --target add_view http_echo http_load
    python3 -m venv .venv && .venv/bin/pip install clams-python==1.8.0      # the peer
    bench/peer.py --build build --json figures.json
    bench/plot.py figures.json docs/images

The peer is served as clams-python does it in production, by gunicorn, twice: as shipped, which
replaces a worker after each request, and tuned, which does not. Rounds are interleaved, so that all
servers have the same neighbours; what is printed are medians. Absolute figures are the machine's,
and those of a busy one at that: take the ratios. A request's processor time, of all of a server's
threads and processes, hardly depends on the neighbours; beside many, `nice -n -10` helps the rest.
"""
import argparse
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
FRAME = "http://mmif.clams.ai/vocabulary/TimeFrame/v5"
ANNOTATION_BYTES = 200  # about


def document(annotations):
    """An MMIF with one text document and, if asked for, a view of so many annotations."""
    mmif = {"metadata": {"mmif": "http://mmif.clams.ai/1.0.5"},
            "documents": [{"@type": "http://mmif.clams.ai/vocabulary/TextDocument/v1",
                           "properties": {"id": "d1", "mime": "text/plain",
                                          "text": {"@value": "A text of some words. " * 18}}}],
            "views": []}
    if annotations:
        mmif["views"].append({
            "id": "v_0", "metadata": {"timestamp": "2024-01-01T00:00:00", "app": "http://apps.clams.ai/x/v1",
                                      "contains": {FRAME: {"timeUnit": "milliseconds"}}},
            "annotations": [{"@type": FRAME, "properties": {
                "id": f"v_0:tf_{i}", "label": "speech", "start": i * 40, "end": i * 40 + 39,
                "classification": {"speech": 0.5, "music": 0.25}}} for i in range(annotations)]})
    return json.dumps(mmif).encode()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def family(pid):
    """What /proc says of a process and of those that it has started: status and stat."""
    pids = [pid]
    for one in pids:
        folder = pathlib.Path(f"/proc/{one}")
        try:
            pids += [int(p) for p in (folder / f"task/{one}/children").read_text().split()]
            yield (folder / "status").read_text(), (folder / "stat").read_text()
        except OSError:
            pass  # it has ended meanwhile


def peak_mib(pid):
    """The most memory that a process had, or that one of its children has had."""
    lines = [line for status, _ in family(pid) for line in status.splitlines() if line.startswith("VmHWM")]
    return max(int(line.split()[1]) for line in lines) / 1024


def processor_seconds(pid):
    """Of the process and all that it has started, those that have ended included."""
    fields = [stat.rpartition(")")[2].split() for _, stat in family(pid)]
    return sum(int(ticks) for stat in fields for ticks in stat[11:15]) / os.sysconf("SC_CLK_TCK")


class Server:
    """A server in a process group of its own, from its start to its first answer and on."""

    def __init__(self, name, command):
        self.name, self.port = name, free_port()
        started = time.perf_counter()
        self.process = subprocess.Popen([str(c).replace("PORT", str(self.port)) for c in command],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        while not self.answers():
            if self.process.poll() is not None:
                sys.exit(f"{name} ended with status {self.process.returncode}")
            if time.perf_counter() - started > 120:
                sys.exit(f"{name} does not answer")
            time.sleep(0.0005)
        self.start_ms = (time.perf_counter() - started) * 1000

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
                s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return s.recv(4096).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def wait_for_rest(self):
        """A worker that is started anew after a request would take processor time from who is next."""
        used, now = None, processor_seconds(self.process.pid)
        while used != now:
            time.sleep(0.3)
            used, now = now, processor_seconds(self.process.pid)

    def stop(self):
        """Ends it, and tells how many seconds of processor it has used in all."""
        self.process.terminate()
        killer = threading.Timer(30, os.killpg, (self.process.pid, signal.SIGKILL))
        killer.start()
        _, _, usage = os.wait4(self.process.pid, 0)
        killer.cancel()
        self.process.returncode = 0
        return usage.ru_utime + usage.ru_stime


class Bench:
    def __init__(self, args):
        self.args, self.load = args, args.build / "bench" / "http_load"
        bench = args.build / "bench"
        self.commands = {"ours": [bench / "add_view", "serve", "--port", "PORT", "--production"],
                         "echo": [bench / "http_echo", "PORT"]}
        if args.peer_python:
            for name, requests in (("clams-python, tuned", 0), ("clams-python, as shipped", 1)):
                self.commands[name] = [args.peer_python, HERE / "peer_app.py", "PORT", requests]
        self.figures = {"load_average": os.getloadavg()[0], "processors": os.cpu_count(), "tables": [],
                        "growth": [], "startup": {}}

    def start(self, names):
        return [Server(name, self.commands[name]) for name in names if name in self.commands]

    def measure(self, server, file, connections, seconds):
        before = processor_seconds(server.process.pid)
        out = subprocess.run([self.load, "--port", str(server.port), "--file", file, "--connections",
                              str(connections), "--seconds", str(seconds)], capture_output=True, text=True)
        if out.returncode != 0:
            sys.exit(f"{server.name}: {out.stderr.strip()}")
        figures = json.loads(out.stdout)
        used = processor_seconds(server.process.pid) - before
        server.wait_for_rest()
        return {**figures, "processor_us": used / figures["requests"] * 1e6}

    def compare(self, title, names, annotations, connections, rounds):
        """One table. The servers are started for it, so that their peak memory is of its requests."""
        servers = self.start(names)
        seen = {server.name: [] for server in servers}
        with tempfile.NamedTemporaryFile() as file:
            file.write(document(annotations))
            file.flush()
            size = os.stat(file.name).st_size
            for _ in range(rounds):
                for server in servers:
                    seen[server.name].append(self.measure(server, file.name, connections, self.args.seconds))
        rows = {}
        for server in servers:
            runs = seen[server.name]
            rows[server.name] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            rows[server.name]["peak_mib"] = peak_mib(server.process.pid)
            server.stop()
        table = {"title": title, "bytes": size, "connections": connections, "rounds": rounds,
                 "load_average": os.getloadavg()[0], "rows": rows}
        self.figures["tables"].append(table)
        print_table(table)

    def grow(self):
        """The cost of a megabyte, from one kilobyte to a hundred megabytes; the peer's up to --peer-largest."""
        servers = self.start(["ours", "clams-python, tuned"])
        print(f"\nGrowth: a request of so many bytes, one connection, load average {os.getloadavg()[0]:.1f}\n"
              "| bytes | server | p50 ms | processor ms | processor ms/MB |\n|---|---|---|---|---|")
        for size in (10 ** 3, 10 ** 4, 10 ** 5, 10 ** 6, 10 ** 7, 10 ** 8):
            with tempfile.NamedTemporaryFile() as file:
                file.write(document(max(size // ANNOTATION_BYTES - 3, 1)))
                file.flush()
                real = os.stat(file.name).st_size
                for server in servers:
                    if server.name == "ours" or size <= self.args.peer_largest:
                        self.grow_by(server, file.name, real)
        for server in servers:
            server.stop()

    def grow_by(self, server, file, size):
        runs = [self.measure(server, file, 1, self.args.seconds) for _ in range(self.args.rounds)]
        ms, used = (statistics.median(run[key] for run in runs) / 1000 for key in ("p50_us", "processor_us"))
        print(f"| {size} | {server.name} | {ms:.3f} | {used:.3f} | {used / size * 1e6:.2f} |", flush=True)
        self.figures["growth"].append({"server": server.name, "bytes": size, "ms": ms, "processor_ms": used})

    def time_starts(self):
        print(f"\nFrom the start of the program to its first answer, load average {os.getloadavg()[0]:.1f}\n"
              "| server | ms | processor ms, its end included |\n|---|---|---|")
        seen = {name: [] for name in self.commands}
        for _ in range(self.args.rounds):
            for name in self.commands:
                server = Server(name, self.commands[name])
                seen[name].append((server.start_ms, server.stop() * 1000))
        for name, runs in seen.items():
            ms, used = (statistics.median(run[i] for run in runs) for i in (0, 1))
            self.figures["startup"][name] = {"ms": ms, "processor_ms": used}
            print(f"| {name} | {ms:.1f} | {used:.1f} |")


def print_table(table):
    print(f"\n{table['title']}: {table['bytes']} bytes, {table['connections']} connections, median of "
          f"{table['rounds']}, load average {table['load_average']:.1f}")
    print("| server | requests/s | p50 ms | p99 ms | processor us | failures | peak MiB |\n"
          "|---|---|---|---|---|---|---|")
    for name, row in table["rows"].items():
        print(f"| {name} | {row['requests_per_second']:.2f} | {row['p50_us'] / 1000:.3f} "
              f"| {row['p99_us'] / 1000:.3f} | {row['processor_us']:.1f} | {row['failures']:.0f} "
              f"| {row['peak_mib']:.0f} |")
    ours = table["rows"]["ours"]
    for name, other in table["rows"].items():
        if name != "ours":
            print(f"ours / {name}: {ours['requests_per_second'] / other['requests_per_second']:.2f}x the "
                  f"requests, {ours['p50_us'] / other['p50_us']:.4f}x the p50, "
                  f"{ours['processor_us'] / other['processor_us']:.4f}x the processor time")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path, help="build folder")
    parser.add_argument("--peer-python", default=str(HERE.parent / ".venv/bin/python"),
                        help="a Python that has clams-python; empty: without the peer")
    parser.add_argument("--only", choices=["small", "large", "growth", "start"], action="append",
                        help="measure this only (repeatable)")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large-rounds", type=int, default=5)
    parser.add_argument("--large-annotations", type=int, default=50000)
    parser.add_argument("--peer-largest", type=int, default=10 ** 6, help="bytes, in the growth of the peer")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures here, for bench/plot.py")
    args = parser.parse_args()
    bench, chosen = Bench(args), args.only or ["small", "large", "growth", "start"]
    everyone = list(bench.commands)
    if "small" in chosen:
        bench.compare("small request", everyone, 0, 8, args.rounds)
        bench.compare("small request", everyone[:3], 0, 1, args.rounds)
    if "large" in chosen:
        bench.compare("large request", ["ours", "echo", "clams-python, tuned"], args.large_annotations, 1,
                      args.large_rounds)
    if "growth" in chosen:
        bench.grow()
    if "start" in chosen:
        bench.time_starts()
    if args.json:
        args.json.write_text(json.dumps(bench.figures, indent=1))


if __name__ == "__main__":
    main()
