# SPDX-License-Identifier: Apache-2.0
"""
Types the commands of a guide's ```console blocks into one shell, and compares what they print with what the guide
says.

    guide_test.py GUIDE SOURCE_DIR HUNGRY CLAMS [--update]

Ports, folders and the programs' places are this test's own; UUIDs, times and seconds may differ. Exit status 1 if
something else was printed, 4 (skipped) without curl. --update writes what is printed into the guide.
"""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```console\n(.*?)^```$', re.MULTILINE | re.DOTALL)
MARK = '--- that was command'


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return str(probe.getsockname()[1])


def commands_of(block):
    return [line[2:] for line in block.splitlines() if line.startswith('$ ')]


def type_in(commands, source, programs, swaps, folder):
    """What each command printed."""
    script = ''
    for number, command in enumerate(commands):
        for place, own in swaps.items():
            command = command.replace(place, own)
        script += f'{command}\necho "{MARK} {number}"\n'
    folders = ':'.join(os.path.dirname(os.path.abspath(program)) for program in programs)
    environment = {'PATH': f'{folders}:{os.environ["PATH"]}', 'HOME': folder, 'CLAMS_APP_VERSION': 'v1',
                   'CLAMS_LEDGER_DIR': f'{folder}/ledgers', 'CLAMS_PROFILE_DIR': f'{folder}/profiles'}
    done = subprocess.run(['bash'], input=script, text=True, cwd=source, env=environment, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = done.stdout
    for place, own in swaps.items():
        text = text.replace(own, place)
    parts = re.split(rf'{MARK} \d+\n', text)
    assert len(parts) == len(commands) + 1, text
    return parts[:-1]


def without_changing_parts(text):
    text = re.sub(r'GPU-51ed[0-9a-f-]+', 'GPU-...', text)
    text = re.sub(r'\b[0-9a-f]{32}\b', 'HASH', text)
    text = re.sub(r'\d{4}-\d\d-\d\d[T ][\d:]+(\.\d+)?Z?', 'TIME', text)
    text = re.sub(r'(retry_after_seconds|Retry-After): \d+', r'\1: N', text)
    text = re.sub(r'\d+ (s|seconds|minutes|m) ago', 'AGO', text)
    return re.sub(r'(Seconds): \d+\.\d+(e-\d+)?', r'\1: N', text)


def render(commands, outputs):
    return ''.join(f'$ {command}\n{output}' for command, output in zip(commands, outputs))


def main():
    guide, source, *programs = [word for word in sys.argv[1:] if word != '--update']
    if not all(shutil.which(tool) for tool in ('bash', 'curl', 'python3')):
        print('skipped: the commands of the guide need bash, curl and python3')
        return 4
    text = pathlib.Path(guide).read_text()
    blocks = [block for block in BLOCK.findall(text) if block.startswith('$ ')]
    commands = [command for block in blocks for command in commands_of(block)]
    with tempfile.TemporaryDirectory(prefix='clams-guide-') as folder:
        swaps = {'5000': free_port(), '5001': free_port(), '/tmp/': folder + '/'}
        outputs = type_in(commands, source, programs, swaps, folder)
    found, is_true = text, True
    for block in blocks:
        count = len(commands_of(block))
        actual = render(commands[:count], outputs[:count])
        commands, outputs = commands[count:], outputs[count:]
        found = found.replace(block, actual)
        if without_changing_parts(actual) != without_changing_parts(block):
            is_true = False
            print(f'the guide says\n{block}\nbut this was printed:\n{actual}')
    if '--update' in sys.argv:
        pathlib.Path(guide).write_text(found)
        return 0
    return 0 if is_true else 1


if __name__ == '__main__':
    sys.exit(main())
