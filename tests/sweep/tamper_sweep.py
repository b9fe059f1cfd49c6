#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile hands and rotten disks: every byte of a small vault flipped in turn, every file cut at every edge, grown, zeroed,
removed, swapped with every other, copied under other names, turned into other kinds of file, or taken from another vault.
Each time the vault must open (all that opening needs is there twice), and what was done must be healed or reported; what
is read must be right; nothing may be lost without a word.

tamper_sweep.py [--sample N] [--seed N] [--part I/N]
  --sample   N of the flips and of the other changes each; without it, all
  --part     every Nth change from the Ith (from 1): N such runs beside each other do the whole

README.txt and tmp/ hold nothing of anybody's and are left out."""
import argparse
import collections
import itertools
import os
import random
import shutil
import sys
import time

from tools import ERRORS, HEALED, PASSPHRASE, Bench, Probe, content, reader_word

EDGES = (0, 1, 8, 95, 96, 97, 112)
CHUNK = 65552


class Victim:
    """A vault in a folder beside its computer's memory of it, put right again after each change."""

    def __init__(self, bench, root, sheet):
        self.bench, self.root, self.vault, self.sheet = bench, root, os.path.join(root, "v"), sheet
        self.probe = Probe({**bench.environment, "XDG_STATE_HOME": os.path.join(root, "state")})
        self.settle()
        self.folders, self.files = set(), {}
        for base, folders, names in os.walk(self.vault):
            self.folders.update(os.path.relpath(os.path.join(base, name), self.vault) for name in folders)
            for name in names:
                path = os.path.join(base, name)
                self.files[os.path.relpath(path, self.vault)] = content(path)
        self.marks = {}
        self.restore()

    def settle(self):
        """The computer gets to know the vault as it is."""
        answer = self.probe.ask(self.vault, self.sheet)
        answer = self.probe.ask(self.vault, self.sheet)
        if answer["error"] or answer["check"] or answer["damages"] or answer["notices"] or answer["bad"]:
            raise RuntimeError(f"the vault is not well before anything was done to it: {answer}")
        self.right = answer["members"], answer["fields"], answer["n"]
        self.id_inode = os.stat(os.path.join(self.vault, "vault.id")).st_ino

    def path(self, name):
        return os.path.join(self.vault, name)

    def mark(self, name):
        info = os.lstat(self.path(name))
        return info.st_ino, info.st_mtime_ns, info.st_size, info.st_mode

    def restore(self):
        seen = set()
        for base, folders, names in os.walk(self.vault):
            for name in list(folders):
                inner = os.path.relpath(os.path.join(base, name), self.vault)
                if os.path.islink(os.path.join(base, name)):
                    names.append(name)
                    folders.remove(name)
                elif inner not in self.folders:
                    shutil.rmtree(os.path.join(base, name))
                    folders.remove(name)
                else:
                    seen.add(inner)
            for name in names:
                inner = os.path.relpath(os.path.join(base, name), self.vault)
                if inner not in self.files or self.marks.get(inner) != self.mark(inner):
                    os.unlink(os.path.join(base, name))
                else:
                    seen.add(inner)
        for folder in sorted(self.folders - seen):
            os.mkdir(self.path(folder), 0o700)
        for name in self.files.keys() - seen:
            with open(self.path(name), "wb") as file:
                file.write(self.files[name])
            self.marks[name] = self.mark(name)
        if os.stat(self.path("vault.id")).st_ino != self.id_inode:
            self.settle()

    def put(self, name, data):
        """In place where there is something, so that vault.id stays the same file."""
        with open(self.path(name), "r+b" if os.path.lexists(self.path(name)) else "wb") as file:
            file.write(data)
            file.truncate()

    def remove(self, name):
        if os.path.isdir(self.path(name)):
            shutil.rmtree(self.path(name))
        else:
            os.unlink(self.path(name))

    def is_right(self, name):
        if not os.path.lexists(self.path(name)):
            return name not in self.files
        plain = os.path.isfile(self.path(name)) and not os.path.islink(self.path(name))
        return plain and content(self.path(name)) == self.files.get(name)


class Change:
    def __init__(self, kind, what, do, touched, harmless=False, opens=True):
        self.kind, self.what, self.do, self.touched = kind, what, do, touched
        self.harmless = harmless  # a copy more takes nothing away: it need not be told
        self.opens = opens        # False: an error that names the reason is right too


def flips(victim, names):
    for name in names:
        for at, byte in enumerate(victim.files[name]):
            def do(name=name, at=at, byte=byte):
                with open(victim.path(name), "r+b") as file:
                    file.seek(at)
                    file.write(bytes([byte ^ 1 << at % 8]))
            yield Change("flipped byte", f"{name} at {at}", do, [name])


def others(victim, other, names):
    for name in names:
        data = victim.files[name]
        edges = {*EDGES, *range(96, len(data), CHUNK), *range(95, len(data), CHUNK), len(data) // 2, len(data) - 8, len(data) - 1}
        for at in sorted(edge for edge in edges if edge < len(data)):
            yield Change("cut", f"{name} at {at}", lambda name=name, at=at: os.truncate(victim.path(name), at), [name])
        for more in (b"\0", bytes(65552), data):
            yield Change("grown", f"{name} by {len(more)}", lambda name=name, more=more: victim.put(name, victim.files[name] + more),
                         [name])
        yield Change("zeroed", name, lambda name=name: victim.put(name, bytes(len(victim.files[name]))), [name])
        yield Change("removed", name, lambda name=name: victim.remove(name), [name])
        yield from turned(victim, name)
        yield from copied(victim, name)
    for one, two in itertools.combinations(names, 2):
        if victim.files[one] != victim.files[two]:
            def swap(one=one, two=two):
                victim.put(one, victim.files[two])
                victim.put(two, victim.files[one])
            yield Change("swapped", f"{one} with {two}", swap, [one, two])
    yield from pairs(victim, names)
    yield from folders(victim)
    yield from foreign(victim, other, names)


def turned(victim, name):
    def link(target):
        os.unlink(victim.path(name))
        os.symlink(target, victim.path(name))

    def pipe():
        os.unlink(victim.path(name))
        os.mkfifo(victim.path(name))

    def folder():
        os.unlink(victim.path(name))
        os.mkdir(victim.path(name))
    yield Change("turned", f"{name} into a link", lambda: link("/etc/hostname"), [name])
    yield Change("turned", f"{name} into a pipe", pipe, [name])
    yield Change("turned", f"{name} into a folder", folder, [name])


def copied(victim, name):
    folder, _, last = name.rpartition("/")
    stem, dot, extension = last.partition(".")
    names = [stem + " (conflicted copy 2026-01-02)" + dot + extension, last + ".sync-conflict-20260102-030405-ABCDEFG", last + "~"]
    # Names that a reader looks at.
    if len(last) == 64:
        names.append(last[:2] + last[2:][::-1])
    elif last.endswith(".slot"):
        names.append("0123456789abcdef.slot")
    elif folder.startswith("j"):
        names += ["0000000077" + last[-17:], last[:-16] + "0123456789abcdef"]
    for copy in names:
        inner = (folder + "/" if folder else "") + copy
        yield Change("copied", f"{name} to {copy}", lambda inner=inner: victim.put(inner, victim.files[name]), [inner], harmless=True)


def pairs(victim, names):
    """Both copies of what is kept twice."""
    twice = {"vault.id": "vault.id.2"}
    for name in names:
        top, _, rest = name.partition("/")
        for first, second in (("j", "j2"), ("keys", "keys2")):
            if top == first and f"{second}/{rest}" in victim.files:
                twice[name] = f"{second}/{rest}"
    for one, two in twice.items():
        for what, do in (("removed", victim.remove), ("zeroed", lambda name: victim.put(name, bytes(len(victim.files[name])))),
                         ("cut", lambda name: os.truncate(victim.path(name), len(victim.files[name]) // 2))):
            def both(one=one, two=two, do=do):
                do(one)
                do(two)
            yield Change(f"both copies {what}", one, both, [one, two], opens=not one.startswith("vault.id"))


def folders(victim):
    for folder in sorted(victim.folders):
        inside = [name for name in victim.files if name.startswith(folder + "/")]
        if inside and folder != "tmp":
            yield Change("folder removed", folder, lambda folder=folder: victim.remove(folder), inside)


def foreign(victim, other, names):
    """Another vault's file in the place of each, and beside it."""
    def kind(name):
        return name.split("/")[0].rstrip("2") if "/" in name else "vault.id"
    for name in names:
        for theirs, data in other.files.items():
            if kind(theirs) == kind(name) and "README" not in theirs:
                yield Change("another vault's", f"{name} from {theirs}", lambda name=name, data=data: victim.put(name, data), [name])
    for theirs, data in other.files.items():
        if theirs not in victim.files and not theirs.startswith("tmp"):
            def add(theirs=theirs, data=data):
                os.makedirs(os.path.dirname(victim.path(theirs)), exist_ok=True)
                victim.put(theirs, data)
            yield Change("another vault's added", theirs, add, [theirs], harmless=True)
    both = {name: other.files[name] for name in ("vault.id", "vault.id.2")}
    yield Change("another vault's", "vault.id and its copy", lambda: [victim.put(*item) for item in both.items()], list(both),
                 opens=False)


class Sweep:
    def __init__(self, victim, rng):
        self.victim, self.rng = victim, rng
        self.counts, self.failures = collections.Counter(), []

    def run(self, change, by_passphrase=False):
        victim = self.victim
        change.do()
        try:
            outcome = self.judge(change, by_passphrase)
        except (RuntimeError, OSError) as error:
            outcome = f"exception: {error}"
        self.counts[change.kind, outcome.partition(":")[0]] += 1
        if outcome.startswith("exception"):
            self.failures.append(f"{change.kind}, {change.what}: {outcome}")
        victim.restore()

    def judge(self, change, by_passphrase):
        victim = self.victim
        secret, mode = (PASSPHRASE, "p") if by_passphrase else (victim.sheet, "")
        answer = victim.probe.ask(victim.vault, secret, mode)
        if answer["error"]:
            text = ERRORS[answer["error"]]
            if change.opens or text not in ("foreign", "damaged", "slot", "not-a-vault"):
                return f"exception: does not open: {text} {answer['fault']}"
            return "refused"
        if answer["wrong"]:
            return f"exception: wrong bytes of {answer['wrong']}"
        told = answer["damages"] + answer["check"] + answer["notices"]
        whole = (answer["members"], answer["fields"], answer["n"]) == victim.right and not answer["bad"]
        if not whole and not [report for report in told if report[0] != HEALED or report in answer["check"]]:
            return f"exception: lost without a word: {answer}"
        healed = all(victim.is_right(name) for name in change.touched)
        if whole and (healed or self.rng.random() < 0.05):
            word = reader_word(victim.vault, victim.sheet)
            if isinstance(word, str) or word[:3] != victim.right or word[3]:
                if healed:
                    return f"exception: healed, but the reader says {word}"
        if healed and not told and not change.harmless:
            return "healed without a word"
        if healed and whole:
            return "healed"
        if told:
            return "reported" if not whole else "reported, nothing lost"
        return "harmless" if change.harmless and whole else "exception: silent"


def fill(bench, vault, seed):
    """A vault of few bytes that has one of everything: bundles of one chunk and of two, records of two computers."""
    if os.path.exists(bench.sheet_file):
        os.unlink(bench.sheet_file)
    sheet = bench.create(vault)
    source = bench.source(f"source{seed}", slices=3, size=16, seed=seed)
    scans = sorted(os.path.join(base, name) for base, _, names in os.walk(source) for name in names if name.startswith("IM"))
    scans.sort(key=os.path.getsize)
    bench.cli("import", vault, *scans[:3])
    note = bench.write(f"note{seed}.pdf", b"%PDF-1.4\n" + random.Random(seed).randbytes(66000))
    bench.cli("import", vault, note, extra={"XDG_STATE_HOME": bench.path("home")})
    bench.cli("import", vault, scans[3])
    return sheet


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=lambda text: [int(number) for number in text.split("/")], default=[1, 1])
    options = parser.parse_args()
    rng, begun = random.Random(options.seed), time.monotonic()
    with Bench() as bench:
        roots = [bench.path("one"), bench.path("two")]
        victims = []
        for number, root in enumerate(roots):
            os.makedirs(os.path.join(root, "state"))
            bench.environment["XDG_STATE_HOME"] = os.path.join(root, "state")
            victims.append(Victim(bench, root, fill(bench, os.path.join(root, "v"), number + 1)))
        victim, other = victims
        names = sorted(name for name in victim.files if not name.startswith("tmp/") and name != "README.txt")
        total = sum(len(victim.files[name]) for name in names)
        sweep = Sweep(victim, rng)
        plain, slots = list(others(victim, other, names)), [name for name in names if name.startswith("keys")]
        changes = list(flips(victim, names))
        if options.sample:
            changes, plain = (rng.sample(some, min(options.sample, len(some))) for some in (changes, plain))
        changes, plain = (some[options.part[0] - 1::options.part[1]] for some in (changes, plain))
        for number, change in enumerate(changes + plain, 1):
            sweep.run(change)
            if number % 10000 == 0:
                print(f"{number} of {len(changes) + len(plain)}, {len(sweep.failures)} exceptions", file=sys.stderr, flush=True)
        # By the passphrase it matters what became of the slots and of vault.id.
        by_passphrase = [change for change in changes + plain
                         if any(name in slots or name.startswith("vault.id") for name in change.touched)]
        for change in by_passphrase:
            change.kind += ", by passphrase"
            change.opens &= not change.kind.startswith("both copies") and "another vault's" not in change.kind
            sweep.run(change, by_passphrase=True)
        for one in victims:
            one.probe.close()
    for failure in sweep.failures[:40]:
        print(failure[:600])
    for (kind, outcome), count in sorted(sweep.counts.items()):
        print(f"{count:8} {kind}: {outcome}")
    print(f"tamper sweep: {len(names)} files, {total} bytes, {len(changes) + len(plain) + len(by_passphrase)} changes, "
          f"{len(sweep.failures)} exceptions, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if sweep.failures else 0)


if __name__ == "__main__":
    main()
