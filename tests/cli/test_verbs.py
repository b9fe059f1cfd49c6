# SPDX-License-Identifier: GPL-3.0-or-later
"""Every verb does its job on the sample study."""
import json
import os
import struct
import subprocess
import unittest

from harness import CLI, PATIENT, SAMPLE, CliTest, content, files_below


def png_size(path):
    data = content(path)
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    return struct.unpack(">II", data[16:24])


class Verbs(CliTest):
    def test_create(self):
        answer = self.create()
        self.assertRegex(answer["vault_id"], r"^[0-9a-f]{32}$")
        self.assertRegex(answer["recovery_key"], r"^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$")

    def test_create_with_recovery_file(self):
        sheet = self.path("sheet")
        answer = self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1", "--recovery-file", sheet)
        self.assertNotIn("recovery_key", answer.json)
        self.assertRegex(content(sheet).decode(), r"\A([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}\n\Z")
        self.assertEqual(os.stat(sheet).st_mode & 0o777, 0o600)

    def test_import_accounts_for_every_file(self):
        answer = self.filled()
        self.assertEqual(answer["files"], len(files_below(SAMPLE)))
        self.assertEqual(answer["files"], answer["stored"] + answer["duplicates"] + answer["documents"] +
                         answer["ignored"] + len(answer["failed"]))
        self.assertEqual(len(answer["ignored_files"]), answer["ignored"])
        self.assertGreaterEqual(answer["stored"], 48 + 20 + 1 + 1)
        self.assertEqual(answer["duplicates"], 1)
        self.assertGreaterEqual(answer["documents"], 1)
        self.assertEqual(answer["failed"], [])

    def test_import_twice_adds_nothing(self):
        first = self.filled()
        second = self.ok("import", self.vault, SAMPLE)
        self.assertEqual(second["stored"], 0)
        self.assertEqual(second["documents"], 0)
        self.assertEqual(second["duplicates"], first["stored"] + first["duplicates"] + first["documents"])
        self.assertEqual(second["studies"], [])

    def test_commit_log(self):
        self.create()
        log = self.path("log")
        answer = self.ok("import", self.vault, SAMPLE, "--commit-log", log, "--batch", "7", "--no-read-back")
        paths = content(log).decode().rstrip("\0").split("\0")
        self.assertEqual(len(paths), answer["stored"] + answer["duplicates"] + answer["documents"])
        self.assertTrue(all(path.startswith(SAMPLE) for path in paths))

    def test_list(self):
        self.filled()
        answer = self.ok("list", self.vault)
        modalities = {modality for study in answer["studies"] for modality in study["modalities"]}
        self.assertTrue({"CT", "MR", "US"} <= modalities)
        dates = [study["date"] for study in answer["studies"]]
        self.assertEqual(dates, sorted(dates, reverse=True))
        study = self.study_of("CT")
        for name in PATIENT:
            self.assertIn(name, study["patient"]["name"])
        series = study["series"][0]
        self.assertGreaterEqual(series["instances"], 40)
        self.assertTrue(series["renderable"])
        self.assertIn("pdf", [document["type"] for document in answer["documents"]])
        self.assertEqual(answer["totals"]["studies"], len(answer["studies"]))
        self.assertGreater(answer["totals"]["bytes_stored"], 0)

    def test_show(self):
        self.filled()
        study = self.study_of("CT")
        shown = self.ok("show", self.vault, study["id"][:8], "--instances")
        instances = shown["series"][0]["instances"]
        self.assertGreaterEqual(len(instances), 40)
        attributes = self.ok("show", self.vault, instances[0]["id"]).json
        self.assertEqual(attributes["00080060"], {"vr": "CS", "Value": ["CT"]})
        self.assertIn(PATIENT[0], attributes["00100010"]["Value"][0]["Alphabetic"])

    def test_slices_are_in_order_of_position(self):
        self.filled()
        shown = self.ok("show", self.vault, self.study_of("CT")["id"], "--instances")
        positions = []
        for instance in shown["series"][0]["instances"][::12]:
            attributes = self.ok("show", self.vault, instance["id"]).json
            positions.append(attributes["00200032"]["Value"][2])
        self.assertEqual(positions, sorted(positions))

    def test_render(self):
        self.filled()
        out = self.path("picture.png")
        study = self.study_of("CT")
        answer = self.ok("render", self.vault, study["series"][0]["id"], "-o", out)
        self.assertEqual(png_size(out), (answer["columns"], answer["rows"]))
        plain = content(out)
        self.ok("render", self.vault, study["series"][0]["id"], "-o", out, "--window", "-600,1500")
        self.assertNotEqual(content(out), plain)
        answer = self.ok("render", self.vault, study["series"][0]["id"], "-o", out, "--size", "64")
        self.assertEqual(max(png_size(out)), 64)
        clip = self.study_of("US")
        first = self.path("first.png")
        self.assertEqual(self.ok("render", self.vault, clip["id"], "-o", first, "--frame", "1")["frame"], 1)
        self.ok("render", self.vault, clip["id"], "-o", out, "--frame", "12")
        self.assertNotEqual(content(first), content(out))
        self.ok("render", self.vault, clip["id"], "-o", out, "--frame", "9999", code=2)

    def test_cut_off(self):
        """A picture that ends too soon is kept and drawn as far as it goes, and every verb that draws it says so."""
        self.create()
        whole = max((path for path in files_below(SAMPLE) if os.path.basename(path) != "CLIP"), key=os.path.getsize)
        data = content(whole)
        cut = self.write("cut", data[:len(data) * 3 // 4])
        looked = self.ok("inspect", "--decode", cut)["files"][0]
        self.assertTrue(looked["renderable"])
        self.assertTrue(looked["problem"])
        self.assertNotIn("pixels_sha256", looked)
        self.assertEqual(self.ok("import", self.vault, cut)["stored"], 1)
        out = self.path("picture.png")
        answer = self.ok("render", self.vault, self.studies()[0]["id"], "-o", out, "--frame", "1")
        self.assertEqual(png_size(out), (answer["columns"], answer["rows"]))
        self.assertIn("missing", answer["problem"])

    def test_export_gives_back_every_byte(self):
        imported = self.filled()
        out = self.path("out")
        answer = self.ok("export", self.vault, "all", "-o", out)
        self.assertEqual(answer["files"], imported["stored"] + imported["documents"])
        originals = {content(path) for path in files_below(SAMPLE)}
        copies = files_below(out)
        self.assertEqual(len(copies), answer["files"])
        for path in copies:
            self.assertIn(content(path), originals)
        base = os.path.basename(SAMPLE)
        self.assertTrue(all(os.path.relpath(path, out).startswith(base) for path in copies))

    def test_export_twice_overwrites_nothing(self):
        self.filled()
        out = self.path("out")
        first = self.ok("export", self.vault, "all", "-o", out)
        self.ok("export", self.vault, "all", "-o", out)
        self.assertEqual(len(files_below(out)), 2 * first["files"])
        self.assertTrue(any(" (2)" in path for path in files_below(out)))

    def test_check(self):
        self.filled()
        for options in ([], ["--quick"]):
            answer = self.ok("check", self.vault, *options)
            self.assertEqual((answer["damaged"], answer["missing"], answer["orphans"]), ([], [], []))
            self.assertGreater(answer["objects"], 3)

    def test_inspect(self):
        paths = files_below(SAMPLE)
        answer = self.ok("inspect", *paths, "--decode")
        kinds = {}
        for file in answer["files"]:
            kinds.setdefault(file["kind"], []).append(file)
        self.assertGreaterEqual(len(kinds["dicom"]), 70)
        self.assertIn("document", kinds)
        for file in kinds["dicom"]:
            self.assertTrue(file["renderable"], file)
            self.assertEqual(file["frames_decoded"], file["frames"])
            self.assertRegex(file["pixels_sha256"], r"^[0-9a-f]{64}$")

    def test_independent_reader(self):
        """A program that shares no code opens what was written, by passphrase and by sheet."""
        if subprocess.run(["/usr/bin/python3", "-c", "import nacl, zstandard"], capture_output=True).returncode:
            self.skipTest("python3-nacl and python3-zstandard are not installed")
        sheet = self.path("sheet")
        self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1", "--recovery-file", sheet)
        imported = self.ok("import", self.vault, SAMPLE)
        out = self.path("extracted")
        reader = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vault_reader.py")
        subprocess.run(["/usr/bin/python3", reader, self.vault, "--passphrase-file", self.passphrase, "--extract", out],
                       check=True, capture_output=True)
        originals = {content(path) for path in files_below(SAMPLE)}
        extracted = files_below(out)
        self.assertEqual(len(extracted), imported["stored"] + imported["documents"])
        for path in extracted:
            self.assertIn(content(path), originals)
        listed = subprocess.run(["/usr/bin/python3", reader, self.vault, "--sheet-file", sheet, "--json"], check=True,
                                capture_output=True)
        fields = json.loads(listed.stdout)["fields"]
        self.assertTrue(any(PATIENT[0].encode().hex() in field["value"] for field in fields))
        wrong = subprocess.run(["/usr/bin/python3", reader, self.vault, "--passphrase-file", sheet, "--list"],
                               capture_output=True)
        self.assertEqual(wrong.returncode, 3)
        bundle = max(files_below(os.path.join(self.vault, "o")), key=os.path.getsize)
        data = bytearray(content(bundle))
        data[200] ^= 1
        with open(bundle, "wb") as file:
            file.write(data)
        damaged = subprocess.run(["/usr/bin/python3", reader, self.vault, "--sheet-file", sheet, "--list"],
                                 capture_output=True)
        self.assertEqual(damaged.returncode, 4)

    def test_usage(self):
        self.ok("no-such-verb", code=2)
        self.ok("list", code=2)
        self.ok("render", self.vault, "abcdef", code=2)
        version = subprocess.run([CLI, "--version"], capture_output=True, check=True)
        self.assertIn(b"scanvault-cli", version.stdout)

    def test_items(self):
        self.filled()
        study = self.study_of("CT")
        self.ok("show", self.vault, study["id"][:5], code=2)
        self.ok("show", self.vault, "0123456789abcdef0123456789abcdef", code=6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
