# SPDX-License-Identifier: GPL-3.0-or-later
"""Who takes the same files in, each in its own way, until they are on the disk: Scan Vault and what it is measured
against. Each has take_in (source), the part that is timed, and drop (), after which it can begin again."""
import os
import shutil
import subprocess

from workbench import size_of, timed


class Peer:
    """A way of storing files."""
    name = ""
    budget = ""  # how much faster Scan Vault has to be

    def __init__(self, bench):
        self.bench = bench
        self.target = bench.path("peer-" + "".join(c for c in self.name if c.isalnum()))

    @staticmethod
    def missing():
        """Why it cannot take part, or None."""
        return None

    def begin(self):
        pass

    def take_in(self, source):
        raise NotImplementedError

    def seconds(self, seconds):
        """Of those that take_in took, the ones that were storing."""
        return seconds

    def stored(self):
        return size_of(self.target)

    def drop(self):
        shutil.rmtree(self.target, ignore_errors=True)


class Copy(Peer):
    name = "cp + sync"
    budget = "0.25 ×, aim 0.6"

    def take_in(self, source):
        self.bench.run(f"cp -r '{source}' '{self.target}' && sync -f '{self.target}'", shell=True)


class ScanVault(Peer):
    """A vault that is open already; what its upkeep adds is a row of its own."""
    name = "Scan Vault"
    upkeep = False

    def begin(self):
        self.bench.vault(os.path.basename(self.target))

    def take_in(self, source):
        self.found = self.bench.program("bench-import", self.target, self.bench.passphrase, source,
                                        *["upkeep"] * self.upkeep)

    def seconds(self, seconds):
        return self.found["import_s"]

    def stored(self):
        return size_of(os.path.join(self.target, "o"))

    def drop(self):
        super().drop()
        os.unlink(self.target + ".sheet")


class Restic(Peer):
    mode = ""

    @staticmethod
    def missing():
        return None if shutil.which("restic") else "restic is not installed"

    def restic(self, *arguments):
        return self.bench.run(["restic", "--no-cache", "--quiet", "--repo", self.target, "--password-file",
                               self.bench.passphrase, "--compression", self.mode, *arguments],
                              stderr=subprocess.DEVNULL)

    def begin(self):
        self.restic("init")
        # Process start and key derivation are no storing.
        self.base = min(timed(lambda: self.restic("cat", "config"))[0] for _ in range(2))

    def seconds(self, seconds):
        return seconds - self.base

    def take_in(self, source):
        self.restic("backup", source)
        self.bench.run(["sync", "-f", self.target])

    def stored(self):
        return size_of(os.path.join(self.target, "data"))


class ResticOff(Restic):
    name = "restic backup, compression off"
    budget = "1.3 ×"
    mode = "off"


class ResticAuto(Restic):
    name = "restic backup, compression auto"
    budget = "3 ×"
    mode = "auto"


class Gocryptfs(Peer):
    name = "gocryptfs + cp + sync"
    budget = "1 ×"

    @staticmethod
    def missing():
        if not shutil.which("gocryptfs"):
            return "gocryptfs is not installed"
        if not shutil.which("fusermount") or not os.access("/dev/fuse", os.R_OK | os.W_OK):
            return "there is no FUSE"
        return None

    def begin(self):
        self.mount = self.target + "-mount"
        for folder in (self.target, self.mount):
            os.mkdir(folder)
        common = ["gocryptfs", "-quiet", "-passfile", self.bench.passphrase]
        self.bench.run([*common, "-init", "-scryptn", "10", self.target], stderr=subprocess.DEVNULL)
        self.bench.run([*common, self.target, self.mount], stderr=subprocess.DEVNULL)

    def take_in(self, source):
        self.bench.run(f"cp -r '{source}' '{self.mount}/copy' && sync -f '{self.mount}' && sync -f '{self.target}'",
                       shell=True)

    def drop(self):
        subprocess.run(["fusermount", "-u", self.mount], check=True, stderr=subprocess.DEVNULL)
        os.rmdir(self.mount)
        super().drop()


def zstd_size(bench, source):
    """Bytes of the files, each compressed by zstd -3; None without zstd."""
    if not shutil.which("zstd"):
        return None
    total = 0
    for base, _, names in os.walk(source):
        for name in names:
            total += len(bench.run(["zstd", "-3", "-q", "-c", os.path.join(base, name)]).stdout)
    return total


PEERS = (Copy, ScanVault, ResticOff, ResticAuto, Gocryptfs)
