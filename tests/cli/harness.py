# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives scanvault-cli as the contract of the command line describes it."""
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import unittest

CLI = os.environ["SCANVAULT_CLI"]
SAMPLE = os.environ["SCANVAULT_SAMPLE"]
PASSPHRASE = "violet harbour ladder"
PATIENT = ["Quillfeather", "Ottoline"]
# Under the sanitizers, which look for other faults and are slow, what is done many times is done a few times.
SANITIZED = "SCANVAULT_SANITIZED" in os.environ


class Answer:
    def __init__(self, process):
        self.code = process.returncode
        self.stdout = process.stdout
        self.stderr = process.stderr.decode("utf-8", "replace")
        try:
            self.json = json.loads(process.stdout)
        except ValueError:
            self.json = None

    def __getitem__(self, key):
        return self.json[key]


class CliTest(unittest.TestCase):
    """A folder of its own, a private state and runtime folder, and a vault on request."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="scanvault-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = dict(os.environ)
        for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "HOME"):
            self.environment[name] = self.path(name.lower())
            os.mkdir(self.environment[name], 0o700)
        self.passphrase = self.write("passphrase", PASSPHRASE + "\n")
        self.vault = self.path("test.vault")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return path

    def command(self, *arguments, passphrase=None):
        return [CLI, "--json", "--passphrase-file", passphrase or self.passphrase, *map(str, arguments)]

    def run_cli(self, *arguments, passphrase=None, prefix=(), timeout=300, **options):
        process = subprocess.run([*prefix, *self.command(*arguments, passphrase=passphrase)], capture_output=True,
                                 stdin=subprocess.DEVNULL, timeout=timeout, env=self.environment, **options)
        return Answer(process)

    def ok(self, *arguments, code=0, **options):
        answer = self.run_cli(*arguments, **options)
        self.assertEqual(answer.code, code, (arguments, answer.stdout[-2000:], answer.stderr[-2000:]))
        self.assertIsNotNone(answer.json, (arguments, answer.stdout[-2000:]))
        if code != 0:
            self.assertIn("error", answer.json)
            self.assertRegex(answer["error"]["code"], r"^[a-z0-9]+(-[a-z0-9]+)*$")
            self.assertTrue(answer["error"]["message"].strip())
        return answer

    def create(self):
        return self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1")

    def filled(self):
        self.create()
        return self.ok("import", self.vault, SAMPLE)

    def studies(self):
        return self.ok("list", self.vault)["studies"]

    def study_of(self, modality):
        return next(study for study in self.studies() if modality in study["modalities"])


class HeldImport:
    """An import that cannot end by itself: its commit log is a pipe of one page, and the source's paths are longer than
    that together. It waits, with batches committed, until it is killed or the log is read."""

    def __init__(self, test, batch, pack=None, stderr=subprocess.DEVNULL):
        """pack: makes an archive of (name, bytes) pairs beside a path, and returns its path."""
        source = test.path("source" + "-" * 180)
        for number in range(3):
            shutil.copytree(SAMPLE, os.path.join(source, str(number)))
        assert sum(len(os.fsencode(path)) + 1 for path in files_below(source)) > 2 * select.PIPE_BUF
        if pack:
            source = pack(source, [(os.path.relpath(path, source), content(path)) for path in files_below(source)])
        log = test.path("log")
        os.mkfifo(log)
        self.log = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        test.addCleanup(os.close, self.log)
        fcntl.fcntl(self.log, fcntl.F_SETPIPE_SZ, select.PIPE_BUF)
        self.process = subprocess.Popen(test.command("import", test.vault, source, "--batch", batch, "--commit-log", log),
                                        env=test.environment, stdout=subprocess.DEVNULL, stderr=stderr)
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.kill)

    def wait_for_commit(self):
        deadline = time.monotonic() + 300
        while not select.select([self.log], [], [], 0.1)[0]:
            assert self.process.poll() is None, "the import ended before it committed anything"
            assert time.monotonic() < deadline, "no commit within five minutes"

    def interrupt(self, number):
        """Returns when the program has taken the signal."""
        self.process.send_signal(number)
        deadline = time.monotonic() + 300
        while self.is_pending(number):
            assert time.monotonic() < deadline, "the signal was not taken within five minutes"
            time.sleep(0.005)

    def is_pending(self, number):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii", errors="replace") as status:
            return any(int(line.split()[1], 16) >> (number - 1) & 1 for line in status
                       if line.startswith(("SigPnd:", "ShdPnd:")))

    def acknowledged(self):
        """The whole log, read until the import has ended: it opens the pipe anew for each batch."""
        text = b""
        deadline = time.monotonic() + 300
        while True:
            ended = self.process.poll() is not None
            try:
                piece = os.read(self.log, 1 << 16)
            except BlockingIOError:
                piece = b""
            text += piece
            if ended and not piece:
                return text.split(b"\0")[:-1]
            assert time.monotonic() < deadline, "the import did not end within five minutes"
            if not piece:
                time.sleep(0.005)


def files_below(folder):
    return sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)


def content(path):
    with open(path, "rb") as file:
        return file.read()
