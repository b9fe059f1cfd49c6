# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a C table of codes from deid_codes.csv: deid_codes.py CODES.csv OUT.h"""
import csv
import sys


def main():
    table, out = sys.argv[1:3]
    with open(table, newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    codes = sorted((row["scheme"].encode(), row["value"].encode(), row["meaning"].encode()) for row in rows)
    if len({code[:2] for code in codes}) != len(codes):
        sys.exit("a code stands twice in the table")
    for scheme, value, meaning in codes:
        # PS3.5 6.2: SH and LO; what C would have to escape does not occur.
        if len(value) > 16 or len(meaning) > 64 or any(c < 32 or c > 126 or c in b'"\\' for c in value + meaning):
            sys.exit(f"no code: {scheme} {value} {meaning}")
    with open(out, "w") as file:
        file.write("/* Made by deid_codes.py from deid_codes.csv. DICOM (c) NEMA. */\n")
        file.write("static const struct { const char *scheme, *value, *meaning; } code_rows[] = {\n")
        for code in codes:
            file.write('  { "%s", "%s", "%s" },\n' % tuple(part.decode() for part in code))
        file.write("};\n")


if __name__ == "__main__":
    main()
