# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the C table of de-identification rules from deid_table.csv: deid_tables.py TABLE.csv OUT.h"""
import csv
import re
import sys

TAG = re.compile(r"\(([0-9A-F]{4}),([0-9A-F]{4})\)$")


def main():
    table, out = sys.argv[1:3]
    with open(table, newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    lines, patterns = [], 0
    for row in rows:
        match = TAG.match(row["tag"])
        if not match:
            # Whole groups (50xx, 60xx, private) are rules of the code, not rows.
            patterns += 1
            continue
        group, element = (int(part, 16) for part in match.groups())
        flag = lambda column: f"'{row[column]}'" if row[column] else "0"
        lines.append((group << 16 | element,
                      f"  {{ 0x{group:04X}, 0x{element:04X}, '{row['source']}', \"{row['basic']}\", "
                      f"{flag('characteristics')}, {flag('full_dates')}, {flag('modified_dates')}, "
                      f"{flag('descriptors')} }}, /* {row['keyword']} */"))
    lines.sort()
    if len({tag for tag, _ in lines}) != len(lines):
        sys.exit("a tag stands twice in the table")
    from_standard = sum(row["source"] == "E" for row in rows)
    with open(out, "w") as file:
        file.write("/* Made by deid_tables.py from deid_table.csv. DICOM (c) NEMA. */\n")
        file.write(f"#define DEID_ROWS_E {from_standard}\n#define DEID_ROWS_B {len(rows) - from_standard}\n")
        file.write(f"#define DEID_PATTERNS {patterns}\n")
        file.write("static const ReaderDeidRow deid_rows[] = {\n" + "\n".join(line for _, line in lines) + "\n};\n")


if __name__ == "__main__":
    main()
