#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real kills: an import with `--batch 20 --commit-log` is ended by SIGKILL at a random moment, over and over, in one vault
after another. Each time every path in the log exports bit for bit, the check finds nothing damaged, and the library and
the independent reader say the same. The import then goes on where it was, until all files are in.

kill_sweep.py [--kills N] [--seed N] [--batch N]"""
import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from tools import DAMAGED, HEALED, MISSING, Bench, Probe, content, files_below, reader_word


def kill_once(bench, vault, source, batch, delay):
    """Whether the import was met alive; what it had acknowledged."""
    log = bench.path("acknowledged")
    if os.path.exists(log):
        os.unlink(log)
    process = subprocess.Popen(bench.command("import", vault, source, "--batch", batch, "--commit-log", log),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=bench.environment)
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    acknowledged = [path for path in content(log).split(b"\0") if path] if os.path.exists(log) else []
    return process.returncode == -signal.SIGKILL, acknowledged


def examine(bench, probe, vault, sheet, acknowledged):
    """What is wrong, or None."""
    word = reader_word(vault, sheet)
    if isinstance(word, str) or word[3]:
        return f"the reader says {word}"
    answer = probe.ask(vault, sheet)
    if answer["error"] or answer["damages"] or answer["bad"] or answer["wrong"]:
        return f"the library says {answer}"
    if [finding for finding in answer["check"] if finding[0] in (DAMAGED, MISSING)]:
        return f"the check says {answer['check']}"
    if [notice for notice in answer["notices"] if notice[0] != HEALED]:
        return f"noticed: {answer['notices']}"
    if word[:3] != (answer["members"], answer["fields"], answer["n"]):
        return "the library and the reader disagree"
    out = bench.path("out")
    shutil.rmtree(out, ignore_errors=True)
    process = bench.cli("export", vault, "all", "-o", out, codes=None)
    # A vault with nothing in it has nothing to export.
    if process.returncode != 0 and acknowledged:
        return f"the export says {process.stdout[-300:]}"
    copies = {content(path) for path in files_below(out)}
    lost = [path for path in acknowledged if content(path) not in copies]
    return f"acknowledged and not there: {lost}" if lost else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=20)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    kills = late = failures = paths = 0
    begun = time.monotonic()
    with Bench() as bench:
        source = bench.source(slices=150, size=96)
        probe = Probe(bench.environment)
        vault, kept = bench.path("v"), set()
        sheet, started = bench.create(vault), time.monotonic()
        kill_once(bench, vault, source, options.batch, 600)
        whole, vault = time.monotonic() - started, None
        while kills < options.kills:
            if vault is None:
                vault = bench.path("v")
                shutil.rmtree(vault, ignore_errors=True)
                os.unlink(bench.sheet_file)
                sheet, kept = bench.create(vault), set()
            killed, acknowledged = kill_once(bench, vault, source, options.batch, rng.uniform(0.01, whole))
            kept.update(acknowledged)
            problem = examine(bench, probe, vault, sheet, kept)
            if problem:
                failures += 1
                print(f"kill {kills}: {problem}"[:2000])
            kills += killed
            paths += len(acknowledged)
            late += not killed
            # Some vaults live through many kills, others are new each time.
            if not killed or rng.random() < 0.4:
                vault = None
        probe.close()
    print(f"kill sweep: {kills} kills, {late} imports were quicker, {paths} paths acknowledged, {failures} exceptions, "
          f"{time.monotonic() - begun:.0f} s, a whole import takes {whole:.2f} s")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
