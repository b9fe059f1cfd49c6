# SPDX-License-Identifier: GPL-3.0-or-later
"""Real files, where a folder of them is at hand (SCANVAULT_CORPUS): everything is accounted for, comes back bit for bit,
and what another toolkit draws is drawn."""
import csv
import gzip
import hashlib
import os
import subprocess
import unittest

from harness import CliTest, content, files_below

CORPUS = os.environ.get("SCANVAULT_CORPUS", "")


@unittest.skipUnless(os.path.isdir(CORPUS), "SCANVAULT_CORPUS names no folder of real files")
class Corpus(CliTest):
    def setUp(self):
        super().setUp()
        self.unpacked = self.path("unpacked")
        os.mkdir(self.unpacked)
        self.archives = [path for path in files_below(CORPUS) if path.endswith((".tar.xz", ".zip", ".gz"))]
        for number, packed in enumerate(self.archives):
            target = os.path.join(self.unpacked, str(number))
            os.mkdir(target)
            if packed.endswith(".tar.xz"):
                subprocess.run(["tar", "-xJf", packed, "-C", target], check=True)
            elif packed.endswith(".zip"):
                subprocess.run(["python3", "-m", "zipfile", "-e", packed, target], check=True)
            else:
                with gzip.open(packed) as source, open(os.path.join(target, "file"), "wb") as file:
                    file.write(source.read())

    def test_import_export(self):
        self.create()
        answer = self.run_cli("import", self.vault, CORPUS, self.unpacked, start_new_session=True)
        self.assertIn(answer.code, (0, 1))
        self.assertEqual((answer["archives"], answer["kept_whole"]), (len(self.archives), []))
        self.assertEqual(answer["files"],
                         len(files_below(CORPUS)) - len(self.archives) + 2 * len(files_below(self.unpacked)))
        self.assertEqual(answer["files"], answer["stored"] + answer["duplicates"] + answer["documents"] +
                         answer["ignored"] + len(answer["failed"]))
        out = self.path("out")
        exported = self.ok("export", self.vault, "all", "-o", out)
        self.assertEqual(exported["files"], answer["stored"] + answer["documents"])
        originals = {hashlib.sha256(content(path)).digest()
                     for path in files_below(CORPUS) + files_below(self.unpacked)}
        for path in files_below(out):
            self.assertIn(hashlib.sha256(content(path)).digest(), originals, path)
        self.assertEqual(self.ok("check", self.vault)["damaged"], [])

    def test_draws_what_dcmtk_draws(self):
        with open(os.path.join(CORPUS, "PEERS.tsv"), newline="") as file:
            peers = list(csv.DictReader(file, delimiter="\t"))
        expected = [os.path.join(CORPUS, row["file"]) for row in peers
                    if row["image"] == "1" and row["dcmtk"] == "1" and "!" not in row["file"]]
        self.assertGreater(len(expected), 100)
        self.create()
        self.run_cli("import", self.vault, *expected)
        drawable = {}
        for study in self.studies():
            for series in self.ok("show", self.vault, study["id"], "--instances")["series"]:
                for instance in series["instances"]:
                    drawable[instance["id"]] = instance
        undrawn = []
        for instance in drawable.values():
            answer = self.run_cli("render", self.vault, instance["id"], "-o", self.path("picture.png"))
            if answer.code != 0:
                undrawn.append((instance["path"], answer.json.get("error")))
        self.assertEqual(undrawn, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
