# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages, the ledger, traces and risks: what is handed out is whole, or not there at all, and can be told again."""
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import time
import unittest
import zipfile

from harness import SANITIZED, CliTest, content, files_below

PROFILE = ["--profile", "second-opinion"]
TRACED = 10 if SANITIZED else 50
BESIDE = ["DICOMDIR", "INDEX.HTM", "PATIENT.TXT", "README.TXT", "REPORT.TXT"]


def tree(folder):
    return {os.path.relpath(path, folder): content(path) for path in files_below(folder)}


def by_pydicom(*paths, changes=""):
    """Files are read and written anew: source, target, source, target. Debian's pydicom, whichever Python runs the tests."""
    subprocess.run(["/usr/bin/python3", "-c", "import sys, pydicom\n"
                    "for source, target in zip(sys.argv[1::2], sys.argv[2::2]):\n"
                    "    dataset = pydicom.dcmread(source)\n"
                    + "".join("    " + line + "\n" for line in changes.splitlines())
                    + "    dataset.save_as(target)", *paths], check=True)


def own_values(paths):
    """(VR, tag, value) of what could tie two copies together: UIDs that neither a standard nor the program gives to all,
    persons, dates, pseudonyms."""
    answer = subprocess.run(["/usr/bin/python3", "-c", """
import json, sys, pydicom
found = set()
def walk(dataset):
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                walk(item)
        elif element.tag != 0x00020012 and element.VR in ("UI", "PN", "DA", "DT") or element.tag in (0x00100020, 0x00080050, 0x00200010):
            for value in element.value if element.VM > 1 else [element.value]:
                if str(value) and not str(value).startswith("1.2.840.10008."):
                    found.add((element.VR, str(element.tag), str(value)))
for path in sys.argv[1:]:
    dataset = pydicom.dcmread(path)
    walk(dataset.file_meta)
    walk(dataset)
print(json.dumps(sorted(found)))
""", *paths], capture_output=True, check=True)
    return {tuple(value) for value in json.loads(answer.stdout)}


def value_of(path, tag):
    dumped = subprocess.run(["dcmdump", "+L", "+P", tag, path], capture_output=True).stdout.decode("utf-8", "replace")
    return dumped[dumped.index("[") + 1:dumped.index("]")] if "[" in dumped else ""


class Packages(CliTest):
    def share(self, *arguments, **options):
        return self.ok("share", self.vault, *arguments, **options)

    def ct(self):
        return self.study_of("CT")["id"]

    def pictures(self, folder):
        return files_below(os.path.join(folder, "DICOM"))

    def test_what_stands_beside_the_copies(self):
        self.filled()
        out = self.path("copy")
        answer = self.share(self.ct(), "-o", out, *PROFILE)
        names = [os.path.relpath(path, out) for path in files_below(out)]
        self.assertEqual([name for name in names if not name.startswith("DICOM/")], BESIDE)
        for name in names:
            self.assertTrue(all(re.fullmatch(r"[A-Z0-9_]{1,8}(\.[A-Z0-9]{1,3})?", part) for part in name.split("/")), name)
        self.assertIn("package", [check["name"] for check in answer["checks"]])
        for name in ("PATIENT.TXT", "REPORT.TXT", "README.TXT", "INDEX.HTM"):
            text = content(os.path.join(out, name)).decode()
            self.assertNotIn("anonym", text.lower())
            self.assertNotIn("<script", text.lower())
        self.assertIn("could not be checked", content(os.path.join(out, "PATIENT.TXT")).decode())
        self.assertIn("How to open it", content(os.path.join(out, "REPORT.TXT")).decode())

    def test_zip_with_five_words(self):
        self.filled()
        study = self.ct()
        self.share(study, "-o", self.path("folder"), *PROFILE)
        out = self.path("copy.zip")
        answer = self.share(study, "-o", out, *PROFILE, "--zip", "--zip-password-new")
        self.assertRegex(answer["zip_password"], r"^[a-z]{3,6}(-[a-z]{3,6}){4}$")
        with zipfile.ZipFile(out) as package:
            entries = package.infolist()
        self.assertEqual(sorted(entry.filename for entry in entries), sorted(tree(self.path("folder"))))
        for entry in entries:
            self.assertEqual(entry.date_time, (1980, 1, 1, 0, 0, 0))
            self.assertEqual(entry.flag_bits & 1, 1)
            self.assertEqual(entry.comment, b"")
        unpacked = self.path("unpacked")
        os.mkdir(unpacked)
        subprocess.run(["bsdtar", "-x", "-f", out, "-C", unpacked, "--passphrase", answer["zip_password"]], check=True)
        self.assertEqual(len(self.pictures(unpacked)), answer["files"])
        self.assertEqual(sorted(tree(unpacked)), sorted(tree(self.path("folder"))))
        shares = self.ok("shares", self.vault)["shares"]
        self.assertEqual(len(shares), 2)
        package = next(share for share in shares if share["share_id"] == answer["share_id"])
        with open(out, "rb") as file:
            self.assertEqual(package["fingerprint"], hashlib.sha256(file.read()).hexdigest())
        wrong = subprocess.run(["bsdtar", "-x", "-f", out, "-C", unpacked, "--passphrase", "wrong"], capture_output=True)
        self.assertNotEqual(wrong.returncode, 0)
        traced = self.ok("trace", self.vault, out)["matches"]
        self.assertEqual([(match["share_id"], match["evidence"]) for match in traced], [(answer["share_id"], ["file-hash"])])

    def test_zip_without_and_with_a_password_of_theirs(self):
        self.filled()
        study = self.ct()
        self.share(study, "-o", self.path("open.zip"), *PROFILE, "--zip")
        with zipfile.ZipFile(self.path("open.zip")) as package:
            self.assertIsNone(package.testzip())
        secret = self.write("secret", "pass word\n")
        answer = self.share(study, "-o", self.path("own.zip"), *PROFILE, "--zip", "--zip-password-file", secret)
        self.assertNotIn("zip_password", answer.json)
        listed = subprocess.run(["bsdtar", "-x", "-O", "-f", self.path("own.zip"), "--passphrase", "pass word", "README.TXT"],
                                capture_output=True, check=True)
        self.assertIn(b"MEDICAL SCANS", listed.stdout)
        self.share(study, "-o", self.path("own.zip"), *PROFILE, "--zip", code=6)
        self.share(study, "-o", self.path("bad"), *PROFILE, "--zip-password-new", code=2)

    def test_again_is_identical(self):
        self.filled()
        study = self.ct()
        boxes = self.write("boxes.json", '{"boxes": [{"item": "%s", "frame": "all", "x": 1, "y": 2, "width": 9, "height": 7}]}' % study)
        first = self.share(study, "-o", self.path("one"), *PROFILE, "--redact", boxes, "--confirm-reviewed")
        again = self.ok("share", "--again", first["share_id"], self.vault, "-o", self.path("two"))
        self.assertEqual(tree(self.path("one")), tree(self.path("two")))
        for key in ("share_id", "profile", "files", "removed"):
            self.assertEqual(first[key], again[key])
        locked = self.share(study, "-o", self.path("one.zip"), *PROFILE, "--zip", "--zip-password-new")
        once_more = self.ok("share", "--again", locked["share_id"], self.vault, "-o", self.path("two.zip"))
        self.assertEqual(content(self.path("one.zip")), content(self.path("two.zip")))
        self.assertEqual(locked["zip_password"], once_more["zip_password"])
        self.assertEqual(len(self.ok("shares", self.vault)["shares"]), 2)
        self.ok("share", "--again", "0" * 32, self.vault, "-o", self.path("three"), code=6)
        self.assertFalse(os.path.exists(self.path("three")))

    def test_again_leaves_out_what_was_not_surveyed(self):
        """A share once more takes its shifts from the ledger and reads no dates: what could not be surveyed stays out."""
        self.filled()
        study = self.ct()
        self.ok("export", self.vault, study, "-o", self.path("originals"))
        by_pydicom(files_below(self.path("originals"))[0], self.path("many-dates"), changes=
                   "import datetime\n"
                   "dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = '1.2.3.4'\n"
                   "dataset.PurposeOfReferenceCodeSequence = pydicom.Sequence(pydicom.Dataset() for _ in range(5000))\n"
                   "for number, item in enumerate(dataset.PurposeOfReferenceCodeSequence):\n"
                   "    day = datetime.date(1860, 1, 1) + datetime.timedelta(days=number)\n"
                   "    item.PatientBirthDate = day.strftime('%Y%m%d')")
        self.assertEqual(self.ok("import", self.vault, self.path("many-dates"))["stored"], 1)
        first = self.share(study, "-o", self.path("one"), *PROFILE, "--leave-out-refused", code=1)
        self.assertEqual([refusal["code"] for refusal in first["refused"]], ["not-surveyed"])
        again = self.ok("share", "--again", first["share_id"], self.vault, "-o", self.path("two"), code=1)
        self.assertEqual(again["refused"], first["refused"])
        self.assertEqual(again["files"], first["files"])
        self.assertEqual(tree(self.path("one")), tree(self.path("two")))

    def test_two_shares_have_no_value_in_common(self):
        """No UID, no pseudonym, no date, no hash: of every element of every file, the directory among them."""
        self.filled()
        study = self.ct()
        seen = []
        for name in ("one", "two"):
            self.share(study, "-o", self.path(name), *PROFILE)
            self.share(study, "-o", self.path(name + ".zip"), *PROFILE, "--zip", "--zip-password-new")
            for out in (name, name + ".zip"):
                if out.endswith(".zip"):
                    hashes = {hashlib.sha256(content(self.path(out))).hexdigest()}
                    paths = []
                else:
                    paths = [*self.pictures(self.path(out)), os.path.join(self.path(out), "DICOMDIR")]
                    hashes = {hashlib.sha256(content(path)).hexdigest() for path in paths}
                    self.assertEqual(len(hashes), len(paths))
                found = own_values(paths)
                if paths:
                    self.assertGreater(len([value for value in found if value[0] == "UI"]), 2 * len(paths) - 1)
                    for kind in ("DA", "PN", "LO"):
                        self.assertTrue([value for value in found if value[0] == kind], kind)
                seen.append(hashes | found)
        for number, values in enumerate(seen):
            for others in seen[:number]:
                self.assertEqual(values & others, set())

    def test_trace_names_the_right_share_of_many(self):
        """After another transfer syntax, lossless compression (JPEG-LS), and another writer, as after none of it."""
        self.filled()
        picture = self.ok("show", self.vault, self.ct(), "--instances")["series"][0]["instances"][0]["id"]
        found, right = [], []
        for number in range(TRACED):
            out = self.path("copy%d" % number)
            share = self.share(picture, "-o", out, *PROFILE, "--to", "Dr %d" % number)["share_id"]
            copy, = self.pictures(out)
            for command in (["dcmconv", "+tb"], ["dcmcjpls"], ["cp"]):
                path = self.path("%s-%d" % (command[0], number))
                subprocess.run([*command, copy, path], check=True)
                found.append(path)
            path = self.path("pydicom-%d" % number)
            found.append(path)
            right += [(share, "Dr %d" % number)] * 4
        by_pydicom(*[path for number in range(TRACED)
                     for path in (self.pictures(self.path("copy%d" % number))[0], self.path("pydicom-%d" % number))])
        syntax = subprocess.run(["dcmdump", "+P", "0002,0010", self.path("dcmcjpls-0")], capture_output=True, check=True)
        self.assertIn(b"JPEGLSLossless", syntax.stdout)
        matches = self.ok("trace", self.vault, *found)["matches"]
        self.assertEqual([match["path"] for match in matches], found)
        self.assertEqual([(match["share_id"], match["to"]) for match in matches], right)
        for match in matches:
            self.assertTrue({"uid", "pseudonym", "frame-hash"} <= set(match["evidence"]), match)
            if "/cp-" in match["path"]:
                self.assertIn("file-hash", match["evidence"])

    def test_frames_alone_name_every_share(self):
        self.filled()
        study = self.ct()
        shares = {self.share(study, "-o", self.path(name), *PROFILE)["share_id"] for name in ("one", "two")}
        by_pydicom(self.pictures(self.path("one"))[0], self.path("stripped"), changes=
                   "dataset.PatientID = 'OTHER'\n"
                   "for name in ('SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID'):\n"
                   "    setattr(dataset, name, '1.2.3.4')\n"
                   "dataset.file_meta.MediaStorageSOPInstanceUID = '1.2.3.4'")
        matches = self.ok("trace", self.vault, self.path("stripped"))["matches"]
        self.assertEqual({match["share_id"] for match in matches}, shares)
        self.assertTrue(all(match["evidence"] == ["frame-hash"] for match in matches))
        self.write("nothing", "no scan at all")
        self.assertEqual(self.ok("trace", self.vault, self.path("nothing"))["matches"], [])

    def test_named_copies_are_traced_by_their_bytes(self):
        self.filled()
        answer = self.share(self.ct(), "-o", self.path("copy"), "--profile", "named")
        matches = self.ok("trace", self.vault, self.pictures(self.path("copy"))[0])["matches"]
        self.assertEqual([match["share_id"] for match in matches], [answer["share_id"]])
        self.assertIn("file-hash", matches[0]["evidence"])

    def test_risks(self):
        self.filled()
        study = self.ct()
        risks = self.ok("risk", self.vault, study)["risks"]
        self.assertTrue(risks)
        for risk in risks:
            self.assertRegex(risk["code"], r"^[a-z]+(-[a-z]+)*$")
            self.assertIn(risk["severity"], ("low", "medium", "high"))
            self.assertTrue(risk["items"] and risk["message"] and risk["source"] and risk["what_to_do"])
            self.assertNotIn("anonym", str(risk).lower())
        shared = self.share(study, "-o", self.path("copy"), *PROFILE)
        self.assertEqual([risk["code"] for risk in shared["risks"]], [risk["code"] for risk in risks])
        self.assertEqual([risk["code"] for risk in self.ok("risk", self.vault, study, "--profile", "named")["risks"]],
                         ["name-stays"])
        clip = self.study_of("US")["id"]
        self.assertIn("burned-in-text", [risk["code"] for risk in self.ok("risk", self.vault, clip)["risks"]])
        self.ok("risk", self.vault, study, "--profile", "other", code=2)


class Faults(CliTest):
    """Whatever goes wrong: no file in the output, and the ledger says what is so."""

    def assert_nothing_left(self, out, shares=0):
        self.assertFalse(os.path.exists(out), out)
        left = [path for path in files_below(os.path.dirname(out))]
        self.assertEqual(left, [])
        self.assertEqual(len(self.ok("shares", self.vault)["shares"]), shares)

    def place(self, name):
        folder = self.path("place-" + name)
        os.mkdir(folder)
        return os.path.join(folder, "copy")

    def start(self, *arguments):
        return subprocess.Popen(self.command("share", self.vault, *arguments), env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def test_killed_at_any_moment(self):
        self.filled()
        study = self.study_of("CT")["id"]
        for kind in ([], ["--zip"]):
            begin = time.monotonic()
            self.ok("share", self.vault, study, "-o", self.place("whole%d" % len(kind)), *PROFILE, *kind)
            whole = time.monotonic() - begin
            known = len(self.ok("shares", self.vault)["shares"])
            steps = 3 if SANITIZED else 8
            for step in range(1, steps + 1):
                out = self.place("%d-%d" % (len(kind), step))
                process = self.start(study, "-o", out, *PROFILE, *kind)
                try:
                    process.wait(whole * step / (steps + 1))
                except subprocess.TimeoutExpired:
                    process.kill()
                process.wait()
                now = len(self.ok("shares", self.vault)["shares"])
                if os.path.exists(out):
                    self.assertEqual(now, known + 1)
                    known = now
                else:
                    # Killed between the record and the one step that hands out: a line too many, never one too few.
                    self.assertIn(now, (known, known + 1))
                    known = now
                    # Killed while the files of a folder got their names: they stay hidden, until the next share there.
                    left = files_below(os.path.dirname(out))
                    self.assertEqual([path for path in left if "/.scanvault-part-" not in path or kind], [])
                    self.ok("share", self.vault, study, "-o", out, *PROFILE, *kind)
                    known += 1
                    self.assertEqual(os.listdir(os.path.dirname(out)), ["copy"])

    def test_readers_that_die(self):
        """Readers are killed as they come: a share fails or is whole, and says which."""
        self.filled()
        study = self.study_of("CT")["id"]
        for number, kind in enumerate(([], ["--zip"])):
            out = self.place("reader%d" % number)
            process = self.start(study, "-o", out, *PROFILE, *kind)
            killed = 0
            while process.poll() is None:
                for child in self.children(process.pid):
                    try:
                        os.kill(child, signal.SIGKILL)
                        killed += 1
                    except ProcessLookupError:
                        pass
                time.sleep(0.02)
            self.assertGreater(killed, 0)
            self.assertIn(process.returncode, (5, 6))
            self.assert_nothing_left(out)

    @staticmethod
    def children(pid):
        found = []
        for task in os.listdir("/proc/%d/task" % pid) if os.path.exists("/proc/%d/task" % pid) else []:
            try:
                with open("/proc/%d/task/%s/children" % (pid, task)) as file:
                    found += [int(word) for word in file.read().split()]
            except OSError:
                pass
        return found

    def test_file_size_limits(self):
        """Every write that can fail fails once: first the copies, then what stands beside them."""
        self.filled()
        study = self.study_of("CT")["id"]
        for number, size in enumerate((0, 4096, 20000, 100000)):
            for kind in ([], ["--zip"]):
                out = self.place("limit%d-%d" % (number, len(kind)))
                answer = self.run_cli("share", self.vault, study, "-o", out, *PROFILE, *kind,
                                      preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                                          resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))))
                self.assertEqual(answer.code, 6, answer.stderr)
                self.assert_nothing_left(out)

    @unittest.skipUnless(os.geteuid() == 0, "needs the right to mount")
    def test_full_disk(self):
        self.filled()
        study = self.study_of("CT")["id"]
        disk = self.path("disk")
        os.mkdir(disk)
        shown = 0
        for size in ("16k", "64k", "512k"):
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk], capture_output=True).returncode:
                self.skipTest("this place does not let anybody mount")
            try:
                for kind in ([], ["--zip"]):
                    answer = self.run_cli("share", self.vault, study, "-o", os.path.join(disk, "copy"), *PROFILE, *kind)
                    if answer.code == 0:
                        shown += 1
                        continue
                    self.assertEqual(answer.code, 6, answer.stderr)
                    self.assertEqual(os.listdir(disk), [])
            finally:
                subprocess.run(["umount", "-l", disk], capture_output=True)
        self.assertEqual(len(self.ok("shares", self.vault)["shares"]), shown)

    def test_folder_that_is_there(self):
        self.filled()
        study = self.study_of("CT")["id"]
        out = self.path("there")
        os.mkdir(out)
        self.ok("share", self.vault, study, "-o", out, *PROFILE)
        self.assertEqual(sorted(os.listdir(out)), ["DICOM", *BESIDE])
        other = self.path("other")
        os.mkdir(other)
        answer = self.run_cli("share", self.vault, study, "-o", other, *PROFILE,
                              preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                                  resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))))
        self.assertEqual(answer.code, 6)
        self.assertEqual(os.listdir(other), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
