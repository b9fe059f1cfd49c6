# SPDX-License-Identifier: GPL-3.0-or-later
"""What check says of damage, in terms of scans, and what --repair makes good."""
import os
import shutil
import unittest

from harness import PATIENT, SAMPLE, CliTest, content, files_below

LISTS = ("damaged", "missing", "arriving", "orphans", "healed", "notices")


class Check(CliTest):
    def below(self, folder):
        return files_below(os.path.join(self.vault, folder))

    def flip(self, path, at=None):
        data = bytearray(content(path))
        data[len(data) // 2 if at is None else at] ^= 0x20
        os.chmod(path, 0o600)
        with open(path, "wb") as file:
            file.write(data)

    def bundle_of(self, modality):
        """The largest bundle of a vault that holds one study alone, and its number of pictures."""
        self.create()
        paths = [path for path in files_below(SAMPLE) if content(path)[128:132] == b"DICM"]
        files = self.ok("inspect", *paths)["files"]
        self.ok("import", self.vault, *(path for path, file in zip(paths, files) if file["modality"] == modality))
        return max(self.below("o"), key=os.path.getsize), self.ok("list", self.vault)["totals"]["instances"]

    def drop_parity(self):
        shutil.rmtree(os.path.join(self.vault, "p"), ignore_errors=True)

    def assert_clean(self, *options):
        answer = self.ok("check", self.vault, *options)
        for name in LISTS:
            self.assertEqual(answer[name], [], (name, options))
        self.assertIs(answer["older"], False)
        return answer

    def test_whole_vault_at_every_level(self):
        self.filled()
        quick, hashed, full = (self.assert_clean(*options) for options in (["--quick"], ["--hash"], []))
        self.assertEqual(quick["objects"], full["objects"])
        self.assertEqual(hashed["bytes"], full["bytes"])
        self.assertGreater(full["bytes"], 1000)
        self.ok("check", self.vault, "--quick", "--hash", code=2)
        before = [(path, content(path)) for path in files_below(self.vault)]
        self.assert_clean("--repair")
        self.assertEqual([(path, content(path)) for path in files_below(self.vault)], before)

    def test_damage_is_told_by_scan(self):
        bundle, pictures = self.bundle_of("CT")
        self.drop_parity()
        study = self.studies()[0]
        self.flip(bundle)
        for options in (["--hash"], []):
            answer = self.ok("check", self.vault, *options, code=4)
            scans = [finding for finding in answer["damaged"] if finding["item"] == study["id"]]
            self.assertEqual(len(scans), 1)
            message = scans[0]["message"]
            self.assertIn(study["title"], message)
            self.assertIn(study["institution"], message)
            self.assertIn(f"{len(scans[0]['originals'])} of {pictures} pictures", message)
            for name in PATIENT:
                self.assertNotIn(name, str(answer.json))
            shown = self.ok("show", self.vault, study["id"], "--instances")
            instances = {instance["id"] for series in shown["series"] for instance in series["instances"]}
            self.assertLessEqual(set(scans[0]["originals"]), instances)
        # Importing the same files again heals.
        self.ok("import", self.vault, SAMPLE)
        answer = self.run_cli("check", self.vault)
        self.assertNotIn(study["id"], [finding["item"] for finding in answer["damaged"] + answer["missing"]])

    def test_missing_is_told_by_scan(self):
        bundle, pictures = self.bundle_of("CT")
        self.drop_parity()
        study = self.studies()[0]
        os.unlink(bundle)
        for options in (["--quick"], ["--hash"], [], ["--repair"]):
            answer = self.ok("check", self.vault, *options, code=4)
            scans = [finding for finding in answer["missing"] if finding["item"] == study["id"]]
            self.assertEqual(len(scans), 1, options)
            self.assertIn(f"{len(scans[0]['originals'])} of {pictures} pictures", scans[0]["message"])
            self.assertIn("ask " + study["institution"], scans[0]["message"])

    def test_second_copies_heal(self):
        self.filled()
        whole = {path: content(path) for path in files_below(self.vault) if "/tmp/" not in path[len(self.vault):]}
        self.flip(self.below("j2")[0])
        answer = self.run_cli("check", self.vault, "--repair")
        self.assertEqual(answer.code, 0, answer.stdout)
        self.assertEqual({path: content(path) for path in whole}, whole)
        os.unlink(self.below("j")[0])
        os.unlink(os.path.join(self.vault, "vault.id.2"))
        self.ok("check", self.vault, "--repair")
        self.assertEqual({path: content(path) for path in whole}, whole)
        self.assert_clean()

    def test_lost_records_are_made_good_from_the_bundles(self):
        self.filled()
        before = self.ok("list", self.vault)
        kept = self.exported("kept")
        for folder in ("j", "j2"):
            for path in self.below(folder):
                os.unlink(path)
        self.ok("check", self.vault, code=4)
        answer = self.run_cli("check", self.vault, "--repair")
        self.assertIn(answer.code, (0, 4))
        self.assertEqual(answer["listed"], before["totals"]["instances"] + before["totals"]["documents"])
        after = self.ok("list", self.vault)
        for listing in (before, after):
            listing.json["totals"].pop("bytes_stored")
        self.assertEqual(after["totals"], before["totals"])
        self.assertEqual({study["id"] for study in after["studies"]}, {study["id"] for study in before["studies"]})
        self.assertEqual(self.exported("again"), kept)
        self.assertEqual(self.ok("check", self.vault, "--accept-older")["orphans"], [])
        self.assert_clean()

    def exported(self, name):
        self.ok("export", self.vault, "all", "-o", self.path(name))
        return sorted(content(path) for path in files_below(self.path(name)))

    def test_parity_heals_a_bundle(self):
        bundle, _ = self.bundle_of("CT")
        whole = content(bundle)
        self.flip(bundle)
        answer = self.ok("check", self.vault, "--repair")
        self.assertIn(os.path.relpath(bundle, self.vault), [finding["item"] for finding in answer["healed"]])
        self.assertEqual(content(bundle), whole)
        self.assert_clean()

    def test_upkeep_heals_a_little_each_time(self):
        bundle, _ = self.bundle_of("CT")
        whole = content(bundle)
        self.flip(bundle)
        self.ok("import", self.vault, self.write("letter.pdf", b"%PDF-1.4\nletter"))
        self.assertEqual(content(bundle), whole)
        self.assert_clean()

    def test_older_copy_is_announced(self):
        self.filled()
        older = self.path("older")
        shutil.copytree(self.vault, older, copy_function=shutil.copy2)
        self.ok("delete", self.vault, self.study_of("CT")["id"])
        current = self.path("current")
        # In place, so that the computer knows the vault again by its vault.id.
        for folder in ("j", "j2"):
            shutil.copytree(os.path.join(self.vault, folder), os.path.join(current, folder))
            for path in self.below(folder):
                os.unlink(path)
            shutil.copytree(os.path.join(older, folder), os.path.join(self.vault, folder), dirs_exist_ok=True)
        answer = self.ok("check", self.vault, code=4)
        self.assertIs(answer["older"], True)
        self.assertIn("older", [notice["kind"] for notice in answer["notices"]])
        self.assertEqual(answer["damaged"] + answer["missing"], [])
        self.ok("check", self.vault, "--accept-older")
        self.assert_clean()


if __name__ == "__main__":
    unittest.main(verbosity=2)
