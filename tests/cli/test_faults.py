# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input and bad luck: the exit code of the contract, a plain sentence, and a vault that still opens with all that
was acknowledged."""
import os
import shutil
import signal
import stat
import subprocess
import unittest

from archives import make_tar, make_zip
from harness import SAMPLE, CliTest, HeldImport, content, files_below

ROOT = os.geteuid() == 0


class Faults(CliTest):
    def assert_still_whole(self, instances):
        self.assertEqual(self.ok("list", self.vault)["totals"]["instances"], instances)
        self.assertEqual(self.ok("check", self.vault)["damaged"], [])

    def test_wrong_passphrase(self):
        stored = self.filled()["stored"]
        wrong = self.write("wrong", "not the passphrase")
        answer = self.ok("list", self.vault, passphrase=wrong, code=3)
        self.assertNotIn("not the passphrase", str(answer.json))
        self.assert_still_whole(stored)

    def test_no_terminal(self):
        self.create()
        process = subprocess.run([os.environ["SCANVAULT_CLI"], "--json", "list", self.vault], capture_output=True,
                                 stdin=subprocess.DEVNULL, env=self.environment, start_new_session=True)
        self.assertEqual(process.returncode, 3)

    def bundles(self):
        return files_below(os.path.join(self.vault, "o"))

    def test_missing_bundle(self):
        stored = self.filled()["stored"]
        bundle = max(self.bundles(), key=os.path.getsize)
        hidden = self.path("hidden")
        shutil.move(bundle, hidden)
        self.assertEqual(self.ok("list", self.vault)["totals"]["instances"], stored)
        for options in ([], ["--quick"]):
            answer = self.ok("check", self.vault, *options, code=4)
            self.assertTrue(answer["missing"])
        answer = self.run_cli("export", self.vault, "all", "-o", self.path("out"))
        self.assertEqual(answer.code, 1)
        originals = {content(path) for path in files_below(SAMPLE)}
        for path in files_below(self.path("out")):
            self.assertIn(content(path), originals)
        shutil.move(hidden, bundle)
        self.assert_still_whole(stored)

    def test_damaged_bundle(self):
        self.filled()
        bundle = max(self.bundles(), key=os.path.getsize)
        data = bytearray(content(bundle))
        data[len(data) // 2] ^= 0x20
        os.chmod(bundle, 0o600)
        with open(bundle, "wb") as file:
            file.write(data)
        answer = self.ok("check", self.vault, code=4)
        self.assertTrue(answer["damaged"])
        answer = self.run_cli("export", self.vault, "all", "-o", self.path("out"))
        self.assertEqual(answer.code, 1)
        originals = {content(path) for path in files_below(SAMPLE)}
        for path in files_below(self.path("out")):
            self.assertIn(content(path), originals)

    def test_no_vault(self):
        self.ok("list", self.path("nowhere"), code=6)
        self.ok("list", self.folder, code=6)

    def test_create_where_something_is(self):
        self.create()
        self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1", code=6)
        self.ok("list", self.vault)

    def test_sources_that_are_not_there(self):
        self.create()
        self.ok("import", self.vault, self.path("nothing"), code=6)
        answer = self.ok("import", self.vault, self.path("nothing"), SAMPLE, code=1)
        self.assertEqual([failed["path"] for failed in answer["failed"]], [self.path("nothing")])
        self.assert_still_whole(answer["stored"])

    def test_empty_folder(self):
        self.create()
        os.mkdir(self.path("empty"))
        answer = self.ok("import", self.vault, self.path("empty"))
        self.assertEqual(answer["files"], 0)
        self.assert_still_whole(0)

    def test_links_and_pipes(self):
        self.create()
        os.mkdir(self.path("odd"))
        os.symlink(SAMPLE, self.path("odd", "link"))
        os.mkfifo(self.path("odd", "pipe"))
        answer = self.ok("import", self.vault, self.path("odd"))
        self.assertEqual((answer["files"], answer["ignored"]), (2, 2))

    @unittest.skipIf(ROOT and shutil.which("setpriv") is None, "needs an ordinary user")
    def test_folder_without_rights(self):
        prefix = []
        if ROOT:
            for path in [self.folder, *(os.path.join(self.folder, name) for name in os.listdir(self.folder))]:
                os.chown(path, 65534, 65534)
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1", prefix=prefix)
        source = self.path("source")
        shutil.copytree(SAMPLE, source)
        for path in [source, *(os.path.join(base, name) for base, folders, names in os.walk(source)
                               for name in folders + names)]:
            if ROOT:
                os.chown(path, 65534, 65534)
        closed = os.path.join(source, "closed")
        os.mkdir(closed, 0)
        if ROOT:
            os.chown(closed, 65534, 65534)
        self.addCleanup(os.chmod, closed, stat.S_IRWXU)
        self.ok("import", self.vault, closed, code=6, prefix=prefix)
        answer = self.ok("import", self.vault, source, code=1, prefix=prefix)
        self.assertEqual([failed["path"] for failed in answer["failed"]], [closed])
        self.assertGreater(answer["stored"], 0)
        self.assertEqual(self.ok("list", self.vault, prefix=prefix)["totals"]["instances"], answer["stored"])

    def test_large_file_that_is_no_scan(self):
        self.create()
        with open(self.path("large"), "wb") as file:
            file.truncate(2 * 1024 ** 3)
        answer = self.ok("import", self.vault, self.path("large"))
        self.assertEqual((answer["files"], answer["ignored"], answer["stored"]), (1, 1, 0))

    def test_open_elsewhere(self):
        self.create()
        held = HeldImport(self, batch=1)
        held.wait_for_commit()
        self.ok("list", self.vault, code=6)
        self.assertGreater(len(held.acknowledged()), 0)
        self.assertEqual(held.process.returncode, 0)
        self.assertGreater(self.ok("list", self.vault)["totals"]["instances"], 0)

    def original(self, path):
        archive, inside, member = os.fsdecode(path).partition("!/")
        return content(os.path.join(os.path.splitext(archive)[0], member) if inside else archive)

    def assert_kept(self, acknowledged):
        self.assertGreater(len(acknowledged), 0)
        self.ok("export", self.vault, "all", "-o", self.path("out"))
        copies = {content(path) for path in files_below(self.path("out"))}
        for path in acknowledged:
            self.assertIn(self.original(path), copies)
        self.assertEqual(self.ok("check", self.vault)["damaged"], [])

    def test_killed_import_keeps_what_it_acknowledged(self):
        self.create()
        held = HeldImport(self, batch=5)
        held.wait_for_commit()
        held.process.kill()
        self.assert_kept(held.acknowledged())
        answer = self.ok("import", self.vault, SAMPLE)
        self.assertEqual(answer["failed"], [])

    def test_interrupted_import_keeps_what_it_acknowledged(self):
        self.create()
        held = HeldImport(self, batch=2)
        held.wait_for_commit()
        held.interrupt(signal.SIGINT)
        acknowledged = held.acknowledged()
        self.assertEqual(held.process.returncode, 6)
        self.assert_kept(acknowledged)

    def test_killed_import_of_an_archive_keeps_what_it_acknowledged(self):
        self.create()
        held = HeldImport(self, batch=5, pack=lambda source, members: make_zip(source + ".zip", members))
        held.wait_for_commit()
        held.process.kill()
        acknowledged = held.acknowledged()
        self.assertTrue(all(b".zip!/" in path for path in acknowledged))
        self.assert_kept(acknowledged)
        self.assertEqual(self.ok("import", self.vault, SAMPLE)["failed"], [])

    def test_interrupted_import_of_an_archive_keeps_what_it_acknowledged(self):
        self.create()
        held = HeldImport(self, batch=2, pack=lambda source, members: make_tar(source + ".tar", members, "w"))
        held.wait_for_commit()
        held.interrupt(signal.SIGINT)
        acknowledged = held.acknowledged()
        self.assertEqual(held.process.returncode, 6)
        self.assert_kept(acknowledged)

    @unittest.skipUnless(ROOT, "needs the right to mount")
    def test_full_disk_from_an_archive(self):
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=7m", "tmpfs", disk], capture_output=True).returncode:
            self.skipTest("this place does not let anybody mount")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], capture_output=True)
        self.vault = os.path.join(disk, "full.vault")
        self.create()
        members = [(f"{number}.pdf", b"%PDF-1.4\n" + os.urandom(400 * 1024)) for number in range(30)]
        path, log = make_zip(self.path("noise.zip"), members), self.path("log")
        self.ok("import", self.vault, path, "--batch", "3", "--commit-log", log, code=6)
        acknowledged = [line.rpartition("!/")[2] for line in content(log).decode().split("\0")[:-1]]
        self.assertGreater(len(acknowledged), 0)
        self.ok("export", self.vault, "all", "-o", self.path("out"))
        copies = {content(path) for path in files_below(self.path("out"))}
        for name in acknowledged:
            self.assertIn(dict(members)[name], copies)
        self.assertEqual(self.ok("check", self.vault)["damaged"], [])

    @unittest.skipUnless(ROOT, "needs the right to mount")
    def test_full_disk(self):
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=7m", "tmpfs", disk], capture_output=True).returncode:
            self.skipTest("this place does not let anybody mount")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], capture_output=True)
        self.vault = os.path.join(disk, "full.vault")
        self.create()
        noise = self.path("noise.pdf")
        self.write("first.pdf", b"%PDF-1.4\n" + os.urandom(400 * 1024))
        with open(noise, "wb") as file:
            file.write(b"%PDF-1.4\n" + os.urandom(8 * 1024 * 1024))
        self.assertEqual(self.ok("import", self.vault, self.path("first.pdf"))["documents"], 1)
        self.ok("import", self.vault, noise, code=6)
        listed = self.ok("list", self.vault)
        self.assertEqual([document["name"] for document in listed["documents"]], ["first.pdf"])
        self.assertEqual(self.ok("check", self.vault)["damaged"], [])
        out = self.path("out")
        self.ok("export", self.vault, "all", "-o", out)
        self.assertEqual(content(files_below(out)[0]), content(self.path("first.pdf")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
