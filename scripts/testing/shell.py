# SPDX-License-Identifier: Apache-2.0
"""Runs a command without a terminal and without standard input, its output in a log, and ends it and all that it
started when its time is over."""
import os
import pathlib
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILDS = ROOT / "build-test"
LOGS = BUILDS / "logs"
TIMED_OUT = 124


def run(command, log, timeout, env=None, cwd=ROOT):
    """Exit status of the command; TIMED_OUT when it was ended for being late. Output: LOGS/log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOGS / log, "wb") as out:
        child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.STDOUT, cwd=cwd, env={**os.environ, **(env or {})},
                                 start_new_session=True)
        try:
            return child.wait(timeout)
        except subprocess.TimeoutExpired:
            end_group(child)
            out.write(f"\nended: still running after {timeout} s\n".encode())
            return TIMED_OUT
        except BaseException:
            end_group(child)
            raise


def end_group(child):
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, how)
        except ProcessLookupError:
            break
        time.sleep(1)
    child.wait()


def log_text(log):
    return (LOGS / log).read_bytes()[-200_000:].decode("utf-8", "replace")
