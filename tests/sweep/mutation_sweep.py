#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that lie: valid files changed at random go through the real import, with the real readers. Whatever they are, the
keeper lives, every file is kept or told, the vault is whole, what was kept comes back bit for bit, and drawing them all
ends.

mutation_sweep.py [--files N] [--batch N] [--seed N] [--corpus FOLDER]
  --files    how many in all
  --batch    how many an import
  --corpus   real files beside those of our generators"""
import argparse
import collections
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import time

from tools import Bench

DOCUMENT_GEN = os.environ["SCANVAULT_DOCUMENT_GEN"]
LARGEST_SEED = 600000
# What damage likes to hit: lengths, VRs, the magic word, delimiters, markers of JPEG streams.
TOKENS = (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0", b"SQ\0\0", b"UN\0\0",
          b"OB\0\0", b"OW\0\0", b"US\2\0", b"DICM", b"\xff\xd8", b"\xff\xd9", b"\xff\x4f\xff\x51", b"\xe0\x7f\x10\x00", b"\x28\x00\x10\x00",
          b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"%PDF", b"PK\3\4")


def digest(data):
    return hashlib.blake2b(data, digest_size=16).digest()


def all_files(folder):
    return sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def is_archive(data):
    return data[:4] in (b"PK\3\4", b"7z\xbc\xaf") or data[:2] == b"\x1f\x8b" or data[257:262] == b"ustar" or data[:3] == b"BZh"


def elements(data):
    """Offsets of what looks like the head of an element with an explicit VR."""
    return [at for at in range(0, min(len(data), 65536) - 8, 2) if data[at + 4:at + 6].isalpha() and data[at + 4:at + 6].isupper()]


class Mutator:
    def __init__(self, seeds, rng):
        self.seeds, self.rng = seeds, rng
        self.heads = [elements(data) for data in seeds]
        self.ways = (self.bits, self.token, self.number, self.cut, self.grow, self.drop, self.double, self.swap, self.splice,
                     self.length, self.vr, self.nest)

    def make(self):
        which = self.rng.randrange(len(self.seeds))
        data, self.here = bytearray(self.seeds[which]), self.heads[which]
        for _ in range(1 + int(self.rng.expovariate(1.2))):
            self.rng.choice(self.ways)(data)
        return bytes(data)

    def place(self, data, near=True):
        """Mostly in the head of the file, where what steers stands."""
        end = min(len(data), 4096) if near and self.rng.random() < 0.7 else len(data)
        return self.rng.randrange(end) if end else 0

    def span(self, data, most=256):
        at = self.place(data)
        return at, min(len(data), at + self.rng.randint(1, most))

    def bits(self, data):
        for _ in range(self.rng.randint(1, 8)):
            if data:
                data[self.place(data)] ^= 1 << self.rng.randrange(8)

    def token(self, data):
        at, token = self.place(data), self.rng.choice(TOKENS)
        data[at:at + len(token)] = token

    def number(self, data):
        at, size = self.place(data), self.rng.choice((1, 2, 4))
        value = self.rng.choice((0, 1, 2 ** (8 * size - 1), 2 ** (8 * size) - 1, 2 ** (8 * size) - 2, self.rng.getrandbits(8 * size)))
        data[at:at + size] = value.to_bytes(size, "little")

    def cut(self, data):
        del data[self.rng.randrange(len(data) + 1) if self.rng.random() < 0.3 else len(data) - len(data) // self.rng.randint(2, 40):]

    def grow(self, data):
        at = self.place(data)
        data[at:at] = self.rng.randbytes(self.rng.randint(1, 64)) * self.rng.choice((1, 1, 50))

    def drop(self, data):
        begin, end = self.span(data)
        del data[begin:end]

    def double(self, data):
        begin, end = self.span(data)
        data[begin:begin] = data[begin:end]

    def swap(self, data):
        begin, end = self.span(data)
        piece = data[begin:end]
        del data[begin:end]
        at = self.place(data)
        data[at:at] = piece

    def splice(self, data):
        other = self.rng.choice(self.seeds)
        data[self.place(data):] = other[self.rng.randrange(len(other)):]

    def element(self, data):
        at = self.rng.choice(self.here) if self.here else self.place(data)
        return at if at + 12 <= len(data) else None

    def length(self, data):
        at = self.element(data)
        if at is not None:
            long_form = bytes(data[at + 4:at + 6]) in (b"OB", b"OW", b"SQ", b"UN", b"UT", b"OF", b"OD", b"OL", b"UC", b"UR")
            size, value = (4, 8) if long_form else (2, 6)
            wrong = self.rng.choice((0, 1, 2 ** (8 * size) - 1, 2 ** (8 * size - 1), self.rng.getrandbits(8 * size), 0xFFFE))
            data[at + value:at + value + size] = wrong.to_bytes(size, "little")

    def vr(self, data):
        at = self.element(data)
        if at is not None:
            data[at + 4:at + 6] = self.rng.choice((b"SQ", b"UN", b"OB", b"OW", b"US", b"PN", b"DS", b"AT", b"FD", b"ZZ", b"UI", b"LO"))

    def nest(self, data):
        """Sequences in sequences, that end or do not."""
        at, depth = self.element(data), self.rng.choice((2, 20, 200))
        if at is not None:
            inner = struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
            data[at:at] = inner * depth + (struct.pack("<HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0) * depth
                                           if self.rng.random() < 0.5 else b"")


def seeds(bench, corpus):
    subprocess.run([DOCUMENT_GEN, bench.path("documents")], check=True, stdout=subprocess.DEVNULL,
                   env=bench.environment)
    files = all_files(bench.source(slices=2, size=32)) + all_files(bench.path("documents"))
    if corpus:
        for folder in sorted(os.listdir(corpus)):
            if os.path.isdir(os.path.join(corpus, folder)) and folder not in ("series", "LICENSES"):
                files += all_files(os.path.join(corpus, folder))
    return [read(path) for path in files if 0 < os.path.getsize(path) <= LARGEST_SEED]


class Sweep:
    def __init__(self, bench, mutator):
        self.bench, self.mutator = bench, mutator
        self.counts, self.failures = collections.Counter(), []

    def fail(self, what, folder):
        """Keeps the files, so that it can be looked at."""
        kept = os.path.join(os.environ.get("SWEEP_KEEP", "/tmp"), f"scanvault-mutations-{os.getpid()}-{len(self.failures)}")
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        self.failures.append(f"{what} (files in {kept})")

    def batch(self, number, size):
        folder, vault, out = (self.bench.path(name) for name in ("in", "vault", "out"))
        for path in (folder, vault, out):
            shutil.rmtree(path, ignore_errors=True)
        os.mkdir(folder)
        made = {}
        for i in range(size):
            name = f"{number}-{i}"
            made[name] = self.mutator.make()
            with open(os.path.join(folder, name), "wb") as file:
                file.write(made[name])
        if os.path.exists(self.bench.sheet_file):
            os.unlink(self.bench.sheet_file)
        self.bench.create(vault)
        try:
            self.judge(folder, vault, out, made)
            self.draw(folder)
        except (RuntimeError, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
            self.fail(str(error)[-600:], folder)

    def judge(self, folder, vault, out, made):
        answer = json.loads(self.bench.cli("import", vault, folder, codes=(0, 1)).stdout)
        refused = {os.path.basename(entry["path"].split("!/")[0]) for entry in answer["failed"] + answer["ignored_files"]
                   if "!/" not in entry["path"]}
        for entry in answer["failed"] + answer["ignored_files"]:
            self.counts["not kept: " + (entry.get("message") or entry.get("reason"))] += 1
        for key in ("stored", "duplicates", "documents", "archives", "kept_whole"):
            value = answer.get(key, 0)
            self.counts[key] += value if isinstance(value, int) else len(value)
        check = json.loads(self.bench.cli("check", vault, codes=(0, 4)).stdout)
        if check["damaged"] or check["orphans"] or check["missing"]:
            self.fail(f"the vault is not whole: {check}", folder)
        listed = json.loads(self.bench.cli("list", vault).stdout)
        items = [entry["id"] for entry in listed["studies"] + listed.get("documents", [])]
        if items:
            self.bench.cli("export", vault, *items, "-o", out)
        back = {digest(read(path)) for path in all_files(out)} if items else set()
        gone = [name for name, data in made.items() if name not in refused and digest(data) not in back]
        # What was taken apart is there by its members.
        apart = [name for name in gone if is_archive(made[name])]
        if len(gone) > len(apart) or len(apart) > answer["archives"]:
            self.fail(f"neither kept nor told: {gone[:5]}", folder)

    def draw(self, folder):
        process = self.bench.cli("inspect", "--decode", *all_files(folder), codes=(0, 1))
        for entry in json.loads(process.stdout)["files"]:
            problem = entry.get("problem", "")
            if "failed over this file" in problem or "took too long" in problem:
                self.counts["readers: " + problem] += 1
                self.keep_crash(entry["path"], problem)
            else:
                self.counts["drawn" if entry["renderable"] else "not drawn, with a reason" if problem else "no picture"] += 1

    def keep_crash(self, path, problem):
        if os.environ.get("SWEEP_CRASHES"):
            kind = "slow" if "too long" in problem else "crash"
            shutil.copy(path, os.path.join(os.environ["SWEEP_CRASHES"], f"{kind}-{digest(read(path)).hex()}"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100000)
    parser.add_argument("--batch", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus")
    options = parser.parse_args()
    begun, done = time.monotonic(), 0
    with Bench() as bench:
        # Readers of a sanitizer build report there.
        bench.environment["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=1"
        sweep = Sweep(bench, Mutator(seeds(bench, options.corpus), random.Random(options.seed)))
        while done < options.files:
            sweep.batch(done, min(options.batch, options.files - done))
            done += min(options.batch, options.files - done)
            print(f"{done} files, {len(sweep.failures)} exceptions, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    for failure in sweep.failures[:40]:
        print(failure)
    for what, count in sorted(sweep.counts.items()):
        print(f"{count:8} {what}")
    print(f"mutation sweep: {done} files, {len(sweep.failures)} exceptions, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if sweep.failures else 0)


if __name__ == "__main__":
    main()
