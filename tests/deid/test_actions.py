# SPDX-License-Identifier: GPL-3.0-or-later
"""The ten actions by which the MIDI-B challenge judged de-identification, over a small archive of our own with a key of its own:
what was planted where, and what has to have become of it. A picture without a copy fails all of its lines."""
import datetime
import json
import os
import struct
import unittest
from collections import Counter

from deid_case import DeidCase
from harness import content, files_below
from writer import ROOT, found, image, part10, read, text, walk

ACTIONS = ("tag_retained", "text_notnull", "text_retained", "text_removed", "date_shifted", "uid_changed", "uid_consistent",
           "patid_consistent", "pixels_hidden", "pixels_retained")
CLASSES = {"CT": "2", "MR": "4", "DX": "1.1", "MG": "1.2", "CR": "1", "PT": "128", "NM": "20", "US": "6.1", "XA": "12.1"}
FAMILY = ["Quarrelwood", "Thistlemere", "Vantongeren"]
BOX = (1, 1, 5, 4)  # x, y, width, height: text is burned in there


class Archive:
    """Three people, nine modalities, two studies each, three pictures a series; self.key: (picture, action, tag or place, what)."""

    def __init__(self):
        self.files, self.key, self.boxes = {}, [], {}
        for person, family in enumerate(FAMILY):
            for study in range(2):
                for series, modality in enumerate(CLASSES):
                    for number in range(3):
                        self.add(person, family, study, series, modality, number)

    def add(self, person, family, study, series, modality, number):
        name = f"p{person}s{study}r{series}i{number}"
        uid = lambda *parts: ROOT + ".".join(str(part + 1) for part in parts)
        day = datetime.date(2021 + person, 3 + study, 2 + series)
        instance = uid(person, study, series, number)
        reference = uid(person, study, series, (number + 1) % 3)
        region = {0x00186012: ("US", [1]), 0x00186014: ("US", [1]), 0x00186018: ("UL", [0]), 0x0018601A: ("UL", [6]),
                  0x0018601C: ("UL", [15]), 0x0018601E: ("UL", [15])}
        words = list(struct.unpack("<256H", image()[0x7FE00010][1]))
        x0, y0, width, height = BOX
        for y in range(y0, y0 + height):
            for x in range(x0, x0 + width):
                words[y * 16 + x] = 4095 if (x + y + number) % 2 else 0
        data = image(
            g0008_0016=("UI", "1.2.840.10008.5.1.4.1.1." + CLASSES[modality]), g0008_0018=("UI", instance),
            g0008_0060=("CS", modality), g0020_000D=("UI", uid(person, study)), g0020_000E=("UI", uid(person, study, series)),
            g0020_0052=("UI", uid(person, study, 77)), g0020_0013=("IS", str(number + 1)), g0020_0011=("IS", str(series + 1)),
            g0008_0020=("DA", day.strftime("%Y%m%d")), g0008_0021=("DA", day.strftime("%Y%m%d")),
            g0008_0022=("DA", (day + datetime.timedelta(days=1)).strftime("%Y%m%d")),
            g0010_0010=("PN", f"{family}^Ludovica"), g0010_0020=("LO", f"MR{person}-883041"),
            g0008_0050=("SH", f"AC{person}990177{study}"), g0008_1030=("LO", f"{modality} CHEST WITH CONTRAST"),
            g0008_103E=("LO", f"CHEST {modality} {family}"), g0018_1030=("LO", "CHEST ROUTINE"),
            g0010_4000=("LT", f"Call Mrs {family} at 555-0199"), g0008_1050=("PN", "Applewhite^Ansel"),
            g0020_4000=("LT", "Seen by Dr Applewhite"), g0032_1032=("PN", "Applewhite^Ansel"),
            g0040_0275=("SQ", [{0x00400007: ("LO", f"chest of {family}"), 0x00321032: ("PN", "Applewhite^Ansel"),
                                0x00400009: ("SH", f"STEP{person}77123")}]),
            g0009_0010=("LO", "ACME 1.1"), g0009_1001=("LO", f"{family} again"), g0009_1002=("PN", f"{family}^L"),
            g0008_1140=("SQ", [{0x00081150: ("UI", "1.2.840.10008.5.1.4.1.1." + CLASSES[modality]),
                                0x00081155: ("UI", reference)}]),
            g7FE0_0010=("OW", struct.pack("<256H", *words)), g0018_0015=("CS", "CHEST"), g0054_0410=("SQ", []),
            **({"g0018_6011": ("SQ", [region])} if modality == "US" else {}))
        self.files[name] = (person, part10(data), data)
        self.boxes[name] = modality != "US"
        key = lambda action, place, what=None: self.key.append((name, action, place, what))
        # (0008,0008) says DERIVED where pixels were covered.
        for tag in (0x00080060, 0x00180060, 0x00200032, 0x00200037, 0x00280030, 0x00281052, 0x00281053,
                    0x00280010, 0x00280101, 0x00200013, 0x00101010, 0x00101020, 0x00100040, 0x00185100):
            key("tag_retained", tag, data[tag])
        for tag in (0x00100010, 0x00100020, 0x00080018, 0x0020000D, 0x0020000E, 0x00080016, 0x00120063):
            key("text_notnull", tag)
        for tag in (0x00081030, 0x00181030, 0x00180015):
            key("text_retained", tag, data[tag][1])
        for needle in (family, "Ludovica", f"MR{person}-883041", f"AC{person}990177{study}", "Applewhite", "555-0199",
                       f"STEP{person}77123", "ACME 1.1", "19510504", "Marblewood"):
            key("text_removed", "anywhere", needle)
        for tag in (0x00080020, 0x00080021, 0x00080022):
            key("date_shifted", tag, data[tag][1])
        for tag in (0x00080018, 0x0020000D, 0x0020000E, 0x00200052):
            key("uid_changed", tag, data[tag][1])
            key("uid_consistent", tag, data[tag][1])
        key("uid_consistent", (0x00081140, 0x00081155), reference)
        key("patid_consistent", 0x00100020, person)
        key("pixels_hidden", BOX, words)
        key("pixels_retained", (0, 6, 16, 10), words)


def days(written):
    return datetime.datetime.strptime(written, "%Y%m%d").toordinal()


class Actions(DeidCase):
    def copies_of(self, archive, person):
        """The copies of one person's pictures; which is which is known by the order of the studies' dates and by the numbers of
        series and picture."""
        names = sorted(name for name, (whose, _, _) in archive.files.items() if whose == person)
        for name in names:
            self.write(name + ".dcm", archive.files[name][1])
        boxes = [{"item": self.path(name + ".dcm"), "frame": "all", "x": BOX[0], "y": BOX[1], "width": BOX[2],
                  "height": BOX[3]} for name in names if archive.boxes[name]]
        answer = self.ok("deidentify", *[self.path(name + ".dcm") for name in names], "-o", self.path(f"out{person}"),
                         "--profile", "second-opinion", "--confirm-reviewed", "--redact",
                         self.write(f"boxes{person}.json", json.dumps({"boxes": boxes})))
        self.assertEqual(answer["files"], len(names))
        made = [(path, content(path)) for path in files_below(os.path.join(self.path(f"out{person}"), "DICOM"))]
        dates = {}
        for _, data in made:
            copy = read(data)
            dates.setdefault(text(copy, 0x0020000D), []).append(text(copy, 0x00080020))
        studies = sorted(dates, key=lambda uid: min(dates[uid]))
        result = {}
        for _, data in made:
            copy = read(data)
            study = studies.index(text(copy, 0x0020000D))
            result[f"p{person}s{study}r{int(text(copy, 0x00200011)) - 1}i{int(text(copy, 0x00200013)) - 1}"] = (copy, data)
        return result

    def judge(self, copies, name, action, place, what, seen):
        if name not in copies:
            return False
        copy, data = copies[name]
        if action == "tag_retained":
            vr, value = what
            plain = b"".join(struct.pack("<H", n) for n in value) if vr == "US" else value.encode()
            return copy.get(place, (None, b""))[1].rstrip(b" ") == plain
        if action == "text_notnull":
            return bool(text(copy, place))
        if action == "text_retained":
            return text(copy, place) == what
        if action == "text_removed":
            return not found(data, what)
        if action == "date_shifted":
            moved = text(copy, place)
            person = name[:2]
            return bool(moved) and seen.setdefault(("shift", person), days(what) - days(moved)) == days(what) - days(moved) != 0
        if action in ("uid_changed", "uid_consistent"):
            one = copy if not isinstance(place, tuple) else copy[place[0]][1][0]
            new = text(one, place if not isinstance(place, tuple) else place[1])
            if action == "uid_changed":
                return bool(new) and new != what and new.startswith("2.25.")
            return seen.setdefault(("uid", what), new) == new and seen.setdefault(("back", new), what) == what
        if action == "patid_consistent":
            new = text(copy, place)
            return seen.setdefault(("person", what), new) == new and seen.setdefault(("whose", new), what) == what
        after = struct.unpack("<256H", copy[0x7FE00010][1])
        x0, y0, width, height = place
        spots = [y * 16 + x for y in range(y0, y0 + height) for x in range(x0, x0 + width)]
        if action == "pixels_hidden":
            return len({after[spot] for spot in spots}) == 1
        return all(after[spot] == what[spot] for spot in spots)

    def test_all_ten_actions(self):
        archive = Archive()
        copies = {}
        for person in range(len(FAMILY)):
            copies.update(self.copies_of(archive, person))
        self.assertEqual(set(copies), set(archive.files))
        done, failed, seen = Counter(), [], {}
        for name, action, place, what in archive.key:
            if self.judge(copies, name, action, place, what, seen):
                done[action] += 1
            else:
                failed.append((name, action, place if isinstance(place, (tuple, str)) else hex(place)))
        print(sum(done.values()), "of", len(archive.key), dict(done))
        self.assertEqual(failed[:10], [])
        self.assertEqual(set(done), set(ACTIONS))
        self.assertEqual(sum(done.values()), len(archive.key))

    def test_the_judge_can_fail(self):
        """The key catches a copy that is not there and one that is as it was."""
        archive = Archive()
        name = "p0s0r0i0"
        original = read(part10({**archive.files[name][2]}))
        untouched = {name: (original, archive.files[name][1])}
        wrong = {action for one, action, place, what in archive.key
                 if one == name and not self.judge(untouched, one, action, place, what, {})}
        self.assertLessEqual({"text_removed", "date_shifted", "uid_changed", "pixels_hidden", "text_notnull"}, wrong)
        self.assertEqual({action for one, action, place, what in archive.key
                          if one == name and not self.judge({}, one, action, place, what, {})}, set(ACTIONS))
        self.assertTrue(any(vr == "SQ" for _, vr, _ in walk(original)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
