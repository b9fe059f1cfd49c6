# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sweeps share: a vault of made-up scans, the command line, the probe (the vault library's word on a folder)
and the independent reader's word, as digests that can be compared."""
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zstandard

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import vault_reader  # noqa: E402

CLI = os.environ["SCANVAULT_CLI"]
PROBE = os.environ["SCANVAULT_SWEEP_PROBE"]
RECORD = os.environ["SCANVAULT_SWEEP_RECORD"]
SCAN_GEN = os.environ["SCANVAULT_SCAN_GEN"]
PASSPHRASE, NEW_PASSPHRASE = "violet harbour ladder", "copper meadow lantern"
DAMAGED, MISSING, ORPHAN = 1, 2, 3  # VaultCheckKind
OLDER, OLDER_COPY, ARRIVING, FORK, CONFLICT, HEALED, NOT_DURABLE = range(7)  # VaultNoticeKind
WRITTEN_FIELD = 65000  # what the probe writes
ERRORS = ("ok secret slot damaged missing arriving foreign not-a-vault newer no-memory busy exists not-found full permission "
          "io changed cancelled argument removed").split()


def place_for_work():
    """Memory where there is room: the states are many, and nothing of them is to be kept."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2 ** 29 else None


class Bench:
    """A folder of its own with passphrase files, a private state and runtime folder, and sources."""

    def __init__(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="scanvault-sweep-", dir=place_for_work()))
        self.environment = dict(os.environ)
        for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "HOME"):
            self.environment[name] = self.path(name.lower())
            os.mkdir(self.environment[name], 0o700)
        self.passphrase = self.write("passphrase", PASSPHRASE + "\n")
        self.new_passphrase = self.write("new-passphrase", NEW_PASSPHRASE + "\n")
        self.sheet_file = self.path("sheet")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        return self.path(name)

    def source(self, name="source", slices=6, size=64, seed=1):
        subprocess.run([SCAN_GEN, self.path(name), "--slices", str(slices), "--size", str(size), "--seed", str(seed)], check=True)
        return self.path(name)

    def command(self, *arguments, passphrase=None):
        return [CLI, "--json", "--passphrase-file", passphrase or self.passphrase, *map(str, arguments)]

    def cli(self, *arguments, passphrase=None, codes=(0,), extra=None):
        process = subprocess.run(self.command(*arguments, passphrase=passphrase), capture_output=True,
                                 stdin=subprocess.DEVNULL, env={**self.environment, **(extra or {})}, timeout=600)
        if codes is not None and process.returncode not in codes:
            raise RuntimeError(f"{arguments}: exit {process.returncode}: {process.stdout[-500:]} {process.stderr[-500:]}")
        return process

    def create(self, vault, **options):
        self.cli("create", vault, "--kdf-memory", 8, "--kdf-passes", 1, "--recovery-file", self.sheet_file, **options)
        with open(self.sheet_file) as file:
            return file.read().strip()


class Probe:
    """The vault library behind two pipes."""

    def __init__(self, environment):
        self.environment = environment
        self.process = None

    def ask(self, folder, sheet, mode=""):
        if self.process is None:
            self.process = subprocess.Popen([PROBE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                            env=self.environment)
        self.process.stdin.write(f"{folder}\t{sheet}\t{mode}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line.endswith("}\n"):
            code = self.process.wait()
            self.process = None
            raise RuntimeError(f"the probe died with {code}")
        return json.loads(line)

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process = None


def digest(lines):
    return hashlib.blake2b("".join(line + "\n" for line in sorted(lines)).encode(), digest_size=32).hexdigest()


class Reader(vault_reader.Vault):
    """The independent reader, which remembers what it verified: a bundle that has its own name as hash holds the same
    bytes wherever it is met."""
    known = {}

    def read_bundle(self, name):
        data = self.read_or_none("o", name.hex()[:2], name.hex())
        key = (name, self.bundles[name]["size"], self.bundles[name]["salt"])
        if data is None or key not in self.known or vault_reader.b2(data, 32) != name:
            self.known.pop(key, None)
            self.known[key] = [(member, label, role, mtime, content)
                               for member, label, role, mtime, content in super().read_bundle(name)]
        return iter(self.known[key])

    def word(self):
        """(digest of members, digest of fields, number of members, losses)"""
        members = [f"{member.hex()} {role} {len(content)} {label.hex()} {mtime}"
                   for member, label, role, mtime, content in self.read_members()]
        fields = [f"{entity.hex()} {field} {value.hex()}" for (entity, field), (_, value) in self.fields.items()
                  if value and field != WRITTEN_FIELD]
        return digest(members), digest(fields), len(members), self.losses


READER_ERRORS = (vault_reader.Damage, vault_reader.WrongSecret, struct.error, zstandard.ZstdError, OSError)


def reader_word(folder, sheet):
    """The digests, or what went wrong, as a text."""
    try:
        return Reader(folder, sheet=sheet).word()
    except READER_ERRORS as error:
        return f"{type(error).__name__}: {error}"


def removed_slots(folder, sheet):
    """The ids of the slots that open nothing any more, by the journal's word."""
    try:
        return Reader(folder, sheet=sheet).removed
    except READER_ERRORS:
        return frozenset()


def files_below(folder):
    return sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)


def content(path):
    with open(path, "rb") as file:
        return file.read()
