# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks: ratios against references of the same run, on scans that the generator makes, and on a folder of real ones
if --real names one. Nothing here passes or fails. Prints a table, and JSON with --json.
    python3 tests/bench/bench.py BUILD [--real FOLDER] [--slices N]"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time


class Bench:
    def __init__(self, options):
        self.build = os.path.abspath(options.build)
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="scanvault-bench-")
        self.environment = dict(os.environ)
        for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            self.environment[name] = os.path.join(self.folder, name)
            os.mkdir(self.environment[name], 0o700)
        self.passphrase = os.path.join(self.folder, "passphrase")
        with open(self.passphrase, "w") as file:
            file.write("violet harbour ladder")
        self.rows = []

    def cli(self, *arguments, codes=(0,)):
        process = subprocess.run([f"{self.build}/app/scanvault-cli", "--json", "--quiet", "--passphrase-file",
                                  self.passphrase, *arguments], stdout=subprocess.PIPE, env=self.environment)
        if process.returncode not in codes:
            raise SystemExit(f"{arguments[0]}: {process.stdout[-400:]}")
        return json.loads(process.stdout)

    def timed(self, function):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        result = function()
        seconds = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return seconds, cpu, result

    def row(self, name, figure, budget):
        self.rows.append({"work": name, "figure": figure, "budget": budget})
        print(f"{name:58} {figure:>34}   {budget}", flush=True)

    def generate(self):
        self.scans = os.path.join(self.folder, "scans")
        subprocess.run([f"{self.build}/tests/gen/scan-gen", self.scans, "--slices", str(self.options.slices), "--size",
                        "512"], check=True)

    def size_of(self, folder):
        return sum(os.path.getsize(os.path.join(base, name)) for base, _, names in os.walk(folder) for name in names)

    def vault(self, name):
        path = os.path.join(self.folder, name)
        self.cli("create", path, "--kdf-memory", "8", "--kdf-passes", "1", "--recovery-file", path + ".sheet")
        return path

    def import_speed(self, label, source):
        size = self.size_of(source)
        # Warm the page cache for both.
        subprocess.run(["cp", "-r", source, os.path.join(self.folder, "warm")], check=True)
        shutil.rmtree(os.path.join(self.folder, "warm"))
        copies, imports, cpus = [], [], []
        for round_ in range(3):
            target = os.path.join(self.folder, f"copy{round_}")
            os.sync()
            copies.append(self.timed(lambda: subprocess.run(f"cp -r '{source}' '{target}' && sync -f '{target}'",
                                                            shell=True, check=True))[0])
            shutil.rmtree(target)
            vault = self.vault(f"{label}{round_}")
            # Process start, key derivation and opening are not the import's.
            base = min(self.timed(lambda: self.cli("list", vault))[0] for _ in range(2))
            os.sync()
            seconds, cpu, answer = self.timed(lambda: self.cli("import", vault, source, "--no-read-back", codes=(0, 1)))
            imports.append(seconds - base)
            cpus.append(cpu)
        copy, taken = statistics.median(copies), statistics.median(imports)
        self.row(f"import of {label}, {size / 1e6:.0f} MB: speed against cp + sync",
                 f"{copy / taken:.2f} ({size / 1e6 / taken:.0f} MB/s, cp {size / 1e6 / copy:.0f})", "must 0.25, aim 0.6")
        self.row(f"  CPU a GB", f"{statistics.median(cpus) / (size / 1e9):.1f} s", "must 5, aim 3")
        totals = self.cli("list", vault)["totals"]
        self.row(f"  stored size against original", f"{totals['bytes_stored'] / max(totals['bytes_original'], 1):.3f}",
                 "CT 0.35, MR 0.16")
        return vault

    def pictures(self, vault):
        process = subprocess.run([f"{self.build}/tests/bench/bench-picture", vault, self.passphrase],
                                 stdout=subprocess.PIPE, env=self.environment)
        for entry in json.loads(process.stdout) if process.returncode == 0 else []:
            self.row(f"first picture, warm reader: {entry['modality']} {entry['rows']} × {entry['columns']}",
                     f"median {entry['median_ms']} ms, max {entry['max_ms']}", "100 ms for 512²")

    def sharing(self, vault):
        study = next(s for s in self.cli("list", vault)["studies"] if "CT" in s["modalities"])
        count = study["series"][0]["instances"]
        out = os.path.join(self.folder, "shared")
        base = self.timed(lambda: self.cli("list", vault))[0]
        seconds = self.timed(lambda: self.cli("share", vault, study["id"], "-o", out, "--profile",
                                              "second-opinion"))[0] - base
        if shutil.which("gdcmanon") is None:
            self.row("de-identify and verify", f"{count / seconds:.0f} files/s", "no gdcmanon to compare with")
            return
        source = os.path.join(self.scans, "DICOM", "ST000001", "SE000001")
        files = sorted(os.listdir(source))
        target = os.path.join(self.folder, "gdcm")
        os.mkdir(target)

        def gdcmanon():
            for name in files:
                subprocess.run(["gdcmanon", "--dumb", "--empty", "10,10", "--empty", "10,20", os.path.join(source, name),
                                os.path.join(target, name)], check=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)

        reference = len(files) / self.timed(gdcmanon)[0]
        self.row("de-identify and verify against gdcmanon, files/s",
                 f"{count / seconds / reference:.2f} ({count / seconds:.0f} and {reference:.0f})", "must 1, aim 3")

    def unlock(self):
        program = f"{self.build}/tests/bench/bench-unlock"
        if not os.path.exists(program):
            return
        process = subprocess.run([program], stdout=subprocess.PIPE, env=self.environment)
        if process.returncode == 0:
            self.row("unlock of 100,000 instances, without key derivation", process.stdout.decode().strip(), "50 ms, 40 MB")

    def scrolling(self, vault):
        runner = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ui", "run-headless.sh")
        process = subprocess.run([runner, f"{self.build}/ui/scanvault", "--vault", vault, "--passphrase-file", self.passphrase,
                                  "--bench-scroll", "300"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 env={**self.environment, "SCREEN": "1280x1000"}, timeout=300)
        lines = [line for line in process.stdout.decode().splitlines() if line.startswith("{")]
        if lines:
            self.row("scrolling 512², frame work", lines[-1], "p99 within 16.6 ms")

    def run(self):
        try:
            self.generate()
            vault = self.import_speed("synthetic CT", os.path.join(self.scans, "DICOM", "ST000001"))
            full = self.import_speed("the whole sample", self.scans)
            if self.options.real:
                self.pictures(self.import_speed("real scans", self.options.real))
            self.pictures(full)
            self.sharing(vault)
            self.unlock()
            self.scrolling(vault)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.options.json:
            print(json.dumps(self.rows, indent=1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--real")
    parser.add_argument("--slices", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    Bench(parser.parse_args()).run()


if __name__ == "__main__":
    main()
