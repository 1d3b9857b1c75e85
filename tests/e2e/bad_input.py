#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Gives mailtap what goes wrong: odd traffic, damaged files, a full disk, bad use.

usage: bad_input.py --mailtap BIN --traffic BIN [--only WORD]

Odd traffic is counted and told, status 0. A damaged file or a full disk gives a reason of one line, everything before it
is processed and written, status 1. Bad use, settings and outputs give status 2. eve.json never holds a half line and ends
with a final stats event that counts the packets. Prints a line a case and at last 'N passed, N failed'. Status 0 when
all passed, 1 otherwise, 2 on bad use. The full disk needs root and `unshare`; without them it is skipped and says so.
"""
import argparse
import os
import pty
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from file_cases import FileCases
from hand_made import FILE_HEADER, LINE_BYTES, RECORD, SERVER, Writer, records_of, tcp_frame, write_long_line
from outcome import Outcome

TIMEOUT_S = 120
BUSY_BYTES = "300M"
SCREEN = 24
RESIDENT_MAX = 512 << 20  # sanitizers take their share


def open_pipe(path, reader):
    """For writing, when the process has opened it for reading."""
    while reader.poll() is None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.001)
            continue
        os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "wb", buffering=1 << 20)
    raise OSError(f"the reader ended with status {reader.returncode}")


def read_terminal(terminal, until):
    """What is written to it; None: to the end."""
    shown, deadline = b"", time.monotonic() + TIMEOUT_S
    while (until is None or until not in shown) and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                part = os.read(terminal, 1 << 16)
            except OSError:  # nobody has it open any more
                break
            shown += part
    return shown


class Cases(FileCases):
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.base = self.traffic("base", "--bytes", "1M", "--size-max", "50000")
        with open(self.base, "rb") as file:
            self.content = file.read()
        self.records = records_of(self.content)
        self.sessions = self.replay(self.base).count("smtp_session")

    def path(self, name):
        return os.path.join(self.folder, name)

    def traffic(self, name, *options):
        path = self.path(name + ".pcap")
        subprocess.run([self.args.traffic, "--pcap", path, *options], check=True)
        return path

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def run(self, *arguments, out="none", stdin=None):
        done = subprocess.run([self.args.mailtap, *arguments], capture_output=True, timeout=TIMEOUT_S, input=stdin or b"")
        return Outcome(done.returncode, done.stdout, done.stderr, out)

    def replay(self, capture, *options, stdin=None):
        out = tempfile.mkdtemp(dir=self.folder)
        return self.run("replay", capture, "--out", out, "--format", "json", *options, out=out, stdin=stdin)

    # Odd traffic.
    def captured_over_length(self):
        rewritten = [RECORD.pack(s, u, c, c // 2 if i % 7 == 3 else n) + data
                     for i, (_, s, u, c, n, data) in enumerate(self.records)]
        outcome = self.replay(self.write("over.pcap", FILE_HEADER + b"".join(rewritten)))
        outcome.expect_odd_traffic(len(self.records))
        raised = outcome.missing().get("lengths_raised")
        outcome.expect(raised == len(self.records[3::7]), f"{raised} of {len(self.records[3::7])} are told")
        return outcome

    def cut_at_snaplen(self):
        path = self.traffic("snap", "--bytes", "1M", "--snaplen", "96")
        with open(path, "rb") as file:
            packets = len(records_of(file.read()))
        outcome = self.replay(path)
        outcome.expect_odd_traffic(packets)
        outcome.expect(any("loss" in event for event in outcome.events), "no event says that something is missing")
        return outcome

    def time_runs_backwards(self):
        rewritten = [RECORD.pack(s - (1000 if i % 5 == 4 else 0), u, c, n) + data
                     for i, (_, s, u, c, n, data) in enumerate(self.records)]
        outcome = self.replay(self.write("back.pcap", FILE_HEADER + b"".join(rewritten)))
        outcome.expect_odd_traffic(len(self.records))
        outcome.expect(outcome.count("smtp_session") == self.sessions, "sessions were lost")
        times = [e["timestamp"] for e in outcome.events if e["event_type"] != "stats"]
        outcome.expect(times == sorted(times), "the events are not in order of time")
        outcome.expect(outcome.missing().get("time_clamped", 0) > 0, "the report does not say that time ran backwards")
        return outcome

    def syn_flood(self):
        luck = random.Random(1)
        writer = Writer(self.path("syn.pcap"))
        for _ in range(200000):
            source = bytes([198, 18]) + luck.randbytes(2)
            writer.add(tcp_frame(source, SERVER, (luck.randrange(1024, 65536), 25), luck.randrange(1 << 32), 0, 2))
        packets = writer.close()
        outcome = self.replay(writer.path)
        outcome.expect_odd_traffic(packets)
        return outcome

    def limits_that_are_reached(self):
        outcome = self.replay(self.base, "--set", "flow.flows_max=8", "--set", "pipeline.sessions_max=16", "--set",
                              "host.worker_hosts=64", "--set", "pipeline.text_pages=64", "--set", "detect.subjects=16")
        outcome.expect_odd_traffic(len(self.records))
        for name in ("flows_evicted", "sessions_evicted"):
            outcome.expect(outcome.missing().get(name, 0) > 0, f"{name} is not told")
        return outcome

    def line_of_2_gigabytes(self):
        pipe, out = self.path("line.pcap"), tempfile.mkdtemp(dir=self.folder)
        os.mkfifo(pipe)
        process = subprocess.Popen([self.args.mailtap, "replay", pipe, "--out", out, "--format", "json"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            writer = Writer(pipe, open_pipe(pipe, process))
            write_long_line(writer)
            packets = writer.close()
            stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        finally:
            process.kill()
            process.wait()
        outcome = Outcome(process.returncode, stdout, stderr, out)
        outcome.expect_odd_traffic(packets)
        sessions = [e["smtp_session"] for e in outcome.events if e["event_type"] == "smtp_session"]
        outcome.expect(len(sessions) == 1 and sessions[0]["commands"].get("QUIT") == 1
                       and sessions[0]["client_bytes"] > LINE_BYTES, "the command behind the long line was not read")
        told = [e["anomaly"]["event"] for e in outcome.events if e["event_type"] == "anomaly"]
        outcome.expect("MAX_COMMAND_LINE_LEN_EXCEEDED" in told, f"the long line was not told: {told}")
        # Of all children up to now: none of them may be large.
        resident = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
        outcome.expect(resident < RESIDENT_MAX, f"{resident >> 20} MiB resident")
        return outcome

    def interrupted_on_a_terminal(self):
        pipe, out = self.path("slow.pcap"), tempfile.mkdtemp(dir=self.folder)
        os.mkfifo(pipe)
        child, terminal = pty.fork()
        if child == 0:
            os.execv(self.args.mailtap, [self.args.mailtap, "replay", pipe, "--out", out])
        with open(pipe, "wb", buffering=0) as writer:
            writer.write(self.content)
            shown = read_terminal(terminal, b" packets/s")
            os.write(terminal, b"\x03")
            shown += read_terminal(terminal, b"^C")  # what ends may come with the echo
        shown += read_terminal(terminal, None)
        outcome = Outcome(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown, b"", out)
        outcome.expect_status(1)
        outcome.expect(outcome.final_packets() == len(self.records), f"{outcome.final_packets()} packets")
        progress, _, report = shown.rpartition(b"\r\x1b[K")
        outcome.expect(b" packets/s" in progress and b" packets/s" not in report, "the progress is not erased")
        outcome.expect(b"What is missing" in report and b"mailtap: stopped by a signal" in report,
                       f"it does not say that it was stopped: {report[-200:]!r}")
        return outcome

    # The world's.
    def full_disk(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            return "no mount namespace can be had"
        small, saved = self.path("small"), self.path("saved")
        os.mkdir(small)
        os.mkdir(saved)
        script = ('mount -t tmpfs -o size=64k tmpfs "$1" || exit 99; "$2" replay "$3" --out "$1/out"; status=$?; '
                  'cp "$1"/out/eve.json "$4"/; exit $status')
        command = ["unshare", "-m", "sh", "-c", script, "sh", small, self.args.mailtap, self.base, saved]
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL)
        if done.returncode == 99:
            return "no tmpfs can be mounted"
        outcome = Outcome(done.returncode, done.stdout, done.stderr, saved)
        outcome.expect_status(1)
        outcome.expect_lines(1, 1)
        outcome.expect(bool(outcome.events), "nothing was written before the disk was full")
        return outcome

    # Bad use.
    def refused(self, *arguments):
        outcome = self.run(*arguments)
        outcome.expect_status(2)
        outcome.expect_lines(1, SCREEN)
        return outcome

    def no_command(self):
        return self.refused()

    def unknown_command(self):
        return self.refused("reply", self.base)

    def unknown_option(self):
        return self.refused("replay", self.base, "--outt", self.path("x"))

    def no_capture(self):
        return self.refused("replay", "--out", self.path("x"))

    def no_workers(self):
        return self.refused("replay", self.base, "--out", self.path("x"), "--workers", "0")

    def unknown_setting(self):
        return self.refused("replay", self.base, "--out", self.path("x"), "--set", "no.such.key=1")

    def setting_of_a_wrong_type(self):
        return self.refused("replay", self.base, "--out", self.path("x"), "--set", 'mail_servers=17')

    def setting_that_is_no_toml(self):
        return self.refused("replay", self.base, "--out", self.path("x"), "--set", "mail_servers=[")

    def missing_settings_file(self):
        return self.refused("replay", self.base, "--out", self.path("x"), "-c", self.path("none.toml"))

    def every_fault_of_the_settings(self):
        path = self.write("bad.toml", b'no_such_key = 1\nmail_servers = ["no address"]\n')
        outcome = self.refused("check", "-c", path)
        outcome.expect("bad.toml:1" in outcome.stderr and "bad.toml:2" in outcome.stderr,
                       f"not every fault is told with its line: {outcome.stderr[:300]!r}")
        return outcome

    def output_is_a_file(self):
        return self.refused("replay", self.base, "--out", self.write("occupied", b"x"))

    def output_not_writable(self):
        return self.refused("replay", self.base, "--out", "/proc/mailtap-cannot-be-here")

    def output_with_a_planted_link(self):
        out, victim = self.path("planted"), self.write("victim", b"precious")
        os.mkdir(out)
        os.symlink(victim, os.path.join(out, "eve.json"))
        outcome = self.refused("replay", self.base, "--out", out)
        with open(victim, "rb") as file:
            outcome.expect(file.read() == b"precious", "the link was followed")
        return outcome

    def output_in_use(self):
        big = self.traffic("big", "--bytes", BUSY_BYTES)
        out = self.path("shared-out")
        first = subprocess.Popen([self.args.mailtap, "replay", big, "--out", out], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 20
            while not os.path.exists(os.path.join(out, "eve.json")) and time.monotonic() < deadline:
                time.sleep(0.001)
            first.send_signal(signal.SIGSTOP)
            outcome = self.refused("replay", self.base, "--out", out)
            outcome.expect(first.poll() is None, "the first process had ended before the second began")
        finally:
            first.send_signal(signal.SIGCONT)
            status = first.wait(timeout=TIMEOUT_S)
            os.unlink(big)
        outcome.expect(status == 0, f"the first process was disturbed: status {status}")
        return outcome


ORDER = ["captured_over_length", "cut_at_snaplen", "time_runs_backwards", "files_in_the_wrong_order",
         "files_that_overlap", "every_record_in_one_of_many_files", "a_thousand_files",
         "pcapng_and_gzip", "standard_input",
         "a_stream_that_stops_in_mid_record", "a_stream_that_falls_silent", "syn_flood", "limits_that_are_reached",
         "line_of_2_gigabytes",
         "interrupted_on_a_terminal", "missing_file", "directory", "empty_file",
         "cut_file_header", "wrong_magic", "unknown_link_type", "interface_of_an_unknown_link_type",
         "pcapng_cut_and_broken", "gzip_that_ends_early_or_lies",
         "record_beyond_the_file", "cut_record_header",
         "absurd_record_length", "damage_with_four_workers", "damage_in_the_first_file", "full_disk", "no_command",
         "unknown_command", "unknown_option", "no_capture", "no_workers", "unknown_setting",
         "setting_of_a_wrong_type", "setting_that_is_no_toml", "missing_settings_file", "every_fault_of_the_settings",
         "output_is_a_file", "output_not_writable", "output_with_a_planted_link", "output_in_use"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailtap", required=True)
    parser.add_argument("--traffic", required=True)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    args.mailtap, args.traffic = os.path.abspath(args.mailtap), os.path.abspath(args.traffic)
    folder = tempfile.mkdtemp(prefix="mailtap-bad-")
    passed = failed = 0
    try:
        cases = Cases(args, folder)
        for name in (n for n in ORDER if args.only in n):
            try:
                outcome = getattr(cases, name)()
                if isinstance(outcome, str):
                    print(f"skip {name.replace('_', ' ')}: {outcome}", flush=True)
                    continue
                faults = outcome.faults
            except (OSError, KeyError, subprocess.SubprocessError) as error:
                faults = [f"{type(error).__name__}: {error}"]
            print(f"{'FAIL' if faults else 'ok  '} {name.replace('_', ' ')}", flush=True)
            for fault in faults:
                print(f"     {fault}")
            failed += bool(faults)
            passed += not faults
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
