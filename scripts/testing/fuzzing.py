# SPDX-License-Identifier: Apache-2.0
"""Every fuzz target for a short while, from its seeds in tests/fuzz/seeds/<name>/ and what earlier runs found."""
from shell import BUILDS, ROOT, log_text, run

SECONDS_EACH = 10


def fuzz(tally):
    folder = BUILDS / "fuzz/tests/fuzz"
    for source in sorted((ROOT / "tests/fuzz").glob("fuzz_*.cc")):
        target = folder / source.stem
        corpus = BUILDS / "corpus" / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = ROOT / "tests/fuzz/seeds" / target.name.removeprefix("fuzz_")
        log = f"{target.name}.log"
        command = [target, f"-max_total_time={SECONDS_EACH}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
                   f"-artifact_prefix={corpus}-", corpus, *([seeds] if seeds.exists() else [])]
        if not target.exists():
            tally.fail(target.name, f"tests/fuzz/meson.build does not know {source.name}: no room of that name")
        elif run(command, log, SECONDS_EACH + 60) == 0:
            tally.ok()
        else:
            tally.fail(target.name, log_text(log))
