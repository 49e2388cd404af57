# SPDX-License-Identifier: Apache-2.0
"""A laboratory of simulated GPUs in a folder of its own, and the hungry app in it."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

GIB = 1 << 30
MIB = 1 << 20
PATIENCE = 30  # seconds: more than anything here takes, on a machine with much to do

DOCUMENT = json.dumps({
    'metadata': {'mmif': 'http://mmif.clams.ai/1.2.0'}, 'views': [],
    'documents': [{'@type': 'http://clams.ai/vocabulary/type/TextDocument/v2',
                   'properties': {'id': 'd1', 'text': {'@value': 'food for thought'}}}]})


def wait_until(is_so, what):
    """Fails if it does not become so in time."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f'it never came about that {what}')
        time.sleep(0.01)


class Answer:
    """What a server answered."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def profile(self):
        """What the view of the run says that it had of the GPU."""
        return self.json['views'][0]['metadata']['appProfiling']['gpuMemory']

    @property
    def properties(self):
        """What the app itself tells in its annotation."""
        return self.json['views'][0]['annotations'][0]['properties']


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket of the file system, so that no port has to be free."""

    def __init__(self, path):
        super().__init__('localhost', timeout=PATIENCE)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Server:
    """The app, serving; ended with the laboratory."""

    def __init__(self, lab, name, *flags, **variables):
        self.socket = lab.folder / f'{name}.socket'
        self.log = lab.folder / f'{name}.log'
        with open(self.log, 'w') as log:
            self.process = subprocess.Popen(
                [lab.hungry, 'serve', '--unix', self.socket, *flags], stderr=log,
                env=lab.environment(**variables))
        wait_until(lambda: 'listening on' in self.log.read_text() or self.process.poll() is not None,
                   f'{name} listens')
        assert self.process.poll() is None, self.log.read_text()

    def ask(self, method, path, body=None):
        connection = UnixConnection(self.socket)
        try:
            connection.request(method, path, body)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def annotate(self, **parameters):
        return self.ask('POST', '/?' + urllib.parse.urlencode(parameters), DOCUMENT)

    def metric(self, name):
        """The sum over all labels."""
        lines = self.ask('GET', '/metrics').text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.split('{')[0].split(' ')[0] == name)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        return self.process.wait(PATIENCE)


class Laboratory:
    """A state file, ledgers and profiles of its own. `with Laboratory(hungry, clams) as lab:`"""

    def __init__(self, hungry, clams, gpus='24GiB:lag=200ms'):
        self.hungry, self.clams, self.gpus = hungry, clams, gpus
        self.temporary = tempfile.TemporaryDirectory(prefix='clams-lab-')
        self.folder = pathlib.Path(self.temporary.name)
        self.processes = []
        self.threads = concurrent.futures.ThreadPoolExecutor(64)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.threads.shutdown()
        self.temporary.cleanup()

    def environment(self, **variables):
        kept = {name: os.environ[name] for name in ('PATH', 'LD_LIBRARY_PATH') if name in os.environ}
        return {**kept, 'HOME': str(self.folder), 'CLAMS_APP_VERSION': 'v1',
                'CLAMS_SIMULATED_GPUS': self.gpus,
                'CLAMS_SIMULATED_STATE': str(self.folder / 'state'),
                'CLAMS_LEDGER_DIR': str(self.folder / 'ledgers'),
                'CLAMS_PROFILE_DIR': str(self.folder / 'profiles'), 'CLAMS_LEDGER_GRACE': '300ms',
                **variables}

    def serve(self, name, *flags, **variables):
        server = Server(self, name, *flags, **variables)
        self.processes.append(server.process)
        return server

    def annotate(self, *arguments, **variables):
        """The app on the command line."""
        return subprocess.run([self.hungry, *arguments], input=DOCUMENT, text=True, timeout=PATIENCE,
                              capture_output=True, env=self.environment(**variables))

    def gpu_sim(self, *arguments):
        return subprocess.run([self.clams, 'gpu-sim', *arguments], text=True, timeout=PATIENCE,
                              capture_output=True, env=self.environment())

    def tenant(self, *arguments):
        """Somebody else, who has memory when this returns."""
        process = subprocess.Popen([self.clams, 'gpu-sim', 'take', *arguments], text=True,
                                   stdout=subprocess.PIPE, env=self.environment())
        self.processes.append(process)
        with process.stdout as output:
            assert output.readline().startswith('holding')
        return process

    def devices(self):
        answer = self.gpu_sim('status', '--json')
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)['devices']

    def used(self, device=0):
        return self.devices()[device]['used_bytes']

    def wait_for_use(self, amount, device=0):
        wait_until(lambda: self.used(device) == amount, f'{amount} bytes are used')

    def start(self, call, **parameters):
        """A call that runs beside the test; its .result() is the answer."""
        return self.threads.submit(call, **parameters)

    def records(self):
        """What is remembered of the runs with each set of parameters."""
        files = (self.folder / 'profiles').glob('**/memory_*.json')
        return [json.loads(file.read_text()) for file in files]
