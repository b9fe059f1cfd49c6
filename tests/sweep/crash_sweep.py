#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Power loss at every moment: records what real runs of the command line do to a vault, rebuilds what a disk may hold
after a loss at every prefix of that (disk.py), and asks the vault library and the independent reader. In each state the
vault opens, nothing is reported as damaged, both say the same, and what they say is the state after the last commit
that was synced, or after the one that was in flight: all of it or nothing of it.

crash_sweep.py [--states N] [--seed N] [--scenario NAME]... [--at EVENT] [--limit N]"""
import argparse
import json
import os
import random
import sys
import time

from disk import Disk, Stage, fingerprint, read_log
from tools import (DAMAGED, ERRORS, HEALED, MISSING, NEW_PASSPHRASE, PASSPHRASE, RECORD, Bench, Probe, Reader, reader_word,
                   removed_slots, vault_reader)


class Recording:
    """Real runs, one after another, and what the disk was told."""

    def __init__(self, bench):
        self.bench, self.verbs = bench, []
        self.root, self.log, self.ack = bench.path("root"), bench.path("log"), bench.path("acknowledged")
        os.mkdir(self.root)
        bench.environment["XDG_STATE_HOME"] = bench.path("root", "state")
        self.vault = bench.path("root", "v")
        self.disk = Disk()
        self.extra = {"LD_PRELOAD": RECORD, "SWEEP_ROOT": self.root, "SWEEP_LOG": self.log, "SWEEP_ACK": self.ack}
        self.openers = [frozenset()]  # who opens after each verb

    def create(self):
        self.sheet = self.bench.create(self.vault, extra=self.extra)
        self.end("create", {PASSPHRASE})

    def verb(self, *arguments, opens=None, **options):
        process = self.bench.cli(arguments[0], self.vault, *arguments[1:], extra=self.extra, **options)
        self.end(arguments[0], opens or self.openers[-1])
        return json.loads(process.stdout)

    def end(self, name, opens):
        self.verbs.append((name, len(read_log(self.log))))
        self.openers.append(frozenset(opens))

    def import_files(self, *paths, batch=4):
        return self.verb("import", *paths, "--batch", batch, "--commit-log", self.ack)

    def studies(self):
        """Not recorded: a look changes nothing."""
        return json.loads(self.bench.cli("list", self.vault).stdout)["studies"]


def scenario_import(run):
    run.create()
    run.import_files(run.bench.source())


def filled(run):
    run.create()
    run.import_files(run.bench.source(slices=3, size=32))
    return run.studies()


def scenario_purge(run):
    """The trash and out of it, deleted for good, with what shared a bundle; then the journal is compacted."""
    studies = filled(run)
    run.verb("delete", studies[0]["id"], studies[1]["id"])
    run.verb("restore", studies[1]["id"])
    run.verb("purge", studies[0]["id"])
    run.import_files(run.bench.write("note.txt", "a note"))


def scenario_passphrase(run):
    filled(run)
    run.verb("passphrase", "--new-passphrase-file", run.bench.new_passphrase, "--kdf-memory", 8, "--kdf-passes", 1,
             opens={NEW_PASSPHRASE})


def scenario_share(run):
    studies = filled(run)
    ct = next(study for study in studies if "CT" in study["modalities"])
    run.verb("share", ct["id"], "-o", run.bench.path("shared"), "--profile", "second-opinion", "--to", "somebody",
             "--confirm-reviewed")


SCENARIOS = {"import": scenario_import, "purge": scenario_purge, "passphrase": scenario_passphrase,
             "share": scenario_share}


class Sweep:
    def __init__(self, run, options, rng):
        self.run, self.options, self.rng = run, options, rng
        self.events = read_log(run.log)
        self.stage = Stage(run.bench.path("stage"))
        # The probe is another computer, or this one after its state was lost with the disk.
        self.probe = Probe({**run.bench.environment, "XDG_STATE_HOME": self.stage.path("state")})
        self.vault = self.stage.path("v")
        self.verdicts, self.openers = {}, {}
        self.states, self.failures = 0, []
        self.created = run.verbs[0][1]
        self.commits = self.find_commits()

    @staticmethod
    def quiet(path):
        """What readers ignore is lost at random, and not in every way."""
        return path.startswith("state") or path.startswith("v/tmp")

    def is_commit(self, event):
        return event.kind == "D" and not event.failed and event.path.startswith("v/j/")

    def find_commits(self):
        """(number of events, what a reader says then) after each commit and each verb."""
        disk, found = Disk(), []
        ends = {end for _, end in self.run.verbs}
        for i, event in enumerate(self.events, 1):
            disk.step(event)
            if i in ends and i >= self.created or self.is_commit(event):
                self.stage.show(disk.state({}))
                word = reader_word(self.vault, self.run.sheet)
                if isinstance(word, str) or word[3]:
                    raise RuntimeError(f"after event {i} of {len(self.events)} the reader says {word}")
                found.append((i, word[:3]))
        acknowledged = sum(event.kind == "A" for event in self.events)
        if acknowledged > len(found):
            raise RuntimeError("more acknowledgements than commits")
        return found

    def allowed(self, at):
        before = [word for i, word in self.commits if i <= at][-1:]
        return set(before + [word for i, word in self.commits if i > at][:1])

    def who_opens(self):
        vault_id = self.stage.path("v/vault.id")
        try:
            with open(vault_id, "rb") as file:
                vault_id = file.read()[8:24]
        except OSError:
            return frozenset()
        reader = Reader.__new__(Reader)
        reader.folder, reader.wounds = self.vault, []
        removed = removed_slots(self.vault, self.run.sheet)
        slots = tuple(slot for slot in reader.read_slots() if slot[24:32] not in removed)
        if slots not in self.openers:
            opens = set()
            for passphrase in (PASSPHRASE, NEW_PASSPHRASE):
                try:
                    vault_reader.seed_from_slots(slots, vault_id, passphrase.encode())
                    opens.add(passphrase)
                except (vault_reader.Damage, vault_reader.WrongSecret):
                    pass
            self.openers[slots] = frozenset(opens)
        return self.openers[slots]

    def may_open(self, at, opens):
        for (_, end), before, after in zip(self.run.verbs, self.run.openers, self.run.openers[1:]):
            if at < end:
                return bool(opens) and opens <= before | after if before != after else opens == after
        return opens == self.run.openers[-1]

    def judge(self, tree):
        """What both readers say of a state: ("word", word) or ("problem", text)."""
        self.stage.show(tree)
        opens = self.who_opens()
        word = reader_word(self.vault, self.run.sheet)
        mode = "w" if self.rng.random() < 0.25 else ""
        answer = self.probe.ask(self.vault, self.run.sheet, mode)
        if isinstance(word, str):
            return "unopened" if answer["error"] else "problem", f"reader: {word}; library: {ERRORS[answer['error']]}", opens
        if answer["error"]:
            return "problem", f"the library does not open it: {ERRORS[answer['error']]} {answer['fault']}", opens
        if answer.get("written"):
            return "problem", f"a commit afterwards failed: {ERRORS[answer['written']]}", opens
        reported = [finding for finding in answer["check"] if finding[0] in (DAMAGED, MISSING)]
        noticed = [notice for notice in answer["notices"] if notice[0] != HEALED]
        ours = (answer["members"], answer["fields"], answer["n"])
        for problem, what in ((word[3], "losses by the reader's word"), (answer["damages"], "damages"), (reported, "check"),
                              (noticed, "notices"), (answer["bad"], "members not read"), (answer["wrong"], "wrong bytes"),
                              (word[:3] != ours and (word, ours), "the two disagree")):
            if problem:
                return "problem", f"{what}: {problem}", opens
        if self.rng.random() < 0.1:
            again = reader_word(self.vault, self.run.sheet)
            if again[:3] != word[:3] or again[3]:
                return "problem", f"after the library opened it the reader says {again}", opens
        return "word", word[:3], opens

    def state(self, at, disk, choice):
        tree = disk.state(choice)
        key = fingerprint(tree)
        if key not in self.verdicts:
            self.verdicts[key] = self.judge(tree)
            self.states += 1
        kind, word, opens = self.verdicts[key]
        created = at >= self.created
        problem = None
        if kind == "problem" and (created or not word.startswith("the library does not open")):
            problem = word
        elif kind == "unopened" and created:
            problem = word
        elif kind == "word" and word not in self.allowed(at):
            problem = f"{word[2]} members: neither the last commit nor the next"
        elif created and not self.may_open(at, opens):
            problem = f"opens with {sorted(opens)}"
        if problem is not None:
            event = self.events[at - 1] if at else None
            last = f"{event.kind} {event.path} {event.second}" if event else ""
            self.failures.append(f"event {at} ({last}): {problem}")

    def all_states(self, limit):
        disk = Disk()
        for at in range(len(self.events) + 1):
            if at:
                disk.step(self.events[at - 1])
            if self.options.at is not None and at != self.options.at:
                continue
            # The 256 folders of a new vault are many ways to be empty.
            few = limit if at >= self.created or self.options.at is not None else 2
            for choice in disk.choices(self.quiet, few, self.rng):
                self.state(at, disk, choice)

    def some_states(self, wanted):
        """As many at each prefix as comes to the number that is wanted, a tenth of them before the vault is made."""
        total, spread = len(self.events) + 1, {}
        for _ in range(wanted):
            early = self.rng.random() < 0.1
            at = self.rng.randrange(self.created) if early else self.rng.randrange(self.created, total)
            spread[at] = spread.get(at, 0) + 1
        for _ in range(20):
            disk = Disk()
            for at in range(total):
                if at:
                    disk.step(self.events[at - 1])
                axes = disk.axes(self.quiet) if at in spread else ()
                for _ in range(spread.get(at, 0)):
                    if self.states < wanted:
                        self.state(at, disk, disk.random_choice(axes, self.rng))
            if self.states >= wanted:
                break


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--states", type=int, help="this many, spread over the scenarios; without it, all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=64, help="ways to lose that are tried at one moment")
    parser.add_argument("--scenario", action="append", choices=sorted(SCENARIOS))
    parser.add_argument("--at", type=int, help="this prefix alone")
    options = parser.parse_args()
    names = options.scenario or list(SCENARIOS)
    states = failures = 0
    for number, name in enumerate(names):
        begun = time.monotonic()
        rng = random.Random(f"{options.seed} {name}")
        with Bench() as bench:
            run = Recording(bench)
            SCENARIOS[name](run)
            sweep = Sweep(run, options, rng)
            if options.states:
                sweep.some_states(options.states * (number + 1) // len(names) - options.states * number // len(names))
            else:
                sweep.all_states(options.limit)
            sweep.probe.close()
        for failure in sweep.failures[:20]:
            print(f"{name}: {failure}")
        print(f"crash sweep, {name}: {len(sweep.events)} operations, {len(sweep.commits)} commits, {sweep.states} states, "
              f"{len(sweep.failures)} exceptions, {time.monotonic() - begun:.0f} s", flush=True)
        states += sweep.states
        failures += len(sweep.failures)
    print(f"crash sweep: {states} states, {failures} exceptions")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
