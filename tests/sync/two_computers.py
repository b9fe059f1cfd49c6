#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two computers that add, delete, restore and purge at random and are synchronised both ways by Unison, round after round:
both fold to the same state, and it is what a model says: what anybody added is there unless somebody purged it.

two_computers.py CLI [--rounds N] [--seed N]"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cli")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if shutil.which("unison") is None:
        print("unison is not installed")
        sys.exit(77)
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="scanvault-two-") as work:
        def path(*names):
            return os.path.join(work, *names)

        with open(path("passphrase"), "w") as file:
            file.write("violet harbour ladder")
        vaults = [path("one"), path("two")]
        os.mkdir(vaults[1])

        def on(computer, verb, *words):
            state = path(f"state{computer}")
            os.makedirs(state, exist_ok=True)
            environment = {**os.environ, "XDG_STATE_HOME": state, "XDG_RUNTIME_DIR": state, "HOME": state}
            process = subprocess.run([options.cli, "--json", "--passphrase-file", path("passphrase"), verb, vaults[computer],
                                      *words], env=environment, capture_output=True)
            if process.returncode:
                raise SystemExit(f"{verb} {words} on {computer}: {process.returncode} {process.stdout[-900:]}")
            return json.loads(process.stdout)

        def sync():
            process = subprocess.run(["unison", *vaults, "-batch", "-auto", "-silent", "-ignore", "Path tmp"],
                                     env={**os.environ, "UNISON": path("unison"), "HOME": work}, capture_output=True)
            if process.returncode > 1:
                raise SystemExit(process.stderr)

        on(0, "create", "--kdf-memory", "8", "--kdf-passes", "1")
        sync()
        added, purged, number, actions = set(), set(), 0, 0
        for turn in range(options.rounds):
            for computer in (0, 1):
                for _ in range(rng.randrange(3)):
                    actions += 1
                    listed = on(computer, "list")
                    here = {item["name"]: item["id"] for item in listed["documents"]}
                    trash = {item["title"]: item["id"] for item in listed["trash"]}
                    what = rng.random()
                    if what < 0.55 or not here:
                        number += 1
                        name = f"letter {number}.txt"
                        with open(path(name), "w") as file:
                            file.write(name * 50)
                        on(computer, "import", path(name))
                        added.add(name)
                    elif what < 0.75:
                        on(computer, "delete", here[rng.choice(sorted(here))])
                    elif what < 0.85 and trash:
                        on(computer, "restore", trash[rng.choice(sorted(trash))])
                    elif trash:
                        name = rng.choice(sorted(trash))
                        on(computer, "purge", trash[name])
                        purged.add(name)
            # The second time carries what the first let each of them say.
            sync()
            states = []
            for computer in (0, 1):
                listed = on(computer, "list")
                states.append((sorted(item["name"] for item in listed["documents"]),
                               sorted(item["title"] for item in listed["trash"])))
            assert states[0] == states[1], (turn, states)
            there = set(states[0][0]) | set(states[0][1])
            assert there == added - purged, (turn, (added - purged) ^ there)
        for computer in (0, 1):
            on(computer, "check")
        print(f"two computers: {options.rounds} rounds, {actions} actions, {len(added)} added, {len(purged)} purged, 0 lost")


if __name__ == "__main__":
    main()
