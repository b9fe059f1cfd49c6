#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that fails: the n-th write, sync or rename of an import, a deletion for good and a change of the passphrase
answers EIO, ENOSPC or EDQUOT, for every n. Afterwards the vault opens, is whole, and holds what was acknowledged.
Then of a share, in the vault and where the copies go, where the disk may also keep something else than it was given:
the copies are there and whole, and the ledger knows of them, or neither is so. Also if the program is killed there;
then the ledger may know of a share that was about to be handed out.

error_sweep.py [--step N]   only every N-th n"""
import argparse
import errno
import json
import os
import shutil
import signal
import sys

from tools import NEW_PASSPHRASE, PASSPHRASE, Bench

FAULT = os.environ["SCANVAULT_SWEEP_FAULT"]
KINDS = {0: "other bytes", -signal.SIGKILL: "a kill"}
CHEAP = ("--kdf-memory", 8, "--kdf-passes", 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", type=int, default=1)
    options = parser.parse_args()
    runs = failures = 0
    with Bench() as bench:
        whole, vault, mark, log = (bench.path(name) for name in ("whole", "v", "mark", "log"))
        bench.create(whole)
        first = bench.write("first.txt", "the first letter\n" * 20)
        bench.cli("import", whole, first)
        item = json.loads(bench.cli("list", whole).stdout)["documents"][0]["id"]
        more = [bench.write(f"more {i}.txt", f"more {i}\n" * 3000) for i in range(4)]
        verbs = {"import": ("import", vault, *more, "--batch", 2, "--commit-log", log),
                 "purge": ("purge", vault, item),
                 "passphrase": ("passphrase", vault, "--new-passphrase-file", bench.new_passphrase, *CHEAP)}
        for name, words in verbs.items():
            for number in (errno.EIO, errno.ENOSPC, errno.EDQUOT):
                at = 1
                while True:
                    shutil.rmtree(vault, ignore_errors=True)
                    shutil.copytree(whole, vault)
                    for path in (mark, log):
                        if os.path.exists(path):
                            os.unlink(path)
                    process = bench.cli(*words, codes=None, extra={
                        "LD_PRELOAD": FAULT, "FAULT_ROOT": vault, "FAULT_AT": str(at), "FAULT_ERRNO": str(number), "FAULT_LOG": mark})
                    if not os.path.exists(mark):
                        break
                    runs += 1
                    problem = judge(bench, name, vault, log, first, process)
                    if problem:
                        failures += 1
                        print(f"{name}, {errno.errorcode[number]} at {at}: {problem}"[:900])
                    at += options.step
        share_runs, share_failures = shares(bench, options.step)
        runs, failures = runs + share_runs, failures + share_failures
    print(f"error sweep: {runs} failures of the disk, {failures} exceptions")
    sys.exit(1 if failures else 0)


def shares(bench, step):
    whole, vault, place, mark = (bench.path(name) for name in ("whole", "v", "place", "mark"))
    bench.cli("import", whole, bench.source(slices=2))
    study = json.loads(bench.cli("list", whole).stdout)["studies"][0]["id"]
    runs = failures = 0
    for kind, root, number in ((kind, root, number) for kind in ((), ("--zip", "--zip-password-new"))
                               for root in (vault, place) for number in (errno.EIO, errno.ENOSPC, 0, -signal.SIGKILL)):
        if root == vault and number == 0:
            continue  # what a vault that was changed says is the matter of other sweeps
        at = 1
        while True:
            for folder in (vault, place):
                shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(whole, vault)
            os.mkdir(place)
            if os.path.exists(mark):
                os.unlink(mark)
            out = os.path.join(place, "copy")
            process = bench.cli("share", vault, study, "-o", out, "--profile", "second-opinion", *kind, codes=None, extra={
                "LD_PRELOAD": FAULT, "FAULT_ROOT": root, "FAULT_AT": str(at), "FAULT_ERRNO": str(number), "FAULT_LOG": mark})
            if not os.path.exists(mark):
                break
            runs += 1
            problem = judge_share(bench, vault, place, process)
            if problem:
                failures += 1
                print(f"share {kind}, {KINDS.get(number) or errno.errorcode[number]} at {at} of {root}: {problem}"[:900])
            at += step
    return runs, failures


def judge_share(bench, vault, place, process):
    if process.returncode not in (0, 5, 6, -signal.SIGKILL):
        return f"exit {process.returncode}: {process.stdout[-300:]}"
    left = sorted(os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names)
    listed = bench.cli("shares", vault, codes=None)
    if listed.returncode != 0:
        return f"shares: {listed.returncode} {listed.stdout[-300:]}"
    known = json.loads(listed.stdout)["shares"]
    if process.returncode == -signal.SIGKILL and not os.path.exists(os.path.join(place, "copy")):
        hidden = os.path.join(place, ".scanvault-part-")
        return f"killed, left: {left}" if any(not path.startswith(hidden) for path in left) or len(known) > 1 else None
    if process.returncode not in (0, -signal.SIGKILL):
        return f"exit {process.returncode}, left: {left}, known: {len(known)}" if os.listdir(place) or known else None
    if len(known) != 1:
        return f"handed out, and the ledger has {len(known)}"
    if os.path.join(place, "copy") not in left and len(left) != known[0]["files"] + 5:
        return f"handed out in part: {left}"
    # What was put in place is what was recorded.
    copies = [path for path in left if "/DICOM/" in path or path.endswith("/copy")]
    matches = json.loads(bench.cli("trace", vault, *copies).stdout)["matches"]
    if len(matches) != len(copies) or not all("file-hash" in match["evidence"] for match in matches):
        return f"handed out, and not what was recorded: {matches}"
    return None


def judge(bench, name, vault, log, first, process):
    if process.returncode not in (0, 1, 6):
        return f"exit {process.returncode}: {process.stdout[-300:]}"
    for passphrase, file in ((PASSPHRASE, bench.passphrase), (NEW_PASSPHRASE, bench.new_passphrase)):
        listed = bench.cli("list", vault, passphrase=file, codes=None)
        if listed.returncode == 0:
            break
    else:
        return f"does not open: {listed.stdout[-300:]}"
    # After a failure the old or the new one may open it; after success the new one must.
    if name == "passphrase" and process.returncode == 0 and passphrase == PASSPHRASE:
        return "changed, but the old passphrase opens it"
    checked = bench.cli("check", vault, passphrase=file, codes=None)
    if checked.returncode != 0:
        return f"check: {checked.returncode} {checked.stdout[-500:]}"
    there = {document["name"] for document in json.loads(listed.stdout)["documents"]}
    acknowledged = set()
    if name == "import" and os.path.exists(log):
        with open(log, "rb") as said:
            acknowledged = {os.path.basename(path) for path in said.read().decode().split("\0") if path}
    if name != "purge":
        acknowledged.add(os.path.basename(first))
    elif process.returncode == 0 and there:
        return "purged, and still there"
    return f"lost: {acknowledged - there}" if acknowledged - there else None


if __name__ == "__main__":
    main()
