# SPDX-License-Identifier: GPL-3.0-or-later
"""Stacks, order and what is missing of a series, from the files to the answer; names as people write them."""
import os
import shutil
import unittest

from harness import SAMPLE, CliTest


class OrderTest(CliTest):
    def ct_of(self, answer):
        return next(series for study in answer["studies"] for series in study["series"] if series["modality"] == "CT")

    def test_missing_slices_are_told(self):
        folder = self.path("handed-over")
        shutil.copytree(SAMPLE, folder)
        self.create()
        self.ok("import", self.vault, folder)
        whole = self.ct_of(self.ok("list", self.vault))
        self.assertEqual(whole["expected"], whole["instances"])
        shown = self.ok("show", self.vault, whole["id"], "--instances")
        self.assertEqual(shown["gaps"], [])
        self.assertEqual([(s["kind"], s["plane"], s["instances"]) for s in shown["stacks"]],
                         [("slices", "axial", whole["instances"])])
        self.assertGreater(shown["stacks"][0]["spacing"], 0)

        # A picture in the trash has arrived.
        self.ok("delete", self.vault, shown["instances"][5]["id"])
        self.assertEqual(self.ok("show", self.vault, whole["id"])["expected"], whole["instances"])

        for index in (9, 20, 21):
            os.remove(next(self.paths(folder, shown["instances"][index]["path"])))
        self.vault = self.path("second.vault")
        self.create()
        self.ok("import", self.vault, folder)
        part = self.ct_of(self.ok("list", self.vault))
        self.assertEqual(part["instances"], whole["instances"] - 3)
        self.assertEqual(part["expected"], whole["instances"])
        shown = self.ok("show", self.vault, part["id"], "--instances")
        self.assertEqual(shown["expected"], whole["instances"])
        self.assertEqual([(gap["missing"], [i["id"] for i in shown["instances"]].index(gap["after"]))
                          for gap in shown["gaps"]], [(1, 8), (2, 18)])

    def paths(self, folder, name):
        for root, _, files in os.walk(folder):
            for file in files:
                path = os.path.join(root, file)
                if path.endswith(name.split("/", 1)[-1]):
                    yield path

    def test_names_are_written_in_order(self):
        self.filled()
        study = next(study for study in self.ok("list", self.vault)["studies"] if "CT" in study["modalities"])
        self.assertIn("Quillfeather^Ottoline", study["patient"]["name"])
        self.assertIn("Ottoline Quillfeather", study["patient"]["plain_name"])


if __name__ == "__main__":
    unittest.main()
