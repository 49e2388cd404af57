#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
Replays recorded cases of clams-python against our programs, for ctest.

    conformance.py http --recordings DIR --app NAME --program FILE
    conformance.py cli  --recordings DIR --app NAME --program FILE
    conformance.py mmif --recordings DIR --program FILE

exceptions.json names the cases that differ on purpose; each must then differ, or it is stale and fails too.
Exit status: 0 all as expected, 1 something failed, 4 skipped (no recordings, or no clams-python to compare with).
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 4
START_PATIENCE_S = 30
REPLAY_PATIENCE_S = 600


class Skip(Exception):
    """What is missing on this machine."""


def peer_python():
    """The Python of an environment that has clams-python."""
    candidates = [os.environ.get('CLAMS_PEER_PYTHON'), HERE.parents[1] / '.venv/bin/python']
    for candidate in filter(None, candidates):
        probe = [str(candidate), '-c', 'import clams, mmif']
        if pathlib.Path(candidate).exists() and subprocess.run(probe, capture_output=True).returncode == 0:
            return str(candidate)
    raise Skip('no Python with clams-python: scripts/setup makes .venv, or set CLAMS_PEER_PYTHON')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_until_ready(url, process):
    """Returns once the server answers; fails if it ends or takes too long."""
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f'the server ended at once, with status {process.returncode}')
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f'the server did not answer within {START_PATIENCE_S} s')


@contextlib.contextmanager
def served(command, port, cwd=None, **variables):
    """Runs a server for a while; yields its URL."""
    environment = {**os.environ, 'CLAMS_APP_VERSION': 'v1.2.3', **variables}
    process = subprocess.Popen(command, cwd=cwd, env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f'http://127.0.0.1:{port}'
        wait_until_ready(url + '/', process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def replay(arguments):
    """Runs a replay script; returns {case: what differs} for all cases, in order."""
    environment = {**os.environ, 'CLAMS_APP_VERSION': 'v1.2.3'}
    done = subprocess.run([*arguments, '--verbose'], capture_output=True, text=True, env=environment,
                          timeout=REPLAY_PATIENCE_S)
    cases, differences = {}, None
    for line in done.stdout.splitlines():
        if found := re.match(r'(MISMATCH|match   ) (\S+)', line):
            differences = cases.setdefault(found[2], [])
            if found[1] == 'MISMATCH':
                differences.append(line)
        elif differences is not None and line.startswith('    '):
            differences.append(line)
    if not cases:
        raise RuntimeError(f'the replay compared nothing:\n{done.stdout}{done.stderr}')
    return cases


def http_cases(arguments):
    port = free_port()
    python = peer_python()
    with served([arguments.program, 'serve', '--port', str(port)], port) as url:
        return replay([python, f'{arguments.recordings}/replay.py', url, f'{arguments.recordings}/http.jsonl',
                       '--app', arguments.app, '--via-mmif'])


def cli_cases(arguments):
    command = shlex.quote(arguments.program)
    if arguments.app not in ('mmif', 'clams'):
        command += ' annotate'
    return replay([sys.executable, f'{arguments.recordings}/replay_cli.py', f'{arguments.recordings}/cli.jsonl',
                   '--app', arguments.app, '--cmd', command])


def mmif_cases(arguments):
    return replay([peer_python(), f'{arguments.recordings}/replay_mmif.py', f'{arguments.recordings}/mmif',
                   '--via-mmif', '--cmd', shlex.quote(arguments.program)])


def judge(cases, exceptions):
    """Prints what is not as expected; returns how many cases that are."""
    wrong = 0
    for case, differences in cases.items():
        if differences and case not in exceptions:
            print('\n'.join(differences))
            wrong += 1
        if not differences and case in exceptions:
            print(f'STALE EXCEPTION {case}: it matches, take it out of exceptions.json')
            wrong += 1
    expected = sum(1 for case in exceptions if case in cases)
    print(f'{len(cases)} cases, {expected} expected to differ, {wrong} wrong')
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('suite', choices=['http', 'cli', 'mmif'])
    parser.add_argument('--recordings', required=True)
    parser.add_argument('--app', default='')
    parser.add_argument('--program', required=True)
    arguments = parser.parse_args()
    exceptions = json.loads((HERE / 'exceptions.json').read_text(encoding='utf-8'))
    suite = {'http': http_cases, 'cli': cli_cases, 'mmif': mmif_cases}[arguments.suite]
    try:
        if not pathlib.Path(arguments.recordings).is_dir():
            raise Skip(f'no recorded cases at {arguments.recordings}')
        return 1 if judge(suite(arguments), exceptions[arguments.suite]) else 0
    except Skip as reason:
        print(f'skipped: {reason}')
        return SKIPPED


if __name__ == '__main__':
    sys.exit(main())
