# SPDX-License-Identifier: GPL-3.0-or-later
"""Where it may run: as root or not, in containers and sandboxes, on kernels that lack something. Scans are read by a
process that is locked in, or not at all, and then it says why (app/reader/SANDBOX.md)."""
import ctypes
import os
import shutil
import subprocess
import sys
import unittest

from harness import SAMPLE, CliTest

CONFINED = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "confined.py")]
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
NOBODY = 65534
LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


class Environments(CliTest):
    def setUp(self):
        super().setUp()
        self.documents = self.path("documents")
        subprocess.run([os.environ["SCANVAULT_DOCUMENT_GEN"], self.documents], check=True)

    def works(self, prefix):
        """Scans and documents come in, are drawn and shared."""
        self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1", prefix=prefix)
        self.assertGreater(self.ok("import", self.vault, SAMPLE, self.documents, prefix=prefix)["stored"], 40)
        listed = self.ok("list", self.vault, prefix=prefix)
        study = next(study for study in listed["studies"] if "CT" in study["modalities"])
        letter = next(document for document in listed["documents"] if document["name"] == "letter.pdf")
        for item in (study, letter):
            self.ok("render", self.vault, item["id"], "-o", self.path(item["id"] + ".png"), prefix=prefix)
        shared = self.ok("share", self.vault, study["id"], "-o", self.path("shared"), "--profile", "second-opinion", prefix=prefix)
        self.assertGreater(shared["files"], 0)

    def refuses(self, prefix, why):
        """What cannot be read safely is not read: nothing is stored, and why is told."""
        self.ok("create", self.vault, "--kdf-memory", "8", "--kdf-passes", "1")
        answer = self.run_cli("import", self.vault, SAMPLE, prefix=prefix)
        self.assertEqual(answer.code, 6, (answer.stdout, answer.stderr))
        self.assertIn(why, answer.stdout.decode() + answer.stderr)
        self.assertEqual(self.ok("list", self.vault)["studies"], [])

    def confined(self, *rules):
        return [*CONFINED, *rules, "--"]

    def landlock(self, prefix=()):
        """What a reader says that stands behind its filter; the filter is always there."""
        told = self.ok("inspect", os.path.join(self.documents, "letter.pdf"), prefix=prefix)["sandbox"]
        self.assertEqual(told["seccomp"], True)
        return told["landlock"]

    def test_as_it_is(self):
        self.works(())

    def test_inspect_tells(self):
        version = ctypes.CDLL(None).syscall(444, None, 0, 1)  # landlock_create_ruleset, LANDLOCK_CREATE_RULESET_VERSION
        self.assertEqual(self.landlock(), max(version, 0))
        self.assertEqual(self.landlock(self.confined(*(f"{name}=ENOSYS" for name in LANDLOCK))), 0)

    def test_old_host(self):
        """A container that is newer than the kernel below it."""
        self.works(self.confined(*(f"{name}=ENOSYS" for name in (*LANDLOCK, "clone3", "close_range", "openat2", "faccessat2"))))

    def test_kernel_without_landlock(self):
        self.works(self.confined(*(f"{name}=ENOSYS" for name in LANDLOCK)))

    def test_landlock_switched_off(self):
        self.works(self.confined(*(f"{name}=EOPNOTSUPP" for name in LANDLOCK)))

    def test_container(self):
        """What container engines deny by default: unknown calls, new name spaces, tracing."""
        self.works(self.confined(*(f"{name}=EPERM" for name in LANDLOCK), "unshare=EPERM", "setns=EPERM", "mount=EPERM",
                                 "ptrace=EPERM", "process_vm_readv=EPERM", "add_key=EPERM", "keyctl=EPERM", "userfaultfd=EPERM",
                                 "io_uring_setup=EPERM", "clone3=ENOSYS", "mlockall=EPERM", "memfd_secret=ENOSYS"))

    def test_flatpak(self):
        """What Flatpak denies to every program, where it is one more filter above ours."""
        self.works(self.confined("syslog=EPERM", "uselib=EPERM", "acct=EPERM", "quotactl=EPERM", "add_key=EPERM", "keyctl=EPERM",
                                 "request_key=EPERM", "move_pages=EPERM", "mbind=EPERM", "unshare=EPERM", "setns=EPERM", "mount=EPERM",
                                 "umount2=EPERM", "pivot_root=EPERM", "chroot=EPERM", "clone3=ENOSYS", "open_tree=ENOSYS",
                                 "move_mount=ENOSYS", "perf_event_open=EPERM", "ptrace=EPERM"))

    def test_kernel_without_filters(self):
        self.refuses(self.confined("seccomp=ENOSYS", f"prctl:0:{PR_SET_SECCOMP}=EINVAL"), "does not start")

    def test_rights_cannot_be_given_up(self):
        self.refuses(self.confined(f"prctl:0:{PR_SET_NO_NEW_PRIVS}=EPERM"), "does not start")

    def test_landlock_half_there(self):
        """It says that it is there, and fails: that is no kernel without it."""
        if subprocess.run([*self.confined("landlock_restrict_self=EPERM"), sys.executable, "-c",
                           "import ctypes; raise SystemExit(ctypes.CDLL(None).syscall(444, None, 0, 1) < 1)"]).returncode != 0:
            self.skipTest("this kernel has no Landlock")
        self.refuses(self.confined("landlock_restrict_self=EPERM"), "not opened here")

    @unittest.skipIf(os.geteuid() != 0, "becoming somebody else takes root")
    def test_as_nobody(self):
        for base, folders, files in os.walk(self.folder):
            for name in (base, *(os.path.join(base, name) for name in folders + files)):
                os.chown(name, NOBODY, NOBODY)
        # Whoever is somebody else may not look into every build folder.
        if subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "test", "-x",
                           os.environ["SCANVAULT_CLI"], "-a", "-r", SAMPLE]).returncode != 0:
            self.skipTest("nobody may not run what was built here")
        self.works(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"])

    @unittest.skipIf(os.geteuid() != 0, "it is not root that runs this")
    def test_as_root_without_capabilities(self):
        self.works(["setpriv", "--bounding-set=-all", "--inh-caps=-all"])

    @unittest.skipIf(shutil.which("unshare") is None, "there is no unshare")
    def test_in_a_user_namespace(self):
        if subprocess.run(["unshare", "-r", "true"], capture_output=True).returncode != 0:
            self.skipTest("user namespaces are not allowed here")
        self.works(["unshare", "-r", "-n", "-i", "-u"])


if __name__ == "__main__":
    unittest.main()
