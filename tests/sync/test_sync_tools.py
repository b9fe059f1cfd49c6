# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that synchronise folders carry a vault between two computers, and backup programs keep it: for real, with
whatever of them is installed. A computer here is a folder with a state of its own."""
import hashlib
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import syncthing  # noqa: E402
from harness import SAMPLE, CliTest, content, files_below  # noqa: E402


def sums(folder):
    return {os.path.relpath(path, folder): hashlib.sha256(content(path)).hexdigest() for path in files_below(folder)}


class Sync(CliTest):
    def setUp(self):
        super().setUp()
        self.vaults, self.states = [], []
        for name in ("one", "two"):
            self.states.append(self.path(name + "-state"))
            os.mkdir(self.states[-1], 0o700)
            self.vaults.append(self.path(name, "v"))
            os.makedirs(self.vaults[-1], 0o700)
        os.rmdir(self.vaults[0])
        self.on(0, "create", "--kdf-memory", "8", "--kdf-passes", "1")

    def on(self, computer, verb, *words, **options):
        for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            self.environment[name] = self.states[computer]
        return self.ok(verb, self.vaults[computer], *words, **options)

    def tool(self, *words, codes=(0,)):
        environment = {**os.environ, "HOME": self.path("home"), "RESTIC_PASSWORD": "restic", "UNISON": self.path("unison")}
        process = subprocess.run([str(word) for word in words], capture_output=True, env=environment, timeout=120)
        self.assertIn(process.returncode, codes, (words, process.stdout[-1500:], process.stderr[-1500:]))

    def letter(self, name):
        return self.write(name, f"a letter called {name}\n")

    def two_way(self, sync):
        """Both add, delete and restore between the meetings; then both hold the same, whole."""
        self.on(0, "import", SAMPLE)
        sync()
        for turn in range(4):
            for computer in (0, 1):
                self.on(computer, "import", self.letter(f"letter {turn} of {computer}.txt"))
            documents = {document["name"]: document["id"] for document in self.on(0, "list")["documents"]}
            if turn == 1:
                self.on(0, "delete", documents["letter 0 of 1.txt"])
            if turn == 2:
                self.on(1, "restore", documents.get("letter 0 of 1.txt") or self.on(1, "list")["trash"][0]["id"])
                study = self.on(0, "list")["studies"][-1]["id"]
                self.on(0, "delete", study)
                self.on(0, "purge", study)
            sync()
        sync()
        listed = [self.on(computer, "list") for computer in (0, 1)]
        for key in ("studies", "documents", "trash"):
            self.assertEqual(*[sorted(str(item["id"]) for item in answer[key]) for answer in listed])
        names = {document["name"] for document in listed[0]["documents"]}
        self.assertLessEqual({f"letter {turn} of {computer}.txt" for turn in range(4) for computer in (0, 1)}, names)
        for computer in (0, 1):
            self.on(computer, "check")
            self.on(computer, "export", "all", "-o", self.path(f"out{computer}"))
        self.assertEqual(sums(self.path("out0")), sums(self.path("out1")))

    @unittest.skipUnless(shutil.which("unison"), "unison is not installed")
    def test_unison(self):
        self.two_way(lambda: self.tool("unison", self.vaults[0], self.vaults[1], "-batch", "-auto", "-silent", "-ignore",
                                       "Path tmp", codes=(0, 1)))

    @unittest.skipUnless(shutil.which("rclone"), "rclone is not installed")
    def test_rclone_bisync(self):
        work, filters, first = self.path("bisync"), self.write("filters", "- /tmp/**\n"), []

        def sync():
            words = ["rclone", "bisync", self.vaults[0], self.vaults[1], "--workdir", work, "--filters-file", filters, "--force"]
            self.tool(*words, *([] if first else ["--resync"]))
            first.append(True)
        self.two_way(sync)

    @unittest.skipUnless(shutil.which("rclone"), "rclone is not installed")
    def test_rclone_copy(self):
        self.on(0, "import", SAMPLE)
        self.tool("rclone", "copy", self.vaults[0], self.vaults[1], "--exclude", "/tmp/**")
        self.assertEqual(self.on(0, "list").json, self.on(1, "list").json)
        self.on(1, "check")

    @unittest.skipUnless(shutil.which("syncthing"), "syncthing is not installed")
    def test_syncthing(self):
        pair = syncthing.Pair(self.path("work"), self.vaults, {**os.environ})
        self.addCleanup(pair.stop)
        self.two_way(pair.sync)

    @unittest.skipUnless(shutil.which("restic"), "restic is not installed")
    def test_restic(self):
        self.on(0, "import", SAMPLE)
        repository, restored = self.path("repository"), self.path("restored")
        self.tool("restic", "init", "--repo", repository)
        self.tool("restic", "backup", "--repo", repository, self.vaults[0], "--exclude", os.path.join(self.vaults[0], "tmp"))
        self.tool("restic", "restore", "latest", "--repo", repository, "--target", restored)
        self.vaults[1] = restored + self.vaults[0]
        self.assertEqual(self.on(0, "list").json, self.on(1, "list").json)
        self.on(1, "check")

    def test_conflict_copies_do_no_harm(self):
        """As Syncthing, Nextcloud and Dropbox name them, beside the file and in its place."""
        self.on(0, "import", SAMPLE)
        before = self.on(0, "list").json
        for path in files_below(self.vaults[0]):
            if "/tmp/" not in path:
                for name in ("{}.sync-conflict-20260301-101112-ABCDEFG", "{} (conflicted copy 2026-03-01 101112)",
                             "{} (Case Conflict)"):
                    shutil.copy(path, name.format(path))
        self.assertEqual(self.on(0, "list").json, before)
        record = files_below(os.path.join(self.vaults[0], "j"))
        for path in record:
            if "conflict" not in path.lower():
                os.remove(path)
        self.assertEqual(self.on(0, "list").json, before)


if __name__ == "__main__":
    unittest.main()
