#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The README shows what the quick start prints: each line of its sample, in that order, and only rows are left out.
usage: readme_sample.py MAILTAP"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAILTAP = pathlib.Path(sys.argv.pop(1)).resolve()


def quick_start():
    """The replay at the end of scripts/quickstart, with this mailtap and a folder that goes."""
    lines = (ROOT / "scripts/quickstart").read_text().splitlines()
    settings = [line for line in lines if re.match(r"(captures|inside)=", line)]
    replay = next(line for line in lines if line.startswith("build/app/mailtap replay"))
    with tempfile.TemporaryDirectory(prefix="mailtap-golden-") as out:
        script = "\n".join(["set -eu", "out=$2", *settings, replay.replace("build/app/mailtap", '"$1"', 1)])
        done = subprocess.run(["bash", "-c", script, "-", MAILTAP, out], cwd=ROOT, capture_output=True, text=True, check=True,
                              timeout=120)
        return done.stdout.splitlines()


def sample():
    text = (ROOT / "README.md").read_text().split("## Try it", 1)[1].split("## Use it", 1)[0]
    lines = [line.removeprefix("    ") for line in text.splitlines() if line.startswith("    ") or not line]
    first = next(number for number, line in enumerate(lines) if line.startswith("mailtap "))
    return "\n".join(lines[first:]).rstrip().splitlines()


class ReadmeSample(unittest.TestCase):
    def test_shows_what_the_quick_start_prints(self):
        printed, rows_left_out = iter(quick_start()), False
        for line in sample():
            if line.strip() == "...":
                rows_left_out = True
                continue
            told = next(printed, None)
            while rows_left_out and told not in (line, None):
                told = next(printed, None)
            self.assertEqual(told, line)
            rows_left_out = False


if __name__ == "__main__":
    unittest.main()
