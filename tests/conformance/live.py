#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
Sends the same generated requests to a Python conformance app and to our twin of it, and compares the answers.

    live.py --recordings DIR --programs FOLDER [--seed N] [--count N] [--app NAME] [--verbose]

Answers are compared as replay.py --via-mmif does, less what changes from run to run.
Exit status: 0 all equal, 1 something differed, 4 skipped (no recordings, or no clams-python).
"""
import argparse
import json
import os
import pathlib
import random
import re
import sys

import conformance
import live_requests

ANSWERED = re.compile(r"^\{message : \w+\((['\"])(.*)\1\), category : ", re.DOTALL)


def plain_warning(text):
    """The text of a warning; one side writes the record that it came in."""
    record = ANSWERED.match(text)
    return record[2].replace("\\'", "'") if record else text


def without_changing_parts(document):
    """An MMIF less times, traces, and the wording of errors, which names classes of either language."""
    for view in document['views']:
        metadata = view['metadata']
        if 'timestamp' in metadata:
            metadata['timestamp'] = '2026-01-01T00:00:00Z'
        if 'error' in metadata:
            metadata['error'] = {'message': 'an error'}
        if 'warnings' in metadata:
            warnings = [plain_warning(text) for text in metadata['warnings']]
            metadata['warnings'] = [text for text in warnings if 'version difference' not in text]
        if 'appProfiling' in metadata:
            metadata['appProfiling'].pop('runningTime', None)
            metadata['appProfiling'].get('hardware', {}).pop('cuda', None)
    document['views'] = [view for view in document['views'] if view['metadata'].get('warnings') != []]
    return document


def canonical(replay, answer):
    """(status, media type, body) as two equal answers have it in common."""
    status, headers, data = answer
    media_type = headers.get('content-type', '').split(';')[0]
    text = data.decode('utf-8')
    if media_type != 'application/json':
        return status, media_type, text.split('\n')[0]
    body = json.loads(text)
    if 'views' not in body:
        return status, media_type, body
    body = without_changing_parts(body)
    return status, media_type, replay.through_mmif(json.dumps(body)) or body


def differences(replay, theirs, ours):
    theirs, ours = canonical(replay, theirs), canonical(replay, ours)
    found = [f'{what}: {one!r} there, {other!r} here'
             for what, one, other in zip(('status', 'content type'), theirs, ours) if one != other]
    return found or replay.diff(theirs[2], ours[2], {}, False)


def compare_app(replay, options, app):
    """-> number of requests that were answered differently"""
    source = random.Random(f'{options.seed} {app}')
    requests = [live_requests.request(source, app) for _ in range(options.count)]
    ports = conformance.free_port(), conformance.free_port()
    peer = [sys.executable, str(conformance.HERE / 'serve_peer.py'), f'{options.recordings}/apps/{app}', str(ports[0])]
    twin = [f'{options.programs}/{app}', 'serve', '--port', str(ports[1])]
    different = 0
    with conformance.served(peer, ports[0]) as there, conformance.served(twin, ports[1]) as here:
        for number, request in enumerate(requests):
            found = differences(replay, replay.send(there, request), replay.send(here, request))
            if found:
                different += 1
                print(f'DIFFERENT {app} {number}: {request["method"]} {request["path"]}')
                print('\n'.join(f'    {line}' for line in found[:8]))
                if options.verbose:
                    print('    ' + request['body'])
    print(f'{app}: {len(requests)} requests, {different} answered differently')
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--recordings', required=True)
    parser.add_argument('--programs', required=True)
    parser.add_argument('--seed', type=int, default=20261121)
    parser.add_argument('--count', type=int, default=80, help='requests for each app')
    parser.add_argument('--app', action='append', choices=list(live_requests.PARAMETERS))
    parser.add_argument('--verbose', action='store_true')
    options = parser.parse_args()
    try:
        if not pathlib.Path(options.recordings).is_dir():
            raise conformance.Skip(f'no recordings at {options.recordings}')
        python = conformance.peer_python()
    except conformance.Skip as reason:
        print(f'skipped: {reason}')
        return conformance.SKIPPED
    if sys.executable != python:
        os.execv(python, [python, *sys.argv])
    sys.path.insert(0, options.recordings)
    import replay
    return 1 if sum([compare_app(replay, options, app) for app in options.app or live_requests.PARAMETERS]) else 0


if __name__ == '__main__':
    sys.exit(main())
