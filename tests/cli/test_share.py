# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies for others: clean or not there at all."""
import json
import os
import shutil
import subprocess
import unittest

from harness import PATIENT, SAMPLE, CliTest, content, files_below

READER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vault_reader.py")


def dump(path):
    return subprocess.run(["dcmdump", "+L", path], capture_output=True, check=True).stdout.decode("utf-8", "replace")


def dump_if_dicom(path):
    return subprocess.run(["dcmdump", "+L", path], capture_output=True).stdout.decode("utf-8", "replace")


def value_of(dumped, tag):
    for line in dumped.splitlines():
        if line.startswith(tag):
            return line[line.index("[") + 1:line.index("]")] if "[" in line else ""
    return None


class Share(CliTest):
    def share(self, *arguments, code=0):
        return self.ok("share", self.vault, *arguments, code=code)

    def needles(self):
        """What identifies the sample's patient, read with a tool that is not ours."""
        found = set()
        for path in files_below(SAMPLE):
            result = subprocess.run(["dcmdump", "+L", path], capture_output=True)
            if result.returncode != 0:
                continue
            dumped = result.stdout.decode("utf-8", "replace")
            for tag in ("(0010,0020)", "(0008,0050)", "(0008,0080)", "(0008,0090)", "(0020,000d)", "(0020,000e)",
                        "(0008,0018)", "(0010,0030)"):
                value = value_of(dumped, tag)
                if value and len(value) >= 6:
                    found.update(part for part in value.split("^") if len(part) >= 6)
        return sorted(found | set(PATIENT))

    def test_second_opinion(self):
        self.filled()
        out = self.path("copy")
        study = self.study_of("CT")
        answer = self.share(study["id"], "-o", out, "--profile", "second-opinion", "--to", "Dr Adams")
        self.assertRegex(answer["share_id"], r"^[0-9a-f]{32}$")
        self.assertEqual(answer["files"], study["series"][0]["instances"])
        self.assertTrue(answer["checks"])
        self.assertTrue(all(check["passed"] for check in answer["checks"]))
        self.assertGreater(answer["removed"]["attributes"], 0)
        self.assertGreater(answer["removed"]["private"], 0)
        needles = self.needles()
        self.assertGreater(len(needles), 8)
        for path in files_below(out):
            lowered = content(path).lower()
            for needle in needles:
                self.assertNotIn(needle.lower().encode(), lowered, (path, needle))
                self.assertNotIn(needle.encode("utf-16-le"), content(path), (path, needle))

    def test_copies_are_valid_and_consistent(self):
        self.filled()
        out = self.path("copy")
        study = self.study_of("CT")
        self.share(study["id"], "-o", out, "--profile", "second-opinion")
        studies, series, patients, dates = set(), set(), set(), set()
        pictures = files_below(os.path.join(out, "DICOM"))
        self.assertTrue(all(os.path.basename(path).isupper() for path in pictures))
        for path in pictures:
            dumped = dump(path)
            self.assertEqual(value_of(dumped, "(0012,0062)"), "YES")
            self.assertEqual(value_of(dumped, "(0002,0003)"), value_of(dumped, "(0008,0018)"))
            self.assertFalse(value_of(dumped, "(0010,0030)"))
            studies.add(value_of(dumped, "(0020,000d)"))
            series.add(value_of(dumped, "(0020,000e)"))
            patients.add(value_of(dumped, "(0010,0020)"))
            dates.add(value_of(dumped, "(0008,0020)"))
        for values in (studies, series, patients, dates):
            self.assertEqual(len(values), 1)
        self.assertTrue(studies.pop().startswith("2.25."))
        self.assertNotEqual(dates.pop(), study["date"])
        self.assertTrue(os.path.exists(os.path.join(out, "README.TXT")))
        self.assertTrue(os.path.exists(os.path.join(out, "REPORT.TXT")))

    def test_directory(self):
        """DICOMDIR leads to every picture, through records whose offsets hold, and names nobody."""
        self.filled()
        out = self.path("copy")
        studies = [self.study_of("CT")["id"], self.study_of("MR")["id"]]
        answer = self.share(*studies, "-o", out, "--profile", "second-opinion")
        path = os.path.join(out, "DICOMDIR")
        dumped = dump(path)
        for name in PATIENT:
            self.assertNotIn(name, dumped)
        data = content(path)
        found = []

        def follow(offset, kinds):
            while offset:
                self.assertEqual(data[offset:offset + 4], b"\xfe\xff\x00\xe0")
                size = int.from_bytes(data[offset + 4:offset + 8], "little")
                item = data[offset + 8:offset + 8 + size]
                self.assertIn(kinds[0].encode(), item[34:50])
                lower = int.from_bytes(item[30:34], "little")
                if len(kinds) > 1:
                    follow(lower, kinds[1:])
                else:
                    at = item.index(b"\x04\x00\x00\x15CS")
                    length = int.from_bytes(item[at + 6:at + 8], "little")
                    found.append(item[at + 8:at + 8 + length].decode().strip().replace("\\", "/"))
                offset = int.from_bytes(item[8:12], "little")

        at = data.index(b"\x04\x00\x00\x12UL\x04\x00")
        follow(int.from_bytes(data[at + 8:at + 12], "little"), ["PATIENT", "STUDY", "SERIES", "IMAGE"])
        pictures = [os.path.relpath(path, out) for path in files_below(os.path.join(out, "DICOM"))]
        self.assertEqual(sorted(found), pictures)
        self.assertEqual(len(found), answer["files"])

    def test_pixels_stay(self):
        self.filled()
        out = self.path("copy")
        self.share(self.study_of("CT")["id"], "-o", out, "--profile", "second-opinion")
        copies = self.ok("inspect", "--decode", *files_below(os.path.join(out, "DICOM")))["files"]
        originals = self.ok("inspect", "--decode", *files_below(SAMPLE))["files"]
        known = {file.get("pixels_sha256") for file in originals if file["kind"] == "dicom"}
        for file in copies:
            self.assertIn(file["pixels_sha256"], known)

    def test_two_shares_have_nothing_in_common(self):
        self.filled()
        study = self.study_of("CT")["id"]
        seen = []
        for name in ("one", "two"):
            self.share(study, "-o", self.path(name), "--profile", "second-opinion")
            dumped = dump(files_below(self.path(name, "DICOM"))[0])
            seen.append([value_of(dumped, tag) for tag in ("(0010,0010)", "(0010,0020)", "(0020,000d)", "(0008,0020)")])
        for first, second in zip(*seen):
            self.assertNotEqual(first, second)

    def test_named_is_identical(self):
        self.filled()
        out = self.path("copy")
        study = self.study_of("CT")
        self.share(study["id"], "-o", out, "--profile", "named")
        originals = {content(path) for path in files_below(SAMPLE)}
        pictures = files_below(os.path.join(out, "DICOM"))
        self.assertEqual(len(pictures), study["series"][0]["instances"])
        for path in pictures:
            self.assertIn(content(path), originals)

    def test_public(self):
        """Nothing about the person, no date, no description; the codes of what was done and no other."""
        self.filled()
        out = self.path("copy")
        study = self.study_of("CT")
        self.share(study["id"], "-o", self.path("bad"), "--profile", "public", "--keep-dates", code=2)
        answer = self.share(study["id"], "-o", out, "--profile", "public")
        self.assertEqual(answer["files"], study["series"][0]["instances"])
        needles = self.needles()
        for path in files_below(os.path.join(out, "DICOM")):
            dumped = dump(path)
            for tag in ("(0008,0020)", "(0008,0030)", "(0008,0070)", "(0008,1030)", "(0008,103e)", "(0010,0030)",
                        "(0010,0040)", "(0010,1010)", "(0010,1030)"):
                self.assertFalse(value_of(dumped, tag), tag)
            self.assertEqual(value_of(dumped, "(0028,0303)"), "REMOVED")
            self.assertIn("[113100]", dumped)
            for code in ("113105", "113106", "113107", "113108"):
                self.assertNotIn(f"[{code}]", dumped)
            for needle in needles:
                self.assertNotIn(needle.lower().encode(), content(path).lower())

    def test_times_move_together(self):
        """One number of seconds for every time of a share, and never over midnight."""
        self.filled()
        out = self.path("copy")
        study = self.study_of("CT")
        self.share(study["id"], "-o", out, "--profile", "second-opinion")

        def seconds(text):
            return int(text[:2]) * 3600 + int(text[2:4]) * 60 + int(text[4:6])

        moved = [value_of(dump(path), "(0008,0030)") for path in files_below(os.path.join(out, "DICOM"))]
        originals = [value_of(dumped, "(0008,0030)") for dumped in map(dump_if_dicom, files_below(SAMPLE))
                     if value_of(dumped, "(0020,000d)") == study["uid"]]
        self.assertEqual(len(set(moved)), len(set(originals)))
        self.assertGreaterEqual(abs(seconds(moved[0]) - seconds(originals[0])), 60)

    def test_what_needs_a_look_is_refused(self):
        self.filled()
        out = self.path("copy")
        clip = self.study_of("US")["id"]
        answer = self.share(clip, "-o", out, "--profile", "second-opinion", code=5)
        self.assertEqual(len(answer["refused"]), 1)
        self.assertRegex(answer["refused"][0]["code"], r"^[a-z-]+$")
        self.assertFalse(os.path.exists(out))
        answer = self.share(clip, "-o", out, "--profile", "second-opinion", "--confirm-reviewed")
        self.assertEqual(answer["files"], 1)

    def test_documents_are_refused_or_left_out(self):
        self.filled()
        listed = self.ok("list", self.vault)
        document = next(d for d in listed["documents"] if d["type"] == "pdf")["id"]
        out = self.path("copy")
        self.share(document, "-o", out, "--profile", "second-opinion", code=5)
        self.assertFalse(os.path.exists(out))
        study = self.study_of("CT")["id"]
        self.share(study, document, "-o", out, "--profile", "second-opinion", code=5)
        self.assertFalse(os.path.exists(out))
        answer = self.share(study, document, "-o", out, "--profile", "second-opinion", "--leave-out-refused", code=1)
        self.assertEqual([refusal["item"] for refusal in answer["refused"]], [document])
        self.assertGreater(answer["files"], 0)

    def test_folder_in_use(self):
        self.filled()
        out = self.path("copy")
        os.mkdir(out)
        self.write("copy/mine", "keep")
        self.share(self.study_of("CT")["id"], "-o", out, "--profile", "second-opinion", code=6)
        self.assertEqual(os.listdir(out), ["mine"])

    def test_ledger(self):
        self.filled()
        self.assertEqual(self.ok("shares", self.vault)["shares"], [])
        study = self.study_of("CT")
        share = self.share(study["id"], "-o", self.path("copy"), "--profile", "second-opinion", "--to", "Dr Adams")
        self.share(self.study_of("US")["id"], "-o", self.path("bad"), "--profile", "public", code=5)
        shares = self.ok("shares", self.vault)["shares"]
        self.assertEqual(len(shares), 1)
        self.assertEqual(shares[0]["share_id"], share["share_id"])
        self.assertEqual(shares[0]["to"], "Dr Adams")
        self.assertEqual(shares[0]["profile"], "second-opinion")
        self.assertEqual(shares[0]["items"], [study["id"]])
        self.assertEqual(shares[0]["status"], "sent")
        self.assertEqual([event["date"] for event in shares[0]["events"]], [shares[0]["date"]])
        self.assertRegex(shares[0]["fingerprint"], r"^[0-9a-f]{64}$")
        self.assertEqual(shares[0]["pictures"], share["files"])
        self.ledger_of_two_computers(share["share_id"])

    def ledger_of_two_computers(self, share):
        """What two computers note of one share stands side by side once their records meet; a reader that is not ours
        finds both."""
        other = self.path("other.vault")
        shutil.copytree(self.vault, other)

        def note(vault, status, state):
            self.environment["XDG_STATE_HOME"] = self.path(state)
            return self.ok("shares", vault, "--note", share[:8], "--status", status)["shares"][0]

        os.mkdir(self.path("second-state"), 0o700)
        self.assertEqual(note(self.vault, "received", "xdg_state_home")["status"], "received")
        self.assertEqual(note(other, "deletion-asked", "second-state")["status"], "deletion-asked")
        for part in ("j", "j2"):
            shutil.copytree(os.path.join(other, part), os.path.join(self.vault, part), dirs_exist_ok=True)
        told = self.ok("shares", self.vault)["shares"][0]
        self.assertEqual([event["status"] for event in told["events"]], ["sent", "received", "deletion-asked"])
        self.ok("shares", self.vault, "--note", share, "--status", "nonsense", code=2)
        # What is noted later counts, also within a second.
        for status in ("deletion-confirmed", "received", "sent"):
            self.assertEqual(note(self.vault, status, "xdg_state_home")["status"], status)
        self.ok("shares", self.vault, "--note", share, code=2)
        self.ok("shares", self.vault, "--note", "f" * 32, "--status", "received", code=6)
        if subprocess.run(["/usr/bin/python3", "-c", "import nacl, zstandard"], capture_output=True).returncode:
            self.skipTest("python3-nacl and python3-zstandard are not installed")
        answer = subprocess.run(["/usr/bin/python3", READER, self.vault, "--passphrase-file", self.passphrase, "--json"],
                                capture_output=True, check=True)
        events = [bytes.fromhex(field["value"]) for field in json.loads(answer.stdout)["fields"] if field["field"] == 19]
        self.assertEqual(sorted((event[9:25].hex(), event[25]) for event in events), [(share, status) for status in (0, 1, 1, 2, 3)])

    def test_deidentify_without_a_vault(self):
        out = self.path("copy")
        one = next(path for path in files_below(SAMPLE)
                   if (lambda r: r.returncode == 0 and b"[CT]" in r.stdout)(
                       subprocess.run(["dcmdump", "+P", "0008,0060", path], capture_output=True)))
        answer = self.ok("deidentify", one, "-o", out, "--profile", "second-opinion")
        self.assertNotIn("share_id", answer.json)
        self.assertEqual(answer["files"], 1)
        for path in files_below(out):
            for name in PATIENT:
                self.assertNotIn(name.lower().encode(), content(path).lower())

    def test_no_marker_of_any_attribute_is_left(self):
        """Every attribute of the table, at the root and down in sequences, and every hiding place: nothing comes through."""
        folder, out = self.path("marked"), self.path("copy")
        table = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "app", "reader", "deid_table.csv")
        subprocess.run([os.environ["SCANVAULT_SCAN_GEN"], "--markers", table, folder], check=True)
        with open(os.path.join(folder, "markers.txt")) as file:
            markers = [line.split("\t")[0].rstrip("\n") for line in file]
        self.assertGreater(len(markers), 3000)
        answer = self.ok("deidentify", os.path.join(folder, "markers.dcm"), "-o", out, "--profile", "second-opinion",
                         "--confirm-reviewed")
        self.assertEqual(answer["files"], 1)
        for path in files_below(out):
            data = content(path)
            self.assertEqual([marker for marker in markers if marker.encode() in data], [], path)

    def test_boxes(self):
        self.filled()
        study = self.study_of("CT")
        boxes = self.write("boxes.json", '{"boxes": [{"item": "%s", "frame": "all", "x": 3, "y": 5, "width": 20, '
                                         '"height": 10}]}' % study["id"])
        answer = self.share(study["id"], "-o", self.path("copy"), "--profile", "second-opinion", "--redact", boxes,
                            "--confirm-reviewed")
        self.assertEqual(answer["removed"]["text_boxes"], answer["files"])
        self.share(study["id"], "-o", self.path("bad"), "--profile", "second-opinion", "--redact",
                   self.write("bad.json", "{}"), code=2)
        # What is no number of pixels or of a frame covers something else than was meant.
        for wrong in ('"x": "3"', '"x": 3.5', '"x": 3, "frame": null', '"x": 3, "frame": 4294967297'):
            self.share(study["id"], "-o", self.path("bad"), "--profile", "second-opinion", "--redact",
                       self.write("bad.json", '{"boxes": [{"item": "%s", "y": 5, "width": 20, "height": 10, %s}]}' %
                                  (study["id"], wrong)), code=2)
        # A box that would cover nothing is told, not passed over.
        self.share(study["id"], "-o", self.path("bad"), "--profile", "second-opinion", "--confirm-reviewed", "--redact",
                   self.write("other.json", '{"boxes": [{"item": "%s", "x": 3, "y": 5, "width": 20, "height": 10}]}' %
                              self.study_of("MR")["id"]), code=6)
        self.assertFalse(os.path.exists(self.path("bad")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
