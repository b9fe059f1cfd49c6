# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever it is packed in, the same files give the same vault; what cannot be unpacked is kept whole and told."""
import io
import os
import shutil
import subprocess
import sys
import tarfile
import unittest
import zipfile

from archives import make_disc, make_locked_zip, make_tar, make_zip, patch, tree
from harness import SAMPLE, SANITIZED, CliTest, content, files_below

# Runs a program and tells the KiB of the largest process among it and its readers.
MEASURE = """import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)"""
PDF = b"%PDF-1.4\n%a report\n"


def big_scan():
    """A scan that is larger than what is held in memory: a CT slice with noise behind it, in a private element."""
    path = next(path for path in files_below(SAMPLE) if content(path)[128:132] == b"DICM")
    data = content(path)
    noise = os.urandom(30 * 1024 * 1024)
    return data + b"\xfc\xff\xfc\xffOB\0\0" + len(noise).to_bytes(4, "little") + noise


class Archives(CliTest):
    def accounted(self, answer):
        self.assertEqual(answer["files"], answer["stored"] + answer["duplicates"] + answer["documents"] +
                         answer["ignored"] + len(answer["failed"]))
        self.assertEqual(answer["ignored"], len(answer["ignored_files"]))
        return answer

    def take(self, *paths, code=0, options=()):
        # Without a terminal, which would be asked for passwords.
        return self.accounted(self.ok("import", self.vault, *paths, *options, code=code, start_new_session=True))

    def contents(self):
        """What the vault holds, but for where it came from and when."""
        listed = self.ok("list", self.vault).json
        shown = {}
        for item in listed["studies"] + listed["documents"]:
            item.pop("added")
        for study in listed["studies"]:
            for series in self.ok("show", self.vault, study["id"], "--instances")["series"]:
                for instance in series["instances"]:
                    instance.pop("path")
                shown[series["id"]] = series
        listed["documents"].sort(key=lambda document: document["id"])
        listed["totals"].pop("bytes_stored")
        return listed, shown

    def exported(self):
        out = self.path("out")
        shutil.rmtree(out, ignore_errors=True)
        self.ok("export", self.vault, "all", "-o", out)
        return tree(out)

    def fresh(self):
        """An empty vault, always of the same keys, so that the IDs in it can be compared."""
        empty, state = self.path("empty.vault"), self.environment["XDG_STATE_HOME"]
        shutil.rmtree(self.vault, ignore_errors=True)
        shutil.rmtree(state)
        os.mkdir(state, 0o700)
        if not os.path.exists(empty):
            self.create()
            shutil.move(self.vault, empty)
        shutil.copytree(empty, self.vault)

    def disc(self):
        """A disc's folder, with its list."""
        self.filled()
        out = self.path("disc")
        self.ok("share", self.vault, "all", "--profile", "named", "-o", out)
        self.fresh()
        return out


class SameContent(Archives):
    def test_disc(self):
        disc = self.disc()
        self.take(disc)
        expected = self.contents()
        self.assertGreaterEqual(expected[0]["totals"]["instances"], 70)
        self.assertIn("dicomdir", [document["type"] for document in expected[0]["documents"]])
        members = tree(disc)
        packed = [make_zip(self.path("a.zip"), members), make_tar(self.path("a.tar.gz"), members)]
        # The others are unpacked by the library alone: nothing of ours is run that these two do not run.
        if not SANITIZED:
            packed += [
                make_zip(self.path("stored.zip"), members, zipfile.ZIP_STORED),
                make_tar(self.path("a.tar"), members, "w"),
                make_tar(self.path("a.tar.bz2"), members, "w:bz2"),
                make_tar(self.path("a.tar.xz"), members, "w:xz"),
            ]
        if shutil.which("genisoimage") and not SANITIZED:
            packed += [make_disc(self.path("plain.iso"), disc), make_disc(self.path("joliet.iso"), disc, "-J"),
                       make_disc(self.path("rock.iso"), disc, "-R"), make_disc(self.path("udf.iso"), disc, "-udf", "-J")]
        for path in packed:
            with self.subTest(os.path.basename(path)):
                self.fresh()
                answer = self.take(path)
                self.assertEqual((answer["failed"], answer["kept_whole"], answer["archives"]), ([], [], 1))
                self.assertEqual(answer["files"], len(members))
                self.assertEqual(self.contents(), expected)
                if "plain" in path:
                    continue
                self.assertEqual(sorted(data for _, data in self.exported()), sorted(data for _, data in members))
        again = self.take(disc, packed[0])
        self.assertEqual((again["stored"], again["documents"]), (0, 0))

    @unittest.skipUnless(shutil.which("xorriso"), "xorriso is not installed")
    def test_another_maker_of_discs(self):
        self.create()
        folder = self.path("folder")
        shutil.copytree(SAMPLE, folder)
        subprocess.run(["xorriso", "-outdev", self.path("x.iso"), "-map", folder, "/"], check=True, capture_output=True)
        answer = self.take(self.path("x.iso"))
        self.assertEqual(answer["files"], len(files_below(SAMPLE)))
        self.assertEqual(answer["kept_whole"], [])

    def test_names_and_log(self):
        self.create()
        log = self.path("log")
        path = make_zip(self.path("portal.zip"), [("one/report.pdf", PDF), ("two.pdf", PDF + b"2")])
        self.take(path, options=["--commit-log", log])
        self.assertEqual(sorted(content(log).decode().split("\0")[:-1]),
                         sorted([path, path + "!/one/report.pdf", path + "!/two.pdf"]))
        self.assertEqual([name for name, _ in self.exported()], ["portal.zip/one/report.pdf", "portal.zip/two.pdf"])

    def test_single_compressed_file(self):
        import gzip
        self.create()
        self.write("report.pdf.gz", gzip.compress(PDF))
        self.take(self.path("report.pdf.gz"))
        self.assertEqual(self.exported(), [("report.pdf.gz/report.pdf", PDF)])

    def test_large_members(self):
        self.create()
        scan = big_scan()
        large = b"%PDF-1.4\n" + os.urandom(26 * 1024 * 1024)
        members = [("first.pdf", PDF), ("scan", scan), ("large.pdf", large), ("last.pdf", PDF + b"last")]
        for path in (make_zip(self.path("a.zip"), members), make_tar(self.path("a.tar.gz"), members)):
            with self.subTest(path):
                self.fresh()
                answer = self.take(path)
                self.assertEqual((answer["stored"], answer["documents"], answer["failed"]), (1, 3, []))
                self.assertEqual(sorted(data for _, data in self.exported()), sorted(data for _, data in members))
                self.assertEqual(self.take(path)["duplicates"], 4)

    def test_archive_in_archive(self):
        self.create()
        deepest = make_zip(self.path("c.zip"), [("deep.pdf", PDF + b"deep")])
        inner = make_zip(self.path("b.zip"), [("inner.pdf", PDF + b"inner"), ("c.zip", content(deepest))])
        outer = make_zip(self.path("a.zip"), [("b.zip", content(inner)), ("outer.pdf", PDF)])
        answer = self.take(outer)
        self.assertEqual((answer["documents"], answer["archives"]), (3, 2))
        self.assertEqual([kept["path"] for kept in answer["kept_whole"]], [outer + "!/b.zip!/c.zip"])
        self.assertEqual(sorted(self.exported()), sorted([("a.zip/outer.pdf", PDF),
                                                          ("a.zip/b.zip/inner.pdf", PDF + b"inner"),
                                                          ("a.zip/b.zip/c.zip", content(deepest))]))

    def test_large_archive_in_archive(self):
        self.create()
        large = b"%PDF-1.4\n" + os.urandom(26 * 1024 * 1024)
        inner = make_zip(self.path("b.zip"), [("x.pdf", PDF), ("large.pdf", large), ("y.pdf", PDF + b"y")])
        outer = make_tar(self.path("a.tar.gz"), [("z.pdf", PDF + b"z"), ("b.zip", content(inner))])
        answer = self.take(outer)
        self.assertEqual((answer["documents"], answer["archives"], answer["kept_whole"]), (4, 2, []))
        self.assertIn(("a.tar.gz/b.zip/large.pdf", large), self.exported())

    def test_many_members(self):
        """Thousands of members in bounded memory."""
        self.create()
        path = make_zip(self.path("many.zip"), ((f"{i // 100}/{i}.pdf", PDF + b"%d" % i) for i in range(4000)))
        answer = self.ok("import", self.vault, path, prefix=[sys.executable, "-c", MEASURE])
        self.assertEqual((answer["documents"], answer["archives"]), (4000, 1))
        self.assertLess(int(answer.stderr.split()[-1]), 600 * 1024)


class LeftOut(Archives):
    def test_programs_of_a_disc(self):
        self.create()
        jar = io.BytesIO()
        with zipfile.ZipFile(jar, "w") as archive:
            archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        word = io.BytesIO()
        with zipfile.ZipFile(word, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
        programs = [("VIEWER.EXE", b"MZ" + bytes(200)), ("lib/a.dll", b"MZ" + bytes(300)),
                    ("AUTORUN.INF", b"[autorun]\r\nopen=viewer.exe\r\n"), ("viewer.jar", jar.getvalue()),
                    ("web/viewer.js", b"var a = 1;\n"), ("web/style.css", b"a { color: red }\n"),
                    ("run.sh", b"#!/bin/sh\n"), ("mac.dmg", bytes(range(256)) * 8 + b"koly" + bytes(508))]
        kept = [("letter.docx", word.getvalue()), ("letter.rtf", b"{\\rtf1 hello}"), ("readme.txt", b"hello\n"),
                ("report.pdf", PDF)]
        for name, data in programs + kept:
            os.makedirs(os.path.dirname(self.path("disc", name)), exist_ok=True)
            self.write(os.path.join("disc", name), data)
        for path in (self.path("disc"), make_zip(self.path("disc.zip"), programs + kept)):
            self.fresh()
            answer = self.take(path)
            self.assertEqual((answer["documents"], answer["ignored"]), (len(kept), len(programs)), answer.json)
            self.assertEqual({ignored["reason"] for ignored in answer["ignored_files"]},
                             {"This is a program, not a scan."})

    def test_list_of_a_disc(self):
        disc = self.disc()
        self.assertEqual([(medium["absent"], medium["listed"] > 60) for medium in self.take(disc)["media"]], [(0, True)])
        self.fresh()
        for path in files_below(os.path.join(disc, "DICOM"))[5:8]:
            os.remove(path)
        for path in (disc, make_zip(self.path("disc.zip"), tree(disc))):
            self.fresh()
            answer = self.take(path)
            self.assertEqual([medium["absent"] for medium in answer["media"]], [3])
            self.assertEqual(answer["failed"], [])


class Locked(Archives):
    def setUp(self):
        super().setUp()
        self.create()
        self.members = [("one.pdf", PDF), ("two.pdf", PDF + b"two")]
        self.locked = make_locked_zip(self.path("locked.zip"), self.members, b"open sesame")

    def test_password(self):
        options = ["--archive-password-file", self.write("archive-password", "open sesame\n")]
        answer = self.take(self.locked, options=options)
        self.assertEqual((answer["documents"], answer["archives"]), (2, 1))
        self.assertEqual([data for _, data in self.exported()], [data for _, data in self.members])

    def test_wrong_and_missing_password(self):
        without = self.take(self.locked, code=1)
        self.assertEqual([kept["code"] for kept in without["kept_whole"]], ["archive-password"])
        self.assertEqual(self.exported(), [("locked.zip", content(self.locked))])
        wrong = self.take(self.locked, code=1,
                          options=["--archive-password-file", self.write("archive-password", "open says me")])
        self.assertEqual([kept["code"] for kept in wrong["kept_whole"]], ["wrong-archive-password"])
        self.assertEqual(wrong["duplicates"], 1)
        right = self.take(self.locked,
                          options=["--archive-password-file", self.write("archive-password", "open sesame")])
        self.assertEqual((right["documents"], right["kept_whole"]), (2, []))

    def test_large_member(self):
        large = b"%PDF-1.4\n" + bytes(25 * 1024 * 1024)
        path = self.path("large.zip")
        try:
            subprocess.run(["bsdtar", "--version"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("bsdtar is not installed")
        self.write("large.pdf", large)
        subprocess.run(["bsdtar", "-acf", path, "--options", "zip:encryption=aes256", "--passphrase", "open sesame",
                        "-C", self.folder, "large.pdf"], check=True, capture_output=True)
        self.take(path, options=["--archive-password-file", self.write("archive-password", "open sesame")])
        self.assertEqual([data for _, data in self.exported()], [large])


class Hostile(Archives):
    def setUp(self):
        super().setUp()
        self.create()

    def assert_kept(self, path):
        self.assertIn(content(path), [data for _, data in self.exported()])
        self.assertEqual(self.ok("check", self.vault)["damaged"], [])

    def test_names(self):
        names = ["/etc/absolute.pdf", "../../up.pdf", "C:\\Bilder\\eins.pdf", "a//./b.pdf", "con.pdf", "new\nline.pdf"]
        path = make_tar(self.path("names.tar"), [(name, PDF + name.encode()) for name in names], "w")
        answer = self.take(path)
        self.assertEqual(answer["documents"], len(names))
        self.assertEqual(sorted(name for name, _ in self.exported()),
                         sorted("names.tar/" + name for name in ["etc/absolute.pdf", "up.pdf", "Bilder/eins.pdf", "a/b.pdf",
                                                                 "_con.pdf", "new_line.pdf"]))

    def test_long_names(self):
        path = make_tar(self.path("long.tar"), [("x" * 65000 + ".pdf", PDF), ("short.pdf", PDF + b"2")], "w")
        answer = self.take(path, code=1)
        self.assertEqual((answer["documents"], len(answer["failed"])), (2, 1))
        self.assertEqual([kept["code"] for kept in answer["kept_whole"]], ["incomplete"])
        self.assert_kept(path)

    def test_no_files(self):
        path = self.path("odd.tar")
        with tarfile.open(path, "w") as archive:
            for name, kind in [("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE),
                               ("disk", tarfile.BLKTYPE), ("tty", tarfile.CHRTYPE)]:
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = kind, "/etc/passwd"
                archive.addfile(entry)
            entry = tarfile.TarInfo("link/report.pdf")
            entry.size = len(PDF)
            archive.addfile(entry, io.BytesIO(PDF))
        answer = self.take(path)
        self.assertEqual((answer["documents"], answer["ignored"]), (1, 5))

    def test_cut_off(self):
        members = [(f"{i}.pdf", b"%PDF-1.4\n" + os.urandom(50000)) for i in range(6)]
        for path in (make_zip(self.path("a.zip"), members), make_tar(self.path("a.tar.gz"), members),
                     make_tar(self.path("a.tar.xz"), members, "w:xz")):
            with self.subTest(path):
                self.fresh()
                with open(path, "r+b") as file:
                    file.truncate(os.path.getsize(path) // 2)
                answer = self.take(path, code=1)
                self.assertGreaterEqual(answer["documents"], 3)
                self.assertEqual([kept["path"] for kept in answer["kept_whole"]], [path])
                self.assert_kept(path)

    def test_wrong_sizes(self):
        """A member that is longer or shorter than the archive says is none."""
        data = b"%PDF-1.4\n" + b"0123456789" * 20
        for said in (len(data) - 50, len(data) + 50):
            with self.subTest(said):
                self.fresh()
                path = make_zip(self.path(f"{said}.zip"), [("lie.pdf", data), ("good.pdf", PDF)])
                patch(path, len(data).to_bytes(4, "little"), said.to_bytes(4, "little"))
                answer = self.take(path, code=1)
                self.assertEqual([failed["path"] for failed in answer["failed"]], [path + "!/lie.pdf"])
                self.assertEqual(answer["documents"], 2)
                self.assert_kept(path)

    def test_wrong_size_of_large_member(self):
        data = b"%PDF-1.4\n" + os.urandom(26 * 1024 * 1024)
        path = make_zip(self.path("large.zip"), [("lie.pdf", data)])
        patch(path, len(data).to_bytes(4, "little"), (len(data) - 50).to_bytes(4, "little"))
        answer = self.take(path, code=1)
        self.assertEqual([failed["path"] for failed in answer["failed"]], [path + "!/lie.pdf"])
        self.assert_kept(path)

    def test_bomb(self):
        path = self.path("bomb.tar.gz")
        with tarfile.open(path, "w:gz", compresslevel=9) as archive:
            entry = tarfile.TarInfo("zeros.bin")
            entry.size = 700 * 1024 * 1024
            with open("/dev/zero", "rb") as zeros:
                archive.addfile(entry, zeros)
        answer = self.take(path, code=1)
        self.assertEqual([kept["code"] for kept in answer["kept_whole"]], ["beyond-limits"])
        self.assertIn("beyond-limits", [failed["code"] for failed in answer["failed"]])
        self.assert_kept(path)

    def test_bomb_of_large_files(self):
        path = make_zip(self.path("large.zip"), ((f"{i}.bin", bytes(300 * 1024 * 1024)) for i in range(3)))
        answer = self.take(path, code=1)
        self.assertEqual([kept["code"] for kept in answer["kept_whole"]], ["beyond-limits"])
        self.assert_kept(path)

    def test_bomb_in_an_archive(self):
        bomb = make_zip(self.path("b.zip"), [(f"{i}.bin", bytes(20 * 1024 * 1024)) for i in range(40)])
        path = make_zip(self.path("a.zip"), [("b.zip", content(bomb)), ("report.pdf", PDF)])
        answer = self.take(path, code=1)
        self.assertEqual([kept["code"] for kept in answer["kept_whole"]], ["beyond-limits"])
        self.assert_kept(bomb)

    def test_overlap(self):
        path = make_zip(self.path("overlap.zip"), [(f"{i}.pdf", PDF) for i in range(3)])
        data = content(path)
        second = data.index(b"PK\3\4", 4)
        patch(path, second.to_bytes(4, "little") + b"1.pdf", (0).to_bytes(4, "little") + b"1.pdf")
        answer = self.take(path, code=1)
        self.assertEqual([kept["code"] for kept in answer["kept_whole"]], ["beyond-limits"])
        self.assert_kept(path)

    def test_not_what_it_says(self):
        self.write("rubbish.gz", b"\x1f\x8b" + os.urandom(1000))
        self.write("rubbish.zip", b"PK\3\4" + os.urandom(1000))
        self.write("rubbish.7z", b"7z\xbc\xaf\x27\x1c" + os.urandom(1000))
        self.write("rubbish.rar", b"Rar!\x1a\7\0" + os.urandom(1000))
        self.write("udf.img", bytes(0x8000) + b"\0BEA01\1" + bytes(4000))
        names = ["rubbish.gz", "rubbish.zip", "rubbish.7z", "rubbish.rar", "udf.img"]
        answer = self.accounted(self.run_cli("import", self.vault, *map(self.path, names)))
        self.assertIn(answer.code, (0, 1))
        self.assertEqual(answer["documents"], len(names))
        self.assertEqual(sorted(kept["path"] for kept in answer["kept_whole"]), sorted(map(self.path, names)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
