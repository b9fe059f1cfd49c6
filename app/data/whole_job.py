# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole job on the sample scan, by way of the command line: vault, import, picture, share with proof, export."""
import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile

# What identifies the made-up patient of the sample.
IDENTIFIERS = ["Quillfeather", "Ottoline", "QF-7731904", "OLD-220417-X", "19510504", "Heronsgate", "ACC5520771",
               "Wilgefortis", "WILGE_CT_3", "Candlewick", "Brackwater", "Ignatius", "Thistlewood", "SN-99-55107",
               "1.2.826.0.1.3680043.99.7731904"]


class Job:
    def __init__(self, options):
        self.cli = os.path.abspath(options.cli)
        self.sample = os.path.abspath(options.sample)
        self.folder = tempfile.mkdtemp(prefix="scanvault-job-")
        self.vault = self.path("sample.vault")
        self.passphrase = self.path("passphrase")
        with open(os.open(self.passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(12))

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, *arguments, codes=(0,)):
        process = subprocess.run([self.cli, "--json", "--quiet", "--passphrase-file", self.passphrase, *arguments],
                                 stdout=subprocess.PIPE)
        answer = json.loads(process.stdout)
        if process.returncode not in codes:
            sys.exit(f"{arguments[0]} failed: {answer.get('error', {}).get('message', 'unknown')}")
        return answer

    def create(self):
        self.run("create", self.vault, "--recovery-file", self.path("recovery-key"))
        print("1. Made a new vault. Its recovery key went to a file of its own.")

    def take_in(self):
        added = self.run("import", self.vault, self.sample)
        print(f"   Took in the sample: {added['files']} files, of which {added['stored']} pictures and "
              f"{added['documents']} documents were added, {added['duplicates']} was there already and "
              f"{added['ignored']} were left out, each by name:")
        for ignored in added["ignored_files"]:
            print(f"     {os.path.basename(ignored['path'])}: {ignored['reason']}")
        stored, original = added["bytes_stored"], added["bytes_read"]
        print(f"   {original / 1e6:.1f} MB became {stored / 1e6:.1f} MB, encrypted.")

    def look(self):
        self.listed = self.run("list", self.vault)
        print("2. The vault holds:")
        for study in self.listed["studies"]:
            pictures = sum(series["frames"] for series in study["series"])
            date = study["date"]
            print(f"     {study['title']}, {date[:4]}-{date[4:6]}-{date[6:]}: {pictures} picture{'s' * (pictures != 1)}")
        for document in self.listed["documents"]:
            print(f"     document: {document['name']}")
        self.study = next(study for study in self.listed["studies"] if "CT" in study["modalities"])
        drawn = self.run("render", self.vault, self.study["id"], "-o", self.path("picture.png"), "--size", "256")
        print(f"   Drew the middle picture of the {self.study['title']}: {drawn['columns']} × {drawn['rows']} pixels.")

    def share(self):
        out = self.path("copy")
        items = [study["id"] for study in self.listed["studies"]] + [item["id"] for item in self.listed["documents"]]
        # The sample is known: its ultrasound shows the name in a banner, which is covered.
        shared = self.run("share", self.vault, *items, "-o", out, "--profile", "second-opinion", "--confirm-reviewed",
                          "--leave-out-refused", "--to", "Second opinion (sample)", codes=(0, 1))
        print(f"3. Made a copy for a second opinion, without the name: {shared['files']} files. Left out:")
        names = {item["id"]: item["name"] for item in self.listed["documents"]}
        for refusal in shared["refused"]:
            print(f"     {names.get(refusal['item'], refusal['item'])}: {refusal['message']}")
        if shared["files"] == 0 or not shared["checks"]:
            sys.exit("nothing was shared")
        print("   The report that goes with it:\n")
        with open(os.path.join(out, "REPORT.TXT")) as report:
            print("".join("     | " + line for line in report))
        print("   The checks that passed:")
        for check in shared["checks"]:
            if not check["passed"]:
                sys.exit(f"the check {check['name']} failed")
            print(f"     {check['name']}: {check['examined']} examined")
        searched = self.search(out)
        print(f"   And once more by plain search: none of {len(IDENTIFIERS)} identifiers is in any of the {searched} bytes.")

    def search(self, folder):
        searched = 0
        for base, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(base, name), "rb") as file:
                    data = file.read().lower()
                searched += len(data)
                for identifier in IDENTIFIERS:
                    for form in (identifier.lower().encode(), identifier.lower().encode("utf-16-le")):
                        if form in data or identifier.lower() in name.lower():
                            sys.exit(f"{identifier} is in {name}")
        return searched

    def give_back(self):
        out = self.path("originals")
        exported = self.run("export", self.vault, self.study["id"], "-o", out)
        originals = set()
        for base, _, names in os.walk(self.sample):
            for name in names:
                with open(os.path.join(base, name), "rb") as file:
                    originals.add(file.read())
        compared = 0
        for base, _, names in os.walk(out):
            for name in names:
                with open(os.path.join(base, name), "rb") as file:
                    if file.read() not in originals:
                        sys.exit("an original did not come back as it was")
                compared += 1
        if compared != exported["files"]:
            sys.exit("not all originals came back")
        print(f"4. Took {compared} originals out again and compared them: every one is the same, bit for bit.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--keep", action="store_true", help="leave vault and copies behind")
    options = parser.parse_args()
    job = Job(options)
    try:
        job.create()
        job.take_in()
        job.look()
        job.share()
        job.give_back()
        if options.keep:
            print(f"Everything is in {job.folder}")
    finally:
        if not options.keep:
            shutil.rmtree(job.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
