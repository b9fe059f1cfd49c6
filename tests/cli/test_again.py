# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing again what the vault has: whole, damaged, lost, in the trash, or twice in one import."""
import os
import shutil
import unittest

from harness import SAMPLE, CliTest, content, files_below


class Again(CliTest):
    def bundles(self):
        return files_below(os.path.join(self.vault, "o"))

    def exported(self, name):
        """Everything in the vault, written out: the set of contents."""
        folder = self.path(name)
        self.ok("export", self.vault, "all", "-o", folder)
        return {content(path) for path in files_below(folder)}

    def source(self):
        return {content(path) for path in files_below(SAMPLE)}

    def kept(self):
        """What of the sample was not left out as neither scan nor document."""
        answer = self.filled()
        return self.source() - {content(ignored["path"]) for ignored in answer["ignored_files"]}, answer

    def damage(self, path):
        with open(path, "r+b") as file:
            for at in range(200, os.path.getsize(path), 4096):
                file.seek(at)
                byte = file.read(1)[0]
                file.seek(at)
                file.write(bytes([byte ^ 1]))

    def test_whole_copies_are_duplicates(self):
        _, first = self.kept()
        stored = self.bundles()
        answer = self.ok("import", self.vault, SAMPLE)
        self.assertEqual(answer["stored"] + answer["documents"] + answer["healed"], 0)
        self.assertEqual(answer["duplicates"], first["stored"] + first["documents"] + first["duplicates"])
        self.assertEqual(self.bundles(), stored)

    def test_lost_copies_are_stored_anew(self):
        kept, first = self.kept()
        for path in self.bundles():
            os.unlink(path)
        answer = self.ok("import", self.vault, SAMPLE)
        self.assertEqual(answer["healed"], first["stored"] + first["documents"])
        self.assertEqual(answer["stored"], first["stored"])
        self.assertEqual(answer["documents"], first["documents"])
        self.assertEqual(self.exported("out"), kept)
        self.assertEqual(self.ok("list", self.vault)["totals"]["bytes_original"],
                         sum(map(len, kept)))

    def test_damaged_copies_are_stored_anew(self):
        kept, first = self.kept()
        before = self.ok("list", self.vault)
        for path in self.bundles():
            self.damage(path)
        answer = self.ok("import", self.vault, SAMPLE)
        self.assertGreater(answer["healed"], 0)
        self.assertEqual(answer["healed"], answer["stored"] + answer["documents"])
        self.assertEqual(answer["healed"] + answer["duplicates"],
                         first["stored"] + first["documents"] + first["duplicates"])
        self.assertEqual(self.exported("out"), kept)
        after = self.ok("list", self.vault)
        for listing in (before, after):
            listing.json["totals"].pop("bytes_stored")
        self.assertEqual(after.json, before.json)

    def test_one_file_heals_alone(self):
        _, first = self.kept()
        for path in self.bundles():
            os.unlink(path)
        some = next(path for path in files_below(SAMPLE)
                    if path not in {ignored["path"] for ignored in first["ignored_files"]})
        answer = self.ok("import", self.vault, some)
        self.assertEqual((answer["healed"], answer["duplicates"]), (1, 0))
        again = self.ok("import", self.vault, some)
        self.assertEqual((again["healed"], again["duplicates"]), (0, 1))

    def test_trash_is_emptied_of_what_comes_again(self):
        self.kept()
        before = self.ok("list", self.vault)
        for study in before["studies"]:
            self.ok("delete", self.vault, study["id"])
        self.assertEqual(self.studies(), [])
        answer = self.ok("import", self.vault, SAMPLE)
        self.assertEqual(answer["stored"] + answer["healed"], 0)
        self.assertEqual(self.ok("list", self.vault)["studies"], before["studies"])

    def test_twins_in_one_import(self):
        """Twins in batches of one: each is acknowledged, one is stored."""
        self.create()
        scans = list({content(path): path for path in files_below(SAMPLE)
                      if content(path)[128:132] == b"DICM"}.values())[:12]
        twins = self.path("twins")
        os.mkdir(twins)
        for n, path in enumerate(scans):
            for copy in "abc":
                shutil.copy(path, os.path.join(twins, f"{n:02}{copy}"))
        log = self.path("log")
        answer = self.ok("import", self.vault, twins, "--batch", "1", "--commit-log", log)
        self.assertEqual((answer["stored"], answer["duplicates"]), (len(scans), 2 * len(scans)))
        self.assertEqual(sorted(content(log).decode().split("\0")[:-1]), files_below(twins))
        self.assertEqual(self.exported("out"), {content(path) for path in scans})


if __name__ == "__main__":
    unittest.main()
