#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what bench/peer.py --json has measured, as SVG, with nothing but Python.

    bench/plot.py figures.json docs/images
"""
import json
import math
import pathlib
import sys

COLOURS = {"ours": "#1b6ca8", "echo": "#888888", "clams-python, tuned": "#d1495b",
           "clams-python, as shipped": "#edae49"}
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 320, 190, 50, 40


def text(x, y, words, anchor="start", size=12):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def page(title, parts, height=HEIGHT):
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
                      'font-family="sans-serif" fill="#222">',
                      f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
                      text(16, 24, title, size=15), *parts, "</svg>", ""])


def plain(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def bars(title, values):
    """One bar a server, by its logarithm: the differences are of hundreds."""
    least = min(values.values()) / 2
    span = math.log(max(values.values()) / least)
    parts = []
    for row, (name, value) in enumerate(values.items()):
        y = TOP + 10 + row * 34
        length = (WIDTH - LEFT - 90) * math.log(value / least) / span
        parts += [text(LEFT - 8, y + 15, name, "end"),
                  f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="22" fill="{COLOURS[name]}"/>',
                  text(LEFT + length + 6, y + 15, plain(value))]
    return page(title + " (logarithmic)", parts, TOP + 30 + 34 * len(values))


def growth(points):
    """Processor time a megabyte by the size of the body, both logarithmic."""
    curves = {}
    for point in points:
        rate = point["processor_ms"] / point["bytes"] * 1e6
        curves.setdefault(point["server"], []).append((point["bytes"], rate))
    every = [rate for curve in curves.values() for _, rate in curve]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    left = 70

    def place(size, rate):
        return (left + (WIDTH - left - 30) * (math.log10(size) - 3) / 5.1,
                HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (math.log10(rate) - low) / (high - low))

    parts = []
    for power in range(low, high + 1):
        _, y = place(1000, 10 ** power)
        parts += [f'<line x1="{left}" x2="{WIDTH - 30}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>',
                  text(left - 6, y + 4, plain(10 ** power), "end")]
    for power, name in zip(range(3, 9), ("1 KB", "10 KB", "100 KB", "1 MB", "10 MB", "100 MB")):
        parts.append(text(place(10 ** power, 10 ** low)[0], HEIGHT - BOTTOM + 18, name, "middle"))
    for name, curve in curves.items():
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in curve))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        x, y = place(*curve[-1])
        if x < WIDTH - 200:
            parts.append(text(x + 8, y + 4, name))
        else:
            parts.append(text(x, y - 8, name, "end"))
    return page("Processor milliseconds a megabyte, by the size of the MMIF", parts)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    figures, folder = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    small = [table for table in figures["tables"] if table["connections"] == 8]
    if small:
        times = {name: row["processor_us"] for name, row in small[0]["rows"].items()}
        (folder / "requests.svg").write_text(bars("Processor microseconds a small request", times))
    if figures["growth"]:
        (folder / "growth.svg").write_text(growth(figures["growth"]))
    if figures["startup"]:
        times = {name: row["processor_ms"] for name, row in figures["startup"].items()}
        (folder / "startup.svg").write_text(bars("Processor milliseconds to start, answer once and end", times))


if __name__ == "__main__":
    main()
