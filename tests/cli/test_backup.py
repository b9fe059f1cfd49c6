# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb copy: a complete, verified copy that grows with the vault and survives being killed."""
import os
import shutil
import signal
import subprocess
import time
import unittest

from harness import SAMPLE, CliTest, content, files_below


class Backup(CliTest):
    def exported(self, vault, name):
        out = self.path(name)
        self.ok("export", vault, "all", "-o", out)
        return {os.path.relpath(path, out): content(path) for path in files_below(out)}

    def test_copy_opens_and_holds_everything(self):
        self.filled()
        copy = self.path("stick", "copy.vault")
        os.mkdir(self.path("stick"))
        answer = self.ok("copy", self.vault, copy)
        self.assertGreater(answer["files"], 5)
        self.assertEqual(answer["damaged"], [])
        self.assertRegex(answer["last_copied"], r"^20\d\d-")
        again = self.ok("copy", self.vault, copy, "--verify")
        self.assertEqual(again["files"], 0)
        self.assertGreaterEqual(again["verified"], answer["files"])
        self.assertEqual(self.exported(self.vault, "out1"), self.exported(copy, "out2"))
        self.ok("check", copy)

    def test_killed_at_any_moment_goes_on(self):
        self.filled()
        copy = self.path("copy.vault")
        for delay in (0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2):
            shutil.rmtree(copy, ignore_errors=True)
            process = subprocess.Popen(self.command("copy", self.vault, copy), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env=self.environment)
            time.sleep(delay)  # where the kill lands is the point; any place must do
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.ok("copy", self.vault, copy)
            self.ok("check", copy, "--quick")
        self.assertEqual(self.exported(self.vault, "out1"), self.exported(copy, "out2"))

    def test_refuses_other_folders(self):
        self.filled()
        os.mkdir(self.path("full"))
        self.write("full/letter", "dear")
        other = self.path("other.vault")
        self.ok("create", other, "--kdf-memory", "8", "--kdf-passes", "1")
        for target in (self.path("full"), other, self.vault, os.path.join(self.vault, "o", "x"), self.folder):
            before = sorted(files_below(target)) if os.path.isdir(target) and target != self.folder else None
            answer = self.ok("copy", self.vault, target, code=6)
            self.assertEqual(answer["error"]["code"], "exists")
            if before is not None and target != self.vault:
                self.assertEqual(sorted(files_below(target)), before)

    def test_damage_is_told_and_left_out(self):
        self.filled()
        bundle = next(path for path in files_below(os.path.join(self.vault, "o")))
        data = bytearray(content(bundle))
        data[len(data) // 2] ^= 1
        with open(bundle, "wb") as file:
            file.write(data)
        answer = self.ok("copy", self.vault, self.path("copy.vault"), code=4)
        self.assertEqual(answer["damaged"], [os.path.relpath(bundle, self.vault)])

    def test_damaged_passphrase_does_not_reach_the_copy(self):
        self.create()
        second = self.write("second", "second pass phrase here\n")
        slots = self.ok("slots", self.vault, "--add-passphrase-file", second, "--label", "other", "--kdf-memory", "8",
                        "--kdf-passes", "1")["slots"]
        name = next(slot["id"] for slot in slots if slot["label"] == "other") + ".slot"
        copy = self.path("copy.vault")
        self.ok("copy", self.vault, copy)
        files = [os.path.join(folder, name) for folder in ("keys", "keys2")]
        for path in files:
            with open(os.path.join(self.vault, path), "r+b") as file:
                file.seek(100)
                file.write(b"XXXX")
        self.assertEqual(self.ok("copy", self.vault, copy, code=4)["damaged"], files)
        self.ok("list", copy, passphrase=second)
        for path in files:
            os.unlink(os.path.join(self.vault, path))
        self.assertEqual(self.ok("copy", self.vault, copy)["removed"], 0)
        self.ok("list", copy, passphrase=second)


if __name__ == "__main__":
    unittest.main()
