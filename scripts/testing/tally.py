# SPDX-License-Identifier: Apache-2.0
"""Counts test cases, and tells of those that failed or were skipped as they come."""
SHOWN_LINES = 60


def tail(text, lines=SHOWN_LINES):
    return "\n".join("    " + line for line in text.rstrip().split("\n")[-lines:])


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.failures = []

    def ok(self, cases=1):
        self.passed += cases

    def fail(self, name, output, cases=1):
        """A failed case, with the end of what it printed, so that a log alone tells why."""
        self.failed += cases
        self.failures.append(name)
        print(f"  FAILED {name}\n{tail(output)}", flush=True)

    def skip(self, name, reason, cases=1):
        self.skipped += cases
        print(f"  skipped {name}: {reason}", flush=True)

    def counts(self):
        return self.passed, self.failed, self.skipped

    def line(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
