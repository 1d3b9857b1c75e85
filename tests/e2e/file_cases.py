# SPDX-License-Identifier: Apache-2.0
"""Cases of bad_input.py about the form of the input: order, formats, pipes, damage. Their class is one half of Cases, which
has replay(), write(), path() and one capture: base, content, records, sessions."""
import fcntl
import gzip
import os
import random
import resource
import signal
import struct
import subprocess
import tempfile
import termios
import time

import truth
from hand_made import FILE_HEADER, HEADER, RECORD, packet_block_size, pcapng_of
from outcome import Outcome

TIMEOUT_S = 120
OPEN_MAX = 40


def await_read(pipe):
    """Until the other end has taken all that was written."""
    deadline = time.monotonic() + TIMEOUT_S
    while struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0] and time.monotonic() < deadline:
        time.sleep(0.01)


def await_events(out):
    """Bytes of them that stand there once there are any, a moment later."""
    path, deadline = os.path.join(out, "eve.json"), time.monotonic() + 20
    while (not os.path.exists(path) or os.path.getsize(path) == 0) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    return os.path.getsize(path) if os.path.exists(path) else 0


class FileCases:
    def files_in_the_wrong_order(self):
        middle = self.records[len(self.records) // 2][0]
        first = self.write("wrong-b.pcap", self.content[:middle])
        second = self.write("wrong-a.pcap", FILE_HEADER + self.content[middle:])
        key = f'privacy.key_file="{truth.make_key(self.folder)}"'
        right, wrong = (self.replay(*files, "--set", key) for files in ((first, second), (second, first)))
        wrong.expect_odd_traffic(len(self.records))
        wrong.expect(wrong.told() == right.told(), "the order of the files changes what is told")
        wrong.expect(wrong.missing().get("time_clamped") == 0, "time ran backwards")
        return wrong

    def files_that_overlap(self):
        middle = self.records[len(self.records) // 2][0]
        early = self.write("lap-a.pcap", self.content)
        late = self.write("lap-b.pcap", FILE_HEADER + self.content[middle:])
        outcome = self.replay(late, early)
        half = sum(offset >= middle for offset, *_ in self.records)
        outcome.expect_odd_traffic(len(self.records) + half)
        outcome.expect(outcome.missing().get("time_clamped") == 0, "time ran backwards")
        outcome.expect(outcome.count("smtp_session") == self.sessions, "sessions were told twice or lost")
        return outcome

    def same_told(self, *captures, stdin=None, options=(), stray=0):
        """However the records are packed, the same is told as about the plain file."""
        key = f'privacy.key_file="{truth.make_key(self.folder)}"'
        plain = self.replay(self.base, "--set", key)
        outcome = self.replay(*captures, "--set", key, *options, stdin=stdin)
        outcome.expect_odd_traffic(len(self.records) + stray)
        outcome.expect(outcome.told() == plain.told(), "it tells something else about the same records")
        return outcome

    def every_record_in_one_of_many_files(self):
        luck = random.Random(2)
        parts = [[] for _ in range(7)]
        last, where = None, 0
        for _, s, u, c, n, data in self.records:
            where = luck.randrange(where if (s, u) == last else 0, len(parts))  # equal times: in the files' order
            last = (s, u)
            parts[where].append(RECORD.pack(s, u, c, n) + data)
        paths = [self.write(f"part{i}", gzip.compress(FILE_HEADER + b"".join(part)) if i % 2 else FILE_HEADER + b"".join(part))
                 for i, part in enumerate(parts)]
        outcome = self.same_told(*paths)
        return outcome if outcome.faults else self.same_told(*paths, options=("--workers", "4"))

    def a_thousand_files(self):
        """As they rotate; few are open at once, in whatever order they are named."""
        luck, paths = random.Random(3), []
        for i in range(1000):
            part = self.records[len(self.records) * i // 1000:len(self.records) * (i + 1) // 1000]
            content = b"".join(RECORD.pack(s, u, c, n) + data for _, s, u, c, n, data in part)
            paths.append((luck.random(), self.write(f"ring{i:04}", FILE_HEADER + content)))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_MAX, hard))
        try:
            return self.same_told(*(path for _, path in sorted(paths)))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def pcapng_and_gzip(self):
        path = self.write("base.pcapng", pcapng_of(self.records))
        outcome = self.same_told(path)
        return outcome if outcome.faults else self.same_told(self.write("packed", gzip.compress(pcapng_of(self.records))))

    def standard_input(self):
        return self.same_told("-", stdin=self.content)

    def a_stream_that_stops_in_mid_record(self):
        outcome = self.replay("-", stdin=self.content[:-3])
        outcome.expect_damage("standard input", len(self.records) - 1, self.records[-1][0])
        outcome.expect(outcome.count("smtp_session") == self.sessions, "what came before the damage was not told")
        return outcome

    def a_stream_that_falls_silent(self):
        """One signal ends a replay that waits for its pipe; what came before is told."""
        for workers in ("1", "3"):
            out = tempfile.mkdtemp(dir=self.folder)
            process = subprocess.Popen([self.args.mailtap, "replay", "-", "--out", out, "--workers", workers],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                process.stdin.write(self.content)
                process.stdin.flush()
                await_read(process.stdin)
                told = await_events(out)
                process.send_signal(signal.SIGINT)
                stdout, stderr = process.stdout.read(), process.stderr.read()
                status = process.wait(timeout=TIMEOUT_S)
            finally:
                process.kill()
                process.stdin.close()
            outcome = Outcome(status, stdout, stderr, out)
            outcome.expect_status(1)
            outcome.expect(told > 0, "nothing was told while the stream was open")
            outcome.expect("stopped by a signal" in outcome.stderr, f"it does not say so: {outcome.stderr[:200]!r}")
            outcome.expect(outcome.final_packets() == len(self.records), f"{outcome.final_packets()} packets")
            if outcome.faults:
                break
        return outcome

    def missing_file(self):
        outcome = self.replay(self.path("nowhere.pcap"))
        outcome.expect_damage("nowhere.pcap")
        return outcome

    def directory(self):
        os.mkdir(self.path("folder.pcap"))
        outcome = self.replay(self.path("folder.pcap"))
        outcome.expect_damage("folder.pcap")
        return outcome

    def empty_file(self):
        outcome = self.replay(self.write("empty.pcap", b""))
        outcome.expect_damage("empty.pcap", offset="offset 0")
        return outcome

    def cut_file_header(self):
        outcome = self.replay(self.write("stub.pcap", FILE_HEADER[:11]))
        outcome.expect_damage("stub.pcap", offset="offset 11")
        return outcome

    def wrong_magic(self):
        outcome = self.replay(self.write("magic.pcap", b"GIF89a" + self.content[6:]))
        outcome.expect_damage("magic.pcap", offset="offset 0")
        return outcome

    def unknown_link_type(self):
        head = HEADER.pack(0xA1B2C3D4, 2, 4, 0, 0, 65535, 147)
        outcome = self.replay(self.write("link.pcap", head + self.content[HEADER.size:]))
        outcome.expect_damage("link.pcap", offset="offset 20")
        return outcome

    def interface_of_an_unknown_link_type(self):
        """Its frames are counted, those of the others are read."""
        outcome = self.same_told(self.write("two.pcapng", pcapng_of(self.records, stray=17)), stray=17)
        final = [e["stats"] for e in outcome.events if e["event_type"] == "stats" and e["stats"].get("final")]
        outcome.expect(final and final[0]["drops"].get("unknown_link") == 17, f"drops: {final and final[0]['drops']}")
        return outcome

    def pcapng_cut_and_broken(self):
        whole = pcapng_of(self.records)
        last = len(whole) - packet_block_size(self.records[-1])
        for name, content in (("cut.pcapng", whole[:-3]), ("zero.pcapng", whole[:last + 4] + bytes(4) + whole[last + 8:]),
                              ("trailer.pcapng", whole[:-4] + b"\xff" + whole[-3:])):
            outcome = self.replay(self.write(name, content))
            outcome.expect_damage(name, len(self.records) - 1, f"offset {last}:")
            if outcome.faults:
                return outcome
        outcome = self.replay(self.write("interface.pcapng", whole[:last + 8] + b"\x07" + whole[last + 9:]))
        outcome.expect_damage("interface.pcapng", len(self.records), f"offset {last}:")  # passed over, and counted
        return outcome

    def gzip_that_ends_early_or_lies(self):
        packed = gzip.compress(self.content)
        outcome = self.replay(self.write("early.gz", packed[:-20]))
        outcome.expect_damage("early.gz", offset=f"offset {len(packed) - 20} of the compressed bytes")
        if not outcome.faults:
            outcome = self.replay(self.write("lie.gz", packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]))
            outcome.expect_damage("lie.gz", len(self.records), "of the compressed bytes: incorrect data check")
        return outcome

    def record_beyond_the_file(self):
        offset = self.records[-1][0]
        outcome = self.replay(self.write("cut.pcap", self.content[:-3]))
        outcome.expect_damage("cut.pcap", len(self.records) - 1, offset)
        outcome.expect(outcome.count("smtp_session") == self.sessions, "what came before the damage was not told")
        return outcome

    def cut_record_header(self):
        offset = self.records[-1][0]
        outcome = self.replay(self.write("head.pcap", self.content[:offset + 7]))
        outcome.expect_damage("head.pcap", len(self.records) - 1, offset)
        return outcome

    def absurd_record_length(self):
        offset = self.records[len(self.records) // 2][0]
        broken = self.content[:offset + 8] + b"\xff\xff\xff\x7f" + self.content[offset + 12:]
        outcome = self.replay(self.write("absurd.pcap", broken))
        outcome.expect_damage("absurd.pcap", len(self.records) // 2, offset)
        return outcome

    def damage_with_four_workers(self):
        outcome = self.replay(self.write("cut4.pcap", self.content[:-3]), "--workers", "4")
        outcome.expect_damage("cut4.pcap", len(self.records) - 1, self.records[-1][0])
        outcome.expect(outcome.count("smtp_session") == self.sessions, "what came before the damage was not told")
        return outcome

    def damage_in_the_first_file(self):
        half = len(self.records) // 2
        middle = self.records[half][0]
        first = self.write("first.pcap", self.content[:middle - 3])
        second = self.write("second.pcap", FILE_HEADER + self.content[middle:])
        for files in ((first, second), (second, first)):
            outcome = self.replay(*files)
            outcome.expect_damage("first.pcap", len(self.records) - 1, self.records[half - 1][0])
            if outcome.faults:
                break
        return outcome
