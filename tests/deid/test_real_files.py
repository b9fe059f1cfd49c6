# SPDX-License-Identifier: GPL-3.0-or-later
"""Real files, where a folder of them is at hand (SCANVAULT_CORPUS): every picture under both profiles, looked at by DCMTK, GDCM,
pydicom and dciodvfy. What was shared, and why the rest was not, is printed."""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from collections import Counter

from deid_case import PROFILES, DeidCase
from harness import files_below

CORPUS = os.environ.get("SCANVAULT_CORPUS", "")
HERE = os.path.dirname(os.path.abspath(__file__))
# Pictures that a program of good faith wrote, as opposed to those that were made to break one.
HOSTILE = ("malicious", "nonconformant")


def is_hostile(path):
    return any(f"{os.sep}{word}{os.sep}" in path for word in HOSTILE)


def python_with_peers():
    for program in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([program, "-c", "import gdcm, numpy, pydicom"], capture_output=True).returncode == 0:
            return program
    return None


def error_classes(path):
    """What dciodvfy calls wrong, without the values."""
    result = subprocess.run(["dciodvfy", path], capture_output=True)
    lines = (result.stdout + result.stderr).decode("latin-1").splitlines()
    known = any(re.fullmatch(r"[A-Z][A-Za-z0-9]+", line.strip()) for line in lines)
    classes = set()
    for line in lines:
        if line.startswith("Error"):
            line = re.sub(r"= <[^>]*>", "=", re.sub(r"0x[0-9a-fA-F ]+", "", line))
            classes.add(re.sub(r"[\d.]+", "#", line))
    return known, classes


@unittest.skipUnless(os.path.isdir(CORPUS), "SCANVAULT_CORPUS names no folder of real files")
class RealFiles(DeidCase):
    def shared(self, profile):
        """[source, copy, covered boxes] of everything that was shared, and why the rest was not."""
        pairs, refused = [], Counter()
        for number, path in enumerate(self.pictures()):
            out = self.path(f"{profile}{number}")
            answer = self.run_cli("deidentify", path, "-o", out, "--profile", profile, "--confirm-reviewed")
            self.assertIn(answer.code, (0, 5), (path, answer.stderr))
            if answer.code == 5:
                self.assertFalse(os.path.exists(out), path)
                code = "hostile" if is_hostile(path) else answer["refused"][0]["code"]
                refused[code] += 1
                if code == "not-proved-clean":
                    print("not proved clean:", path)
                continue
            pairs.append([path, os.path.join(out, "DICOM", "P1", "S1", "R1", "I1")])
        searched = self.run_cli("inspect", "--text", *[path for path, _ in pairs])["files"]
        boxes = {entry["path"]: entry["text_boxes"] for entry in searched}
        return [[path, copy, boxes[path]] for path, copy in pairs], refused

    def pictures(self):
        found = []
        for path in files_below(CORPUS):
            if not path.endswith((".zip", ".xz", ".gz", ".md", ".tsv", ".txt")):
                found.append(path)
        listed = self.run_cli("inspect", *found)["files"]
        return [entry["path"] for entry in listed if entry["kind"] == "dicom" and entry["rows"] > 0]

    def test_every_picture(self):
        python = python_with_peers()
        for profile in PROFILES:
            pairs, refused = self.shared(profile)
            print(f"{profile}: {len(pairs)} shared, not shared: {dict(refused)}")
            self.assertGreater(len(pairs), 150)
            for _, copy, _ in pairs:
                self.assertEqual(subprocess.run(["dcmdump", "+L", copy], capture_output=True).stderr, b"", copy)
            if shutil.which("dciodvfy"):
                new = []
                for source, copy, _ in pairs:
                    if is_hostile(source):
                        continue
                    known, before = error_classes(source)
                    _, after = error_classes(copy)
                    if known and after - before:
                        new.append((os.path.basename(source), sorted(after - before)))
                print(f"{profile}: dciodvfy finds something new in {len(new)}")
                self.assertEqual(new, [], "\n".join(map(str, new)))
            if python is None:
                self.skipTest("there is no pydicom and GDCM")
            listed = self.write("pairs.json", json.dumps(pairs))
            told = json.loads(subprocess.run([python, os.path.join(HERE, "peers.py"), listed], stdout=subprocess.PIPE,
                                             stderr=subprocess.DEVNULL, check=True).stdout)
            print(f"{profile}: pictures", {key: len(paths) for key, paths in told["pixels"].items()},
                  "unread by pydicom:", len(told.get("unread", [])))
            self.assertEqual(told["left"], [])
            self.assertEqual(told["unopened"], [])
            self.assertEqual(sum((told["pixels"].get(wrong, []) for wrong in ("differs", "shape", "uncovered")), []), [])
            self.assertGreater(len(told["pixels"]["equal"]), 100)


if __name__ == "__main__":
    unittest.main(verbosity=2)
