# SPDX-License-Identifier: Apache-2.0
"""What one run of mailtap left, and what is wrong with it: status, stdout, stderr, events."""
import json
import os


class Outcome:
    def __init__(self, status, stdout, stderr, out):
        self.status, self.stdout, self.stderr = status, stdout, stderr.decode(errors="replace")
        self.events, self.faults = [], []
        path = os.path.join(out, "eve.json")
        if os.path.exists(path):
            self.read(path)

    def read(self, path):
        with open(path, "rb") as file:
            content = file.read()
        if content and not content.endswith(b"\n"):
            self.faults.append("eve.json ends in a half line")
        for number, line in enumerate(content.splitlines(), 1):
            try:
                self.events.append(json.loads(line))
            except ValueError:
                self.faults.append(f"eve.json:{number}: no JSON")

    def missing(self):
        """What the report says is missing; needs --format json."""
        try:
            return json.loads(self.stdout)["missing"]
        except (ValueError, KeyError):
            self.faults.append(f"no report: {self.stdout[:200]!r}")
            return {}

    def told(self):
        return [event for event in self.events if event["event_type"] != "stats"]

    def count(self, kind):
        return sum(event["event_type"] == kind for event in self.events)

    def final_packets(self):
        final = [e["stats"]["packets"] for e in self.events if e["event_type"] == "stats" and e["stats"].get("final")]
        return final[0] if len(final) == 1 else None

    def expect(self, true, why):
        if not true:
            self.faults.append(why)

    def expect_status(self, status):
        self.expect(self.status == status, f"status {self.status}, not {status}; stderr: {self.stderr.strip()[:200]!r}")

    def expect_lines(self, low, high):
        lines = self.stderr.splitlines()
        self.expect(low <= len(lines) <= high, f"{len(lines)} lines on stderr: {self.stderr[:300]!r}")

    def expect_odd_traffic(self, packets):
        self.expect_status(0)
        self.expect_lines(0, 0)
        self.expect(self.final_packets() == packets, f"packets: said {self.final_packets()}, true {packets}")

    def expect_damage(self, name, packets=None, offset=None):
        self.expect_status(1)
        self.expect_lines(1, 1)
        self.expect(os.path.basename(name) in self.stderr, f"stderr does not name the file: {self.stderr[:200]!r}")
        if packets is not None:
            self.expect(self.final_packets() == packets, f"packets: said {self.final_packets()}, true {packets}")
        if offset is not None:
            self.expect(str(offset) in self.stderr, f"stderr does not say offset {offset}: {self.stderr[:200]!r}")
