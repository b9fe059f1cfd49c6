# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a C table of VRs from check_vrs.csv: check_vrs.py VRS.csv OUT.h"""
import csv
import re
import sys


def main():
    table, out = sys.argv[1:3]
    with open(table, newline="") as file:
        rows = [(row["tag"], row["vr"]) for row in csv.DictReader(line for line in file if not line.startswith("#"))]
    if rows != sorted(rows) or len({tag for tag, _ in rows}) != len(rows):
        sys.exit("the tags do not ascend")
    with open(out, "w") as file:
        file.write("/* Made by check_vrs.py from check_vrs.csv. DICOM (c) NEMA. */\n")
        file.write("static const struct { guint32 tag; const char *vrs; } vr_rows[] = {\n")
        for tag, vrs in rows:
            if not re.fullmatch("[0-9A-F]{8},[A-Z]{2}( [A-Z]{2})*", tag + "," + vrs):
                sys.exit(f"no attribute: {tag} {vrs}")
            file.write(f'  {{ 0x{tag}, "{vrs} " }},\n')
        file.write("};\n")


if __name__ == "__main__":
    main()
