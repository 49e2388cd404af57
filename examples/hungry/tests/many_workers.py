# SPDX-License-Identifier: Apache-2.0
"""
Many processes on few GPUs: whatever they ask for side by side, no GPU is overdrawn, and no process
has two copies of a model on one.

    many_workers.py HUNGRY CLAMS [--processes 8] [--seconds 6] [--seed 1]

One line for one GPU and one for four. Exit status 1 if a GPU was overdrawn, or would have been: an
allocation failed.
"""
import argparse
import random
import sys
import threading
import time

from laboratory import MIB, Laboratory

MODELS = {'small': 1500, 'large': 5000, 'huge': 9000}


class Copies:
    """How many copies of one model a process had on one GPU at most, by what /runtime shows."""

    def __init__(self):
        self.most = 0

    def look(self, server):
        places = [(model['key'], model['device']) for model in server.ask('GET', '/runtime').json['models']]
        self.most = max([self.most, *(places.count(place) for place in places)])


def work(server, chance, end, counts):
    """One client of one process."""
    while time.monotonic() < end:
        model = chance.choice(list(MODELS))
        answer = server.annotate(model=model, residentMb=MODELS[model], workMb=chance.randrange(1, 3000),
                                 holdMs=chance.randrange(0, 60))
        counts[answer.status] = counts.get(answer.status, 0) + 1


def run(options, gpus):
    with Laboratory(options.hungry, options.clams, ','.join(['24GiB'] * gpus)) as lab:
        flags = ['--margin', '0', '--max-concurrency', '6', '--admission-timeout', '3s']
        servers = [lab.serve(str(i), *flags) for i in range(options.processes)]
        end = time.monotonic() + options.seconds
        counts, copies = {}, Copies()
        clients = [threading.Thread(target=work, args=(server, random.Random(f'{options.seed} {i} {k}'), end, counts))
                   for i, server in enumerate(servers) for k in range(4)]
        for client in clients:
            client.start()
        while time.monotonic() < end:
            copies.look(random.choice(servers))
        for client in clients:
            client.join()
        return judge(gpus, lab.devices(), counts, copies.most)


def judge(gpus, devices, counts, copies):
    answered, refused = counts.get(200, 0), counts.get(503, 0)
    fullest = max(device['high_water_bytes'] for device in devices) // MIB
    failed = sum(device['failed_allocations'] for device in devices)
    others = sum(counts.values()) - answered - refused
    print(f'{gpus} GPUs: {answered} answered, {refused} refused, {others} otherwise; at most {fullest} of '
          f'{devices[0]["total_bytes"] // MIB} MiB used, {failed} allocations failed, {copies} copies')
    is_within = all(device['high_water_bytes'] <= device['total_bytes'] for device in devices)
    return is_within and failed == 0 and others == 0 and answered > 0 and copies == 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('hungry')
    parser.add_argument('clams')
    parser.add_argument('--processes', type=int, default=8)
    parser.add_argument('--seconds', type=float, default=6)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    results = [run(options, gpus) for gpus in (1, 4)]
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
