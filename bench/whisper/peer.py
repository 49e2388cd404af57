#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the Whisper app beside openai-whisper, faster-whisper and whisper.cpp: the same weights,
threads and recordings, in one run.

    bench/whisper/peer.py --whisper build/examples/whisper/whisper --venv .venv-peers \\
        --ct2 tiny.en_ct2 --pt tiny.en.pt --ggml ggml-tiny.en.bin \\
        --audio jfk.wav --audio sonnets.wav --references manifest.json

The venv is made, and the peers installed from PyPI, unless it is there. The weights must be the same
in each form; a peer whose form is not given is left out. All answer in turn, so that all see the same
neighbours. Peak memory is that of a process that did nothing but this row (and one warm-up).
"""
import argparse
import os
import pathlib
import subprocess
import sys

from contestants import Ours, Peer, cold_start, word_errors
import tables

PEERS = {"openai-whisper": "pt", "faster-whisper float32": "ct2", "faster-whisper int8": "ct2",
         "whisper.cpp": "ggml"}
PACKAGES = ["openai-whisper", "faster-whisper", "pywhispercpp", "jiwer"]


def prepare_venv(venv):
    python = venv / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    probe = "import whisper, faster_whisper, pywhispercpp, jiwer"
    if subprocess.run([python, "-c", probe], stderr=subprocess.DEVNULL).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", *PACKAGES], check=True)
    return python


def kinds_of_ours(args):
    """Name of each row: (compute type, encoder length)."""
    return {f"ours {compute_type}" + ("" if length == "window" else f", encoder: {length}"): (compute_type, length)
            for compute_type in args.compute_type for length in args.encoder_length}


def contestants(args):
    """Name and factory of each, ours first."""
    makers = {}
    for name, kind in kinds_of_ours(args).items():
        makers[name] = lambda k=kind: Ours(args.whisper, args.ct2, k, args.threads)
    for name, form in PEERS.items():
        model = getattr(args, form)
        if model and (not args.peer or name in args.peer):
            makers[name] = lambda n=name, m=model: Peer(args.python, n, m, args.threads)
    return makers


def take_turns(makers, rounds, question):
    """Each answers once to warm up and then `rounds` times: {name: (answers, peak MiB)}."""
    running = {name: make() for name, make in makers.items()}
    try:
        for one in running.values():
            one.ask(question)
        runs = {name: [] for name in running}
        for _ in range(rounds):
            for name, one in running.items():
                runs[name].append(one.ask(question))
        return {name: (runs[name], one.peak_mib()) for name, one in running.items()}
    finally:
        for one in running.values():
            one.stop()



def speed(args, makers):
    for audio in args.audio:
        for beams in args.beams:
            question = {"audio": str(audio), "beams": beams, "clients": 1, "requests": 1}
            results = take_turns(makers, args.rounds, question)
            texts = [runs[0]["text"] for runs, _ in results.values()]
            errors = word_errors(args.python, args.references, audio, texts)
            tables.speed(audio, beams, results, errors)


def cold(args):
    commands = {}
    audio = args.audio[0]
    for name, (compute_type, length) in kinds_of_ours(args).items():
        commands[name] = [
            args.whisper, "transcribe", "--model", args.ct2, "--device", "cpu", "--language", "en", "--beam-size", "1",
            "--threads", str(args.threads), "--compute-type", compute_type,
            "--encoder-length", length, audio]
    for name, form in PEERS.items():
        if getattr(args, form) and (not args.peer or name in args.peer):
            commands[name] = Peer.command(args.python, name, getattr(args, form), args.threads) + [audio, "1"]
    runs = {name: [] for name in commands}
    for _ in range(args.rounds + 1):  # the first only fills the page cache
        for name, command in commands.items():
            runs[name].append(cold_start(command))
    tables.cold(audio, {name: some[1:] for name, some in runs.items()})


def contention(args, makers):
    """The same work while another process wants a processor."""
    question = {"audio": str(args.audio[0]), "beams": 1, "clients": 1, "requests": 1}
    quiet = take_turns(makers, args.rounds, question)
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        contended = take_turns(makers, args.rounds, question)
    finally:
        busy.kill()
        busy.wait()
    tables.contention(args.audio[0], quiet, contended)


def serving(args, makers):
    """Several clients at the same time, on one copy of the model."""
    workers = "faster-whisper int8, 2 workers"
    makers = {name: make for name, make in makers.items() if name.startswith(("ours", "faster-whisper"))}
    makers[workers] = lambda: Peer(args.python, workers, args.ct2, args.threads)
    question = {"audio": str(args.audio[0]), "beams": args.beams[-1], "requests": 2 * args.clients}
    alone = take_turns(makers, 1, {**question, "clients": 1})
    together = take_turns(makers, args.rounds, {**question, "clients": args.clients})
    tables.serving(question, args.clients, alone, together)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--whisper", required=True, type=pathlib.Path, help="our executable")
    parser.add_argument("--venv", required=True, type=pathlib.Path, help="the peers' Python environment")
    parser.add_argument("--ct2", required=True, help="the weights as a CTranslate2 folder: ours and faster-whisper")
    parser.add_argument("--pt", help="the same as OpenAI's checkpoint")
    parser.add_argument("--ggml", help="the same as whisper.cpp's file")
    parser.add_argument("--audio", action="append", required=True, type=pathlib.Path,
                        help="16 kHz WAV, English; the first, a short one, serves for the other tables too")
    parser.add_argument("--references", type=pathlib.Path, help='JSON list of {"file", "reference"}')
    parser.add_argument("--compute-type", nargs="+", default=["auto"], help="ours")
    parser.add_argument("--encoder-length", nargs="+", default=["window"], choices=["window", "audio"], help="ours")
    parser.add_argument("--peer", action="append", choices=list(PEERS), help="these peers only")
    parser.add_argument("--beams", nargs="+", type=int, default=[1, 5])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--table", nargs="+", default=["speed", "cold"],
                        choices=["speed", "cold", "contention", "serving"])
    args = parser.parse_args()
    args.python = prepare_venv(args.venv)
    os.environ.setdefault("OMP_NUM_THREADS", str(args.threads))
    makers = contestants(args)
    for table in args.table:
        {"speed": lambda: speed(args, makers), "cold": lambda: cold(args),
         "contention": lambda: contention(args, makers), "serving": lambda: serving(args, makers)}[table]()


if __name__ == "__main__":
    main()
