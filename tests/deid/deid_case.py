# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of de-identification have in common: a file in, a copy or a refusal out."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from harness import CliTest, content, files_below  # noqa: E402
import writer  # noqa: E402

PROFILES = ("second-opinion", "public")
TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "app", "reader", "deid_table.csv")


class DeidCase(CliTest):
    def setUp(self):
        super().setUp()
        self.made = 0

    def run_deid(self, *files, profile="second-opinion", options=("--confirm-reviewed",), code=0):
        """files: bytes. Returns the answer and what was written below OUT (path → bytes)."""
        self.made += 1
        paths = []
        for number, data in enumerate(files):
            name = f"in{self.made}-{number}"
            self.write(name, data)
            paths.append(self.path(name))
        out = self.path(f"out{self.made}")
        answer = self.run_cli("deidentify", *paths, "-o", out, "--profile", profile, *options)
        self.assertEqual(answer.code, code, answer.stdout[-3000:])
        left = files_below(out) if os.path.isdir(out) else []
        if code not in (0, 1):
            self.assertEqual(left, [], "a refusal leaves nothing")
        return answer, {path: content(path) for path in left}

    def copies(self, *files, **options):
        """The copies alone, in the order of their names."""
        answer, left = self.run_deid(*files, **options)
        self.assertTrue(all(check["passed"] for check in answer["checks"]))
        made = [left[path] for path in sorted(left) if os.sep + "DICOM" + os.sep in path]
        self.assertEqual(len(made), answer["files"])
        return made

    def copy(self, data, profile="second-opinion", **options):
        return self.copies(data, profile=profile, **options)[0]

    def refused(self, *files, profile="second-opinion", options=("--confirm-reviewed",)):
        """The codes of the refusal; nothing is left."""
        answer, _ = self.run_deid(*files, profile=profile, options=options, code=5)
        for refusal in answer["refused"]:
            self.assertTrue(refusal["message"].endswith("."), refusal)
        return [refusal["code"] for refusal in answer["refused"]]

    def assert_clean(self, needles, *files, profiles=PROFILES, options=("--confirm-reviewed",)):
        """None of the needles is in any byte that was written, under any of the profiles. Returns the last copies."""
        for profile in profiles:
            _, left = self.run_deid(*files, profile=profile, options=options)
            self.assertTrue(left)
            for path, data in left.items():
                for needle in list(needles) + writer.PERSON:
                    self.assertFalse(writer.found(data, needle), (profile, path, needle))
                    self.assertFalse(writer.found(path.encode(), needle), (profile, path, needle))
        return [writer.read(left[path]) for path in sorted(left) if os.sep + "DICOM" + os.sep in path]
