# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting, restoring and purging, also with a full disk and with two computers that share a vault by copying files."""
import errno
import os
import shutil
import subprocess
import unittest

from harness import SAMPLE, CliTest, content, files_below
from two_computers import TwoComputers

ROOT = os.geteuid() == 0


def size_below(folder):
    return sum(os.path.getsize(path) for path in files_below(folder))


class Trash(CliTest):
    def listing(self):
        return self.ok("list", self.vault).json

    def exported(self, name):
        folder = self.path(name)
        self.ok("export", self.vault, "all", "-o", folder)
        return sorted(content(path) for path in files_below(folder))

    def test_delete_and_restore(self):
        self.filled()
        before = self.listing()
        self.assertEqual(before["trash"], [])
        study = self.study_of("CT")
        answer = self.ok("delete", self.vault, study["id"][:8])
        self.assertEqual((answer["items"], answer["waiting_for"]), (1, []))
        self.assertGreater(answer["bytes"], 1000)
        hidden = self.listing()
        self.assertNotIn(study["id"], [other["id"] for other in hidden["studies"]])
        self.assertEqual(hidden["totals"]["studies"], before["totals"]["studies"] - 1)
        self.assertEqual(hidden["totals"]["instances"], before["totals"]["instances"] -
                         sum(series["instances"] for series in study["series"]))
        self.assertEqual([(entry["id"], entry["kind"], entry["title"], entry["date"]) for entry in hidden["trash"]],
                         [(study["id"], "study", study["title"], study["date"])])
        self.assertRegex(hidden["trash"][0]["deleted"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        # It is out of reach of what hands things out, but can be looked at.
        for verb, *rest in (("export", "-o", self.path("out")), ("delete",), ("render", "-o", self.path("picture.png"))):
            self.ok(verb, self.vault, study["id"], *rest, code=6)
        self.assertEqual(self.ok("show", self.vault, study["id"])["title"], study["title"])
        self.assertFalse(os.path.exists(self.path("picture.png")))
        self.assertEqual(self.ok("check", self.vault)["orphans"], [])
        answer = self.ok("restore", self.vault, study["id"])
        self.assertEqual(answer["items"], 1)
        self.assertEqual(self.listing(), before)
        self.ok("restore", self.vault, study["id"], code=6)

    def test_every_kind_of_item(self):
        self.filled()
        before = self.listing()
        study = self.study_of("MR")
        series = self.study_of("US")["series"][0]
        instance = self.ok("show", self.vault, self.study_of("CT")["id"],
                           "--instances")["series"][0]["instances"][3]
        document = before["documents"][0]
        items = [study["id"], series["id"], instance["id"], document["id"]]
        self.assertEqual(self.ok("delete", self.vault, *items)["items"], 4)
        hidden = self.listing()
        self.assertEqual(sorted((entry["id"], entry["kind"]) for entry in hidden["trash"]),
                         sorted(zip(items, ["study", "series", "instance", "document"])))
        for total, gone in (("studies", 1), ("series", 2), ("documents", 1)):
            self.assertEqual(hidden["totals"][total], before["totals"][total] - gone)
        self.ok("restore", self.vault, *items)
        self.assertEqual(self.listing(), before)

    def test_usage(self):
        self.filled()
        self.ok("delete", self.vault, code=2)
        self.ok("restore", self.vault, code=2)
        self.ok("delete", self.vault, "ffffffffffff", code=6)
        self.ok("delete", self.vault, "ff", code=2)
        # One of several that is wrong: nothing is done.
        self.ok("delete", self.vault, self.study_of("CT")["id"], "ffffffffffff", code=6)
        self.assertEqual(self.listing()["trash"], [])

    def test_purge_of_the_trash(self):
        self.filled()
        everything = self.exported("everything")
        study = self.study_of("CT")
        self.ok("export", self.vault, study["id"], "-o", self.path("study"))
        gone = sorted(content(path) for path in files_below(self.path("study")))
        self.ok("delete", self.vault, study["id"])
        before = size_below(self.vault)
        answer = self.ok("purge", self.vault)
        self.assertEqual((answer["items"], answer["waiting_for"]), (1, []))
        self.assertEqual(answer["bytes"], sum(map(len, gone)))
        self.assertLess(size_below(self.vault), before - answer["freed"] // 2)
        self.assertGreater(answer["freed"], 0)
        listing = self.listing()
        self.assertEqual(listing["trash"], [])
        self.assertNotIn(study["id"], str(listing))
        rest = self.exported("rest")
        self.assertEqual(sorted(rest + gone), everything)
        self.assertEqual(self.ok("check", self.vault)["missing"], [])
        self.ok("restore", self.vault, study["id"], code=6)
        # It may come again.
        answer = self.ok("import", self.vault, SAMPLE)
        self.assertEqual(answer["stored"], len(gone))
        self.assertEqual(self.exported("again"), everything)
        self.assertEqual(self.ok("purge", self.vault)["items"], 0)

    def test_purge_of_one_picture(self):
        self.filled()
        everything = self.exported("everything")
        shown = self.ok("show", self.vault, self.study_of("CT")["id"], "--instances")
        instance = shown["series"][0]["instances"][5]
        self.assertEqual(self.ok("purge", self.vault, instance["id"])["bytes"], instance["bytes"])
        rest = self.exported("rest")
        self.assertEqual(len(rest), len(everything) - 1)
        self.assertTrue(set(rest) < set(everything))
        answer = self.ok("check", self.vault)
        self.assertEqual((answer["damaged"], answer["missing"], answer["orphans"]), ([], [], []))
        self.ok("render", self.vault, self.study_of("CT")["series"][0]["id"], "-o", self.path("picture.png"))

    @unittest.skipUnless(ROOT, "needs the right to mount")
    def test_full_disk(self):
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True).returncode:
            self.skipTest("this place does not let anybody mount")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], capture_output=True)
        self.vault = os.path.join(disk, "full.vault")
        self.filled()
        studies = self.studies()
        filler = os.open(os.path.join(disk, "filler"), os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(filler, b"x" * 4096)
        except OSError as error:
            self.assertEqual(error.errno, errno.ENOSPC)
        finally:
            os.close(filler)
        self.ok("delete", self.vault, studies[0]["id"])
        self.assertEqual(len(self.listing()["trash"]), 1)
        answer = self.run_cli("purge", self.vault)
        self.assertIn(answer.code, (0, 1), answer.stdout)
        self.assertEqual(answer["items"], 1)
        self.assertGreater(answer["freed"], 0)
        listing = self.listing()
        self.assertEqual(listing["trash"], [])
        self.assertEqual([study["id"] for study in listing["studies"]], [study["id"] for study in studies[1:]])
        self.assertEqual(self.ok("check", self.vault)["missing"], [])


class Merged(TwoComputers):
    def test_delete_and_restore(self):
        before = self.filled_twice()
        study = self.study("CT")
        self.on(0, "delete", study["id"])
        self.sync()
        self.assertEqual([entry["id"] for entry in self.lists()["trash"]], [study["id"]])
        self.on(1, "restore", study["id"])
        self.sync()
        self.assertEqual(self.lists(), before)
        # Both at once: one deletes, the other deletes something else.
        other = self.study("MR")
        self.on(0, "delete", study["id"])
        self.on(1, "delete", other["id"])
        self.sync()
        self.assertEqual({entry["id"] for entry in self.lists()["trash"]}, {study["id"], other["id"]})

    def test_purge_waits_for_the_other_computer(self):
        self.filled_twice()
        study = self.study("CT")
        self.on(0, "delete", study["id"])
        answer = self.on(0, "purge")
        self.assertEqual(len(answer["waiting_for"]), 1)
        self.assertTrue(answer["waiting_for"][0].strip())
        self.assertNotIn(study["id"], str(self.on(0, "list").json))
        before = size_below(self.vaults[0])
        self.sync()
        self.assertNotIn(study["id"], str(self.lists()))
        # The other says with its next work that it has seen it.
        self.on(1, "import", self.write("third.pdf", b"%PDF-1.4\nthird"))
        self.sync()
        self.assertEqual(self.on(0, "purge")["waiting_for"], [])
        self.assertLess(size_below(self.vaults[0]), before)
        self.sync()
        self.lists()
        for computer in (0, 1):
            answer = self.on(computer, "check")
            self.assertEqual((answer["damaged"], answer["missing"]), ([], []))

    def test_purge_for_this_computer_alone(self):
        self.filled_twice()
        study = self.study("CT")
        self.on(0, "delete", study["id"])
        answer = self.on(0, "purge", "--only-this-computer")
        self.assertEqual(answer["waiting_for"], [])
        self.assertGreater(answer["freed"], 0)
        self.sync()
        self.assertNotIn(study["id"], str(self.lists()))

    def test_what_the_other_imported_meanwhile_stays(self):
        """One purges a scan while the other imports the same files again: they stay, with their place in the list."""
        before = self.filled_twice()
        study = self.study("CT")
        kept = self.contents(1, "before")
        self.on(0, "delete", study["id"])
        self.on(0, "purge")
        self.on(1, "import", SAMPLE)
        self.sync()
        for computer in (0, 1):
            self.on(computer, "check", "--repair")
            self.sync()
        after = self.lists()
        self.assertEqual({other["id"] for other in after["studies"]}, {other["id"] for other in before["studies"]})
        for computer in (0, 1):
            self.assertEqual(self.contents(computer, f"after{computer}"), kept)
            answer = self.on(computer, "check")
            self.assertEqual((answer["damaged"], answer["missing"]), ([], []))

    def test_one_adds_to_what_the_other_threw_away(self):
        """A scan in the trash comes back when the other computer added pictures to it that nobody threw away."""
        pictures = self.pictures("CT")
        self.on(0, "import", *pictures[:10])
        self.sync()
        self.on(1, "import", self.write("second.pdf", b"%PDF-1.4\nsecond"))
        self.sync()
        study = self.study("CT")
        self.on(0, "delete", study["id"])
        self.on(1, "import", *pictures[10:])
        self.sync()
        after = self.lists()
        self.assertEqual((after["totals"]["instances"], after["trash"]), (len({content(path) for path in pictures}), []))
        # Thrown away again by somebody who has seen them all, it stays away.
        self.on(1, "delete", study["id"])
        self.sync()
        self.assertEqual([entry["id"] for entry in self.lists()["trash"]], [study["id"]])

    def test_an_import_before_the_first_word(self):
        """A computer of which the other knows nothing relies on none of its bundles."""
        self.on(0, "import", SAMPLE)
        self.sync()
        study = self.study("CT")
        self.on(0, "purge", study["id"])
        self.on(1, "import", SAMPLE)
        kept = self.contents(1, "before")
        self.sync()
        for computer in (0, 1):
            self.on(computer, "check", "--repair")
            self.sync()
        self.lists()
        for computer in (0, 1):
            self.assertEqual(self.contents(computer, f"after{computer}"), kept)

    def test_one_adds_to_what_the_other_purges(self):
        """New pictures of a study that is purged elsewhere at the same time are not lost with it."""
        pictures = self.pictures("CT")
        self.on(0, "import", *pictures[:10])
        self.sync()
        self.on(1, "import", self.write("second.pdf", b"%PDF-1.4\nsecond"))
        self.sync()
        study = self.study("CT")
        self.on(0, "purge", study["id"])
        self.on(1, "import", *pictures[10:20])
        self.sync()
        for computer in (0, 1):
            self.on(computer, "check", "--repair")
            self.sync()
        after = self.lists()
        self.assertEqual(after["totals"]["instances"], 10)
        self.assertEqual([other["id"] for other in after["studies"]], [study["id"]])
        copies = self.contents(0, "after")
        for path in pictures[10:20]:
            self.assertIn(content(path), copies)
        for path in pictures[:10]:
            self.assertNotIn(content(path), copies)


if __name__ == "__main__":
    unittest.main(verbosity=2)
