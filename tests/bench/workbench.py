# SPDX-License-Identifier: GPL-3.0-or-later
"""What every benchmark needs: a folder that goes away, vaults in it, clocks, and the table of what was found."""
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time


def size_of(folder):
    return sum(os.path.getsize(os.path.join(base, name)) for base, _, names in os.walk(folder) for name in names)


def timed(function):
    """Seconds, seconds of processor time in children, and what the function returned."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, result


class Workbench:
    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.folder = tempfile.mkdtemp(prefix="scanvault-bench-")
        self.environment = dict(os.environ)
        for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"):
            self.environment[name] = self.path(name)
            os.mkdir(self.environment[name], 0o700)
        self.passphrase = self.path("passphrase")
        with open(self.passphrase, "w") as file:
            file.write("violet harbour ladder")
        self.rows = []

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def row(self, work, figure, against="", budget=""):
        """One line of the table: what was done, how it went, what it was measured against, what it has to reach."""
        self.rows.append({"work": work, "figure": figure, "against": against, "budget": budget})
        print(f"{work:58} {figure:>30}   {against:44} {budget}", flush=True)

    def markdown(self):
        lines = ["| work | figure | against | budget |", "|---|---|---|---|"]
        lines += [f"| {row['work']} | {row['figure']} | {row['against']} | {row['budget']} |" for row in self.rows]
        return "\n".join(lines)

    def run(self, command, **options):
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=self.environment, **options)

    def program(self, name, *arguments):
        """The JSON that a benchmark program prints."""
        return json.loads(self.run([f"{self.build}/tests/bench/{name}", *map(str, arguments)]).stdout)

    def cli(self, *arguments, codes=(0,)):
        process = subprocess.run([f"{self.build}/app/scanvault-cli", "--json", "--quiet", "--passphrase-file",
                                  self.passphrase, *arguments], stdout=subprocess.PIPE, env=self.environment)
        if process.returncode not in codes:
            raise SystemExit(f"{arguments[0]}: {process.stdout[-400:]}")
        return json.loads(process.stdout)

    def vault(self, name):
        path = self.path(name)
        self.cli("create", path, "--kdf-memory", "8", "--kdf-passes", "1", "--recovery-file", path + ".sheet")
        return path
