# SPDX-License-Identifier: Apache-2.0
"""What peer.py found, as Markdown."""
import statistics

from contestants import load_average, seconds_of


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def heading(title, columns):
    print(f"\n{title}; load average {load_average():.1f}\n")
    print("| | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")


def row(name, cells):
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def ours_of(results):
    return next(name for name in results if name.startswith("ours"))


def speed(audio, beams, results, errors):
    length = seconds_of(audio)
    heading(f"{audio.name}, {length:.0f} s, " + ("greedy" if beams == 1 else f"{beams} beams"),
            ["seconds", "runs", "real-time factor", "ours / it", "processor, s", "ours / it", "peak MiB", "WER"])
    ours = {key: median(results[ours_of(results)][0], key) for key in ("seconds", "processor")}
    for (name, (runs, peak)), found in zip(results.items(), errors):
        seconds, processor = median(runs, "seconds"), median(runs, "processor")
        row(name, [f"{seconds:.3f}", " ".join(f"{run['seconds']:.3f}" for run in runs), f"{seconds / length:.4f}",
                   f"{ours['seconds'] / seconds:.2f}", f"{processor:.2f}",
                   f"{ours['processor'] / processor:.2f}", f"{peak:.0f}",
                   f"{100 * found[0] / found[1]:.2f} % ({found[0]}/{found[1]})" if found else ""])


def cold(audio, results):
    heading(f"Cold start: a new process, {audio.name}, greedy", ["first text, s", "ours / it", "end, s", "processor, s"])
    ours = median(results[ours_of(results)], "first")
    for name, runs in results.items():
        first = median(runs, "first")
        row(name, [f"{first:.3f}", f"{ours / first:.2f}", f"{median(runs, 'seconds'):.3f}",
                   f"{median(runs, 'processor'):.3f}"])


def contention(audio, quiet, contended):
    heading(f"{audio.name}, greedy, while a third process is busy", ["quiet, s", "contended, s", "times", "worst, s"])
    for name, (runs, _) in quiet.items():
        before, after = median(runs, "seconds"), median(contended[name][0], "seconds")
        worst = max(run["seconds"] for run in contended[name][0])
        row(name, [f"{before:.3f}", f"{after:.3f}", f"{after / before:.2f}", f"{worst:.3f}"])


def serving(question, clients, alone, together):
    heading(f"{clients} clients at a time, {question['requests']} requests, {question['beams']} beams",
            ["requests/s, 1 client", f"requests/s, {clients} clients", "ours / it", "peak MiB, 1 client",
             f"peak MiB, {clients} clients", "MiB per extra request"])
    rate = {name: question["requests"] / median(runs, "seconds") for name, (runs, _) in together.items()}
    ours = rate[ours_of(rate)]
    for name, (runs, peak) in together.items():
        single, single_peak = alone[name]
        row(name, [f"{question['requests'] / median(single, 'seconds'):.2f}", f"{rate[name]:.2f}",
                   f"{ours / rate[name]:.2f}", f"{single_peak:.0f}", f"{peak:.0f}",
                   f"{(peak - single_peak) / (clients - 1):.1f}"])
