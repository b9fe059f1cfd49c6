# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints passed, failed and skipped test cases of one run of meson test. A program whose cases are not told apart
counts as one."""
import json
import sys
import xml.etree.ElementTree


def main():
    junit, log = sys.argv[1:3]
    passed = failed = skipped = 0
    subtests = {}
    try:
        for suite in xml.etree.ElementTree.parse(junit).getroot().iter("testsuite"):
            for case in suite.iter("testcase"):
                kinds = {child.tag for child in case}
                name = case.get("classname") if suite.get("name") == case.get("classname") else suite.get("name")
                counts = subtests.setdefault(name, [0, 0, 0])
                counts[1 if kinds & {"failure", "error"} else 2 if "skipped" in kinds else 0] += 1
    except (OSError, xml.etree.ElementTree.ParseError):
        subtests = {}
    with open(log) as lines:
        programs = [json.loads(line) for line in lines]
    bad = sum(program["result"] in ("FAIL", "ERROR", "TIMEOUT", "UNEXPECTEDPASS", "INTERRUPT") for program in programs)
    for counts in subtests.values():
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
    if not subtests:
        skipped = sum(program["result"] == "SKIP" for program in programs)
        passed = len(programs) - bad - skipped
    # A program that died without a failed case still failed.
    print(passed, max(failed, bad), skipped)


if __name__ == "__main__":
    main()
