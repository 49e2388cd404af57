#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
Serves one of the Python conformance apps in production mode, with one worker that stays.

    serve_peer.py FOLDER PORT
"""
import os
import sys


def main():
    folder, port = sys.argv[1:]
    os.environ['CLAMS_GUNICORN_WORKERS'] = '1'
    sys.path.insert(0, folder)
    sys.argv = [os.path.join(folder, 'app.py')]
    from clams import Restifier
    import app
    Restifier(app.get_app(), loopback=True, port=int(port)).serve_production(max_requests=0)


if __name__ == '__main__':
    main()
