# SPDX-License-Identifier: GPL-3.0-or-later
"""Parity against a second implementation: it computes the same files, and heals the same damage."""
import os
import subprocess
import unittest

from harness import SAMPLE, CliTest, content, files_below

READER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "parity_reader.py")


@unittest.skipIf(subprocess.run(["/usr/bin/python3", "-c", "import nacl, zstandard"], capture_output=True).returncode,
                 "python3-nacl and python3-zstandard are not installed")
class Parity(CliTest):
    def read(self, *bundle):
        """What the other implementation says, run by the system's Python, which has its libraries."""
        process = subprocess.run(["/usr/bin/python3", READER, "--passphrase-file", self.passphrase, self.vault, *bundle],
                                 capture_output=True, timeout=300)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout

    def files(self, *below):
        return {path: content(path) for folder in below for path in files_below(os.path.join(self.vault, folder))}

    def test_the_same_parity(self):
        self.filled()
        self.assertEqual(self.read().decode().split(), sorted(os.path.basename(path) for path in self.files("p")))

    def test_the_same_healing(self):
        self.filled()
        before = self.files("o", "p")
        victims = 0
        for path, data in sorted(self.files("o").items()):
            if len(data) > 96 + 3 * 65552:
                continue
            os.unlink(path)
            self.assertEqual(self.read(os.path.basename(path)), data)
            victims += 1
            answer = self.ok("check", self.vault, "--repair")
            self.assertEqual(len(answer["healed"]), 1)
            self.assertEqual(self.files("o", "p"), before)
            if victims == 3:
                break
        self.assertGreater(victims, 0)

    def test_damaged_header_and_chunks(self):
        self.filled()
        before = self.files("o", "p")
        path = max(self.files("o"), key=os.path.getsize)
        data = bytearray(content(path))
        for at in (3, 96 + 70, len(data) - 5):
            data[at] ^= 0x11
        os.chmod(path, 0o600)
        with open(path, "wb") as file:
            file.write(data)
        self.assertEqual(self.read(os.path.basename(path)), before[path])
        self.ok("check", self.vault, "--repair")
        self.assertEqual(self.files("o", "p"), before)


class Switch(CliTest):
    def test_off_and_on_again(self):
        self.create()
        self.assertEqual(self.ok("parity", self.vault).json, {"parity": True})
        self.assertEqual(self.ok("parity", self.vault, "off").json, {"parity": False})
        self.ok("import", self.vault, SAMPLE)
        folder = os.path.join(self.vault, "p")
        self.assertEqual(files_below(folder) if os.path.isdir(folder) else [], [])
        self.ok("check", self.vault)
        self.ok("parity", self.vault, "on")
        self.assertEqual(len(files_below(folder)), 1)
        self.ok("parity", self.vault, "sideways", code=2)


if __name__ == "__main__":
    unittest.main()
