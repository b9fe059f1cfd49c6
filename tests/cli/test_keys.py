# SPDX-License-Identifier: GPL-3.0-or-later
"""Passphrases and the recovery key."""
import hashlib
import os
import pty
import shutil
import subprocess
import unittest

from harness import CLI, PATIENT, SAMPLE, CliTest, HeldImport, content, files_below

CHEAP = ("--kdf-memory", "8", "--kdf-passes", "1")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def change(path, at=100):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def one_character_wrong(sheet, at=0):
    other = ALPHABET[(ALPHABET.index(sheet[at]) + 5) % 32]
    return sheet[:at] + other + sheet[at + 1:]


class Keys(CliTest):
    def setUp(self):
        super().setUp()
        self.second = self.write("second", "another pass phrase\n")
        self.sheet_file = self.path("sheet")

    def make(self):
        self.ok("create", self.vault, *CHEAP, "--recovery-file", self.sheet_file)
        self.sheet = content(self.sheet_file).decode().strip()

    def slots_of(self, folder="keys", vault=None):
        return files_below(os.path.join(vault or self.vault, folder))

    def digest(self, folder):
        return {os.path.relpath(path, folder): hashlib.sha256(content(path)).hexdigest()
                for path in files_below(folder)}

    def opens(self, passphrase, code=0):
        return self.ok("list", self.vault, passphrase=passphrase, code=code)

    def error_of(self, *arguments, code, **options):
        return self.ok(*arguments, code=code, **options)["error"]["code"]


class Passphrases(Keys):
    def test_change(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        before = self.digest(os.path.join(self.vault, "o"))
        answer = self.ok("passphrase", self.vault, "--new-passphrase-file", self.second, *CHEAP)
        self.assertEqual(answer.json, {})
        self.assertEqual(self.digest(os.path.join(self.vault, "o")), before)
        self.opens(self.second)
        self.assertEqual(self.error_of("list", self.vault, code=3), "wrong-secret")
        self.assertEqual(len(self.slots_of()), 1)
        self.assertEqual([os.path.basename(path) for path in self.slots_of()],
                         [os.path.basename(path) for path in self.slots_of("keys2")])

    def test_change_refused(self):
        self.make()
        empty = self.write("empty", "\n")
        self.ok("passphrase", self.vault, "--new-passphrase-file", empty, *CHEAP, code=2)
        self.ok("passphrase", self.vault, "--new-passphrase-file", self.path("none"), code=6)
        self.ok("passphrase", self.vault, "--new-passphrase-file", self.second, "--kdf-passes", "17", code=2)
        self.ok("passphrase", self.vault, "--new-passphrase-file", self.second, *CHEAP, passphrase=self.second, code=3)
        self.opens(self.passphrase)
        self.assertEqual(len(self.slots_of()), 1)

    def test_any_normal_form(self):
        self.make()
        composed = self.write("composed", "k\u00e4se und \ud55c".encode())
        apart = self.write("apart", "ka\u0308se und \u1112\u1161\u11ab".encode())
        self.ok("passphrase", self.vault, "--new-passphrase-file", apart, *CHEAP)
        self.opens(composed)
        self.opens(apart)
        broken = self.write("broken", b"k\xe4se")
        self.opens(broken, code=2)

    def test_several(self):
        self.make()
        first = self.ok("slots", self.vault)["slots"]
        self.assertEqual(len(first), 1)
        self.assertEqual((first[0]["state"], first[0]["memory_mib"], first[0]["passes"], first[0]["opened"]),
                         ("whole", 8, 1, True))
        slots = self.ok("slots", self.vault, "--add-passphrase-file", self.second, "--label", "at home", *CHEAP)["slots"]
        self.assertEqual([slot["label"] for slot in slots], ["", "at home"])
        new = slots[1]
        self.assertGreater(new["date"], 1600000000)
        self.opens(self.second)
        self.opens(self.passphrase)
        slots = self.ok("slots", self.vault, "--set-label", new["id"][:6], "--label", "elsewhere")["slots"]
        self.assertEqual(slots[1]["label"], "elsewhere")
        self.assertEqual(slots[1]["date"], new["date"])
        for path in files_below(self.vault):
            self.assertNotIn(b"elsewhere", content(path))
        self.ok("slots", self.vault, "--remove", "ffffffffffffffff", code=6)
        self.ok("slots", self.vault, "--remove", new["id"], "--add-passphrase-file", self.second, code=2)
        self.ok("slots", self.vault, "--label", "alone", code=2)
        slots = self.ok("slots", self.vault, "--remove", first[0]["id"], passphrase=self.second)["slots"]
        self.assertEqual([slot["id"] for slot in slots], [new["id"]])
        self.opens(self.passphrase, code=3)
        self.assertEqual(self.error_of("slots", self.vault, "--remove", new["id"], code=6, passphrase=self.second),
                         "last-passphrase")
        self.opens(self.second)

    def test_label_goes_along(self):
        self.make()
        self.ok("slots", self.vault, "--add-passphrase-file", self.second, "--label", "at home", *CHEAP)
        third = self.write("third", "third\n")
        self.ok("passphrase", self.vault, "--new-passphrase-file", third, *CHEAP, passphrase=self.second)
        slots = self.ok("slots", self.vault)["slots"]
        self.assertEqual(sorted(slot["label"] for slot in slots), ["", "at home"])
        self.opens(third)
        self.opens(self.second, code=3)


    def test_as_many_as_can_be(self):
        """Neither one more nor a change, which needs one more for a moment; and that is no bug."""
        self.make()
        for number in range(63):
            shutil.copy(self.slots_of()[0], os.path.join(self.vault, "keys", f"{number:016x}.slot"))
        before = self.digest(self.vault)
        for verb in (("slots", self.vault, "--add-passphrase-file", self.second),
                     ("passphrase", self.vault, "--new-passphrase-file", self.second)):
            self.assertEqual(self.error_of(*verb, *CHEAP, code=6), "too-many-passphrases")
        self.assertEqual(self.digest(self.vault), before)


READER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vault_reader.py")


class Removal(Keys):
    """Two computers with a folder each; what a sync tool does is done by hand."""

    def setUp(self):
        super().setUp()
        self.other = self.path("other.vault")
        self.homes = []
        for name in ("one", "two"):
            environment = dict(self.environment)
            for variable in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "HOME"):
                environment[variable] = self.path(name + variable.lower())
                os.mkdir(environment[variable], 0o700)
            self.homes.append(environment)

    def on(self, computer, verb, *arguments, **options):
        self.environment = self.homes[computer]
        return self.ok(verb, (self.vault, self.other)[computer], *arguments, **options)

    def assert_reader(self, code, vault, passphrase):
        """The independent reader's word, where what it takes is installed."""
        python = "/usr/bin/python3"
        if os.path.exists(python) and subprocess.run([python, "-c", "import nacl, zstandard"], capture_output=True).returncode == 0:
            self.assertEqual(subprocess.run([python, READER, vault, "--passphrase-file", passphrase, "--list"],
                                            capture_output=True).returncode, code)

    def two(self):
        """Both have both passphrases. Returns the ids of the first and the second."""
        self.on(0, "create", *CHEAP, "--recovery-file", self.sheet_file)
        slots = self.on(0, "slots", "--add-passphrase-file", self.second, "--label", "other", *CHEAP)["slots"]
        shutil.copytree(self.vault, self.other)
        return sorted((slot["id"] for slot in slots), key=lambda key: [slot["label"] for slot in slots if slot["id"] == key])

    def carry(self, source, target, *folders):
        for folder in folders:
            shutil.copytree(os.path.join(source, folder), os.path.join(target, folder), dirs_exist_ok=True)

    def names(self, vault):
        return [os.path.basename(path) for folder in ("keys", "keys2") for path in files_below(os.path.join(vault, folder))]

    def test_half_a_deletion(self):
        first, second = self.two()
        self.on(0, "slots", "--remove", second)
        self.on(0, "list", passphrase=self.second, code=3)
        # One of the two deletions came over; it is healed there, and what was healed comes back.
        os.unlink(os.path.join(self.other, "keys", second + ".slot"))
        self.on(1, "list")
        self.assertIn(second + ".slot", os.listdir(os.path.join(self.other, "keys")))
        self.carry(self.other, self.vault, "keys")
        self.assert_reader(3, self.vault, self.second)
        self.assert_reader(0, self.vault, self.passphrase)
        answer = self.on(0, "list", passphrase=self.second, code=3)["error"]
        self.assertEqual((answer["code"], answer["removed"]), ("wrong-secret", True))
        self.assertRegex(answer["message"], "was removed")
        self.assertEqual(self.names(self.vault), [first + ".slot"] * 2)
        self.carry(self.vault, self.other, "j", "j2")
        self.on(1, "list")
        self.assertEqual(self.names(self.other), [first + ".slot"] * 2)
        self.on(0, "check")
        self.on(1, "check")

    def test_each_others(self):
        first, second = self.two()
        self.on(0, "slots", "--remove", second)
        self.on(1, "slots", "--remove", first, passphrase=self.second)
        for vault, gone in ((self.vault, first), (self.other, second)):
            for folder in ("keys", "keys2"):
                os.unlink(os.path.join(vault, folder, gone + ".slot"))
        self.carry(self.vault, self.other, "j", "j2")
        self.carry(self.other, self.vault, "j", "j2")
        for computer in (0, 1):
            for passphrase in (self.passphrase, self.second):
                answer = self.on(computer, "list", passphrase=passphrase, code=4)["error"]
                self.assertEqual(answer["code"], "slots-damaged")
                self.assertRegex(answer["message"], "No passphrase.*recovery")
        self.on(1, "recover", "--recovery-file", self.sheet_file, "--new-passphrase-file", self.second, *CHEAP)
        self.on(1, "list", passphrase=self.second)
        self.on(1, "check", passphrase=self.second)
        self.carry(self.other, self.vault, "keys", "keys2")
        self.on(0, "list", passphrase=self.second)

    def test_none_left_is_told_to_who_has_it_open(self):
        """The files go while a verb runs, as when a sync tool carries the other computer's removals."""
        self.two()
        self.environment = self.homes[0]
        held = HeldImport(self, 5, stderr=subprocess.PIPE)
        held.wait_for_commit()
        for path in self.slots_of() + self.slots_of("keys2"):
            os.unlink(path)
        self.assertTrue(held.acknowledged())
        with held.process.stderr as stderr:
            self.assertIn(b"No passphrase of this vault is left", stderr.read())


class Damage(Keys):
    def test_damaged_beside_whole(self):
        self.make()
        first = self.ok("slots", self.vault)["slots"][0]["id"]
        self.ok("slots", self.vault, "--add-passphrase-file", self.second, *CHEAP)
        wrong = self.write("wrong", "wrong\n")
        self.assertNotIn("damaged_slots", self.ok("list", self.vault, passphrase=wrong, code=3)["error"])
        for folder in ("keys", "keys2"):
            change(os.path.join(self.vault, folder, first + ".slot"))
        answer = self.ok("list", self.vault, code=3)["error"]
        self.assertEqual((answer["code"], answer["damaged_slots"]), ("wrong-secret", 1))
        self.assertRegex(answer["message"], "damaged.*recovery sheet")
        self.opens(self.second)

    def test_one_copy(self):
        self.make()
        before = self.digest(self.vault)
        for name in ("keys", "keys2"):
            change(self.slots_of(name)[0])
            self.opens(self.passphrase)
            self.assertEqual(self.digest(self.vault), before)
            shutil.rmtree(os.path.join(self.vault, name))
            self.opens(self.passphrase)
            self.assertEqual(self.digest(self.vault), before)
        for name in ("vault.id", "vault.id.2"):
            change(os.path.join(self.vault, name), 20)
            self.opens(self.passphrase)
            os.unlink(os.path.join(self.vault, name))
            self.opens(self.passphrase)
            self.assertEqual(self.digest(self.vault), before)

    def test_four_errors(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        self.assertEqual(self.error_of("list", self.vault, passphrase=self.second, code=3), "wrong-secret")
        saved = {path: content(path) for path in self.slots_of() + self.slots_of("keys2")}
        for path in saved:
            change(path)
        self.assertEqual(self.error_of("list", self.vault, code=4), "slots-damaged")
        other = self.path("other.vault")
        self.ok("create", other, *CHEAP)
        for path in saved:
            os.unlink(path)
        theirs = self.slots_of(vault=other)[0]
        shutil.copy(theirs, os.path.join(self.vault, "keys"))
        self.assertEqual(self.error_of("list", self.vault, code=4), "foreign")
        os.unlink(os.path.join(self.vault, "keys", os.path.basename(theirs)))
        self.assertEqual(self.error_of("list", self.vault, code=4), "slots-damaged")
        for path, data in saved.items():
            with open(path, "wb") as file:
                file.write(data)
        self.opens(self.passphrase)

    def test_too_little_memory(self):
        """A derivation within the bounds that this process has no room for is no wrong passphrase."""
        self.ok("create", self.vault, "--kdf-memory", "512", "--kdf-passes", "1")
        narrow = ("prlimit", "--as=%d" % (480 << 20))
        if subprocess.run([*narrow, CLI, "--version"], capture_output=True).returncode:
            self.skipTest("this build needs more address space than that")
        self.assertEqual(self.error_of("list", self.vault, code=6, prefix=narrow), "no-memory")
        self.assertEqual(self.error_of("list", self.vault, code=6, prefix=narrow, passphrase=self.second), "no-memory")
        self.assertEqual(self.error_of("create", self.path("big"), "--kdf-memory", "512", code=6, prefix=narrow),
                         "no-memory")
        self.assertFalse(os.path.exists(self.path("big")))
        self.opens(self.passphrase)

    def test_demands_beyond_all_bounds(self):
        """A slot that asks for 4 TiB is damaged; nothing is allocated for it."""
        self.make()
        for path in self.slots_of() + self.slots_of("keys2"):
            data = bytearray(content(path))
            data[40:44] = b"\xff\xff\xff\xff"
            data[136:144] = hashlib.blake2b(bytes(data[:136]), digest_size=32).digest()[:8]
            with open(path, "wb") as file:
                file.write(data)
        self.assertEqual(self.error_of("list", self.vault, code=4), "slots-damaged")


class Recovery(Keys):
    def recover(self, code=0, **options):
        return self.ok("recover", self.vault, "--recovery-file", self.sheet_file, "--new-passphrase-file", self.second,
                       *CHEAP, code=code, **options)

    def type_sheet(self, text):
        with open(self.sheet_file, "w", encoding="ascii") as file:
            file.write(text)

    def test_recover(self):
        self.make()
        self.assertEqual(self.recover().json, {})
        self.opens(self.second)
        self.opens(self.passphrase)
        slots = self.ok("slots", self.vault, passphrase=self.second)["slots"]
        self.assertEqual(len(slots), 2)

    def test_forgiving(self):
        self.make()
        self.type_sheet("  " + self.sheet.lower().replace("-", " ").replace("0", "o").replace("1", "l") + "\n")
        self.recover()
        self.opens(self.second)

    def test_everything_but_the_scans_is_lost(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        for name in ("vault.id", "vault.id.2", "README.txt"):
            os.unlink(os.path.join(self.vault, name))
        for name in ("keys", "keys2", "tmp"):
            shutil.rmtree(os.path.join(self.vault, name))
        self.recover()
        self.assertTrue(self.opens(self.second)["studies"])
        self.assertEqual(len(content(os.path.join(self.vault, "vault.id"))), 64)

    def test_passphrase_opens_without_vault_id(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        before = content(os.path.join(self.vault, "vault.id"))
        for name in ("vault.id", "vault.id.2"):
            os.unlink(os.path.join(self.vault, name))
        self.assertTrue(self.opens(self.passphrase)["studies"])
        self.assertEqual(content(os.path.join(self.vault, "vault.id")), before)

    def test_one_wrong_character(self):
        self.make()
        right = self.sheet
        for at in (0, 18, 43):
            self.type_sheet(one_character_wrong(right, at))
            answer = self.recover(code=3)
            self.assertEqual(answer["error"]["code"], "wrong-secret")
            self.assertIs(answer["error"]["suggestion"], True)
            for output in (answer.stdout.decode(), answer.stderr):
                self.assertNotIn(right, output)
                self.assertNotIn(right.replace("-", ""), output)
        self.type_sheet(one_character_wrong(one_character_wrong(right, 0), 5))
        self.assertNotIn("suggestion", self.recover(code=3)["error"])

    def on_terminal(self, answer):
        """recover in a session of its own with a terminal; answers the question."""
        arguments = [CLI, "recover", self.vault, "--recovery-file", self.sheet_file, "--new-passphrase-file",
                     self.second, *CHEAP]
        child, terminal = pty.fork()
        if child == 0:
            os.execve(CLI, arguments, self.environment)
        seen = b""
        while b"[y/N]" not in seen:
            seen += os.read(terminal, 4096)
        os.write(terminal, answer)
        try:
            while True:
                more = os.read(terminal, 4096)
                if not more:
                    break
                seen += more
        except OSError:
            pass
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode()

    def test_offer_on_the_terminal(self):
        self.make()
        self.type_sheet(one_character_wrong(self.sheet, 7))
        code, seen = self.on_terminal(b"n\n")
        self.assertEqual(code, 3, seen)
        self.opens(self.second, code=3)
        code, seen = self.on_terminal(b"y\n")
        self.assertEqual(code, 0, seen)
        self.assertIn(self.sheet, seen)
        self.opens(self.second)

    def test_key_of_another_vault(self):
        self.make()
        self.ok("create", self.path("other.vault"), *CHEAP, "--recovery-file", self.path("other"))
        self.type_sheet(content(self.path("other")).decode())
        answer = self.recover(code=3)
        self.assertEqual(answer["error"]["code"], "foreign-key")
        self.assertNotIn("suggestion", answer["error"])
        self.type_sheet("nonsense")
        self.assertEqual(self.recover(code=3)["error"]["code"], "wrong-secret")

    def test_sheet_again(self):
        self.make()
        again = self.path("again")
        answer = self.ok("sheet", self.vault, "--recovery-file", again)
        self.assertEqual(answer.json, {})
        self.assertEqual(content(again), content(self.sheet_file))
        self.assertEqual(os.stat(again).st_mode & 0o777, 0o600)
        self.assertEqual(self.ok("sheet", self.vault)["recovery_key"], self.sheet)
        self.ok("sheet", self.vault, "--recovery-file", again, code=6)
        self.ok("sheet", self.vault, passphrase=self.second, code=3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
