#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
Lets clams-python and our peak store write into one folder: ours reads what it wrote, and it does not notice ours.

    peak_files.py --program PEAK_PROBE

Exit status: 0 all well, 1 something was not, 4 skipped (no clams-python).
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

OUR_HASH = '0123456789abcdef0123456789abcdef'
RAISES = 40


def import_peer():
    """clams-python's app class, metadata class and hash."""
    try:
        from clams.app import ClamsApp
        from clams.appmetadata import AppMetadata
        from mmif.utils.workflow_helper import generate_param_hash
    except ImportError as error:
        print(f'skipped: {error}')
        sys.exit(4)
    return ClamsApp, AppMetadata, generate_param_hash


def make_app(app_class, metadata_class):
    """An app of clams-python that does nothing."""
    class App(app_class):
        def _appmetadata(self):
            metadata = metadata_class(name='Peaks', description='-', app_license='-', identifier='peaks',
                                      url='https://example.com')
            metadata.add_input('http://mmif.clams.ai/vocabulary/TextDocument/v1')
            metadata.add_output('http://mmif.clams.ai/vocabulary/TextDocument/v1')
            return metadata

        def _annotate(self, mmif, **parameters):
            return mmif

    return App()


class Test:
    def __init__(self, program, app, parameters, prior_hash):
        self.program = program
        self.app = app
        self.name = str(app.metadata.identifier)
        self.parameters = parameters
        self.prior_hash = prior_hash
        self.failures = 0

    def check(self, what, found, expected):
        if found != expected:
            print(f'{what}: found {found!r}, expected {expected!r}')
            self.failures += 1

    def probe(self, *words):
        return subprocess.run([self.program, *words], check=True, capture_output=True, text=True).stdout.strip()

    def find(self):
        return self.probe('find', self.name, OUR_HASH, self.prior_hash)

    def theirs(self):
        return self.app._get_profile_path(self.prior_hash)

    def record(self, peak):
        self.app._record_vram_usage(self.parameters, peak)

    def run(self):
        self.check('before anything', self.find(), 'none')
        self.record(123456)
        self.check("clams-python's peak", self.find(), '123456')
        text = self.theirs().read_bytes()
        self.probe('raise', self.name, OUR_HASH, '5', '5')
        self.check('a lower peak of ours', self.find(), '123456')
        self.check("clams-python's file", self.theirs().read_bytes(), text)
        self.record(200000)
        self.check('raised by clams-python', self.find(), '200000')
        self.race()

    def race(self):
        """Both raise at once, each to its own file."""
        ours = subprocess.Popen([self.program, 'raise', self.name, OUR_HASH, '300001', str(300000 + RAISES)])
        for peak in range(400001, 400001 + RAISES):
            self.record(peak)
        self.check('exit status of ours', ours.wait(timeout=60), 0)
        self.check('higher of both', self.find(), str(400000 + RAISES))
        peaks = {}
        for path in self.theirs().parent.glob('memory_*.json'):
            peaks[path.name] = json.loads(path.read_text())['peak_bytes']
        self.check('files', peaks, {self.theirs().name: 400000 + RAISES, f'memory_{OUR_HASH}.json': 300000 + RAISES})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', required=True)
    arguments = parser.parse_args()
    app_class, metadata_class, generate_param_hash = import_peer()
    parameters = {'beam': 5, 'prompt': 'é', '#RAW#': {'beam': ['5']}}
    with tempfile.TemporaryDirectory() as folder:
        os.environ['XDG_CACHE_HOME'] = folder
        os.environ.pop('CLAMS_PROFILE_DIR', None)
        app = make_app(app_class, metadata_class)
        test = Test(arguments.program, app, parameters, generate_param_hash(parameters))
        test.run()
    print('all well' if test.failures == 0 else f'{test.failures} failures')
    sys.exit(1 if test.failures else 0)


if __name__ == '__main__':
    main()
