# SPDX-License-Identifier: Apache-2.0
"""Every test of the project, in stages. A stage that fails does not stop the later ones; each has a time of its own.
usage: run.py [--only STAGE[,STAGE...]] [--list]"""
import argparse
import sys
import time

from builds import build, configure
from fuzzing import fuzz
from meson_tests import run_tests, threaded_tests
from oracles import oracles
from shell import LOGS, ROOT, log_text
from tally import Tally
from tidy import tidy

BUILD_SECONDS = 1200


def unit(tally):
    if build("gcc", tally, BUILD_SECONDS):
        run_tests("gcc", tally, 600, ["--no-suite", "house", "--no-suite", "bench"], multiplier=2)


def house(tally):
    if configure("gcc"):  # nothing needs to be built for these
        run_tests("gcc", tally, 300, ["--suite", "house"], multiplier=2)
    else:
        tally.fail("configure gcc", log_text("gcc-setup.log"))


def bench(tally):
    if build("gcc", tally, BUILD_SECONDS):
        run_tests("gcc", tally, 300, ["--suite", "bench"], multiplier=2)


def oracle(tally):
    if build("gcc", tally, BUILD_SECONDS):
        oracles(tally, 600)


def asan(tally):
    if build("asan", tally, BUILD_SECONDS):
        run_tests("asan", tally, 900, ["--no-suite", "house", "--no-suite", "bench"], multiplier=5)


def tsan(tally):
    if not configure("tsan"):
        tally.fail("configure tsan", log_text("tsan-setup.log"))
        return
    programs = threaded_tests("tsan")
    if build("tsan", tally, BUILD_SECONDS, sorted(set(programs.values()))):
        # Without random addresses: g++ 12's run-time knows no map with more than 28 random bits.
        run_tests("tsan", tally, 600, sorted(programs), multiplier=10, wrapper="/usr/bin/setarch -R")


def clang(tally):
    build("clang", tally, BUILD_SECONDS)


def tidiness(tally):
    if build("clang", tally, BUILD_SECONDS):
        tidy(tally, 1500)


def fuzzers(tally):
    if not list((ROOT / "tests/fuzz").glob("fuzz_*.cc")):
        tally.skip("fuzzers", "no fuzz target in this tree")
    elif build("fuzz", tally, BUILD_SECONDS, ["fuzzers"]):
        fuzz(tally)


STAGES = [
    ("unit", unit, "g++ build, every unit and end-to-end test"),
    ("house", house, "dependency table, tidiness, layout"),
    ("bench", bench, "every bench for an instant"),
    ("oracle", oracle, "what other people's test suites expect"),
    ("asan", asan, "the same tests under address and undefined-behaviour sanitizers"),
    ("tsan", tsan, "what has threads under the thread sanitizer"),
    ("clang", clang, "clang 14 reads every file without a warning"),
    ("tidy", tidiness, "clang-tidy over lib, pipelines and app"),
    ("fuzz", fuzzers, "every fuzzer a short while"),
]


def run_stage(number, total, name, stage, what, tally):
    print(f"\n== {number}/{total} {name}: {what}", flush=True)
    before, start = tally.counts(), time.monotonic()
    try:
        stage(tally)
    except Exception as error:  # a fault of the stage itself is a failed case, and the others still run
        tally.fail(f"stage {name}", f"{type(error).__name__}: {error}")
    passed, failed, skipped = (now - then for now, then in zip(tally.counts(), before))
    print(f"   {name}: {passed} ok, {failed} failed, {skipped} skipped, {time.monotonic() - start:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="stages, separated by commas")
    parser.add_argument("--list", action="store_true", help="the stages' names")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(f"{name:8} {what}" for name, _, what in STAGES))
        return 0
    only = [name for name in asked.only.split(",") if name]
    unknown = set(only) - {name for name, _, _ in STAGES}
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    chosen = [stage for stage in STAGES if not only or stage[0] in only]
    tally, start = Tally(), time.monotonic()
    for number, (name, stage, what) in enumerate(chosen, 1):
        run_stage(number, len(chosen), name, stage, what, tally)
    print(f"\nall stages: {time.monotonic() - start:.0f} s; logs in {LOGS.relative_to(ROOT)}/")
    for name in tally.failures:
        print(f"FAILED {name}")
    print(tally.line(), flush=True)
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
