#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Replays made-up captures and compares what mailtap says with what mailtap-traffic knows to be true.

usage: replay_meets_truth.py --mailtap BIN --traffic BIN [--seed N...] [--megabytes N] [--only CASE] [--keep DIR]

Every case is made once a seed and replayed with 1, 2 and 4 workers. For each: status 0 and nothing on stderr; eve.json has whole JSON lines
only; each figure of the truth is met; no output holds the canary, neither as it is nor in base64; and without its
`stats` lines eve.json is the same byte for byte for every number of workers. Prints a line a case, what differs below
it, and at last 'N passed, N failed'. Status 0 when all passed, 1 otherwise, 2 on bad use.
"""
import argparse
import os
import shutil
import sys
import tempfile

import truth

WORKERS = (1, 2, 4)
CASES = {
    "clean": [],
    "no-pipelining": ["--pipelining-share", "0", "--chunking-share", "0", "--cut-share", "0"],
    "cut-to-pieces": ["--cut-share", "1", "--ipv6-share", "0.5"],
    "big-endian-nanoseconds": ["--big-endian", "--nanoseconds"],
    "every-packet-twice": ["--every-packet-twice"],
    "skew": ["--skew-share", "1"],
    "disorder": truth.DISORDER + ["--every-packet-twice"],
    "upstream-losses": ["--upstream-loss-share", "0.02", "--overlap-share", "0.02"],
    "checksums": ["--bare-sums-share", "0.3", "--corrupt-share", "0.02"],
    "fragments": ["--fragment-share", "0.5", "--ipv6-share", "0.5"],
    "fragments-in-disorder": truth.DISORDER + ["--every-packet-twice", "--fragment-share", "0.3"],
    "losses": ["--loss-share", "0.002"],
}


def run_case(args, folder, name, seed):
    capture = truth.Capture(args.traffic, folder, f"{name}-{seed}", CASES[name], args.megabytes, seed)
    faults, first = [], None
    for workers in WORKERS:
        replay = truth.replay(args.mailtap, capture.path, workers, args.key_file, capture.truth["relays"])
        for fault in replay.faults + truth.compare_all(replay, capture.truth, capture.sessions):
            faults.append(f"{workers} workers: {fault}")
        first = first or replay
        if replay.told != first.told:
            faults.append(f"{workers} workers: eve.json differs from that of {WORKERS[0]}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailtap", required=True)
    parser.add_argument("--traffic", required=True)
    parser.add_argument("--seed", type=int, nargs="+", default=[11, 36, 43, 62])
    parser.add_argument("--megabytes", type=int, default=3)
    parser.add_argument("--only", choices=sorted(CASES))
    parser.add_argument("--keep", help="folder that keeps the captures and truths")
    args = parser.parse_args()
    folder = args.keep or tempfile.mkdtemp(prefix="mailtap-e2e-")
    os.makedirs(folder, exist_ok=True)
    args.key_file = truth.make_key(folder)
    try:
        cases = {f"{name}, seed {seed}": (name, seed)
                 for name in ([args.only] if args.only else CASES) for seed in args.seed}
        return truth.run_cases(cases, lambda case: run_case(args, folder, *cases[case]))
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
