# SPDX-License-Identifier: GPL-3.0-or-later
"""The owner's titles, notes, tags and stars: written, shown, merged between computers, and never handed out."""
import os
import unittest

from harness import CliTest, content, files_below
from two_computers import TwoComputers


class Annotate(CliTest):
    def test_written_and_shown(self):
        self.filled()
        study = self.study_of("CT")
        self.assertEqual((study["own_title"], study["note"], study["tags"], study["favourite"], study["shared"]),
                         (None, None, [], False, False))
        self.assertRegex(study["added"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        told = self.ok("annotate", self.vault, study["id"], "--title", "Lungs before", "--note", "a\nb", "--tag", "one",
                       "--tag", "two", "--favourite")
        shown = self.ok("show", self.vault, study["id"])
        for answer in (told, shown, self.study_of("CT")):
            self.assertEqual((answer["own_title"], answer["note"], answer["tags"], answer["favourite"]),
                             ("Lungs before", "a\nb", ["one", "two"], True))
        self.assertEqual(shown["title"], study["title"])
        told = self.ok("annotate", self.vault, study["id"], "--title", "", "--untag", "one", "--tag", "three")
        self.assertEqual((told["own_title"], told["note"], told["tags"]), (None, "a\nb", ["two", "three"]))
        self.assertFalse(self.ok("annotate", self.vault, study["id"], "--no-favourite")["favourite"])

    def test_refused(self):
        self.filled()
        study = self.study_of("CT")
        self.ok("annotate", self.vault, study["series"][0]["id"], "--title", "x", code=2)
        self.ok("annotate", self.vault, study["id"], "--favourite", "--no-favourite", code=2)
        self.ok("annotate", self.vault, "ffffffff", "--title", "x", code=6)

    def test_not_handed_out(self):
        self.filled()
        study = self.study_of("CT")
        words = ["Zanzibarquux", "Notequux", "Tagquux"]
        self.ok("annotate", self.vault, study["id"], "--title", words[0], "--note", words[1], "--tag", words[2])
        self.ok("share", self.vault, study["id"], "-o", self.path("given"), "--profile", "named", "--to", "Dr A")
        found = list(files_below(self.path("given")))
        self.assertTrue(found)
        for path in [*found, *files_below(self.vault)]:
            for word in words:
                self.assertNotIn(word, path)
                self.assertNotIn(word.encode(), content(path))
        self.assertTrue(self.study_of("CT")["shared"])
        self.assertFalse(self.study_of("MR")["shared"])


class Merged(TwoComputers):
    def test_each_field_by_its_last_writer(self):
        self.filled_twice()
        study = self.study("CT")
        self.on(0, "annotate", study["id"], "--title", "from the first", "--tag", "a")
        self.on(1, "annotate", study["id"], "--note", "from the second", "--favourite")
        self.sync()
        merged = self.study("CT")
        self.assertEqual((merged["own_title"], merged["note"], merged["tags"], merged["favourite"]),
                         ("from the first", "from the second", ["a"], True))
        self.on(0, "annotate", study["id"], "--title", "older")
        self.on(1, "annotate", study["id"], "--title", "newer")
        self.sync()
        self.assertEqual(self.study("CT")["own_title"], "newer")
        # Taken away on one, it is gone on both.
        self.on(0, "annotate", study["id"], "--title", "")
        self.sync()
        self.assertIsNone(self.study("CT")["own_title"])


if __name__ == "__main__":
    unittest.main()
