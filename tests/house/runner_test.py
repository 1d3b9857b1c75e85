# SPDX-License-Identifier: Apache-2.0
"""The test runner itself: what it counts, what it calls a failure, and that it ends what hangs."""
import contextlib
import io
import pathlib
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "scripts/testing"))
import meson_tests  # noqa: E402
import oracles  # noqa: E402
import shell  # noqa: E402
from tally import Tally  # noqa: E402

GTEST = """[==========] Running 4 tests from 1 test suite.
[ RUN      ] A.B
a.cc:7: Skipped
no hugepages here
[==========] 4 tests from 1 test suite ran. (1 ms total)
[  PASSED  ] 2 tests.
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] A.B
[  FAILED  ] 1 test, listed below:
[  FAILED  ] A.C
"""


class Quiet(unittest.TestCase):
    """Every case with a tally, and what it says caught."""

    def setUp(self):
        self.tally = Tally()
        self.said = io.StringIO()
        catch = contextlib.redirect_stdout(self.said)
        catch.__enter__()
        self.addCleanup(catch.__exit__, None, None, None)

    def count(self, verdict, stdout="", stderr=""):
        meson_tests.count({"name": "x", "result": verdict, "stdout": stdout, "stderr": stderr, "duration": 1.0}, "gcc",
                          self.tally)
        return self.tally.counts()


class Counting(Quiet):
    def test_counts_every_case_of_a_gtest_program(self):
        self.assertEqual(self.count("FAIL", GTEST), (2, 1, 0))
        self.assertIn("A.C", self.said.getvalue())

    def test_tells_the_reason_of_a_skipped_case(self):
        self.assertEqual(self.count("OK", GTEST.split("[  FAILED  ]")[0]), (2, 0, 1))
        self.assertIn("no hugepages here", self.said.getvalue())

    def test_counts_every_case_of_a_unittest_program(self):
        self.assertEqual(self.count("OK", stderr="....s\nRan 5 tests in 0.1s\n\nOK (skipped=1)\n"), (4, 0, 1))

    def test_a_program_without_cases_is_one(self):
        self.assertEqual(self.count("OK", "fine"), (1, 0, 0))

    def test_a_program_that_died_before_it_counted_is_a_failure(self):
        self.assertEqual(self.count("FAIL", "[==========] Running 9 tests\nSegmentation fault"), (0, 1, 0))

    def test_a_program_that_ran_out_of_time_is_a_failure(self):
        self.assertEqual(self.count("TIMEOUT"), (0, 1, 0))


class Ratchet(Quiet):
    CASE = ("dialogue", "a.pcap")

    def judge(self, passed, known):
        oracles.judge(self.tally, passed, self.CASE, "why", {self.CASE: "the oracle errs"} if known else {})
        return self.tally.counts()

    def test_a_new_miss_fails(self):
        self.assertEqual(self.judge(False, False), (0, 1, 0))

    def test_a_listed_miss_is_told_and_does_not_fail(self):
        self.assertEqual(self.judge(False, True), (1, 0, 0))
        self.assertIn("the oracle errs", self.said.getvalue())

    def test_a_listed_miss_that_passes_fails(self):
        self.assertEqual(self.judge(True, True), (0, 1, 0))


class Ending(unittest.TestCase):
    def test_what_hangs_is_ended_with_all_that_it_started(self):
        with tempfile.TemporaryDirectory() as folder:
            shell.LOGS = pathlib.Path(folder)
            alive = pathlib.Path(folder) / "alive"
            start = time.monotonic()
            status = shell.run(["sh", "-c", f"(sleep 4; touch {alive}) & sleep 60"], "log", 1)
            self.assertEqual(status, shell.TIMED_OUT)
            self.assertLess(time.monotonic() - start, 20)
            self.assertIn("ended", shell.log_text("log"))
            time.sleep(3)
            self.assertFalse(alive.exists())


if __name__ == "__main__":
    unittest.main()
