# SPDX-License-Identifier: Apache-2.0
"""Processes that peer.py asks to transcribe: our server, and the peers' (engines.py)."""
import concurrent.futures
import json
import os
import pathlib
import resource
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import wave

ENGINES = pathlib.Path(__file__).resolve().parent / "engines.py"


def seconds_of(audio):
    with wave.open(str(audio)) as file:
        return file.getnframes() / file.getframerate()


def peak_mib(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def processor_seconds(pid):
    """What a process has used so far. A busy machine stretches the wall clock, but hardly this."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Peer:
    """A peer in its own process, asked over its standard input."""

    def __init__(self, python, name, model, threads):
        self.process = subprocess.Popen(self.command(python, name, model, threads), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.read(name)

    @staticmethod
    def command(python, name, model, threads):
        return [str(python), str(ENGINES), name, str(model), str(threads)]

    def read(self, what):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{what}: the peer has ended with status {self.process.wait()}")
        return json.loads(line)

    def ask(self, question):
        before = processor_seconds(self.process.pid)
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.read(question)
        return {**answer, "processor": processor_seconds(self.process.pid) - before}

    def peak_mib(self):
        return peak_mib(self.process.pid)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


class Ours:
    """Our server, asked as a CLAMS app."""

    def __init__(self, whisper, model, kind, threads):
        compute_type, self.encoder_length = kind
        self.port = free_port()
        self.process = subprocess.Popen(
            [whisper, "serve", "--port", str(self.port), "--model", model, "--device", "cpu",
             "--threads", str(threads), "--compute-type", compute_type],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("our server does not answer")
            time.sleep(0.02)

    def answers(self):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).status == 200
        except OSError:
            return False

    def ask(self, question):
        before, started = processor_seconds(self.process.pid), time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(question["clients"]) as pool:
            texts = list(pool.map(lambda _: self.transcribe(question), range(question["requests"])))
        return {"seconds": time.perf_counter() - started, "text": texts[0],
                "processor": processor_seconds(self.process.pid) - before}

    def transcribe(self, question):
        options = {"language": "en", "wordTimestamps": "false", "beamSize": question["beams"],
                   "encoderLength": self.encoder_length}
        if question["beams"] == 1:
            options["temperature"] = "0"
        url = f"http://127.0.0.1:{self.port}/?{urllib.parse.urlencode(options)}"
        with urllib.request.urlopen(url, self.document(question["audio"]), timeout=600) as reply:
            return self.text_of(json.load(reply))

    @staticmethod
    def document(audio):
        properties = {"id": "d1", "mime": "audio/wav", "location": pathlib.Path(audio).resolve().as_uri()}
        return json.dumps({"metadata": {"mmif": "http://mmif.clams.ai/1.0.5"}, "views": [], "documents": [
            {"@type": "http://mmif.clams.ai/vocabulary/AudioDocument/v1", "properties": properties}]}).encode()

    @staticmethod
    def text_of(mmif):
        found = [a["properties"]["text"]["@value"] for view in mmif["views"]
                 for a in view.get("annotations", []) if "/TextDocument/" in a["@type"]]
        if not found:
            sys.exit(f"our server found no text: {mmif['views'][0]['metadata'].get('error')}")
        return found[0]

    def peak_mib(self):
        return peak_mib(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def cold_start(command):
    """Seconds from the start of a process to its first text and to its end, and its processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    text = process.stdout.readline()
    first = time.perf_counter() - started
    process.stdout.read()
    if process.wait() != 0 or not text:
        sys.exit(f"no text from {command}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"first": first, "seconds": time.perf_counter() - started,
            "processor": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def word_errors(python, references, audio, texts):
    """[errors, words] of each text, or nothing where there is no reference."""
    known = {entry["file"]: entry.get("reference") for entry in json.loads(references.read_text())} if references else {}
    reference = known.get(audio.name)
    if not reference:
        return [None] * len(texts)
    pairs = json.dumps([[reference, text] for text in texts])
    counted = subprocess.run([python, ENGINES, "word-errors"], input=pairs, capture_output=True, text=True, check=True)
    return json.loads(counted.stdout)


def load_average():
    return os.getloadavg()[0]
