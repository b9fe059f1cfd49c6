# SPDX-License-Identifier: GPL-3.0-or-later
"""A patient's name goes through import, render, share and listing under strace: it stands in no file that was written
but the copy with the name, and in no argument list."""
import os
import re
import shutil
import subprocess
import unittest

from archives import make_tar, tree
from harness import PATIENT, SAMPLE, CliTest, content, files_below


@unittest.skipIf(shutil.which("strace") is None, "strace is not installed")
class Canary(CliTest):
    def traced(self, name, *arguments):
        trace = self.path("trace-" + name)
        process = subprocess.run(["strace", "-f", "-qq", "-s", "65536", "-x", "-e",
                                  "trace=write,pwrite64,writev,pwritev,openat,open,creat,execve,rename,renameat,"
                                  "renameat2,mkdir,mkdirat,connect,socket,sendto", "-o", trace,
                                  *self.command(*arguments)], capture_output=True, env=self.environment, timeout=600)
        if b"ptrace" in process.stderr.lower() and not os.path.getsize(trace):
            self.skipTest("this place does not let anybody trace")
        self.assertEqual(process.returncode, 0, process.stderr[-2000:])
        return content(trace).decode("latin-1")

    def assert_silent(self, trace, but_for=()):
        """No call carries the name, except writes to standard output and files below but_for."""
        openings = {}
        for line in trace.splitlines():
            opened = re.match(r'(\d+) +openat\([^,]+, "([^"]*)".*= (\d+)', line)
            if opened:
                openings[opened.group(3)] = opened.group(2)
            if not any(name.lower() in line.lower() for name in PATIENT):
                continue
            written = re.match(r"\d+ +(p?write(?:64|v)?)\((\d+),", line)
            if written and written.group(2) in ("1", "2"):
                continue
            place = openings.get(written.group(2), "") if written else ""
            self.assertTrue(written and any(place.startswith(folder) for folder in but_for), line[:400])

    def test_name_is_written_nowhere(self):
        self.create()
        packed = make_tar(self.path("packed.tar.gz"), tree(SAMPLE))
        self.assert_silent(self.traced("unpack", "import", self.vault, packed))
        shutil.rmtree(self.vault)
        self.create()
        self.assert_silent(self.traced("import", "import", self.vault, SAMPLE))
        study = self.study_of("CT")["id"]
        self.assert_silent(self.traced("list", "list", self.vault))
        self.assert_silent(self.traced("render", "render", self.vault, study, "-o", self.path("picture.png")))
        self.assert_silent(self.traced("share", "share", self.vault, study, "-o", self.path("copy"), "--profile",
                                       "second-opinion"))
        named = self.path("named")
        self.assert_silent(self.traced("named", "share", self.vault, study, "-o", named, "--profile", "named"),
                           but_for=[named])
        for path in files_below(self.folder):
            if path.startswith(named) or "trace-" in path:
                continue
            data = content(path).lower()
            for name in PATIENT:
                self.assertNotIn(name.lower().encode(), data, path)
                self.assertNotIn(name.lower(), path.lower())

    def test_no_network(self):
        self.create()
        trace = self.traced("network", "import", self.vault, SAMPLE)
        self.assertNotRegex(trace, r"socket\(AF_(INET|INET6|PACKET|NETLINK)")
        self.assertNotRegex(trace, r"connect\(")


if __name__ == "__main__":
    unittest.main(verbosity=2)
