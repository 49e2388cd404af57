#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
Serves one of the Python conformance apps in production mode, with one worker that stays.

    serve_peer.py FOLDER PORT
"""
import contextlib
import os
import sys
import warnings


def load_torch_quietly():
    """Its first import may warn (that numpy is missing, say), and the SDK would put that into an answer."""
    with warnings.catch_warnings(), contextlib.suppress(ImportError):
        warnings.simplefilter('ignore')
        import torch  # noqa: F401


def main():
    folder, port = sys.argv[1:]
    os.environ['CLAMS_GUNICORN_WORKERS'] = '1'
    sys.path.insert(0, folder)
    sys.argv = [os.path.join(folder, 'app.py')]
    load_torch_quietly()
    from clams import Restifier
    import app
    Restifier(app.get_app(), loopback=True, port=int(port)).serve_production(max_requests=0)


if __name__ == '__main__':
    main()
