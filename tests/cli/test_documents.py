# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents and reports on the command line: kept, listed, shown as text or pages, drawn."""
import os
import subprocess
import unittest

from harness import CliTest, content


class Documents(CliTest):
    def setUp(self):
        super().setUp()
        self.made = self.path("made")
        subprocess.run([os.environ["SCANVAULT_DOCUMENT_GEN"], self.made], check=True)
        self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1")
        self.ok("import", self.vault, self.made)
        self.listed = self.ok("list", self.vault)
        self.documents = {document["name"]: document for document in self.listed["documents"]}
        self.series = {series["modality"]: series for study in self.listed["studies"] for series in study["series"]}

    def draw(self, item, *options):
        out = self.path("out.png")
        answer = self.ok("render", self.vault, item, "-o", out, *options)
        png = content(out)
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(int.from_bytes(png[16:20], "big"), answer["columns"])
        self.assertEqual(int.from_bytes(png[20:24], "big"), answer["rows"])
        os.remove(out)
        return answer

    def test_listed(self):
        forms = {name: (document["shown_as"], document["renderable"]) for name, document in self.documents.items()}
        for name in ("letter.pdf", "photo.jpg", "drawing.png", "fax.tif"):
            self.assertEqual(forms[name], ("pages", True))
        self.assertEqual(forms["note.txt"], ("text", False))
        self.assertTrue(self.series["ECG"]["renderable"])
        self.assertTrue(self.series["DOC"]["renderable"])
        self.assertFalse(self.series["SR"]["renderable"])

    def test_shown(self):
        for name, pages in (("letter.pdf", 3), ("photo.jpg", 1), ("drawing.png", 1), ("fax.tif", 2)):
            self.assertEqual(self.ok("show", self.vault, self.documents[name]["id"])["pages"], pages, name)
        self.assertEqual(self.ok("show", self.vault, self.documents["note.txt"]["id"])["text"],
                         ["Dear Anna,", "", "  all is well.", "Yours"])
        torn = self.ok("show", self.vault, self.documents["torn.pdf"]["id"])
        self.assertNotIn("pages", torn.json)
        self.assertIn("damaged", torn["problem"])

    def test_pages_drawn(self):
        letter = self.documents["letter.pdf"]["id"]
        first, last = self.draw(letter), self.draw(letter, "--frame", "3", "--size", "200")
        self.assertEqual((first["columns"], first["rows"], first["frame"], first["pages"]), (625, 833, 1, 3))
        self.assertEqual((last["columns"], last["rows"], last["frame"]), (200, 150, 3))
        photo = self.draw(self.documents["photo.jpg"]["id"])
        self.assertEqual((photo["columns"], photo["rows"]), (80, 120))
        self.assertEqual(self.draw(self.documents["fax.tif"]["id"], "--frame", "2")["columns"], 151)
        self.assertEqual(self.draw(self.documents["drawing.png"]["id"], "--size", "10")["rows"], 6)
        for arguments, code in ((("--frame", "4"), 2), (("--frame", "0"), 2)):
            self.assertEqual(self.run_cli("render", self.vault, letter, "-o", self.path("x"), *arguments).code, code)
        torn = self.run_cli("render", self.vault, self.documents["torn.pdf"]["id"], "-o", self.path("x"))
        self.assertNotEqual(torn.code, 0)
        self.assertEqual(torn["error"]["code"], "unreadable")
        self.assertFalse(os.path.exists(self.path("x")))
        note = self.run_cli("render", self.vault, self.documents["note.txt"]["id"], "-o", self.path("x"))
        self.assertEqual(note["error"]["code"], "unsupported")

    def test_scans_without_pictures(self):
        ecg, letter, report = (self.series[modality]["id"] for modality in ("ECG", "DOC", "SR"))
        self.assertGreater(self.draw(ecg)["columns"], 1500)
        self.assertEqual((self.draw(letter, "--frame", "2")["columns"], self.draw(letter)["pages"]), (833, 2))
        self.assertEqual(self.ok("show", self.vault, letter)["pages"], 2)
        self.assertIn("  Sinus rhythm", self.ok("show", self.vault, ecg)["text"])
        expected = ["CT Report", "Patient: Anna Miller", "Date: 3 March 2024", "Findings", "  Lungs: The lungs are clear.",
                    "  See a picture that is not in this vault"]
        self.assertEqual(self.ok("show", self.vault, report)["text"], expected)
        instance = self.ok("show", self.vault, report, "--instances")["instances"][0]
        self.assertEqual((instance["shown_as"], instance["renderable"]), ("text", False))
        whole = self.ok("show", self.vault, instance["id"])
        self.assertEqual(whole["text"], expected)
        self.assertEqual(whole["00080060"]["Value"], ["SR"])
        self.assertEqual(self.run_cli("render", self.vault, report, "-o", self.path("x"))["error"]["code"], "unsupported")

    def test_inspect(self):
        files = self.ok("inspect", "--decode", *(os.path.join(self.made, name) for name in (
            "ecg.dcm", "enclosed.dcm", "report.dcm", "fax.tif", "note.txt")))["files"]
        self.assertEqual([(file["shown_as"], file["renderable"]) for file in files],
                         [("strip", True), ("pages", True), ("text", False), ("pages", True), ("text", False)])

    def test_originals_come_back(self):
        out = self.path("out")
        self.ok("export", self.vault, "all", "-o", out)
        found = {os.path.basename(name): os.path.join(at, name) for at, _, names in os.walk(out) for name in names}
        for name in self.documents:
            self.assertEqual(content(found[name]), content(os.path.join(self.made, name)), name)


if __name__ == "__main__":
    unittest.main()
