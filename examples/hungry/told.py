#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads an answer of the app on standard input and prints what it says of GPU memory, a line for each fact."""
import json
import sys

answer = json.load(sys.stdin)
if 'views' in answer:
    metadata = answer['views'][0]['metadata']
    facts = metadata['appProfiling']['gpuMemory'] if 'appProfiling' in metadata else metadata['error']
else:
    facts = {name: answer[name] for name in ('error', 'code', 'retry_after_seconds') if name in answer}
for name, fact in facts.items():
    print(f'{name}: {fact}')
