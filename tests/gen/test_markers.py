# SPDX-License-Identifier: GPL-3.0-or-later
"""A file with something to search for in every attribute of the de-identification table is cleaned; nothing of it is left
in any file of the copy: test_markers.py SCAN-GEN TABLE.csv SCANVAULT-CLI"""
import json
import os
import subprocess
import sys
import tempfile

LEAST = 4000


def search(folder, markers):
    searched, found = 0, []
    for base, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(base, name), "rb") as file:
                data = file.read().lower() + name.lower().encode()
            searched += 1
            for marker, vr, place in markers:
                text = marker.lower()
                if text.encode() in data or text.encode("utf-16-le") in data:
                    found.append(f"{name}: {marker}, {vr} of {place}")
    return searched, found


def main():
    scan_gen, table, cli = sys.argv[1:4]
    with tempfile.TemporaryDirectory(prefix="scanvault-markers-") as folder:
        source, copy = os.path.join(folder, "source"), os.path.join(folder, "copy")
        subprocess.run([scan_gen, "--markers", table, source], check=True)
        with open(os.path.join(source, "markers.txt")) as file:
            markers = [line.rstrip("\n").split("\t") for line in file]
        with open(os.path.join(source, "markers.dcm"), "rb") as file:
            original = file.read()
        absent = [marker for marker, _, _ in markers if marker.encode() not in original]
        if absent or len(markers) < LEAST:
            sys.exit(f"the source holds {len(markers)} markers, and not all of them: {absent[:5]}")
        answer = json.loads(subprocess.run([cli, "--json", "deidentify", os.path.join(source, "markers.dcm"), "-o", copy,
                                            "--profile", "second-opinion", "--confirm-reviewed"],
                                           stdout=subprocess.PIPE, check=True).stdout)
        if answer["files"] != 1 or not all(check["passed"] for check in answer["checks"]):
            sys.exit(f"no copy, or not proved clean: {answer}")
        searched, found = search(copy, markers)
        print("\n".join(found))
        print(f"{len(markers)} markers, {searched} files searched, {len(found)} found")
        sys.exit(1 if found or searched == 0 else 0)


if __name__ == "__main__":
    main()
