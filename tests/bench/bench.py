# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks: ratios against references of the same run, on scans that the generator makes, and on real ones if
--corpus names a folder with series. Nothing here passes or fails. Prints a table, as Markdown with --markdown, as JSON
with --json. Each contender runs --rounds times, in turns, and counts by its best time, so that other work on the
computer disturbs least.
    python3 tests/bench/bench.py BUILD [--corpus FOLDER] [--slices N] [--rounds N] [--only PART…]"""
import argparse
import json
import os
import shutil
import subprocess

import decoding
import window
from peers import PEERS, Copy, ResticAuto, ScanVault, zstd_size
from workbench import Workbench, size_of, timed


class Benchmarks:
    def __init__(self, options):
        self.options = options
        self.bench = Workbench(options.build)
        self.generated = None

    def scans(self, study=None):
        """The generated sample, or one study of it."""
        if self.generated is None:
            self.generated = self.bench.path("scans")
            self.bench.run([f"{self.bench.build}/tests/gen/scan-gen", self.generated, "--slices",
                            str(self.options.slices), "--size", "512"])
        return os.path.join(self.generated, "DICOM", study) if study else self.generated

    def contest(self, source):
        """Best seconds of every peer, and the vault's seconds of processor time."""
        best, cpu = {}, None
        for _ in range(self.options.rounds):
            for kind in PEERS:
                if kind.missing():
                    continue
                peer = kind(self.bench)
                peer.begin()
                os.sync()
                seconds, used, _ = timed(lambda: peer.take_in(source))
                seconds = peer.seconds(seconds)
                peer.drop()
                best[kind] = min(best.get(kind, seconds), seconds)
                if kind is ScanVault:
                    cpu = min(cpu or used, used)
        return best, cpu

    def imports(self):
        source = self.scans("ST000001")
        size = size_of(source)
        for base, _, names in os.walk(source):
            for name in names:
                with open(os.path.join(base, name), "rb") as file:
                    file.read()
        best, cpu = self.contest(source)
        vault = best[ScanVault]
        for kind in PEERS:
            name = f"import of {size / 1e6:.0f} MB of CT: speed"
            if kind is ScanVault:
                continue
            if kind.missing():
                self.bench.row(name, kind.missing(), kind.name)
                continue
            self.bench.row(name, f"{best[kind] / vault:.2f} ×",
                           f"{kind.name} ({size / 1e6 / best[kind]:.0f} MB/s, vault {size / 1e6 / vault:.0f})",
                           kind.budget)
        self.bench.row("processor time of it", f"{cpu / (size / 1e9):.1f} s/GB", f"{os.cpu_count()} processors",
                       "5 s/GB, aim 3")
        self.upkeep(source, vault)

    def upkeep(self, source, seconds):
        found = None
        for _ in range(self.options.rounds):
            peer = ScanVault(self.bench)
            peer.upkeep = True
            peer.begin()
            peer.take_in(source)
            peer.drop()
            if found is None or peer.found["upkeep_s"] < found["upkeep_s"]:
                found = peer.found
        self.bench.row("upkeep after it: snapshot, parity, a little checking", f"{found['upkeep_s'] * 1000:.0f} ms",
                       f"the import took {seconds * 1000:.0f} ms")
        self.bench.row("memory of the process that holds the keys, at most", f"{found['keeper_mb']:.0f} MB", "", "300 MB")

    def sizes_of(self, label, source, budget):
        size = size_of(source)
        stored = {}
        for kind in (ScanVault, ResticAuto):
            if not kind.missing():
                peer = kind(self.bench)
                peer.begin()
                peer.take_in(source)
                stored[kind] = peer.stored()
                peer.drop()
        zstd = zstd_size(self.bench, source)
        against = [f"restic {stored[ResticAuto] / size:.3f}" if ResticAuto in stored else ResticAuto.missing(),
                   f"zstd -3 {zstd / size:.3f}" if zstd else "zstd is not installed"]
        self.bench.row(f"stored size: {label}, {size / 1e6:.0f} MB", f"{stored[ScanVault] / size:.3f}", ", ".join(against),
                       budget)

    def sizes(self):
        self.sizes_of("synthetic CT", self.scans("ST000001"), "0.35, aim 0.28")
        self.sizes_of("synthetic MR", self.scans("ST000002"), "0.16")
        if self.options.corpus:
            series = os.path.join(self.options.corpus, "series")
            for name in sorted(os.listdir(series)):
                if name.endswith((".tar.xz", ".zip")):
                    folder = self.bench.path("series-" + name.split(".")[0])
                    shutil.unpack_archive(os.path.join(series, name), folder)
                    self.sizes_of("real " + name.split(".")[0], folder, "0.16" if "-mr-" in name else "0.35")

    def unlock(self):
        for instances, budget in ((1000, ""), (100000, "50 ms, 40 MB; commit 10 ms"), (1000000, "aim 500 ms")):
            found = self.bench.program("bench-unlock", instances)
            self.bench.row(f"unlock of {instances:,} instances, without key derivation",
                           f"{found['open_ms']:.1f} ms, {found['grown_mb']:.0f} MB",
                           f"with catalog {found['open_and_catalog_ms']:.1f} ms; a commit {found['commit_ms']:.1f} ms",
                           budget)

    def frames(self):
        found = self.bench.program("bench-frame")
        self.bench.row(f"random 512 KiB out of {found['object_mb']:.0f} MB, warm", f"{found['median_ms']:.2f} ms",
                       f"99 of 100 within {found['p99_ms']:.2f} ms", "1 ms")

    def pictures(self):
        vault = self.bench.vault("pictures")
        self.bench.cli("import", vault, self.scans(), "--no-read-back", codes=(0, 1))
        for entry in self.bench.program("bench-picture", vault, self.bench.passphrase):
            self.bench.row(f"first picture, warm reader: {entry['modality']} {entry['rows']} × {entry['columns']}",
                           f"{entry['median_ms']} ms", f"worst {entry['max_ms']} ms", "100 ms for 512²")
        self.scrolling(vault)

    def decoding(self):
        ct = self.scans("ST000001")
        if self.options.corpus:
            ct = self.bench.path("decoding-ct")
            shutil.unpack_archive(os.path.join(self.options.corpus, "series", "head-ct-ge.tar.xz"), ct)
        large = self.bench.path("large")
        self.bench.run([f"{self.bench.build}/tests/gen/scan-gen", large, "--slices", "1", "--size", "3000"])
        decoding.compare(self.bench, decoding.slice_in(ct), decoding.slice_in(os.path.join(large, "DICOM", "ST000001")))

    def sharing(self):
        """Copies of a CT that are made and verified, with the search for writing in the pictures and, made once more
        after the ledger, without it; against tools that neither search nor verify."""
        count = 500
        vault, scans, copies = self.bench.vault("handing"), self.bench.path("to-share"), self.bench.path("shared")
        self.bench.run([f"{self.bench.build}/tests/gen/scan-gen", scans, "--slices", str(count), "--size", "512"])
        source = os.path.join(scans, "DICOM", "ST000001", "SE000001")
        self.bench.cli("import", vault, source, "--no-read-back", codes=(0, 1))
        study = self.bench.cli("list", vault)["studies"][0]["id"]
        target = self.bench.path("theirs")
        empty = ["--empty", "10,10", "--empty", "10,20"]

        def again(function):
            best = None
            for _ in range(self.options.rounds):
                for folder in (copies, target):
                    shutil.rmtree(folder, ignore_errors=True)
                os.sync()
                seconds, _, result = timed(function)
                best = (seconds, result) if best is None or seconds < best[0] else best
            return best

        def quiet(command):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def gdcmanon_each():
            os.mkdir(target)
            for name in sorted(os.listdir(source)):
                quiet(["gdcmanon", "--dumb", *empty, os.path.join(source, name), os.path.join(target, name)])

        def gdcmanon_folder():
            os.mkdir(target)
            quiet(["gdcmanon", "--dumb", *empty, "-r", source, target])

        def dcmodify():
            shutil.copytree(source, target)
            quiet(["dcmodify", "-nb", "-ma", "(0010,0010)=A", "-ma", "(0010,0020)=B",
                   *(os.path.join(target, name) for name in sorted(os.listdir(target)))])

        base = again(lambda: self.bench.cli("list", vault))[0]
        searched, share = again(lambda: self.bench.cli("share", vault, study, "-o", copies, "--profile", "second-opinion",
                                                         "--confirm-reviewed"))
        remade = again(lambda: self.bench.cli("share", vault, "--again", share["share_id"], "-o", copies))[0]
        ours = {"de-identify, search for writing and verify": count / (searched - base),
                "de-identify and verify, without the search": count / (remade - base)}
        theirs = {"gdcmanon, a process a file": gdcmanon_each, "gdcmanon, a folder": gdcmanon_folder,
                  "dcmodify of a copied folder, two attributes": dcmodify}
        theirs = {name: count / again(run)[0] for name, run in theirs.items() if shutil.which(name.split(",")[0].split()[0])}
        for work, speed in ours.items():
            for name, reference in theirs.items():
                self.bench.row(f"{work}: {count} slices", f"{speed / reference:.2f} ×",
                               f"{name} ({reference:.0f} files/s, vault {speed:.0f})",
                               "1 ×, aim 3 ×" if "a file" in name else "")
            if not theirs:
                self.bench.row(f"{work}: {count} slices", f"{speed:.0f} files/s", "gdcmanon and dcmodify are not installed")

    def tracing(self):
        """A copy out of the last of 50 shares of 5,000 instances, by all that may tell it and by its frames alone."""
        shares, count = 50, 5000
        vault, scans, copies = self.bench.vault("traced"), self.bench.path("many"), self.bench.path("handed-out")
        self.bench.run([f"{self.bench.build}/tests/gen/scan-gen", scans, "--slices", str(count), "--size", "16"])
        self.bench.cli("import", vault, scans, "--no-read-back", codes=(0, 1))
        series = [series for study in self.bench.cli("list", vault)["studies"] for series in study["series"]]
        shared = next(one for one in series if one["modality"] == "MR")
        self.bench.run([f"{self.bench.build}/tests/bench/bench-trace", vault, self.bench.passphrase, str(shares - 1)])
        share = self.bench.cli("share", vault, shared["id"], "-o", copies, "--profile", "second-opinion", "--to",
                               "Dr. Windermere")["share_id"]
        found = sorted(os.path.join(base, name) for base, _, names in os.walk(os.path.join(copies, "DICOM")) for name in names)
        # The same pictures made anonymous by another: its frames are all that is left.
        other = self.bench.path("other")
        source = os.path.join(scans, "DICOM", "ST000002", "SE000001")
        self.bench.cli("deidentify", os.path.join(source, sorted(os.listdir(source))[0]), "-o", other, "--profile", "public")
        others = [os.path.join(base, name) for base, _, names in os.walk(os.path.join(other, "DICOM")) for name in names]
        base = min(timed(lambda: self.bench.cli("list", vault))[0] for _ in range(self.options.rounds))
        for label, path in (("one found copy", found[0]), ("one by its frames alone", others[0])):
            runs = [timed(lambda path=path: self.bench.cli("trace", vault, path)) for _ in range(self.options.rounds)]
            matches = runs[0][2]["matches"]
            if [match["share_id"] for match in matches] != [share]:
                raise SystemExit(f"trace: {matches}")
            seconds = min(run[0] for run in runs)
            self.bench.row(f"trace in {shares} shares of {count:,} instances: {label}", f"{seconds:.2f} s",
                           f"{seconds / base:.1f} times a list of the same vault; {', '.join(matches[0]['evidence'])}", "2 s")

    def scrolling(self, vault):
        program = f"{self.bench.build}/ui/scanvault"
        if not os.path.exists(program):
            return
        runner = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ui", "run-headless.sh")
        for label, option in (("scrolling 512², frame work", "--bench-scroll"),
                              ("crosshair from three sides, frame work", "--bench-planes")):
            process = subprocess.run([runner, program, "--vault", vault, "--passphrase-file", self.bench.passphrase,
                                      option, "300"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                     env={**self.bench.environment, "SCREEN": "1280x1000"}, timeout=300)
            lines = [line for line in process.stdout.decode().splitlines() if line.startswith("{")]
            if lines:
                self.bench.row(label, lines[-1], "", "p99 within 16.6 ms")

    def window(self):
        window.measure(self.bench)

    def run(self):
        try:
            for part in self.options.only or PARTS:
                getattr(self, part)()
        finally:
            self.bench.close()
        if self.options.markdown:
            print(self.bench.markdown())
        if self.options.json:
            print(json.dumps(self.bench.rows, indent=1))


PARTS = ("imports", "sizes", "unlock", "frames", "pictures", "decoding", "sharing", "tracing", "window")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--corpus", help="folder whose series/ holds archives of real series")
    parser.add_argument("--slices", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PARTS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    Benchmarks(parser.parse_args()).run()


if __name__ == "__main__":
    main()
