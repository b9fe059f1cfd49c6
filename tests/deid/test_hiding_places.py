# SPDX-License-Identifier: GPL-3.0-or-later
"""Every attribute of the table, and every place in which a name hides: a marker of its own in each; none is in any byte of what
is written, whatever the encoding of the file and under both profiles, or the file is refused and nothing is written."""
import csv
import datetime
import struct
import unittest

from deid_case import PROFILES, TABLE, DeidCase
from writer import (BIG, DEFLATED, EXPLICIT, IMPLICIT, PERSON, found, image, part10)

FIXED = {0x00080016, 0x00080018, 0x00080060, 0x00080005}
# What the picture is made of, and what decides about refusals: a marker there tests the refusal, not the copy.
KEPT_WHOLE = {0x00080008, 0x00281052, 0x00281053, 0x00280301}
PRIVATE_VRS = ["LO", "PN", "DA", "UI", "OB", "UN", "UT", "LT", "SH", "CS", "AE"]


class Markers:
    def __init__(self):
        self.texts = []

    def new(self, vr):
        number = len(self.texts)
        if vr in ("DA", "DT"):
            day = datetime.date(1901, 1, 2) + datetime.timedelta(days=number)
            value = day.strftime("%Y%m%d")
        elif vr == "UI":
            value = f"1.3.6.1.4.1.99999.7.{100000 + number}"
        elif vr == "AS":
            value = "%03dD" % (number % 900 + 100)
        elif vr in ("IS", "DS"):
            value = "7%09d" % number
        elif vr == "TM":
            value = "%02d%02d%02d.%06d" % (number // 3600 % 24, number // 60 % 60, number % 60, 300000 + number)
        elif vr in ("US", "SS", "UL", "SL", "FL", "FD", "AT"):
            return None
        else:
            value = f"QX{number:05d}ZV"
        if vr != "AS":
            self.texts.append(value)
        return value


def rows():
    with open(TABLE, newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            try:
                group, number = (int(part, 16) for part in row["tag"].strip("()").split(","))
            except ValueError:
                continue
            yield group << 16 | number, row["vr"][:2]


def plant(data, markers, only=lambda tag: True):
    """One marker in each attribute of the table; a sequence gets an item with a name."""
    for tag, vr in rows():
        if tag in FIXED or tag in KEPT_WHOLE or tag >> 16 in (0x0000, 0x0002, 0xFFFA, 0xFFFC) or not only(tag):
            continue
        if vr == "SQ":
            data[tag] = ("SQ", [{0x00080104: ("LO", markers.new("LO")), 0x00100010: ("PN", markers.new("PN")),
                                 0x0040A124: ("UI", markers.new("UI"))}])
            continue
        value = markers.new(vr)
        if value is not None:
            data[tag] = (vr, value)


def nest(inner, depth):
    for tag in (0x0040A170, 0x00082112, 0x0040A170)[:depth]:
        inner = {tag: ("SQ", [inner])}
    return inner


def everything(markers):
    data = image()
    plant(data, markers, lambda tag: tag not in data)
    for depth in (1, 3):
        inner = {}
        plant(inner, markers)
        for tag, value in nest(inner, depth).items():
            if tag in data and data[tag][0] == "SQ":
                data[tag] = ("SQ", data[tag][1] + value[1])
            else:
                data[tag] = value
    for group in (0x0009, 0x0019, 0x0029, 0x7FE1):
        data[group << 16 | 0x0010] = ("LO", markers.new("LO"))
        for number, vr in enumerate(PRIVATE_VRS):
            data[group << 16 | 0x1000 + number] = (vr, markers.new(vr))
        data[group << 16 | 0x1050] = ("SQ", [{0x00100010: ("PN", markers.new("PN"))}])
    for tag in (0x00102180, 0x00181030, 0x0018FFF0, 0x0020FFF0, 0x00081080):
        data[tag] = ("UN", markers.new("LO"))
    for group in range(0x5000, 0x5008, 2):
        for number in (0x0022, 0x2500, 0x3000):
            data[group << 16 | number] = ("OB" if number == 0x3000 else "LO", markers.new("LO"))
    for group in range(0x6000, 0x6020, 2):
        for number, vr in ((0x0022, "LO"), (0x1500, "LO"), (0x3000, "OB"), (0x4000, "LT")):
            data[group << 16 | number] = (vr, markers.new("LO"))
    data[0x00880200] = ("SQ", [{0x00280010: ("US", [4]), 0x7FE00010: ("OB", markers.new("OB").ljust(16))}])
    data[0x04000561] = ("SQ", [{0x04000550: ("SQ", [{0x00100010: ("PN", markers.new("PN"))}])}])
    data[0x04000500] = ("SQ", [{0x04000520: ("OB", markers.new("OB"))}])
    data[0xFFFAFFFA] = ("SQ", [{0x04000120: ("OB", markers.new("OB"))}])
    data[0xFFFCFFFC] = ("OB", markers.new("OB") * 3)
    meta = {0x00020013: ("SH", markers.new("SH")), 0x00020016: ("AE", markers.new("AE")),
            0x00020100: ("UI", markers.new("UI")), 0x00020102: ("OB", markers.new("OB"))}
    return data, meta, markers.new("LO").encode()


class HidingPlaces(DeidCase):
    def clean(self, data, markers, profiles=PROFILES):
        for profile in profiles:
            _, left = self.run_deid(data, profile=profile)
            self.assertGreaterEqual(len(left), 4)
            for path, bytes_left in left.items():
                self.assertEqual([m for m in markers + PERSON if found(bytes_left, m)], [], (profile, path))

    def test_every_attribute_in_every_encoding(self):
        for syntax in (EXPLICIT, IMPLICIT, BIG, DEFLATED):
            for undefined in (False, True):
                markers = Markers()
                data, meta, preamble = everything(markers)
                plain = part10(data, EXPLICIT, preamble=preamble, meta=meta)
                # Some were planted over by another hiding place.
                markers.texts = [m for m in markers.texts if m.encode() in plain]
                self.assertGreater(len(markers.texts), 2500)
                file = part10(data, syntax, preamble=preamble, meta=meta, undefined=undefined)
                if syntax != DEFLATED:
                    self.assertEqual([m for m in markers.texts if m.encode() not in file], [])
                self.clean(file, markers.texts)

    def test_wrong_value_representations(self):
        """The same attributes, each as a VR that the dictionary does not have for it."""
        for vr in ("OB", "LO", "UN", "UT", "LT", "SH"):
            markers = Markers()
            data = image()
            for tag, own in rows():
                if tag not in data and tag not in FIXED | KEPT_WHOLE and own != "SQ" and tag >> 16 not in (
                        0, 2, 0xFFFA, 0xFFFC):
                    data[tag] = (vr, markers.new("LO"))
            self.clean(part10(data), markers.texts)

    def test_bits_above_the_stored_ones(self):
        """A message in the four highest bits of each pixel, as overlays in pixel data were (PS3.5 8.1.1)."""
        data = image()
        message = b"Philomena was here"
        bits = [message[i // 8] >> (7 - i % 8) & 1 for i in range(len(message) * 8)]
        words = list(struct.unpack("<256H", data[0x7FE00010][1]))
        hidden = [word | (0xF000 if bit else 0) for word, bit in zip(words, bits + [0] * 256)]
        data[0x7FE00010] = ("OW", struct.pack("<256H", *hidden))
        for profile in PROFILES:
            copy = self.copy(part10(data), profile=profile)
            self.assertTrue(copy.endswith(struct.pack("<256H", *words)))

    def test_padding_values_that_spell(self):
        """Numbers of a length that the dictionary does not know hold text; they go."""
        data = image(g0028_0120=("US", b"QXPADDINGTEXT!"), g0028_0106=("US", b"QXSMALLEST"), g0018_1310=("US", b"QXMATRIXOFTEXT"))
        self.clean(part10(data), ["QXPADDINGTEXT", "QXSMALLEST", "QXMATRIXOFTEXT"])

    def test_iso_2022(self):
        """A name in three alphabets is left in none of its spellings."""
        kanji = b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"
        data = image(g0008_0005=("CS", "\\ISO 2022 IR 87"), g0010_0010=("PN", b"Yamadaqx^Tarouqx=" + kanji),
                     g0008_103E=("LO", b"CT " + kanji))
        for profile in PROFILES:
            copy = self.copy(part10(data), profile=profile)
            for needle in (b"Yamadaqx", b"Tarouqx", b";3ED", "\u5c71\u7530".encode(), "\u592a\u90ce".encode(),
                           "\u5c71\u7530".encode("utf-16-le"), b"\x1b$B"):
                self.assertNotIn(needle, copy)

    def test_latin_and_utf8(self):
        for charset, code in (("ISO_IR 100", "latin-1"), ("ISO_IR 192", "utf-8"), ("ISO_IR 144", "iso8859-5")):
            name = "\u041a\u043e\u0432\u0430\u043b\u0435\u0432" if code == "iso8859-5" else "M\u00fcllerqx"
            data = image(g0008_0005=("CS", charset), g0010_0010=("PN", name.encode(code)),
                         g0010_4000=("LT", b"Patient " + name.encode(code)))
            for profile in PROFILES:
                copy = self.copy(part10(data), profile=profile)
                for spelling in (name.encode(code), name.encode("utf-8"), name.encode("utf-16-le")):
                    self.assertNotIn(spelling, copy)


if __name__ == "__main__":
    unittest.main(verbosity=2)
