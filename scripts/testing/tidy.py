# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the rooms, two files at a time, each file and the whole within a time. A file that was clean is not
read again until it, a header of ours that it includes, or .clang-tidy changes. A file that ran out of time is told
as such and never counts as clean."""
import concurrent.futures
import hashlib
import json
import re
import subprocess
import time

from shell import BUILDS, ROOT

ROOMS = ("lib", "pipelines", "app")
FILE_SECONDS = 120
CLEAN = BUILDS / "tidy-clean"


def our_headers(file, seen):
    """This file and, through any depth, the headers of ours that it includes."""
    if file in seen or not file.exists():
        return seen
    seen.add(file)
    for target in re.findall(r'^\s*#\s*include "([^"]+)"', file.read_text(), re.M):
        for base in (ROOT / "lib", ROOT, file.parent):
            if (base / target).exists():
                our_headers((base / target).resolve(), seen)
                break
    return seen


def key_of(file):
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for path in sorted(our_headers(file.resolve(), set())):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read(file, build, deadline):
    """(file, verdict, output): verdict is clean, dirty or late."""
    mark = CLEAN / key_of(file)
    if mark.exists():
        return file, "clean", ""
    left = min(FILE_SECONDS, deadline - time.monotonic())
    if left < 5:
        return file, "late", "not begun"
    try:
        done = subprocess.run(["clang-tidy", "--quiet", "-p", build, file], cwd=ROOT, capture_output=True, text=True,
                              timeout=left, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return file, "late", f"still reading after {left:.0f} s"
    if done.returncode != 0 or "warning:" in done.stdout:
        return file, "dirty", done.stdout or done.stderr
    mark.touch()
    return file, "clean", ""


def files_of(build):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = (build / entry["file"]).resolve()
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in ROOMS:
            yield path


def tidy(tally, seconds):
    build = BUILDS / "clang"
    CLEAN.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + seconds
    late = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for file, verdict, output in pool.map(lambda f: read(f, build, deadline), sorted(set(files_of(build)))):
            name = str(file.relative_to(ROOT))
            if verdict == "clean":
                tally.ok()
            elif verdict == "dirty":
                tally.fail(f"clang-tidy {name}", output)
            else:
                late.append(f"{name} ({output})")
    if late:
        tally.skip("clang-tidy", "out of time, NOT read: " + ", ".join(late), len(late))
