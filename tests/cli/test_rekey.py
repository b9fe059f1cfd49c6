# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault made anew under another key: everything is carried over, or it is said what is not."""
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from harness import CLI, PATIENT, SAMPLE, SANITIZED, content, files_below
from test_keys import CHEAP, Keys, change

ROOT = os.geteuid() == 0
KILLS = 8 if SANITIZED else 30


def listed_documents(listed):
    return listed["documents"] + [document for study in listed["studies"] for document in study["documents"]]


class Rekey(Keys):
    def setUp(self):
        super().setUp()
        self.new = self.path("new.vault")

    def arguments(self, *more, new=None):
        return ("rekey", self.vault, new or self.new, "--new-passphrase-file", self.second,
                "--recovery-file", self.path("new sheet"), *CHEAP, *more)

    def rekey(self, *more, code=0, new=None, **options):
        return self.ok(*self.arguments(*more, new=new), code=code, **options)

    def assert_refused(self, name, code):
        """Nothing is begun, and the old vault stays as it is."""
        before = self.contents_of(self.vault)
        answer = self.rekey(code=code)
        self.assertEqual(answer["error"]["code"], name)
        self.assertEqual(self.contents_of(self.vault), before)
        self.assertEqual([found for found in os.listdir(self.folder) if found.startswith("new")], [])
        return answer

    def contents_of(self, vault):
        return {name: digest for name, digest in self.digest(vault).items() if not name.startswith("tmp/")}

    def as_computer(self, name):
        """From here on commands run on another computer."""
        self.environment["XDG_STATE_HOME"] = self.path("state of " + name)
        os.makedirs(self.environment["XDG_STATE_HOME"], mode=0o700, exist_ok=True)

    def files_in(self, *folders):
        return {path for folder in folders for path in files_below(os.path.join(self.vault, folder))}

    def carry(self, source, *folders, only=lambda name: True):
        """As a program that synchronises folders: what is new in source goes into the vault."""
        for folder in folders:
            for path in files_below(os.path.join(source, folder)):
                target = os.path.join(self.vault, os.path.relpath(path, source))
                if only(path) and not os.path.exists(target):
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    shutil.copyfile(path, target)

    def begun(self, *more):
        """A rekey that is held as soon as the new vault is begun."""
        process = subprocess.Popen(self.command(*self.arguments(*more)), env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while not os.path.exists(os.path.join(self.new + ".unfinished", "tmp", "rekey")):
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), deadline)
        process.send_signal(signal.SIGSTOP)
        self.assertFalse(os.path.exists(self.new))
        return process

    def go_on(self, process, code):
        process.send_signal(signal.SIGCONT)
        output = process.stdout.read()
        self.assertEqual(process.wait(), code, output)
        return output.decode()

    @staticmethod
    def without_ids(value):
        """A listing with everything but the IDs, in an order that does not depend on them."""
        if isinstance(value, dict):
            return {key: Rekey.without_ids(inner) for key, inner in value.items()
                    if key not in ("id", "bytes_stored", "added")}
        if isinstance(value, list):
            return sorted((Rekey.without_ids(inner) for inner in value), key=repr)
        return value

    def exported(self, vault, passphrase, name):
        folder = self.path(name)
        self.ok("export", vault, "all", "-o", folder, passphrase=passphrase)
        return {os.path.relpath(path, folder): content(path) for path in files_below(folder)}

    def test_shares_are_made_again_in_the_new_vault(self):
        """To the byte, with what was marked, and traced: the IDs are others, the share's key is the same."""
        self.make()
        self.ok("import", self.vault, SAMPLE)
        study = self.study_of("CT")
        series = self.ok("show", self.vault, study["id"])["series"][0]["id"]
        boxes = self.path("boxes.json")
        with open(boxes, "w") as file:
            json.dump({"boxes": [{"item": item, "frame": "all", "x": x, "y": 2, "width": 9, "height": 7}
                                 for item, x in ((study["id"][:8], 1), (series, 20))]}, file)
        profile = ("--profile", "second-opinion", "--confirm-reviewed")
        plain = self.ok("share", self.vault, study["id"], "-o", self.path("plain"), *profile)
        share = self.ok("share", self.vault, study["id"], "-o", self.path("given"), *profile, "--redact", boxes)
        self.rekey()
        for vault, passphrase, out in ((self.vault, self.passphrase, "old"), (self.new, self.second, "fresh")):
            self.ok("share", "--again", share["share_id"], vault, "-o", self.path(out), passphrase=passphrase)
            for path in files_below(self.path("given")):
                self.assertEqual(content(path), content(os.path.join(self.path(out), os.path.relpath(path, self.path("given")))))
            self.assertEqual(len(files_below(self.path(out))), len(files_below(self.path("given"))))
        copies = [files_below(os.path.join(self.path(name), "DICOM"))[0] for name in ("given", "plain")]
        changed = [self.path("changed%d" % number) for number in range(2)]
        for copy, path in zip(copies, changed):
            subprocess.run(["dcmconv", "+tb", copy, path], check=True)
        matches = self.ok("trace", self.new, *changed, passphrase=self.second)["matches"]
        self.assertEqual([match["share_id"] for match in matches], [share["share_id"], plain["share_id"]])
        self.assertTrue(all({"uid", "pseudonym", "frame-hash"} <= set(match["evidence"]) for match in matches), matches)

    def test_everything_is_carried_over(self):
        self.make()
        new = self.new
        imported = self.ok("import", self.vault, SAMPLE)
        study = self.study_of("CT")
        share = self.ok("share", self.vault, study["id"], "-o", self.path("given"), "--profile", "named", "--to", "Dr A")
        gone = self.study_of("MR")
        self.ok("delete", self.vault, gone["id"])
        self.ok("annotate", self.vault, study["id"], "--title", "Lungs", "--note", "Cough\nfor weeks", "--tag", "a",
                "--favourite")
        document = listed_documents(self.ok("list", self.vault))[0]
        self.ok("annotate", self.vault, document["id"], "--tag", "letter")
        before, listed = self.digest(self.vault), self.ok("list", self.vault)
        answer = self.rekey()
        self.assertEqual(self.digest(self.vault), before)
        self.assertGreaterEqual(answer["members"], imported["stored"] + imported["documents"])
        self.assertFalse(os.path.exists(new + ".unfinished"))

        self.ok("list", new, code=3)
        fresh = self.ok("list", new, passphrase=self.second)
        self.assertEqual(self.without_ids(fresh.json), self.without_ids(listed.json))
        self.assertFalse({study["id"] for study in fresh["studies"]} & {study["id"] for study in listed["studies"]})
        self.assertEqual(self.exported(new, self.second, "b"), self.exported(self.vault, self.passphrase, "a"))
        shares = self.ok("shares", new, passphrase=self.second)["shares"]
        self.assertEqual([entry["share_id"] for entry in shares], [share["share_id"]])
        shown = self.ok("show", new, shares[0]["items"][0], passphrase=self.second)
        self.assertEqual(shown["uid"], study["uid"])
        # Nothing of the old seed, and nothing in clear.
        old = {os.path.basename(name) for name in before if "/" in name and not name.startswith("tmp")}
        for path in files_below(new):
            self.assertNotIn(PATIENT[0].encode(), content(path))
            if "/tmp/" not in path:
                self.assertNotIn(os.path.basename(path), old)
        self.ok("check", new, passphrase=self.second)

        # The same scans come to the same places: they are known there, and restored from the trash.
        again = self.ok("import", new, SAMPLE, passphrase=self.second)
        self.assertEqual(again["stored"] + again["documents"], 0)
        uids = [study["uid"] for study in self.ok("list", new, passphrase=self.second)["studies"]]
        self.assertEqual(len(uids), len(set(uids)))
        # The new recovery key opens it, the old one is another vault's.
        third = self.write("third", "third\n")
        self.ok("recover", new, "--recovery-file", self.path("new sheet"), "--new-passphrase-file", third, *CHEAP)
        self.assertEqual(self.error_of("recover", new, "--recovery-file", self.sheet_file, "--new-passphrase-file",
                                       third, *CHEAP, code=3), "foreign-key")
        # Once more: the share's key and the keys made from keys go along.
        self.vault, self.second, self.passphrase = new, third, self.second
        os.unlink(self.path("new sheet"))
        self.rekey(new=self.path("newer.vault"))
        shares = self.ok("shares", self.path("newer.vault"), passphrase=third)["shares"]
        self.assertEqual([entry["share_id"] for entry in shares], [share["share_id"]])

    def test_refused(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        full = self.path("full")
        os.mkdir(full)
        self.write("full/file", "x")
        self.assertEqual(self.rekey(new=full, code=6)["error"]["code"], "exists")
        self.rekey(new=os.path.join(self.vault, "inside"), code=2)
        self.rekey(new=self.path("none", "deep"), code=6)
        self.assertFalse(os.path.exists(self.path("new sheet")))
        self.assertEqual(sorted(os.listdir(full)), ["file"])

    def test_damage_stops_it(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        for path in files_below(os.path.join(self.vault, "p")):
            os.unlink(path)
        change(max(files_below(os.path.join(self.vault, "o")), key=os.path.getsize), 2000)
        before = self.digest(self.vault)
        self.rekey(code=4)
        self.assertEqual(self.digest(self.vault), before)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("new")], [])

    def test_removed_passphrases_are_not_carried_over(self):
        self.make()
        third = self.write("third", "third\n")
        slots = self.ok("slots", self.vault, "--add-passphrase-file", third, "--label", "x", *CHEAP)["slots"]
        self.ok("slots", self.vault, "--remove", next(slot["id"] for slot in slots if slot["label"] == "x"))
        self.assertEqual(self.rekey()["fields"], 0)

    def test_into_an_empty_folder(self):
        self.make()
        os.mkdir(self.new)
        self.rekey()
        self.assertEqual(self.ok("list", self.new, passphrase=self.second)["studies"], [])

    def filled_in_two(self):
        """Two imports; the second study is in records of its own."""
        self.make()
        studies = sorted(name for name in os.listdir(os.path.join(SAMPLE, "DICOM")) if name.startswith("ST"))
        self.ok("import", self.vault, os.path.join(SAMPLE, "DICOM", studies[0]))
        first = self.files_in("j", "j2")
        self.ok("import", self.vault, os.path.join(SAMPLE, "DICOM", studies[1]))
        return sorted(self.files_in("j", "j2") - first)

    def test_lost_record(self):
        records = self.filled_in_two()
        listed = self.ok("list", self.vault)["totals"]["instances"]
        lost = os.path.basename(records[0])
        for path in records:
            if os.path.basename(path) == lost:
                change(path, 200)
        self.assert_refused("damaged", 4)
        answer = self.rekey("--leave-behind", code=1)
        self.assertIn("damaged", [left["code"] for left in answer["left_behind"]])
        shutil.rmtree(self.new)
        os.unlink(self.path("new sheet"))
        # What the advice says helps.
        self.run_cli("check", self.vault, "--repair")
        self.assertEqual(self.rekey()["left_behind"], [])
        self.assertEqual(self.ok("list", self.new, passphrase=self.second)["totals"]["instances"], listed)

    def test_bundle_without_a_record(self):
        self.filled_in_two()
        other = self.path("other.vault")
        shutil.copytree(self.vault, other)
        bundles = self.files_in("o")
        home = self.environment["XDG_STATE_HOME"]
        self.as_computer("another")
        self.ok("import", other, self.write("one.pdf", b"%PDF-1.4\none"))
        self.environment["XDG_STATE_HOME"] = home
        self.carry(other, "o")
        self.assertEqual(len(self.files_in("o") - bundles), 1)
        self.assert_refused("damaged", 4)
        self.run_cli("check", self.vault, "--repair")
        self.rekey()
        self.assertEqual(len(self.ok("list", self.new, passphrase=self.second)["documents"]), 1)

    def test_files_of_another_computer_arrive(self):
        self.make()
        self.ok("import", self.vault, self.write("one.pdf", b"%PDF-1.4\none"))
        other, vault, home = self.path("other.vault"), self.vault, self.environment["XDG_STATE_HOME"]
        shutil.copytree(vault, other)
        before = self.files_in("o", "j", "j2")
        self.as_computer("another")
        self.ok("import", other, SAMPLE)
        totals = self.ok("list", other)["totals"]
        self.environment["XDG_STATE_HOME"] = home
        # A bundle is ahead of its record, a record of its bundle, a later record of an earlier one.
        self.carry(other, "j", "j2")
        self.assert_refused("arriving", 6)
        for path in self.files_in("o", "j", "j2") - before:
            os.unlink(path)
        self.carry(other, "o")
        self.carry(other, "j", "j2", only=lambda name: not os.path.basename(name).startswith("0000000001"))
        self.assert_refused("arriving", 6)
        self.carry(other, "j", "j2")
        self.rekey()
        moved = self.ok("list", self.new, passphrase=self.second)["totals"]
        self.assertEqual({**moved, "bytes_stored": 0}, {**totals, "bytes_stored": 0})

    def test_something_arrives_while_it_is_copied(self):
        self.filled_in_two()
        other, home = self.path("other.vault"), self.environment["XDG_STATE_HOME"]
        shutil.copytree(self.vault, other)
        self.assertEqual(len(self.studies_of(other)), 2)
        self.as_computer("another")
        self.ok("delete", other, self.studies_of(other)[0]["id"])
        self.environment["XDG_STATE_HOME"] = home
        process = self.begun()
        self.carry(other, "j", "j2")
        self.assertIn('"arriving"', self.go_on(process, 6))
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("new")], [])
        self.rekey()
        self.assertEqual(len(self.ok("list", self.new, passphrase=self.second)["studies"]), 1)

    def studies_of(self, vault):
        return self.ok("list", vault)["studies"]

    def test_older_copy(self):
        self.make()
        copy = self.path("copy")
        self.ok("import", self.vault, self.write("one.pdf", b"%PDF-1.4\none"))
        self.ok("copy", self.vault, copy)
        self.ok("import", self.vault, self.write("two.pdf", b"%PDF-1.4\ntwo"))
        self.vault = copy
        self.assert_refused("arriving", 6)
        self.ok("check", self.vault, "--accept-older")
        self.rekey()

    def test_what_cannot_be_read_is_left_on_request_alone(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        for path in files_below(os.path.join(self.vault, "p")):
            os.unlink(path)
        bundles = sorted(self.files_in("o"), key=os.path.getsize)
        change(bundles[-1], 2000)
        os.unlink(bundles[-2])
        before = self.ok("list", self.vault)["totals"]["instances"]
        self.assert_refused("missing", 4)
        answer = self.rekey("--leave-behind", code=1)
        self.assertEqual(answer["error"]["code"], "partial")
        self.assertEqual({left["code"] for left in answer["left_behind"]}, {"damaged", "missing"})
        after = self.ok("list", self.new, passphrase=self.second)["totals"]
        self.assertEqual(after["instances"] + after["documents"] + len(answer["left_behind"]),
                         before + self.ok("list", self.vault)["totals"]["documents"])
        self.assertGreater(after["instances"], 0)
        self.ok("check", self.new, passphrase=self.second)
        # In words, too, nobody is told to remove the old one.
        shutil.rmtree(self.new)
        os.unlink(self.path("new sheet"))
        command = [part for part in self.command(*self.arguments("--leave-behind")) if part != "--json"]
        process = subprocess.run(command, env=self.environment, capture_output=True, stdin=subprocess.DEVNULL)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"Keep the old vault", process.stdout)
        self.assertNotIn(b"remove", process.stdout)

    def test_place(self):
        self.make()
        # Through a link it would stand in the old vault.
        os.symlink(self.vault, self.path("link"))
        self.assertEqual(self.rekey(new=os.path.join(self.path("link"), "inside"), code=2)["error"]["code"], "usage")
        # What is not an attempt's is not touched: neither a folder of somebody's, nor a vault in use.
        work = self.new + ".unfinished"
        os.mkdir(work)
        self.write(os.path.join(work, "mine"), "mine")
        self.assertEqual(self.rekey(code=6)["error"]["code"], "exists")
        self.assertEqual(os.listdir(work), ["mine"])
        shutil.rmtree(work)
        self.ok("create", work, *CHEAP)
        self.ok("import", work, self.write("one.pdf", b"%PDF-1.4\none"))
        before = self.contents_of(work)
        self.assertEqual(self.rekey(code=6)["error"]["code"], "exists")
        self.assertEqual(self.contents_of(work), before)
        shutil.rmtree(work)
        # An attempt that its owner opened since is a vault like any.
        process = self.begun()
        process.kill()
        process.wait()
        self.ok("list", work, passphrase=self.second)
        self.ok("import", work, self.path("one.pdf"), passphrase=self.second)
        self.assertEqual(self.rekey(code=6)["error"]["code"], "exists")
        self.assertEqual(len(self.ok("list", work, passphrase=self.second)["documents"]), 1)
        # Nor is a recovery key that was written.
        shutil.rmtree(work)
        self.write("new sheet", "a key")
        self.assertEqual(self.rekey(code=6)["error"]["code"], "exists")
        self.assertEqual(content(self.path("new sheet")), b"a key")

    def test_killed_at_any_moment(self):
        self.make()
        self.ok("import", self.vault, SAMPLE)
        before, totals = self.contents_of(self.vault), self.ok("list", self.vault)["totals"]
        begun = time.monotonic()
        self.rekey()
        takes = time.monotonic() - begun
        chance, finished = random.Random(1), 0

        def assert_finished():
            moved = self.ok("list", self.new, passphrase=self.second)["totals"]
            self.assertEqual({**moved, "bytes_stored": 0}, {**totals, "bytes_stored": 0})
            self.ok("check", self.new, passphrase=self.second)
            shutil.rmtree(self.new)
            os.unlink(self.path("new sheet"))

        assert_finished()
        for kill in range(KILLS):
            process = subprocess.Popen(self.command(*self.arguments()), env=self.environment, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(takes * chance.random() * 1.1)
            except subprocess.TimeoutExpired:
                process.kill()
            process.wait()
            self.assertIn(process.returncode, (0, -signal.SIGKILL))
            self.assertEqual(self.contents_of(self.vault), before)
            left = {name for name in os.listdir(self.folder) if name.startswith("new")} - {"new sheet"}
            if "new.vault" in left:
                finished += 1
                self.assertEqual(left, {"new.vault"})
                assert_finished()
            else:
                self.assertLessEqual(left, {"new.vault.unfinished"})
        self.assertLess(finished, KILLS)
        self.rekey()
        self.assertFalse(os.path.exists(self.new + ".unfinished"))
        self.assertEqual(len(content(self.path("new sheet")).strip()), 44)
        assert_finished()

    @unittest.skipUnless(ROOT, "needs the right to mount")
    def test_cleaning_that_was_held_up(self):
        """Whatever part of a former attempt is gone already, the next one knows the rest for an attempt's."""
        self.make()
        self.ok("import", self.vault, SAMPLE)
        work = self.new + ".unfinished"
        process = self.begun()
        process.kill()
        process.wait()
        stays = os.path.join(work, "o", "aa")
        if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", stays], capture_output=True).returncode:
            self.skipTest("this place does not let anybody mount")
        self.addCleanup(subprocess.run, ["umount", "-l", stays], capture_output=True)
        self.write(os.path.join(stays, 64 * "a"), b"a bundle")
        subprocess.run(["mount", "-o", "remount,ro", stays], check=True)
        self.assertEqual(self.rekey(code=6)["error"]["code"], "exists")
        subprocess.run(["mount", "-o", "remount,rw", stays], check=True)
        os.unlink(os.path.join(stays, 64 * "a"))
        subprocess.run(["umount", stays], check=True)
        self.write(os.path.join(stays, 64 * "a"), b"a bundle")
        self.rekey()
        self.assertFalse(os.path.exists(work))

    @unittest.skipUnless(ROOT, "needs the right to mount")
    def test_disk_full_on_the_way(self):
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], capture_output=True).returncode:
            self.skipTest("this place does not let anybody mount")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], capture_output=True)
        self.make()
        self.ok("import", self.vault, SAMPLE)
        before = self.contents_of(self.vault)
        # A whole disk cannot be moved into.
        self.assertEqual(self.rekey(new=disk, code=2)["error"]["code"], "usage")
        self.new = os.path.join(disk, "new.vault")
        process = self.begun()
        filler = os.path.join(disk, "filler")
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        self.assertIn('"disk-full"', self.go_on(process, 6))
        self.assertEqual(os.listdir(disk), ["filler"])
        self.assertFalse(os.path.exists(self.path("new sheet")))
        self.assertEqual(self.contents_of(self.vault), before)
        # Known beforehand, nothing is begun.
        self.assertEqual(self.rekey(code=6)["error"]["code"], "disk-full")
        self.assertEqual(os.listdir(disk), ["filler"])
        os.unlink(filler)
        self.rekey()
        self.ok("check", self.new, passphrase=self.second)


if __name__ == "__main__":
    unittest.main(verbosity=2)
