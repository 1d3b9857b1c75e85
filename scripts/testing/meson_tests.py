# SPDX-License-Identifier: Apache-2.0
"""Runs meson's tests of one build and counts the cases inside each: GoogleTest's and unittest's own closing lines are
read; any other program is one case."""
import json
import os
import re

from shell import BUILDS, TIMED_OUT, log_text, run

THREADED = ["base", "event", "pipelines"]
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


def run_tests(build, tally, timeout, select, multiplier=1, wrapper=None):
    """select: more words for `meson test`, suites or names."""
    log = f"{build}-tests-{'-'.join(re.sub('[^a-z0-9]', '', w) for w in select)}"[:60] + ".log"
    folder = BUILDS / build
    results = folder / "meson-logs" / (f"testlog-{wrapper.split()[0].split('/')[-1]}.json" if wrapper else "testlog.json")
    results.unlink(missing_ok=True)
    command = ["meson", "test", "-C", folder, "--no-rebuild", "--num-processes", "2", "-t", str(multiplier), *select]
    if wrapper:
        command += ["--wrapper", wrapper]
    status = run(command, log, timeout, SANITIZERS)
    found = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    for result in found:
        count(result, build, tally)
    if status == TIMED_OUT:
        tally.fail(f"{build}: tests ended for being late", log_text(log))
    elif not found:
        why = log_text(log)
        if "No suitable tests" in why or "No tests defined" in why:
            tally.skip(f"{build} {' '.join(select)}", "no such tests in this tree")
        else:
            tally.fail(f"{build}: no test ran", why)


def threaded_tests(build):
    """{name of a test: its program} of the rooms whose tests start threads."""
    tests = json.loads((BUILDS / build / "meson-info/intro-tests.json").read_text())
    programs = {test["name"]: os.path.relpath(test["cmd"][0], BUILDS / build) for test in tests}
    return {name: program for name, program in programs.items()
            if re.match(rf"tests/({'|'.join(THREADED)})/test_", program)}


def count(result, build, tally):
    name = f"{build}: {result['name'].split(' / ')[-1]}"
    out = (result.get("stdout") or "") + (result.get("stderr") or "")
    passed, failed, skipped = inner_counts(out)
    if result["result"] in ("OK", "EXPECTEDFAIL"):
        tally.ok(passed if passed + skipped else 1)
        if skipped:
            tally.skip(name, reasons(out) or "for reasons of its own", skipped)
    elif result["result"] == "SKIP":
        tally.skip(name, (out.strip().split("\n") or ["?"])[-1] or "it said it cannot run here")
    else:
        tally.ok(passed)
        tally.fail(f"{name} ({result['result'].lower()}, {result['duration']:.0f} s)", interesting(out), max(failed, 1))


def inner_counts(out):
    """Cases passed, failed and skipped, by GoogleTest's or unittest's closing lines; zeros where there are none."""
    number = lambda pattern: sum(int(n) for n in re.findall(pattern, out, re.M))
    if "[==========]" in out:
        return (number(r"^\[  PASSED  \] (\d+) test"), number(r"^\[  FAILED  \] (\d+) test"),
                number(r"^\[  SKIPPED \] (\d+) test"))
    ran = number(r"^Ran (\d+) tests? in ")
    failed = number(r"(?:failures|errors)=(\d+)")
    skipped = number(r"skipped=(\d+)")
    return max(ran - failed - skipped, 0), failed, skipped


def reasons(out):
    """What GTEST_SKIP or unittest's skip said."""
    found = re.findall(r": Skipped\n(.+)", out) + re.findall(r"skipped ['\"](.+)['\"]", out)
    return "; ".join(dict.fromkeys(found))[:300]


def interesting(out):
    """A failing GoogleTest program without the lines of its cases that passed."""
    return "\n".join(line for line in out.split("\n")
                     if not re.match(r"\[ RUN      \]|\[       OK \]|\[-{10}\]|\[={10}\]", line))
