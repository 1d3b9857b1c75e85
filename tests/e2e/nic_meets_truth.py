#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads made-up captures through DPDK's net_pcap and compares what `mailtap run` says with what is true.

usage: nic_meets_truth.py --mailtap BIN --traffic BIN [--seed N] [--megabytes N] [--only CASE]

A full queue makes the one before it wait (pipeline.wait_when_full), so nothing is lost. When all of the file is read, the
process is told to end: status 0, every frame counted, each figure of the truth met, and without its `stats` lines eve.json
is that of a replay of the same file, byte for byte, for every number of workers. Told to end in the midst of the file, it
says what a replay of the frames that it counted says. Where nothing waits, every frame and record that was lost is counted,
those of the last moment too. A capture that is read round and round goes by the clock. What is told stands in
eve.json within a second or so, and stderr is empty off a terminal. Needs root (net_pcap's place in its file is read from
/proc): status 77 without. Prints a line a case, what differs below it, and at last 'N passed, N failed'. Status 0 when
all passed, 1 otherwise, 2 on bad use.
"""
import argparse
import contextlib
import datetime
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import truth

SKIPPED = 77
WORKERS = (1, 2, 4)
END_S = 60
EARLY_TRIES = 10
EARLY_MEGABYTES = 20
HUGE_PAGES = "/proc/sys/vm/nr_hugepages"
HUGE_PAGES_WANTED = 80
ARP = b"\xff" * 6 + b"\x02" * 6 + b"\x08\x06" + bytes(46)
FLOOD = 100000  # more than libpcap's 2 MiB hold
FILE_HEADER_SIZE, RECORD = 24, struct.Struct("<IIII")
WAIT = ["pipeline.wait_when_full=true", 'nic.huge_pages="no"']
# So few buffers that the port, the rings and the workers' records are full all the time.
TIGHT = ["nic.mbufs=1023", "nic.rx_descriptors=64", "pipeline.ring_frames=64", "event.buffers=2"]


class LiveRun:
    """`mailtap run` over a file, while it runs."""

    def __init__(self, args, capture, workers, settings):
        self.path, self.size = capture.path, os.path.getsize(capture.path)
        self.out = tempfile.mkdtemp(prefix="mailtap-e2e-")
        settings = [f'nic.devices=["net_pcap0,rx_pcap={capture.path}"]'] + settings
        command = [args.mailtap, "run", "--verbose"]
        command += truth.arguments(self.out, workers, args.key_file, capture.truth["relays"])
        for setting in settings:
            command += ["--set", setting]
        self.log = open(os.path.join(self.out, "log"), "w+b")
        self.report = open(os.path.join(self.out, "report"), "w+b")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.report, stderr=self.log)
        self.fd = None

    def place(self):
        """How much of the file is read; the last buffer's frames may not be handed out yet."""
        folder = f"/proc/{self.process.pid}/fd"
        with contextlib.suppress(FileNotFoundError):
            if self.fd is None:
                self.fd = next((fd for fd in os.listdir(folder) if self.is_file(f"{folder}/{fd}")), None)
            if self.fd is not None:
                with open(f"{folder}info/{self.fd}", encoding="ascii") as file:
                    return int(file.readline().split()[1])
        return 0

    def is_file(self, link):
        with contextlib.suppress(FileNotFoundError):
            return os.readlink(link) == self.path
        return False

    def wait_for_place(self, place):
        deadline = time.monotonic() + END_S
        while self.place() < place and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.0005)

    def end(self):
        """Asks it to end, and reads what it left."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.send_signal(signal.SIGCONT)
        try:
            status = self.process.wait(timeout=END_S)
        finally:
            self.process.kill()
        run = truth.Run(self.out, status, self.text_of(self.report), self.text_of(self.log))
        told = re.search(rb"ended after (\d+) frames", run.stderr)
        run.frames = int(told[1]) if told else -1
        stats = run.final_stats() or {"packets": 0, "nic": {"imissed": 0}}
        if run.frames != stats["packets"] + stats["nic"]["imissed"]:
            run.faults.append(f"{run.frames} frames received, {stats['packets']} packets and {stats['nic']} counted")
        if b"[warning]" in run.stderr or b"[error]" in run.stderr:
            run.faults.append(f"complaints: {run.stderr[:300]!r}")
        return run

    @staticmethod
    def text_of(file):
        with file:
            file.seek(0)
            return file.read()


def read_all(args, capture, workers, settings):
    live = LiveRun(args, capture, workers, settings)
    live.wait_for_place(live.size)
    return live.end()


def faults_of(args, capture, workers_list, settings):
    relays, faults = capture.truth["relays"], []
    replay = truth.replay(args.mailtap, capture.path, 1, args.key_file, relays)
    for workers in workers_list:
        run = read_all(args, capture, workers, settings)
        for fault in run.faults + truth.compare_all(run, capture.truth, capture.sessions):
            faults.append(f"{workers} workers: {fault}")
        if run.told != replay.told:
            faults.append(f"{workers} workers: eve.json differs from that of the replay")
    return faults


def whole(args, folder, options, workers_list=WORKERS, settings=tuple(WAIT)):
    capture = truth.Capture(args.traffic, folder, "whole", options, args.megabytes, args.seed)
    return faults_of(args, capture, workers_list, list(settings))


def clean(args, folder):
    return whole(args, folder, [])


def disorder(args, folder):
    return whole(args, folder, truth.DISORDER + ["--every-packet-twice"])


def fragments(args, folder):
    return whole(args, folder, truth.DISORDER + ["--fragment-share", "0.3", "--ipv6-share", "0.5"])


def tight_queues(args, folder):
    return whole(args, folder, truth.DISORDER, settings=WAIT + TIGHT)


def losses_are_counted(args, folder):
    """Where nothing waits, what is not told is counted: frames by the rings, records by kind."""
    capture = truth.Capture(args.traffic, folder, "losing", ["--fragment-share", "0.2"], args.megabytes, args.seed)
    settings = ['nic.huge_pages="no"', "pipeline.wait_when_full=false"] + TIGHT
    faults = []
    for workers in (1, 4):
        run = read_all(args, capture, workers, settings)
        faults += [f"{workers} workers: {fault}" for fault in run.faults]
        if run.frames != capture.truth["packets"]:
            faults.append(f"{workers} workers: {run.frames} of {capture.truth['packets']} frames received")
        if workers == 1 and run.final_stats():  # it reads the port itself: no ring loses a frame
            lost = run.final_stats()["records_lost"]
            for kind, record, true in (("smtp_session", "session", "sessions"), ("smtp", "transaction", "smtp_events")):
                told = len(run.of_type(kind))
                if told + lost[record] != capture.truth[true]:
                    faults.append(f"{kind}: {told} told, {lost[record]} lost, true {capture.truth[true]}")
    return faults


@contextlib.contextmanager
def borrowed_huge_pages():
    with open(HUGE_PAGES, encoding="ascii") as file:
        before = file.read().strip()
    try:
        with contextlib.suppress(OSError), open(HUGE_PAGES, "w", encoding="ascii") as file:
            file.write(str(int(before) + HUGE_PAGES_WANTED))
        with open(HUGE_PAGES, encoding="ascii") as file:
            got = int(file.read()) - int(before)
        if got < HUGE_PAGES_WANTED:
            raise truth.Skipped(f"{got} of {HUGE_PAGES_WANTED} huge pages to be had")
        yield
    finally:
        with contextlib.suppress(OSError), open(HUGE_PAGES, "w", encoding="ascii") as file:
            file.write(before)


def huge_pages(args, folder):
    with borrowed_huge_pages():
        return whole(args, folder, [], (2,), ["pipeline.wait_when_full=true", 'nic.huge_pages="yes"'])


def first_records(path, count, to):
    """A capture of the first `count` records."""
    with open(path, "rb") as file:
        content = file.read()
    at = FILE_HEADER_SIZE
    for _ in range(count):
        at += RECORD.size + RECORD.unpack_from(content, at)[2]
    with open(to, "wb") as file:
        file.write(content[:at])
    return to


def stopped_early(args, capture, workers):
    """A run that is told to end in the midst of the file."""
    for _ in range(EARLY_TRIES):
        live = LiveRun(args, capture, workers, WAIT)
        live.wait_for_place(live.size // 8)
        live.process.send_signal(signal.SIGSTOP)
        place = live.place()
        run = live.end()
        if run.faults or place < live.size * 7 // 8:
            return run
    raise truth.Skipped("this machine is too slow to stop a run in the midst of its file")


def early_end(args, folder):
    capture = truth.Capture(args.traffic, folder, "early", truth.DISORDER, EARLY_MEGABYTES, args.seed)
    faults = []
    for workers in (1, 4):
        run = stopped_early(args, capture, workers)
        faults += [f"{workers} workers: {fault}" for fault in run.faults]
        if not 0 < run.frames < capture.truth["packets"]:
            faults.append(f"{workers} workers: {run.frames} of {capture.truth['packets']} frames")
            continue
        seen = first_records(capture.path, run.frames, os.path.join(folder, "seen.pcap"))
        replay = truth.replay(args.mailtap, seen, 1, args.key_file, capture.truth["relays"])
        if run.told != replay.told:
            faults.append(f"{workers} workers: says other things than the replay of its {run.frames} frames")
    return faults


def run_on(args, folder, device, *settings):
    """A live run that says nothing on stderr, once its port is open."""
    out = tempfile.mkdtemp(dir=folder)
    command = [args.mailtap, "run", "--out", out]
    for setting in [f'nic.devices=["{device}"]', 'nic.huge_pages="no"', *settings]:
        command += ["--set", setting]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return process, os.path.join(out, "eve.json")


def events_of(path):
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        return [json.loads(line) for line in file]
    return []


def wait_for_events(process, path, count):
    deadline = time.monotonic() + END_S
    while len(events_of(path)) < count and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(events_of(path))


def ended(process):
    try:
        _, stderr = process.communicate(timeout=END_S)
    finally:
        process.kill()
    quiet = process.returncode == 0 and not stderr
    return [] if quiet else [f"status {process.returncode}, stderr {stderr[:300]!r}"]


def told_at_once(args, folder):
    process, eve = run_on(args, folder, "net_null0", 'pipeline.stats_interval="1 s"')
    began = time.monotonic()
    told = wait_for_events(process, eve, 3)
    took = time.monotonic() - began
    process.send_signal(signal.SIGTERM)
    faults = ended(process)
    if told < 3 or took > 20:
        faults.append(f"{told} events in {took:.1f} s, one a second is due")
    return faults


def moment(event):
    return datetime.datetime.strptime(event["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


def endless(args, folder):
    """A capture that is read round and round is a live link: its time is the clock's."""
    capture = truth.Capture(args.traffic, folder, "endless", [], 1, args.seed)
    device = f"net_pcap0,rx_pcap={capture.path},infinite_rx=1"
    began = time.time()
    process, eve = run_on(args, folder, device, 'pipeline.stats_interval="1 s"')
    deadline = time.monotonic() + END_S
    while process.poll() is None and time.monotonic() < deadline:
        told = events_of(eve)
        if sum(event["event_type"] == "stats" for event in told) >= 2:
            break
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    faults = ended(process)
    told = events_of(eve)
    if sum(event["event_type"] == "stats" for event in told) < 3:
        faults.append("no stats while it ran")
    odd = sum(not began - 1 <= moment(event) <= time.time() + 1 for event in told)
    if odd:
        faults.append(f"{odd} of {len(told)} events at another time than the clock's")
    process, eve = run_on(args, folder, device, "nic.mbufs=1023")
    _, stderr = process.communicate(timeout=END_S)
    if process.returncode != 2 or b"nic.mbufs" not in stderr or os.path.exists(eve):
        faults.append(f"too few buffers: status {process.returncode}, stderr {stderr[:300]!r}, "
                      f"eve.json {os.path.exists(eve)}")
    return faults


@contextlib.contextmanager
def pair_of_links():
    names = [f"mtap{os.getpid() % 100000}{end}" for end in "ab"]
    if shutil.which("ip") is None:
        raise truth.Skipped("no `ip`")
    add = ["ip", "link", "add", names[0], "type", "veth", "peer", "name", names[1]]
    if subprocess.run(add, stderr=subprocess.DEVNULL, check=False).returncode != 0:
        raise truth.Skipped("no veth to be had")
    try:
        for name in names:
            subprocess.run(["ip", "link", "set", name, "up"], check=True)
        yield names
    finally:
        subprocess.run(["ip", "link", "del", names[0]], check=True)


def losses_at_the_end(args, folder):
    """The port loses frames while the process stands still; then it is told to end at once."""
    with pair_of_links() as (sender, tap):
        process, eve = run_on(args, folder, f"net_pcap0,rx_iface={tap}", 'pipeline.stats_interval="1 s"')
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
            link.bind((sender, 0))
            deadline = time.monotonic() + END_S
            while not events_of(eve) and process.poll() is None and time.monotonic() < deadline:
                link.send(ARP)
                time.sleep(0.05)
            process.send_signal(signal.SIGSTOP)
            for _ in range(FLOOD):
                link.send(ARP)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        faults = ended(process)
    missed = events_of(eve)[-1]["stats"]["nic"]["imissed"]
    return faults if missed != 0 else faults + ["what the port lost at the end is not counted"]


CASES = {"clean": clean, "disorder": disorder, "fragments": fragments, "tight-queues": tight_queues, "losses-are-counted": losses_are_counted,
         "huge-pages": huge_pages, "early-end": early_end, "told-at-once": told_at_once,
         "endless": endless, "losses-at-the-end": losses_at_the_end}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailtap", required=True)
    parser.add_argument("--traffic", required=True)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--megabytes", type=int, default=3)
    parser.add_argument("--only", choices=sorted(CASES))
    args = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: needs root to read how far net_pcap is in its file")
        return SKIPPED
    folder = tempfile.mkdtemp(prefix="mailtap-e2e-")
    args.key_file = truth.make_key(folder)
    try:
        return truth.run_cases([args.only] if args.only else CASES, lambda name: CASES[name](args, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
