# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints passed, failed and skipped test cases of one run of meson test: count_results.py JUNIT.xml LOG.json
A program whose cases are not told apart counts as one."""
import json
import re
import sys
import xml.etree.ElementTree

BAD = ("FAIL", "ERROR", "TIMEOUT", "UNEXPECTEDPASS", "INTERRUPT")


def cases_of_tap(junit):
    """The cases of each program that reports them by TAP, by the program's name."""
    cases = {}
    for suite in xml.etree.ElementTree.parse(junit).getroot().iter("testsuite"):
        name = suite.get("name").partition(".")[2]
        if name:
            failed = int(suite.get("failures")) + int(suite.get("errors"))
            skipped = int(suite.get("skipped"))
            cases[name] = [int(suite.get("tests")) - failed - skipped, failed, skipped]
    return cases


def cases_of_unittest(program):
    """The cases of a program of Python's unittest, from its last lines; None if it is none, or died."""
    text = program.get("stderr") or program.get("stdout") or ""
    ran = re.search(r"^Ran (\d+) tests? in", text, re.MULTILINE)
    verdict = re.search(r"^(?:OK|FAILED)(?: \((.*)\))?\s*$", text, re.MULTILINE)
    if not ran or not verdict:
        return None
    numbers = dict(re.findall(r"(\w+)=(\d+)", verdict.group(1) or ""))
    failed = int(numbers.get("failures", 0)) + int(numbers.get("errors", 0))
    skipped = int(numbers.get("skipped", 0))
    return [max(int(ran.group(1)) - failed - skipped, 0), failed, skipped]


def main():
    junit, log = sys.argv[1:3]
    tap = cases_of_tap(junit)
    total = [0, 0, 0]
    with open(log) as lines:
        for line in lines:
            program = json.loads(line)
            bad = program["result"] in BAD
            one = [0, 0, 1] if program["result"] == "SKIP" else [not bad, bad, 0]
            counts = tap.get(program["name"]) or cases_of_unittest(program) or one
            # A program that died without a failed case still failed.
            if bad and counts[1] == 0:
                counts = [counts[0], 1, counts[2]]
            total = [sum(pair) for pair in zip(total, counts)]
    print(*total)


if __name__ == "__main__":
    main()
