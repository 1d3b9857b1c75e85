# SPDX-License-Identifier: Apache-2.0
"""The builds that the tests run in: one folder each under build-test/, configured again only when the list of source
files or the options changed."""
import hashlib
import json
import re
import shutil

from shell import BUILDS, ROOT, log_text, run

COMMON = ["-Db_lto=false", "-Dwerror=true"]
OPTIONS = {
    "gcc": ["-Dbuildtype=debugoptimized"],
    "asan": ["-Dbuildtype=debugoptimized", "-Doptimization=1", "-Db_sanitize=address,undefined", "-Db_lundef=false",
             "-Dcpp_args=-fno-sanitize-recover=all -fno-omit-frame-pointer", "-Dbenchmarks=false"],
    "tsan": ["-Dbuildtype=debugoptimized", "-Doptimization=1", "-Db_sanitize=thread", "-Db_lundef=false",
             "-Dbenchmarks=false"],
    "clang": ["-Dbuildtype=plain", "-Doptimization=0"],
    "fuzz": ["-Dbuildtype=debugoptimized", "-Doptimization=1", "-Dtests=false", "-Dfuzzers=true", "-Dbenchmarks=false",
             "-Db_lundef=false"],
}
COMPILER = {"clang": "clang++", "fuzz": "clang++"}


def compiler_env(name):
    compiler = COMPILER.get(name, "g++")
    cached = f"ccache {compiler}" if shutil.which("ccache") else compiler
    # NOHASHDIR: a clone in another folder finds the same objects again.
    return {"CXX": cached, "CCACHE_NOHASHDIR": "1"}


def fingerprint(name):
    """Changes when a file came or went, or when the options did."""
    names = sorted(str(f.relative_to(ROOT)) for top in ("lib", "pipelines", "app", "bench", "tests")
                   for f in (ROOT / top).rglob("*") if f.suffix in (".cc", ".h", ".build"))
    return hashlib.sha256(json.dumps([OPTIONS[name], COMMON, names]).encode()).hexdigest()


def configure(name):
    """True when the build folder is ready."""
    folder = BUILDS / name
    stamp = folder / "configured-as"
    now = fingerprint(name)
    if stamp.exists() and stamp.read_text() == now:
        return True
    command = ["meson", "setup", folder, ROOT, *COMMON, *OPTIONS[name]]
    if (folder / "build.ninja").exists():
        command.append("--reconfigure")
    elif folder.exists():
        shutil.rmtree(folder)
    if run(command, f"{name}-setup.log", 180, compiler_env(name)) != 0:
        return False
    stamp.write_text(now)
    return True


BUILT = {}


def build(name, tally, timeout, targets=()):
    """Configures and builds, once a run; True when that worked, else it is one failed case. Every error is listed."""
    if name not in BUILT:
        BUILT[name] = build_now(name, tally, timeout, targets)
    elif not BUILT[name]:
        print(f"  not run: build {name} failed above", flush=True)
    return BUILT[name]


def build_now(name, tally, timeout, targets):
    case = f"build {name}"
    if not configure(name):
        tally.fail(case + " (configure)", log_text(f"{name}-setup.log"))
        return False
    log = f"{name}-build.log"
    if run(["ninja", "-k", "0", "-C", BUILDS / name, *targets], log, timeout, compiler_env(name)) != 0:
        tally.fail(case, errors_of(log_text(log)))
        return False
    tally.ok()
    return True


def errors_of(text):
    """The compiler's words without the command lines, which hide them."""
    return "\n".join(line[:300] for line in text.split("\n") if not re.match(r"\[\d+/\d+\]|ccache |g\+\+ |clang", line))
