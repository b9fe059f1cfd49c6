# SPDX-License-Identifier: GPL-3.0-or-later
"""Two computers that share a vault by copying files."""
import os
import shutil

from harness import SAMPLE, CliTest, content, files_below


class TwoComputers(CliTest):
    """Each has its own folder of the vault and remembers on its own; what one wrote is carried over by copying."""

    def setUp(self):
        super().setUp()
        self.vaults = [self.path("first.vault"), self.path("second.vault")]
        self.environments = []
        for name in ("first", "second"):
            environment = dict(self.environment)
            for variable in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
                environment[variable] = self.path(name + variable)
                os.mkdir(environment[variable], 0o700)
            self.environments.append(environment)
        self.vault = self.vaults[0]
        self.environment = self.environments[0]
        self.create()
        shutil.copytree(self.vaults[0], self.vaults[1])
        self.seen = set()
        self.sync()

    def on(self, computer, verb, *arguments, **options):
        self.environment = self.environments[computer]
        return self.ok(verb, self.vaults[computer], *arguments, **options)

    def relative(self, computer):
        root = self.vaults[computer]
        return {os.path.relpath(path, root) for path in files_below(root)
                if not os.path.relpath(path, root).startswith("tmp")}

    def sync(self):
        """As a two-way sync tool does: what is new goes over, what was removed is removed."""
        sides = [self.relative(0), self.relative(1)]
        for here in (0, 1):
            there = 1 - here
            for name in sides[here] - sides[there]:
                path, other = (os.path.join(self.vaults[side], name) for side in (here, there))
                if name in self.seen:
                    os.unlink(path)
                else:
                    os.makedirs(os.path.dirname(other), exist_ok=True)
                    shutil.copyfile(path, other)
        self.seen = self.relative(0) | self.relative(1)
        self.assertEqual(self.relative(0), self.relative(1))

    def lists(self):
        """What both show, which must be the same but for the sizes on disk."""
        answers = [self.on(computer, "list").json for computer in (0, 1)]
        for answer in answers:
            answer["totals"].pop("bytes_stored")
        self.assertEqual(answers[0], answers[1])
        return answers[0]

    def contents(self, computer, name):
        self.on(computer, "export", "all", "-o", self.path(name))
        return {content(path) for path in files_below(self.path(name))}

    def study(self, modality):
        return next(study for study in self.lists()["studies"] if modality in study["modalities"])

    def filled_twice(self):
        self.on(0, "import", SAMPLE)
        self.sync()
        # Each says a word, so that each knows of the other.
        self.on(1, "import", self.write("second.pdf", b"%PDF-1.4\nsecond"))
        self.sync()
        self.on(0, "import", self.write("first.pdf", b"%PDF-1.4\nfirst"))
        self.sync()
        return self.lists()

    def pictures(self, modality):
        paths = [path for path in files_below(SAMPLE) if content(path)[128:132] == b"DICM"]
        return [path for path, file in zip(paths, self.ok("inspect", *paths)["files"]) if file["modality"] == modality]
