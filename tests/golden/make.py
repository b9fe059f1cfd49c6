#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a golden vault: one of each thing that the format knows. Run once for each release of the format; what it made
stays as it is for ever, and every later program must read it (tests/cli/test_golden.py).

make.py SCANVAULT_CLI SCAN_GEN FOLDER"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

PASSPHRASE, SECOND, REMOVED = "golden acorn willow", "zweite Passphrase: Käse", "told to somebody"


def records(vault):
    return {os.path.join(at, name) for folder in ("j", "j2") for at, _, names in os.walk(os.path.join(vault, folder))
            for name in names}


def main(cli, scan_gen, folder):
    vault = os.path.join(folder, "vault")
    os.makedirs(folder)
    with tempfile.TemporaryDirectory() as work:
        def path(*names):
            return os.path.join(work, *names)

        def write(name, text):
            with open(path(name), "w", encoding="utf-8") as file:
                file.write(text)
            return path(name)

        def run(computer, *words, secret=PASSPHRASE, code=0):
            state = path("state" + computer)
            os.makedirs(state, exist_ok=True)
            environment = {**os.environ, "XDG_STATE_HOME": state, "XDG_RUNTIME_DIR": state, "HOME": state}
            answer = subprocess.run([cli, "--json", "--passphrase-file", write("passphrase", secret), *words],
                                    env=environment, capture_output=True)
            assert answer.returncode == code, (words, answer.stdout, answer.stderr)
            return json.loads(answer.stdout)

        cheap = ["--kdf-memory", "8", "--kdf-passes", "1"]
        made = run("1", "create", vault, *cheap)
        scans = path("scans")
        subprocess.run([scan_gen, scans, "--slices", "3", "--size", "48", "--seed", "3"], check=True, capture_output=True)
        run("1", "import", vault, scans, "--batch", "4")
        # Deleted for good, so that a bundle is written anew and a deletion stands in the journal.
        ct = next(s for s in run("1", "list", vault)["studies"] if "CT" in s["modalities"])
        shown = run("1", "show", vault, ct["series"][0]["id"], "--instances")
        run("1", "delete", vault, shown["instances"][0]["id"])
        run("1", "purge", vault)
        run("1", "slots", vault, "--add-passphrase-file", write("second", SECOND), "--label", "at my sister's", *cheap)
        # Another computer adds something, puts something into the trash and shares.
        run("2", "import", vault, write("letter one.txt", "A letter that the second computer added.\n"), secret=SECOND)
        run("2", "import", vault, write("letter two.txt", "A letter in the trash.\n"))
        trashed = next(d for d in run("2", "list", vault)["documents"] if d["name"] == "letter two.txt")
        run("2", "delete", vault, trashed["id"])
        run("2", "share", vault, ct["id"], "-o", path("out"), "--profile", "second-opinion", "--to", "Dr. Gold",
            "--confirm-reviewed")
        # A passphrase that opens nothing any more.
        run("1", "slots", vault, "--add-passphrase-file", write("third", REMOVED), "--label", "spare", *cheap)
        spare = next(slot for slot in run("1", "slots", vault)["slots"] if slot["label"] == "spare")
        run("1", "slots", vault, "--remove", spare["id"])
        # A record that is lost for good; what it named is found again.
        before = records(vault)
        run("1", "import", vault, write("letter four.txt", "Its record was lost.\n"))
        lost = min(os.path.basename(path) for path in records(vault) - before)
        run("1", "import", vault, write("letter three.txt", "The last one.\n"))
        for record in records(vault):
            if os.path.basename(record) == lost:
                with open(record, "r+b") as file:
                    file.seek(200)
                    file.write(b"lost")
        run("1", "check", vault, "--repair", code=4)
        run("1", "check", vault)
        listed = run("1", "list", vault)
        run("1", "export", vault, "all", "-o", path("all"))
        files = {}
        for at, _, names in os.walk(path("all")):
            for name in names:
                with open(os.path.join(at, name), "rb") as file:
                    files[os.path.relpath(os.path.join(at, name), path("all"))] = hashlib.sha256(file.read()).hexdigest()
        expected = {"passphrases": [PASSPHRASE, SECOND], "removed": [REMOVED], "recovery_key": made["recovery_key"],
                    "vault_id": made["vault_id"], "list": listed, "shares": run("1", "shares", vault)["shares"],
                    "files": files}
    shutil.rmtree(os.path.join(vault, "tmp"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.write("\n")


main(*sys.argv[1:])
