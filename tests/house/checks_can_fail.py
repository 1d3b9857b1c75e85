# SPDX-License-Identifier: Apache-2.0
"""Plants one breach after the other in a small tree and sees the house checks name it; a clean tree passes."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
HEAD = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = HEAD + "// What it is for.\n#pragma once\n"
LONG_FUNCTION = HEAD + "int count() {\n" + "  f();\n" * 80 + "}\n"


class HouseChecks(unittest.TestCase):
    def setUp(self):
        self.tree = pathlib.Path(tempfile.mkdtemp(prefix="house-"))
        self.addCleanup(shutil.rmtree, self.tree)
        shutil.copy(ROOT / ".clang-format", self.tree)

    def run_check(self, check, files):
        """Exit status and output of a check over a tree that holds just these files."""
        for name, text in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([ROOT / "scripts" / check, self.tree], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def assert_caught(self, check, name, text, why):
        status, said = self.run_check(check, {name: text})
        self.assertEqual(status, 1, said)
        self.assertIn(name + ":", said)
        self.assertIn(why, said)

    def assert_clean(self, check, files):
        status, said = self.run_check(check, files)
        self.assertEqual(status, 0, said)


class DependencyTable(HouseChecks):
    def test_allows_what_the_table_lists(self):
        self.assert_clean("check_dependencies", {
            "lib/smtp/a.h": '#include "match/matcher.h"\n#include <vector>\n#include <sys/mman.h>\n',
            "lib/match/b.cc": "#include <hs/hs.h>\n",
            "lib/config/c.h": '#include "smtp/smtp_settings.h"\n',
            "lib/export/d.cc": "#include <mutex>\nstd::mutex m;\n",
            "app/e.cc": '#include "pipelines/worker.h"\n#include <spdlog/spdlog.h>\n'})

    def test_catches_a_sibling(self):
        self.assert_caught("check_dependencies", "lib/tcp/a.h", '#include "flow/flow_key.h"\n', "tcp must not see flow")

    def test_catches_an_arrow_that_points_back(self):
        self.assert_caught("check_dependencies", "lib/base/a.h", '#include "packet/frame.h"\n', "base must not see packet")

    def test_catches_a_room_that_sees_the_whole_settings(self):
        self.assert_caught("check_dependencies", "lib/smtp/a.h", '#include "config/config.h"\n', "smtp must not see config")

    def test_catches_config_that_sees_more_than_settings(self):
        self.assert_caught("check_dependencies", "lib/config/a.h", '#include "smtp/session.h"\n', "config must not see smtp")

    def test_catches_dpdk_outside_nic(self):
        self.assert_caught("check_dependencies", "pipelines/a.cc", "#include <rte_mbuf.h>\n", "only in lib/nic/")

    def test_catches_boost_outside_the_queue(self):
        self.assert_caught("check_dependencies", "lib/base/a.h", "#include <boost/lockfree/queue.hpp>\n", "spsc_queue.h")

    def test_catches_a_library_that_nobody_chose(self):
        self.assert_caught("check_dependencies", "lib/mail/a.cc", "#include <nlohmann/json.hpp>\n", "no line of the table")

    def test_catches_a_lock_in_a_pipeline(self):
        self.assert_caught("check_dependencies", "pipelines/a.h", "std::mutex lock_;\n", "no locks")

    def test_catches_a_clock_in_a_room(self):
        self.assert_caught("check_dependencies", "lib/tcp/a.cc", "auto t = std::chrono::steady_clock::now();\n", "clock")


class Tidiness(HouseChecks):
    def test_leaves_a_tidy_tree_alone(self):
        self.assert_clean("check_tidiness", {"lib/a/a.h": HEADER, "lib/a/a.cc": HEAD + "int f() {\n  return 1;\n}\n"})

    def test_catches_a_missing_licence(self):
        self.assert_caught("check_tidiness", "lib/a/a.cc", "int f();\n", "SPDX")

    def test_catches_a_header_without_a_contract(self):
        self.assert_caught("check_tidiness", "lib/a/a.h", HEAD + "#pragma once\n", "what it is for")

    def test_catches_a_header_without_a_guard(self):
        self.assert_caught("check_tidiness", "lib/a/a.h", HEAD + "// For this.\n", "guard")

    def test_catches_an_open_point(self):
        self.assert_caught("check_tidiness", "lib/a/a.cc", HEAD + "// TO" + "DO: later\n", "open point")

    def test_catches_a_machine_path(self):
        self.assert_caught("check_tidiness", "scripts/a", "# " + HEAD + "cat /ho" + "me/me/file\n", "machine")

    def test_catches_a_tab(self):
        self.assert_caught("check_tidiness", "lib/a/a.cc", HEAD + "\tint f();\n", "a tab")

    def test_catches_a_file_too_long(self):
        self.assert_caught("check_tidiness", "lib/a/a.cc", HEAD + "int x;\n" * 500, "501 lines")

    def test_catches_a_function_too_long(self):
        self.assert_caught("check_tidiness", "lib/a/a.cc", LONG_FUNCTION, "a function of 82 lines")


class Layout(HouseChecks):
    def test_leaves_good_layout_alone(self):
        self.assert_clean("check_format", {"lib/a/a.cc": HEAD + "int f();\n"})

    def test_catches_bad_layout(self):
        self.assert_caught("check_format", "lib/a/a.cc", HEAD + "int   f( );\n", "otherwise")


if __name__ == "__main__":
    unittest.main()
