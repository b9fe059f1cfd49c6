# SPDX-License-Identifier: GPL-3.0-or-later
"""How the window keeps up: the work of each frame of the screen while a gallery of 1,000 studies is scrolled, and while a
picture of 3000² is made brighter; and how long a person waits for the lock page, for the first cards with pictures, and for
the first picture of a scan. Lock page and cards are seen through the accessibility bus, whose answers take a good part of
that time; the picture is seen on the screen itself."""
import glob
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
UI_TESTS = os.path.join(HERE, "..", "ui")
RUNNER = os.path.join(UI_TESTS, "run-headless.sh")
ROOT = b"1.2.826.0.1.3680043.99.7731904"
STUDIES = 1000
STEPS = "300"
OPENED = 10
BUDGET = "p99 within 16.6 ms"


def make_studies(bench, folder):
    """As many studies of one picture each: one file of the generator with other UIDs and dates, of the same length."""
    bench.run([f"{bench.build}/tests/gen/scan-gen", folder + "-seed", "--slices", "1", "--size", "64"])
    for path in sorted(glob.glob(folder + "-seed/**/*", recursive=True)):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                seed = file.read()
            if seed[128:132] == b"DICM" and b"CT CHEST" in seed:
                break
    uids = sorted(set(re.findall(re.escape(ROOT) + rb"[0-9.]*", seed)), key=len, reverse=True)
    os.mkdir(folder)
    for i in range(STUDIES):
        data = seed
        for uid in uids:
            data = data.replace(uid, uid[:24] + b"%06d" % (800000 + i) + uid[30:])
        data = data.replace(b"20240303", b"%04d%02d%02d" % (2024 - i // 80, 1 + i % 12, 1 + i % 28))
        with open(os.path.join(folder, f"{i:04d}.dcm"), "wb") as file:
            file.write(data)


def frames(bench, label, vault, option):
    process = subprocess.run([RUNNER, f"{bench.build}/ui/scanvault", "--vault", vault, "--passphrase-file",
                              bench.passphrase, option, STEPS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             env={**bench.environment, "SCREEN": "1280x1000"}, timeout=300)
    lines = [line for line in process.stdout.decode().splitlines() if line.startswith("{")]
    bench.row(label, lines[-1] if lines else "not measured", "", BUDGET)


def measure(bench):
    many, large = bench.path("many"), bench.path("large-picture")
    make_studies(bench, many)
    bench.run([f"{bench.build}/tests/gen/scan-gen", large, "--slices", "1", "--size", "3000"])
    gallery, picture = bench.vault("gallery"), bench.vault("picture")
    bench.cli("import", gallery, many, "--no-read-back", codes=(0, 1))
    bench.cli("import", picture, os.path.join(large, "DICOM", "ST000001"), "--no-read-back", codes=(0, 1))
    frames(bench, f"scrolling a gallery of {STUDIES:,} studies, frame work", gallery, "--bench-gallery")
    frames(bench, "brightness of a picture of 3000², frame work", picture, "--bench-brightness")
    told = subprocess.run([RUNNER, "/usr/bin/python3", os.path.abspath(__file__), f"{bench.build}/ui/scanvault", gallery,
                           bench.passphrase], capture_output=True, text=True, env=bench.environment, timeout=300)
    for label, found in re.findall(r"^MEASURED (.*): (.*)$", told.stdout, re.MULTILINE):
        bench.row(label, found, f"of {STUDIES:,} studies, without key derivation's cost", "")


def waits(scanvault, vault, passphrase_file):
    """Runs inside the headless screen."""
    import time
    sys.path.insert(0, UI_TESTS)
    from eyes import Eyes
    from uidriver import Program
    with open(passphrase_file) as file:
        passphrase = file.read()

    def tell(label, begun):
        print(f"MEASURED {label}: {1000 * (time.monotonic() - begun):.0f} ms", flush=True)

    begun = time.monotonic()
    app = Program([scanvault, "--vault", vault, "--kdf-test"])
    entry = app.lock_entry()
    tell("start to the lock page", begun)
    app.click(entry)
    time.sleep(0.5)
    app.type(passphrase)
    begun = time.monotonic()
    app.keys("Return")
    card = app.get("table cell", ".*CT.*")
    tell("unlock to the first cards", begun)
    time.sleep(1)
    eyes, waited = Eyes(), []
    for _ in range(OPENED):
        waited.append(1000 * eyes.double_click(*app.point(card)))
        app.window("Scan Vault Viewer")
        app.keys("Escape")
        app.closed("Scan Vault Viewer")
    print(f"MEASURED double-click to the first picture: {waited[0]:.0f} ms, later {statistics.median(waited[1:]):.0f}",
          flush=True)
    app.quit()


if __name__ == "__main__":
    waits(*sys.argv[1:])
