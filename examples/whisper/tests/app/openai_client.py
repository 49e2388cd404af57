#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uses the Whisper app's server with OpenAI's own Python client.

openai_client.py PROGRAM MODEL RECORDING... takes the first recording that is there: the JFK sample
or one of LibriVox. Ends with 4 (skipped) where the client, model or recordings are missing.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import unittest

SKIPPED = 4
try:
    import openai
except ImportError:
    print("skipped: the openai package is not installed")
    sys.exit(SKIPPED)

program, model, *candidates = sys.argv[1:]
recordings = [pathlib.Path(name) for name in candidates if pathlib.Path(name).exists()]
if not pathlib.Path(model).exists() or not recordings:
    print("skipped: no model or no recording here")
    sys.exit(SKIPPED)
recording = recordings[0]


class OpenaiClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = subprocess.Popen(
            [program, "serve", "--port", "0", "--model", model, "--device", "cpu"],
            stderr=subprocess.PIPE, text=True, env={**os.environ, "CLAMS_APP_VERSION": "v1"})
        for line in cls.server.stderr:
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                break
        cls.client = openai.OpenAI(base_url=found.group(1) + "/v1", api_key="none", max_retries=0)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.server.terminate()
        cls.server.stderr.read()
        cls.server.stderr.close()
        if cls.server.wait(timeout=60) != 0:
            raise RuntimeError(f"the server ended with {cls.server.returncode}")

    def transcribe(self, **options):
        options.setdefault("model", "whisper-1")
        with recording.open("rb") as file:
            return self.client.audio.transcriptions.create(file=file, **options)

    def test_text_is_the_same_in_every_form(self):
        text = self.transcribe().text
        self.assertGreater(len(text.split()), 10)
        self.assertEqual(self.transcribe(response_format="text").strip(), text)
        self.assertIn("00:00:00,", self.transcribe(response_format="srt"))
        self.assertTrue(self.transcribe(response_format="vtt").startswith("WEBVTT"))

    def test_verbose_json_has_words_and_segments(self):
        verbose = self.transcribe(response_format="verbose_json", language="en",
                                  timestamp_granularities=["word", "segment"])
        self.assertEqual(verbose.language, "english")
        self.assertGreater(verbose.duration, 5)
        self.assertGreater(len(verbose.words), 10)
        self.assertLessEqual(verbose.words[-1].end, verbose.duration + 0.1)
        self.assertEqual("".join(s.text for s in verbose.segments).strip(), verbose.text.strip())

    def test_a_stream_adds_up_to_the_text(self):
        events = list(self.transcribe(stream=True))
        self.assertEqual(events[-1].type, "transcript.text.done")
        deltas = "".join(e.delta for e in events if e.type == "transcript.text.delta")
        self.assertEqual(deltas.strip(), events[-1].text)

    def test_models_are_listed(self):
        names = [model.id for model in self.client.models.list()]
        self.assertIn("whisper-1", names)
        self.assertEqual(self.client.models.retrieve("whisper-1").id, "whisper-1")

    def test_errors_are_the_clients_own_exceptions(self):
        with self.assertRaises(openai.NotFoundError) as missing:
            self.transcribe(model="gpt-5-transcribe")
        self.assertEqual(missing.exception.code, "model_not_found")
        with self.assertRaises(openai.BadRequestError):
            self.transcribe(language="klingon")
        with self.assertRaises(openai.BadRequestError) as broken:
            self.client.audio.transcriptions.create(file=("x.wav", b"no media"), model="whisper-1")
        self.assertIn("x.wav", str(broken.exception))

    def test_clients_at_once_get_the_same_text(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: self.transcribe().text, range(4)))
        self.assertEqual(len(set(answers)), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
