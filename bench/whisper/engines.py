#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One peer in a process of its own: runs in the peers' venv, for peer.py.

    engines.py ENGINE MODEL THREADS                  answers questions, one JSON document a line
    engines.py ENGINE MODEL THREADS AUDIO BEAMS      transcribes one recording and writes the text
    engines.py word-errors                           [[reference, text], ...] to [[errors, words], ...]

A question is {"audio", "beams", "clients", "requests"}; so many clients ask at the same time.
"""
import concurrent.futures
import json
import os
import sys
import time


class OpenaiWhisper:
    def __init__(self, model, threads):
        import torch
        import whisper
        torch.set_num_threads(threads)
        self.model = whisper.load_model(model, device="cpu")

    def segments(self, audio, beams):
        options = {"beam_size": beams, "best_of": 5} if beams > 1 else {"temperature": 0.0}
        yield self.model.transcribe(audio, language="en", fp16=False, **options)["text"]


class FasterWhisper:
    def __init__(self, model, threads, compute_type, workers=1):
        from faster_whisper import WhisperModel
        self.model = WhisperModel(model, device="cpu", compute_type=compute_type, num_workers=workers,
                                  cpu_threads=max(1, threads // workers))

    def segments(self, audio, beams):
        options = {} if beams > 1 else {"temperature": 0.0}
        for segment in self.model.transcribe(audio, language="en", beam_size=beams, **options)[0]:
            yield segment.text


class WhisperCpp:
    def __init__(self, model, threads):
        from pywhispercpp.model import Model
        self.models = {}
        self.make = lambda beams: Model(model, n_threads=threads, language="en", print_progress=False,
                                        redirect_whispercpp_logs_to=os.devnull,
                                        params_sampling_strategy=int(beams > 1))

    def segments(self, audio, beams):
        if beams not in self.models:
            self.models = {beams: self.make(beams)}
        options = ({"beam_search": {"beam_size": beams, "patience": -1.0}} if beams > 1
                   else {"greedy": {"best_of": 1}, "temperature": 0.0, "temperature_inc": 0.0})
        for segment in self.models[beams].transcribe(audio, **options):
            yield " " + segment.text


ENGINES = {
    "openai-whisper": OpenaiWhisper,
    "faster-whisper float32": lambda model, threads: FasterWhisper(model, threads, "float32"),
    "faster-whisper int8": lambda model, threads: FasterWhisper(model, threads, "int8"),
    "faster-whisper int8, 2 workers": lambda model, threads: FasterWhisper(model, threads, "int8", 2),
    "whisper.cpp": WhisperCpp,
}


def transcribe(engine, question):
    started, texts, first = time.perf_counter(), [], None
    for text in engine.segments(question["audio"], question["beams"]):
        first = first or time.perf_counter() - started
        texts.append(text)
    return {"seconds": time.perf_counter() - started, "first": first, "text": "".join(texts)}


def answer(engine, question):
    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(question["clients"]) as pool:
        runs = list(pool.map(lambda _: transcribe(engine, question), range(question["requests"])))
    return {**runs[0], "seconds": time.perf_counter() - started}


def count_word_errors(pairs):
    import jiwer
    from whisper.normalizers import EnglishTextNormalizer
    normalize = EnglishTextNormalizer()
    counts = []
    for reference, text in pairs:
        reference, text = normalize(reference), normalize(text)
        words = len(reference.split())
        found = jiwer.process_words(reference, text) if text else None
        errors = found.substitutions + found.deletions + found.insertions if found else words
        counts.append([errors, words])
    return counts


def main():
    if sys.argv[1:] == ["word-errors"]:
        json.dump(count_word_errors(json.load(sys.stdin)), sys.stdout)
        return
    name, model, threads, *once = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")  # what a peer prints goes elsewhere
    os.dup2(2, 1)
    engine = ENGINES[name](model, int(threads))
    if once:
        for text in engine.segments(once[0], int(once[1])):
            print(text, file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(engine, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
