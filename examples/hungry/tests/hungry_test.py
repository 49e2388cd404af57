# SPDX-License-Identifier: Apache-2.0
"""
What an app that needs a GPU meets, with real processes on simulated GPUs.

    hungry_test.py HUNGRY CLAMS [NAME...]      the two programs, and which tests
"""
import sys
import unittest

from laboratory import GIB, MIB, Laboratory, wait_until

HUNGRY, CLAMS = sys.argv[1:3] if len(sys.argv) > 2 else ('hungry', 'clams')
NO_MARGIN = ('--margin', '0')


class HungryTest(unittest.TestCase):
    def laboratory(self, gpus='24GiB:lag=200ms'):
        return self.enterContext(Laboratory(HUNGRY, CLAMS, gpus))

    if sys.version_info < (3, 11):
        def enterContext(self, context):
            self.addCleanup(context.__exit__, None, None, None)
            return context.__enter__()

    def check_nothing_was_overdrawn(self, lab):
        for device in lab.devices():
            self.assertLessEqual(device['high_water_bytes'], device['total_bytes'])
            self.assertEqual(device['failed_allocations'], 0)

    def test_memory_shows_while_it_is_held(self):
        lab = self.laboratory()
        server = lab.serve('a')
        running = lab.start(server.annotate, residentMb=3000, workMb=1000, holdMs=400)
        lab.wait_for_use(4000 * MIB)
        answer = running.result()
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(lab.used(), 3000 * MIB)
        self.assertEqual(answer.profile['modelBytes'], 3000 * MIB)
        self.assertEqual(answer.profile['allocatedBytes'], 1000 * MIB)
        self.assertEqual(answer.properties['reservedBytes'], 4000 * MIB)
        self.assertEqual(answer.properties['reservedBy'], 'declared')
        self.assertEqual(server.end(), 0)
        self.assertEqual(lab.used(), 0)

    def test_the_second_of_two_processes_waits(self):
        lab = self.laboratory()
        first, second = lab.serve('a'), lab.serve('b')
        running = lab.start(first.annotate, residentMb=1, workMb=15000, holdMs=1500)
        lab.wait_for_use(15001 * MIB)
        answer = second.annotate(residentMb=1, workMb=15000)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertGreater(answer.profile['waitSeconds'], 0.05)
        self.assertLess(running.result().profile['waitSeconds'], 0.05)
        self.check_nothing_was_overdrawn(lab)

    def test_who_does_not_fit_in_time_is_refused(self):
        lab = self.laboratory()
        first, second = lab.serve('a', *NO_MARGIN), lab.serve('b', '--on-busy', 'reject', *NO_MARGIN)
        running = lab.start(first.annotate, residentMb=12288, workMb=7680, holdMs=2000)
        lab.wait_for_use(19968 * MIB)
        answers = []
        # Until the first has told the ledger what it uses, its memory counts twice.
        wait_until(lambda: answers.append(second.annotate(residentMb=5120, workMb=1024)) or
                   'Available: 0.00GB' not in answers[-1].text, 'the use is told')
        answer = answers[-1]
        self.assertEqual(answer.status, 503)
        self.assertGreaterEqual(int(answer.headers['Retry-After']), 1)
        self.assertEqual(
            answer.json['error'],
            'Insufficient GPU memory for large. Required: 6.00GB, Available: 4.50GB. '
            'GPU may be in use by other processes. Please retry later.')
        self.assertEqual(answer.json['code'], 'vram.insufficient')
        self.assertEqual(running.result().status, 200)

    def test_what_never_fits_is_refused_at_once(self):
        lab = self.laboratory()
        answer = lab.serve('a').annotate(residentMb=30000)
        self.assertEqual((answer.status, answer.json['code']), (503, 'vram.too_large'))

    def test_seventeen_requests_share_one_copy(self):
        lab = self.laboratory()
        server = lab.serve('a', '--max-concurrency', '20')
        running = [lab.start(server.annotate, residentMb=3072, workMb=256, holdMs=300)
                   for _ in range(17)]
        self.assertEqual([call.result().status for call in running], [200] * 17)
        device = lab.devices()[0]
        self.assertEqual(device['used_bytes'], 3072 * MIB)
        self.assertLessEqual(device['high_water_bytes'], (3072 + 17 * 256) * MIB)
        self.assertEqual(server.metric('clams_model_loads_total'), 1)
        self.check_nothing_was_overdrawn(lab)

    def test_a_killed_process_gives_its_memory_back_after_the_lag(self):
        lab = self.laboratory('24GiB:lag=1s')
        server = lab.serve('a')
        self.assertEqual(server.annotate(residentMb=8000, workMb=1).status, 200)
        server.kill()
        self.assertEqual(lab.used(), 8000 * MIB)
        lab.wait_for_use(0)
        self.assertEqual(lab.serve('b').annotate(residentMb=20000, workMb=1).status, 200)
        self.check_nothing_was_overdrawn(lab)

    def test_an_undeclared_need_is_learned(self):
        lab = self.laboratory()
        server = lab.serve('a')
        order = {'declare': 'false', 'residentMb': 2000, 'workMb': 500}
        first = server.annotate(**order).profile
        self.assertEqual(first['estimateSource'], 'rule')
        self.assertEqual(first['estimateBytes'], int(0.8 * 24 * GIB) + 1)
        wait_until(lab.records, 'the peak is written')
        self.assertEqual(lab.records()[0]['peak_bytes'], 2500 * MIB)
        second = server.annotate(**order).profile
        self.assertEqual(second['estimateSource'], 'recorded')
        self.assertEqual(second['estimateBytes'], 3000 * MIB)

    def test_a_failed_allocation_is_tried_again_then_refused_and_remembered(self):
        lab = self.laboratory()
        server = lab.serve('a')
        answer = server.annotate(residentMb=2000, workMb=1000, oomAfterMb=2600)
        self.assertEqual((answer.status, answer.json['code']), (503, 'vram.out_of_memory'))
        self.assertGreaterEqual(int(answer.headers['Retry-After']), 1)
        self.assertEqual(lab.devices()[0]['failed_allocations'], 2)
        self.assertIn('out of GPU memory in spite of admission', server.log.read_text())
        wait_until(lab.records, 'the failure is written')
        self.assertIn('at_least', str(lab.records()[0]['clams_cpp']))

    def test_an_idle_model_makes_room_for_another(self):
        lab = self.laboratory()
        server = lab.serve('a')
        self.assertEqual(server.annotate(model='one', residentMb=14000, workMb=1).status, 200)
        answer = server.annotate(model='two', residentMb=15000, workMb=1)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(lab.used(), 15000 * MIB)
        self.assertEqual(server.metric('clams_model_evictions_total'), 1)
        self.check_nothing_was_overdrawn(lab)

    def test_an_idle_model_of_another_process_makes_room_too(self):
        lab = self.laboratory()
        first, second = lab.serve('a'), lab.serve('b')
        self.assertEqual(first.annotate(residentMb=14000, workMb=1).status, 200)
        self.assertEqual(second.annotate(residentMb=15000, workMb=1).status, 200)
        self.assertEqual(lab.used(), 15000 * MIB)
        self.check_nothing_was_overdrawn(lab)

    def test_a_foreign_tenant_makes_it_wait(self):
        lab = self.laboratory()
        server = lab.serve('a')
        lab.tenant('20GiB', '--for', '700ms')
        answer = server.annotate(residentMb=6000, workMb=1)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertGreater(answer.profile['waitSeconds'], 0.05)
        self.check_nothing_was_overdrawn(lab)

    def test_the_command_line_lives_in_the_same_laboratory(self):
        lab = self.laboratory()
        lab.tenant('20GiB')
        refused = lab.annotate('--on-busy', 'reject', 'annotate', '--residentMb', '6000')
        self.assertEqual(refused.returncode, 75, refused.stderr)
        self.assertIn('Insufficient GPU memory for large.', refused.stderr)
        done = lab.annotate('annotate', '--residentMb', '1000', '--workMb', '100')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(lab.used(), 20 * GIB)
        self.assertEqual(lab.devices()[0]['high_water_bytes'], 20 * GIB + 1100 * MIB)

    def test_hidden_devices_stay_hidden(self):
        lab = self.laboratory('24GiB,16GiB')
        server = lab.serve('a', CUDA_VISIBLE_DEVICES='1')
        profile = server.annotate(residentMb=1000, workMb=100).profile
        self.assertEqual(profile['uuid'], lab.devices()[1]['uuid'])
        self.assertEqual(profile['allocatedBytes'], 100 * MIB)
        self.assertEqual(lab.used(0), 0)
        self.assertEqual(lab.used(1), 1000 * MIB)

    def test_wrong_parameters_are_told(self):
        lab = self.laboratory()
        answer = lab.serve('a').annotate(workMb=-1)
        self.assertNotEqual(answer.status, 200)
        self.assertIn('workMb is -1', answer.text)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
