# SPDX-License-Identifier: GPL-3.0-or-later
"""Vaults that earlier programs wrote are read for ever: by both passphrases, by the recovery key, by this program and by
the independent reader, on a computer that never saw them."""
import hashlib
import json
import os
import shutil
import subprocess
import unittest

from harness import CliTest, content, files_below

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden")
READER = os.path.join(HERE, "..", "vault_reader.py")
READER_PYTHON = "/usr/bin/python3"


def sums(folder):
    return {os.path.relpath(path, folder): hashlib.sha256(content(path)).hexdigest() for path in files_below(folder)}


def as_known(value, expected):
    """What a program of that time knew of: keys may be added, none may change or go."""
    if isinstance(value, dict) and isinstance(expected, dict):
        return {key: as_known(item, expected[key]) for key, item in value.items() if key in expected}
    if isinstance(value, list) and isinstance(expected, list) and len(value) == len(expected):
        return [as_known(*pair) for pair in zip(value, expected)]
    return value


class Golden(CliTest):
    def each(self):
        for name in sorted(os.listdir(GOLDEN)):
            folder = os.path.join(GOLDEN, name)
            if not os.path.isfile(os.path.join(folder, "expected.json")):
                continue
            with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
                expected = json.load(file)
            shutil.rmtree(self.vault, ignore_errors=True)
            # The empty folders of a vault do not survive being carried about, and need not.
            shutil.copytree(os.path.join(folder, "vault"), self.vault)
            with self.subTest(name):
                yield name, expected

    def test_opens_and_holds_what_it_held(self):
        for name, expected in self.each():
            for i, passphrase in enumerate(expected["passphrases"]):
                file = self.write("golden passphrase", passphrase)
                listed = self.ok("list", self.vault, passphrase=file)
                self.assertEqual(as_known(listed.json, expected["list"]), expected["list"])
                shares = self.ok("shares", self.vault, passphrase=file)["shares"]
                self.assertEqual(as_known(shares, expected["shares"]), expected["shares"])
                out = self.path(f"out {name} {i}")
                self.ok("export", self.vault, "all", "-o", out, passphrase=file)
                self.assertEqual(sums(out), expected["files"])
            for passphrase in expected.get("removed", []):
                removed = self.write("removed passphrase", passphrase)
                self.assertTrue(self.ok("list", self.vault, passphrase=removed, code=3)["error"])
            checked = self.ok("check", self.vault, passphrase=file)
            self.assertEqual([checked[key] for key in ("damaged", "missing", "arriving", "orphans")], [[], [], [], []])

    def test_recovers(self):
        for name, expected in self.each():
            sheet, new = self.write("sheet", expected["recovery_key"]), self.write("new", "a new passphrase")
            for lost in ("keys", "keys2", "vault.id", "vault.id.2"):
                path = os.path.join(self.vault, lost)
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
            self.ok("recover", self.vault, "--recovery-file", sheet, "--new-passphrase-file", new, "--kdf-memory", "8",
                    "--kdf-passes", "1")
            self.assertEqual(self.ok("list", self.vault, passphrase=new)["totals"], expected["list"]["totals"])

    def test_damage_is_healed(self):
        for name, expected in self.each():
            file = self.write("golden passphrase", expected["passphrases"][0])
            whole = sums(self.vault)
            bundle = files_below(os.path.join(self.vault, "o"))[0]
            data = bytearray(content(bundle))
            data[len(data) // 2] ^= 0x10
            with open(bundle, "wb") as out:
                out.write(data)
            self.ok("check", self.vault, code=4, passphrase=file)
            self.ok("check", self.vault, "--repair", passphrase=file)
            self.assertEqual(hashlib.sha256(content(bundle)).hexdigest(), whole[os.path.relpath(bundle, self.vault)])

    @unittest.skipUnless(os.path.exists(READER_PYTHON) and subprocess.run(
        [READER_PYTHON, "-c", "import nacl, zstandard"], capture_output=True).returncode == 0, "no python3-nacl")
    def test_the_independent_reader_agrees(self):
        for name, expected in self.each():
            file, out = self.write("golden passphrase", expected["passphrases"][1]), self.path("extracted " + name)
            subprocess.run([READER_PYTHON, READER, self.vault, "--passphrase-file", file, "--extract", out], check=True,
                           capture_output=True)
            self.assertLessEqual(set(expected["files"].values()), set(sums(out).values()))


if __name__ == "__main__":
    unittest.main()
