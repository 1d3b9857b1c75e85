# SPDX-License-Identifier: Apache-2.0
"""What other people's test suites expect, where their captures lie beside the project. A ratchet: the misses that are
explained stand in tests/house/oracle_misses.txt (KIND PATH: why the oracle is wrong); a new miss fails, and so does
a listed one that passes, so that the list can only shrink with the code."""
import re

from shell import BUILDS, ROOT, log_text, run, TIMED_OUT

CHECK = ROOT.parent / "shared" / "oracles" / "check.py"
MISSES = ROOT / "tests" / "house" / "oracle_misses.txt"
KINDS = ["dialogue", "survive", "derived"]


def known_misses():
    """{(kind, path): why}"""
    lines = [line for line in MISSES.read_text().split("\n") if line and not line.startswith("#")]
    return {tuple(head.split()): why.strip() for head, _, why in (line.partition(": ") for line in lines)}


def oracles(tally, seconds):
    if not CHECK.exists():
        tally.skip("oracles", "other projects' captures do not lie beside this clone")
        return
    kinds = [word for kind in KINDS for word in ("--kind", kind)]
    log = "oracles.log"
    status = run(["/usr/bin/python3", CHECK, "--bin", BUILDS / "gcc/app/mailtap", "-v", *kinds], log, seconds)
    said = log_text(log)
    cases = re.findall(r"^(ok  |FAIL) (\w+) (.+?)(?:: (.*))?$", said, re.M)
    if status == TIMED_OUT or not cases:
        tally.fail("oracles", said)
        return
    known = known_misses()
    for verdict, kind, path, why in cases:
        judge(tally, verdict == "ok  ", (kind, path), why, known)


def judge(tally, passed, case, why, known):
    name = "oracle " + " ".join(case)
    if passed and case in known:
        tally.fail(name, "passes now: take it off the list of misses")
    elif passed:
        tally.ok()
    elif case in known:
        tally.ok()
        print(f"   explained {name}: {known[case]}", flush=True)
    else:
        tally.fail(name, why)
