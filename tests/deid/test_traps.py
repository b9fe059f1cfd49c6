# SPDX-License-Identifier: GPL-3.0-or-later
"""The traps into which other programs that take names out of scans have fallen, one test each; the number in a test's name is
the trap's. TRAPS names them all, and a test counts them."""
import datetime
import os
import re
import struct
import subprocess
import unittest

from deid_case import PROFILES, DeidCase
from writer import (BIG, DEFLATED, EXPLICIT, IMPLICIT, PERSON, ROOT, Fragments, dataset, found, image, part10, read, text, walk)

TRAPS = {
    1: "attribute_in_a_sequence", 2: "references_follow_the_root", 3: "instance_identifiers_beyond_the_table",
    4: "odd_identifiers", 5: "registered_identifiers_stay", 6: "public_attribute_as_unknown", 7: "newer_than_the_dictionary",
    8: "wrong_representation", 9: "private_without_creator", 10: "safe_private_with_text", 11: "curves_and_overlays",
    12: "overlay_in_high_bits", 13: "jpeg_segments", 14: "icon", 15: "encapsulated_document", 16: "structured_report",
    17: "waveform_and_graphics", 18: "preamble", 19: "meta_names_another_instance", 20: "meta_titles", 21: "padding_and_tail",
    22: "big_endian_and_deflated", 23: "character_sets", 24: "odd_dates", 25: "dates_and_ages", 26: "dates_in_other_places",
    27: "nothing_can_be_recomputed", 28: "names_of_files", 29: "directory_is_made_anew", 30: "burned_in_without_flag",
    31: "boxes_in_every_form", 32: "covered_lossy_picture", 33: "ultrasound_outside_regions", 34: "kept_old_values",
    35: "statements", 36: "types_stay_valid", 37: "two_people", 38: "already_marked", 39: "failure_writes_nothing",
    40: "unknown_classes", 41: "beyond_the_table", 42: "no_contradicting_options", 43: "faces", 44: "per_frame_groups",
}
US_CLASS = "1.2.840.10008.5.1.4.1.1.6.1"
SC_CLASS = "1.2.840.10008.5.1.4.1.1.7"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"


def uid_of(data, tag):
    return text(data, tag)


def pixels_of(copy):
    return read(copy)[0x7FE00010][1]


class Traps(DeidCase):
    def squeeze(self, tool, data, *options):
        """A file as another program compresses it."""
        self.write("plain.dcm", data)
        subprocess.run([tool, *options, self.path("plain.dcm"), self.path("small.dcm")], check=True, capture_output=True)
        with open(self.path("small.dcm"), "rb") as file:
            return file.read()

    def test_00_every_trap_has_its_test(self):
        own = {name for name in dir(self) if name.startswith("test_")}
        self.assertEqual(sorted(TRAPS), list(range(1, 45)))
        for number, name in TRAPS.items():
            self.assertIn(f"test_{number:02d}_{name}", own)

    def test_01_attribute_in_a_sequence(self):
        inner = {0x00100010: ("PN", "Deepwater^Quentin"), 0x00080080: ("LO", "Deephospital"), 0x00180050: ("DS", "3")}
        for depth in range(1, 6):
            inner = {0x0040A170: ("SQ", [inner])}
            self.assert_clean(["Deepwater", "Quentin", "Deephospital"], part10(image(**{"g0040_A170": inner[0x0040A170]})))

    def test_02_references_follow_the_root(self):
        one, two = ROOT + "2.1", ROOT + "2.2"
        reference = lambda uid: ("SQ", [{0x00081150: ("UI", "1.2.840.10008.5.1.4.1.1.2"), 0x00081155: ("UI", uid)}])
        for profile in PROFILES:
            made = [read(copy) for copy in self.copies(
                part10(image(g0008_0018=("UI", one), g0008_1140=reference(two), g0008_2112=reference(two))),
                part10(image(g0008_0018=("UI", two), g0008_1140=reference(one))), profile=profile)]
            by_reference = {uid_of(data, 0x00080018): data for data in made}
            self.assertEqual(len(by_reference), 2)
            for data in made:
                other = uid_of(data[0x00081140][1][0], 0x00081155)
                self.assertIn(other, by_reference)
                self.assertNotEqual(other, uid_of(data, 0x00080018))
            self.assertEqual(len({uid_of(data, 0x0020000D) for data in made}), 1)
            self.assertEqual(len({uid_of(data, 0x00200052) for data in made}), 1)

    def test_03_instance_identifiers_beyond_the_table(self):
        data = image(g0020_0242=("UI", ROOT + "3.1"), g0020_9312=("UI", ROOT + "3.2"), g0008_9123=("UI", ROOT + "3.3"),
                     g0028_0304=("UI", ROOT + "3.4"), g0018_991E=("UI", ROOT + "3.5"), g0040_0554=("UI", ROOT + "3.6"))
        self.assert_clean([ROOT + "3."], part10(data))

    def test_04_odd_identifiers(self):
        long = ROOT + "4." + "7" * 60
        data = image(g0020_0052=("UI", ROOT + "4.007"), g0020_000D=("UI", ROOT + "4.9 "), g0020_000E=("UI", b"1.2.3.4\0\0"),
                     g0020_0200=("UI", long), g0020_9164=("UI", ROOT + "4.1\\" + ROOT + "4.2"))
        for copy in self.assert_clean([ROOT + "4", "7" * 30], part10(data)):
            for _, vr, value in walk(copy):
                if vr == "UI":
                    for uid in value.rstrip(b"\0").split(b"\\"):
                        self.assertLessEqual(len(uid), 64)
                        self.assertRegex(uid.decode(), r"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*$")
        # The same with and without padding.
        copies = [read(self.copy(part10(image(g0020_000D=("UI", value))))) for value in (ROOT + "4.9", ROOT + "4.9 ")]
        self.assertTrue(all(uid_of(copy, 0x0020000D).startswith("2.25.") for copy in copies))

    def test_05_registered_identifiers_stay(self):
        atlas = "1.2.840.10008.1.4.1.1"
        for profile in PROFILES:
            copy = read(self.copy(part10(image(g0020_0052=("UI", atlas))), profile=profile))
            self.assertEqual(uid_of(copy, 0x00200052), atlas)
            self.assertEqual(uid_of(copy, 0x00080016), "1.2.840.10008.5.1.4.1.1.2")
        made_up = read(self.copy(part10(image(g0020_0052=("UI", "1.2.840.10008.77.447190")))))
        self.assertTrue(uid_of(made_up, 0x00200052).startswith("2.25."))

    def test_06_public_attribute_as_unknown(self):
        inner = dataset({0x00100010: ("PN", "Hiddenname^Una")}, IMPLICIT)
        sequence = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner
        data = image(g0008_1080=("UN", "Hiddenname"), g0008_1110=("UN", sequence), g0018_1030=("UN", "Hiddenname"),
                     g0018_0050=("UN", "Hiddenname"), g0009_0010=("UN", "Hiddenname"))
        for copy in self.assert_clean(["Hiddenname"], part10(data)):
            self.assertNotIn("UN", {vr for _, vr, _ in walk(copy)})

    def test_07_newer_than_the_dictionary(self):
        tags = {0x00089462: ("SQ", [{0x00100010: ("PN", "Futurename^Vera")}]), 0x0018937B: ("UT", "Futurename"),
                0x00401001: ("SH", "Futurename"), 0x00120088: ("LO", "Futurename"), 0x0018FFF8: ("LO", "Futurename"),
                0x0020FFF8: ("DS", "31415926"), 0x00080306: ("LO", "Futurename")}
        data = {**image(), **tags}
        for syntax in (IMPLICIT, EXPLICIT):
            self.assert_clean(["Futurename", "31415926"], part10(data, syntax))

    def test_08_wrong_representation(self):
        data = image(g0008_1030=("OB", "Wrongrepname"), g0010_0010=("LO", "Wrongrepname^Ida"), g0018_1030=("UT", "Wrongrepname"),
                     g0008_0020=("LO", "20240303"), g0008_0060=("LO", "CT"), g0018_0060=("LO", "Wrongrepname"),
                     g0040_0241=("AE", "WRONGREPNAME"), g0008_010E=("UR", "http://wrongrepname/"),
                     g0008_0119=("UC", "Wrongrepname"))
        for copy in self.assert_clean(["Wrongrepname"], part10(data)):
            self.assertEqual(copy[0x00080060], ("CS", b"CT"))

    def test_09_private_without_creator(self):
        data = image(g0009_1001=("LO", "Privatename"), g0011_0010=("LO", "PRIVATENAME MAKER"), g0011_1001=("PN", "Privatename"),
                     g0013_1010=("SQ", [{0x00100010: ("PN", "Privatename^Olga")}]),
                     g0040_A170=("SQ", [{0x00190010: ("LO", "Privatename"), 0x00191001: ("LT", "Privatename")}]))
        for copy in self.assert_clean(["Privatename"], part10(data)):
            self.assertFalse([path for path, _, _ in walk(copy) if path[-1] >> 16 & 1])

    def test_10_safe_private_with_text(self):
        data = image(g0019_0010=("LO", "GEMS_ACQU_01"), g0019_109E=("LO", "Safename"), g0019_1023=("DS", "447190.5"),
                     g0043_0010=("LO", "GEMS_PARM_01"), g0043_1027=("SH", "Safename"), g7053_0010=("LO", "Philips PET Private Group"),
                     g7053_1000=("OB", "Safename"), g7053_1009=("SQ", [{0x00100010: ("PN", "Safename")}]))
        for copy in self.assert_clean(["Safename", "447190.5", "GEMS"], part10(data)):
            self.assertFalse([path for path, _, _ in walk(copy) if path[-1] >> 16 & 1])

    def test_11_curves_and_overlays(self):
        data = image()
        for group in range(0x6000, 0x6020, 2):
            data.update({group << 16 | 0x0022: ("LO", "Overlayname"), group << 16 | 0x1500: ("LO", "Overlayname"),
                         group << 16 | 0x3000: ("OW", "Overlayname!"), group << 16 | 0x4000: ("LT", "Overlayname")})
        for group in range(0x5000, 0x5020, 2):
            data.update({group << 16 | 0x2500: ("LO", "Curvename"), group << 16 | 0x3000: ("OW", "Curvename!")})
        for copy in self.assert_clean(["Overlayname", "Curvename"], part10(data)):
            self.assertFalse([tag for tag in copy if tag >> 24 in (0x50, 0x60)])

    def test_12_overlay_in_high_bits(self):
        """Bit 15 draws a letter; OverlayBitPosition says where (retired, still met)."""
        words = list(struct.unpack("<256H", image()[0x7FE00010][1]))
        drawn = [word | 0x8000 if 20 < n < 60 else word for n, word in enumerate(words)]
        data = image(g7FE0_0010=("OW", struct.pack("<256H", *drawn)), g6000_0010=("US", [16]), g6000_0011=("US", [16]),
                     g6000_0040=("CS", "G"), g6000_0050=("SS", [1, 1]), g6000_0100=("US", [16]), g6000_0102=("US", [15]))
        for profile in PROFILES:
            self.assertEqual(pixels_of(self.copy(part10(data), profile=profile)), struct.pack("<256H", *words))
        signed = image(g0028_0103=("US", [1]), g7FE0_0010=("OW", struct.pack("<256H", *[0x7800] * 256)))
        self.assertEqual(pixels_of(self.copy(part10(signed))), struct.pack("<256H", *[0xF800] * 256))

    def jpeg_with_segments(self):
        plain = image(g0028_0100=("US", [8]), g0028_0101=("US", [8]), g0028_0102=("US", [7]),
                      g7FE0_0010=("OB", bytes(x * 13 % 256 for x in range(256))))
        packed = self.squeeze("dcmcjpeg", part10(plain), "+e1")
        begin = packed.index(b"\xff\xd8\xff")
        end = packed.index(b"\xff\xd9", begin) + 2
        stream = packed[begin:end]
        comment = b"\xff\xfe\x00\x10Commentname!!!"
        stream = stream[:2] + comment + b"\xff\xe5\x00\x10Segmentname!!!" + stream[2:] + b"Behindname"
        # The same attributes as before, compressed (1.2.840.10008.1.2.4.70).
        plain[0x7FE00010] = ("OB", Fragments(stream))
        return part10(plain, "1.2.840.10008.1.2.4.70"), bytes(x * 13 % 256 for x in range(256))

    def test_13_jpeg_segments(self):
        file, pixels = self.jpeg_with_segments()
        self.assertIn(b"Commentname", file)
        for copy in self.assert_clean(["Commentname", "Segmentname", "Behindname"], file):
            self.assertEqual(copy[0x7FE00010][1], pixels)

    def test_13_compressed_pictures_are_compared(self):
        """What the check unpacks itself and what another process unpacks for it are told apart."""
        for tool, option, proved, other in (("dcmcrle", None, "pixels", "decoded-pixels"),
                                            ("dcmcjpeg", "+e1", "decoded-pixels", "pixels"),
                                            ("dcmcjpls", "+el", "decoded-pixels", "pixels")):
            packed = self.squeeze(tool, part10(image()), *([option] if option else []))
            answer, left = self.run_deid(packed)
            report = next(data for path, data in left.items() if path.endswith("PATIENT.TXT"))
            self.assertEqual(b"unpacked a second time" in b" ".join(report.split()), proved == "decoded-pixels")
            checks = {check["name"]: check for check in answer["checks"]}
            self.assertEqual((checks[proved]["passed"], checks[proved]["examined"]), (True, 1), tool)
            self.assertNotIn(other, checks)

    def test_14_icon(self):
        icon = {0x00280002: ("US", [1]), 0x00280004: ("CS", "MONOCHROME2"), 0x00280010: ("US", [4]), 0x00280011: ("US", [4]),
                0x00280100: ("US", [8]), 0x7FE00010: ("OB", "Iconpicturetext!")}
        for copy in self.assert_clean(["Iconpicturetext"], part10(image(g0088_0200=("SQ", [icon])))):
            self.assertNotIn(0x00880200, copy)

    def test_15_encapsulated_document(self):
        data = image(g0008_0016=("UI", "1.2.840.10008.5.1.4.1.1.104.1"), g0042_0010=("ST", "Letter about Crimsonberry"),
                     g0042_0011=("OB", "%PDF-1.4 Crimsonberry"), g7FE0_0010=None)
        for profile in PROFILES:
            self.assertEqual(self.refused(part10(data), profile=profile), ["kind-not-supported"])
        self.assert_clean(["Letter about"], part10(image(g0042_0010=("ST", "Letter about Crimsonberry"),
                                                         g0042_0011=("OB", "%PDF-1.4 Crimsonberry"))))

    def test_16_structured_report(self):
        content = ("SQ", [{0x0040A040: ("CS", kind), 0x0040A160: ("UT", "Crimsonberry"), 0x0040A123: ("PN", "Crimsonberry"),
                           0x0040A121: ("DA", "19510504"), 0x0040A124: ("UI", ROOT + "16"), 0x00080104: ("LO", "Crimsonberry")}
                          for kind in ("TEXT", "PNAME", "DATE", "UIDREF", "CONTAINER")])
        for number in ("88.11", "88.22", "88.33", "88.59", "88.67"):
            for profile in PROFILES:
                report = image(g0008_0016=("UI", "1.2.840.10008.5.1.4.1.1." + number), g0040_A730=content, g7FE0_0010=None)
                self.assertEqual(self.refused(part10(report), profile=profile), ["kind-not-supported"])
        for copy in self.assert_clean([], part10(image(g0040_A730=content))):
            self.assertNotIn(0x0040A730, copy)

    def test_17_waveform_and_graphics(self):
        for number in ("9.1.1", "11.1", "66.4", "481.3"):
            data = image(g0008_0016=("UI", "1.2.840.10008.5.1.4.1.1." + number), g7FE0_0010=None)
            self.assertEqual(self.refused(part10(data)), ["kind-not-supported"])
        data = image(g0040_B020=("SQ", [{0x00700006: ("ST", "Ritmo Annotname")}]),
                     g0070_0001=("SQ", [{0x00700008: ("SQ", [{0x00700006: ("ST", "Annotname")}])}]))
        self.assert_clean(["Annotname", "Ritmo"], part10(data))

    def test_18_preamble(self):
        for preamble in (b"II*\0" + b"Preamblename" * 5, b"MZ\x90\0Preamblename", b"\x7fELFPreamblename", b"Preamblename" * 10):
            self.assert_clean(["Preamblename"], part10(image(), preamble=preamble))

    def test_19_meta_names_another_instance(self):
        for profile in PROFILES:
            copy = read(self.copy(part10(image(), meta={0x00020003: ("UI", ROOT + "19.777")}), profile=profile))
            self.assertEqual(uid_of(copy, 0x00020003), uid_of(copy, 0x00080018))
            self.assertEqual(uid_of(copy, 0x00020002), uid_of(copy, 0x00080016))

    def test_20_meta_titles(self):
        meta = {0x00020016: ("AE", "METANAME"), 0x00020017: ("AE", "METANAME"), 0x00020018: ("AE", "METANAME"),
                0x00020026: ("UR", "http://metaname"), 0x00020100: ("UI", ROOT + "20"), 0x00020102: ("OB", "Metaname"),
                0x00020013: ("SH", "METANAME")}
        for copy in self.assert_clean(["metaname"], part10(image(), meta=meta)):
            self.assertEqual({tag & 0xFFFF for tag in copy if tag >> 16 == 2}, {0, 1, 2, 3, 0x10, 0x12, 0x13})

    def test_21_padding_and_tail(self):
        self.assert_clean(["Paddingname"], part10(image(gFFFC_FFFC=("OB", "Paddingname" * 9))))
        for tail in (b"Tailname", b"\0" * 64, b"Tailname" * 50):
            for profile in PROFILES:
                self.assertTrue(self.refused(part10(image(), behind=tail), profile=profile))
        self.assert_clean(["Tailname"], part10(image(), behind=b"\x10\0\x10\0PN\x08\0Tailname"))

    def test_22_big_endian_and_deflated(self):
        data = image(g0008_1110=("SQ", [{0x00080000: ("UL", [12]), 0x00100010: ("PN", "Deflatedname")}]),
                     g0010_0000=("UL", [48]), g0010_4000=("LT", "Deflatedname"))
        for syntax in (BIG, DEFLATED, IMPLICIT):
            for undefined in (False, True):
                for copy in self.assert_clean(["Deflatedname"], part10(data, syntax, undefined=undefined)):
                    self.assertEqual(uid_of(copy, 0x00020010), EXPLICIT)
                    self.assertFalse([tag for tag in copy if tag & 0xFFFF == 0 and tag != 0x00020000])
                    self.assertEqual(copy[0x7FE00010][1], image()[0x7FE00010][1])

    def test_23_character_sets(self):
        name = "\u5c71\u7530"
        kanji = b"\x1b$B;3ED\x1b(B"
        for charset, written in (("\\ISO 2022 IR 87", b"Yamadaqx=" + kanji), ("ISO_IR 192", b"Yamadaqx=" + name.encode()),
                                 ("GB18030", b"Yamadaqx=" + name.encode("gb18030")), (None, b"Yamadaqx=" + name.encode())):
            data = image(g0010_0010=("PN", written), g0010_1001=("PN", written), g0008_1030=("LO", written),
                         g0008_0005=("CS", charset) if charset else None)
            for copy in self.assert_clean(["Yamadaqx"], part10(data)):
                for _, vr, value in walk(copy):
                    if vr not in ("SQ", "OW", "OB", "US", "SS", "UL", "UI", "FD", "FL", "AT", "SL"):
                        self.assertTrue(all(32 <= byte < 127 for byte in value), value)

    def test_24_odd_dates(self):
        for date in ("2024.03.03", "00/00/0000", "20240303-20240305", "202403", "20240230", "2024", "XXXXXXXX"):
            copy = read(self.copy(part10(image(g0008_0020=("DA", date)))))
            self.assertEqual(text(copy, 0x00080020), "", date)
        for time in ("14:04:38", "2504", "1", "99"):
            self.assertEqual(text(read(self.copy(part10(image(g0008_0030=("TM", time))))), 0x00080030), "", time)
        moment = read(self.copy(part10(image(g0008_002A=("DT", "20240303101533.5+0130")))))
        self.assertRegex(text(moment, 0x0008002A), r"^[0-9]{8}([0-9]{6}(\.5)?)?$")
        self.assertNotIn(0x0008002A, read(self.copy(part10(image(g0008_002A=("DT", "202403"))))))

    def test_25_dates_and_ages(self):
        def days(written):
            return datetime.datetime.strptime(written, "%Y%m%d").toordinal()

        shifts = set()
        for _ in range(6):
            copy = read(self.copy(part10(image(g0008_0022=("DA", "20240310")))))
            shift = days("20240303") - days(text(copy, 0x00080020))
            self.assertEqual(days("20240310") - days(text(copy, 0x00080022)), shift)
            self.assertEqual(shift % 7, 0)
            self.assertTrue(52 * 7 <= shift <= 520 * 7, shift)
            shifts.add(shift)
            self.assertEqual(text(copy, 0x00101010), "072Y")
            self.assertEqual(text(copy, 0x00100030), "")
        self.assertGreater(len(shifts), 1)
        # Of all shifts one alone makes no date another one of the file: it is found.
        taken = [datetime.date(2024, 3, 3) - datetime.timedelta(weeks=weeks) for weeks in range(52, 521) if weeks != 500]
        items = [{0x00100030: ("DA", date.strftime("%Y%m%d"))} for date in taken]
        copy = read(self.copy(part10(image(g0040_A170=("SQ", items)))))
        self.assertEqual(days("20240303") - days(text(copy, 0x00080020)), 7 * 500)
        # More dates than can be told: nothing is shared that may have one of another file.
        day = datetime.date(1860, 1, 1)
        items = [{0x00100030: ("DA", (day + datetime.timedelta(days=n)).strftime("%Y%m%d"))} for n in range(5000)]
        self.assertEqual(self.refused(part10(image(g0040_A170=("SQ", items)))), ["not-surveyed"])
        # No time crosses midnight; where the day leaves no room, times go.
        for late, early in (("235000", "234000"), ("000900", "001500")):
            copy = read(self.copy(part10(image(g0008_0030=("TM", late), g0008_0031=("TM", early), g0008_0033=None))))
            one, two = text(copy, 0x00080030), text(copy, 0x00080031)
            clock = lambda time: int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:])
            self.assertEqual(clock(one) - clock(two), clock(late) - clock(early))
            self.assertGreaterEqual(abs(clock(one) - clock(late)), 60)
        copy = read(self.copy(part10(image(g0008_0030=("TM", "000130"), g0008_0031=("TM", "235830")))))
        self.assertEqual((text(copy, 0x00080030), text(copy, 0x00080031)), ("", None))
        for age, told in (("089Y", "089Y"), ("090Y", "090Y"), ("103Y", "090Y"), ("014D", "014D"), ("72", None), ("72Y", None)):
            self.assertEqual(text(read(self.copy(part10(image(g0010_1010=("AS", age))))), 0x00101010), told)

    def test_26_dates_in_other_places(self):
        data = image(g0008_0012=("DA", "20240303"), g0008_0013=("TM", "101533"), g0008_0201=("SH", "+0130"),
                     g0008_0018=("UI", "1.2.840.113619.2.20240303.101533.7"), g0008_103E=("LO", "CT 20240303"),
                     g0018_1030=("LO", "CHEST 03 03 2024"), g0020_4000=("LT", "seen 3.3.2024"), g0008_1030=("LO", "CT 3 3 24"))
        for copy in self.assert_clean(["+0130", "3.3.2024", "03 03 2024", "3 3 24"], part10(data)):
            self.assertNotIn(0x00080012, copy)

    def test_27_nothing_can_be_recomputed(self):
        """The same file twice, under keys that nobody has: nothing that was made is the same."""
        made = []
        for _ in range(2):
            copy = read(self.copy(part10(image())))
            made.append({value for _, vr, value in walk(copy) if vr == "UI" and value.startswith(b"2.25.")} |
                        {text(copy, 0x00100010), text(copy, 0x00100020), text(copy, 0x00080020)})
        # Our own implementation's UID is in both.
        self.assertEqual(len(made[0] & made[1] - {b"2.25.193047102847710298374610293847561029384"}), 0, made)

    def test_28_names_of_files(self):
        self.write("Crimsonberry Philomena 19510504.dcm", part10(image()))
        out = self.path("named-out")
        answer = self.ok("deidentify", self.path("Crimsonberry Philomena 19510504.dcm"), "-o", out, "--profile", "public")
        self.assertEqual(answer["files"], 1)
        for base, folders, names in os.walk(out):
            for name in folders + names:
                self.assertRegex(name, r"^[A-Z0-9_.]{1,12}$")

    def test_29_directory_is_made_anew(self):
        _, left = self.run_deid(part10(image()))
        directory = next(data for path, data in left.items() if path.endswith("DICOMDIR"))
        for needle in PERSON:
            self.assertFalse(found(directory, needle))
        copied = image(g0008_0016=("UI", "1.2.840.10008.1.3.10"), g7FE0_0010=None,
                       g0004_1220=("SQ", [{0x00100010: ("PN", "Crimsonberry")}]))
        self.assertTrue(self.refused(part10(copied)))

    def test_30_burned_in_without_flag(self):
        """Where letters are to be expected, "NO" proves nothing."""
        for changes in ({"g0008_0016": ("UI", SC_CLASS), "g0008_0064": ("CS", "WSD"), "g0008_0060": ("CS", "OT")},
                        {"g0008_0008": ("CS", "DERIVED\\SECONDARY\\SCREEN SAVE")}, {"g0028_0301": ("CS", "YES")},
                        {"g0018_1010": ("LO", "CAPTURE")}):
            for flag in (None, ("CS", "NO")):
                changed = dict(changes)
                changed.setdefault("g0028_0301", flag)
                for profile in PROFILES:
                    self.assertEqual(self.refused(part10(image(**changed)), profile=profile, options=()), ["needs-review"])
        copy = read(self.copy(part10(image(g0028_0301=("CS", "NO"))), options=()))
        self.assertNotIn(0x00280301, copy)

    def boxed(self, data, profile="second-opinion"):
        self.write("in-boxed", data)
        boxes = self.write("boxes.json", '{"boxes": [{"item": "%s", "frame": "all", "x": 2, "y": 3, "width": 4, "height": 5}]}'
                           % self.path("in-boxed"))
        out = self.path(f"boxed-out{self.made}")
        self.made += 1
        answer = self.ok("deidentify", self.path("in-boxed"), "-o", out, "--profile", profile, "--redact", boxes,
                         "--confirm-reviewed")
        self.assertEqual(answer["removed"]["text_boxes"], 1)
        with open(os.path.join(out, "DICOM", "P1", "S1", "R1", "I1"), "rb") as file:
            return read(file.read())

    def assert_covered(self, copy, before, samples, size, frames, planar=False):
        """Inside one flat value, outside as before."""
        after = copy[0x7FE00010][1]
        flat = set()
        for frame in range(frames):
            for y in range(16):
                for x in range(16):
                    spot = []
                    for s in range(samples):
                        at = (frame * 256 * samples + (s * 256 + y * 16 + x if planar else (y * 16 + x) * samples + s)) * size
                        spot.append(after[at:at + size])
                        if not (2 <= x < 6 and 3 <= y < 8):
                            self.assertEqual(after[at:at + size], before[at:at + size], (frame, y, x, s))
                    if 2 <= x < 6 and 3 <= y < 8:
                        flat.add(tuple(spot))
        self.assertEqual(len(flat), 1)

    def test_31_boxes_in_every_form(self):
        words = image()[0x7FE00010][1]
        for changes in ({}, {"g0028_0004": ("CS", "MONOCHROME1")}, {"g0028_0103": ("US", [1]), "g0028_0101": ("US", [16]),
                                                                  "g0028_0102": ("US", [15])}):
            for profile in PROFILES:
                self.assert_covered(self.boxed(part10(image(**changes)), profile), words, 1, 2, 1)
        three = words * 3
        self.assert_covered(self.boxed(part10(image(g0028_0008=("IS", "3"), g7FE0_0010=("OW", three)))), three, 1, 2, 3)
        eight = {"g0028_0100": ("US", [8]), "g0028_0101": ("US", [8]), "g0028_0102": ("US", [7])}
        colour = bytes((n * 7 + n // 256 * 31) % 256 for n in range(768))
        for model in ("RGB", "YBR_FULL"):
            for planar in (0, 1):
                data = image(g0028_0002=("US", [3]), g0028_0004=("CS", model), g0028_0006=("US", [planar]),
                             g7FE0_0010=("OB", colour), **eight)
                self.assert_covered(self.boxed(part10(data)), colour, 3, 1, 1, planar == 1)
        ramp = b"".join(struct.pack("<H", n * 257) for n in range(256))
        palette = image(g0028_0004=("CS", "PALETTE COLOR"), g7FE0_0010=("OB", bytes(range(256))), **eight,
                        **{f"g0028_110{n}": ("US", [256, 0, 16]) for n in (1, 2, 3)},
                        **{f"g0028_120{n}": ("OW", ramp) for n in (1, 2, 3)})
        self.assert_covered(self.boxed(part10(palette)), bytes(range(256)), 1, 1, 1)
        self.assert_single_bits()
        self.assert_halved_chroma()
        long = b"".join(struct.pack("<I", n * 16777213 % 2 ** 32) for n in range(256))
        self.assert_covered(self.boxed(part10(image(g0028_0100=("US", [32]), g0028_0101=("US", [32]), g0028_0102=("US", [31]),
                                                    g7FE0_0010=("OW", long)))), long, 1, 4, 1)
        for tool, option in (("dcmcrle", None), ("dcmcjpeg", "+e1"), ("dcmcjpls", "+el")):
            packed = self.squeeze(tool, part10(image()), *([option] if option else []))
            self.assert_covered(self.boxed(packed), words, 1, 2, 1)

    def assert_single_bits(self):
        """Eight pixels a byte, two frames (PS3.5 8.1.1)."""
        bits = [(n * n // 7) % 2 for n in range(512)]
        packed = bytes(sum(bits[at + n] << n for n in range(8)) for at in range(0, 512, 8))
        data = image(g0008_0016=("UI", SC_CLASS + ".1"), g0028_0008=("IS", "2"), g0028_0100=("US", [1]), g0028_0101=("US", [1]),
                     g0028_0102=("US", [0]), g7FE0_0010=("OB", packed))
        after = self.boxed(part10(data))[0x7FE00010][1]
        for n, bit in enumerate(bits):
            y, x = n % 256 // 16, n % 16
            covered = 2 <= x < 6 and 3 <= y < 8
            self.assertEqual(after[n // 8] >> (n % 8) & 1, 0 if covered else bit, n)

    def assert_halved_chroma(self):
        """Two pixels share their colour in the source and have it each in the copy."""
        pairs = bytes(n * 11 % 251 for n in range(512))
        data = image(g0008_0016=("UI", SC_CLASS), g0028_0002=("US", [3]), g0028_0004=("CS", "YBR_FULL_422"),
                     g0028_0006=("US", [0]), g0028_0100=("US", [8]), g0028_0101=("US", [8]), g0028_0102=("US", [7]),
                     g7FE0_0010=("OB", pairs))
        whole = b"".join(bytes((pairs[n // 2 * 4 + n % 2], pairs[n // 2 * 4 + 2], pairs[n // 2 * 4 + 3])) for n in range(256))
        copy = self.boxed(part10(data))
        self.assertEqual(text(copy, 0x00280004), "YBR_FULL")
        self.assert_covered(copy, whole, 3, 1, 1)

    def test_32_covered_lossy_picture(self):
        plain = image(g0028_0100=("US", [8]), g0028_0101=("US", [8]), g0028_0102=("US", [7]), g0028_2000=("OB", "Profilename"),
                      g7FE0_0010=("OB", bytes(x * 3 % 256 for x in range(256))))
        packed = self.squeeze("dcmcjpeg", part10(plain), "+eb")
        copy = self.boxed(packed)
        self.assertEqual(text(copy, 0x00282110), "01")
        self.assertTrue(text(copy, 0x00282114))
        self.assertEqual(text(copy, 0x00080008).split("\\")[0], "DERIVED")
        self.assertEqual(uid_of(copy, 0x00020010), EXPLICIT)
        self.assertNotEqual(uid_of(copy, 0x00080018), ROOT + "5.1.1")
        self.assertNotIn(0x00282000, copy)

    def ultrasound(self, **changes):
        region = {0x00186012: ("US", [1]), 0x00186014: ("US", [1]), 0x00186018: ("UL", [2]), 0x0018601A: ("UL", [2]),
                  0x0018601C: ("UL", [9]), 0x0018601E: ("UL", [9])}
        return image(**{"g0008_0016": ("UI", US_CLASS), "g0008_0060": ("CS", "US"), "g0018_6011": ("SQ", [region]), **changes})

    def test_33_ultrasound_outside_regions(self):
        for profile in PROFILES:
            self.assertEqual(self.refused(part10(self.ultrasound()), profile=profile, options=()), ["needs-review"])
            copy = read(self.copy(part10(self.ultrasound()), profile=profile))
            before, after = image()[0x7FE00010][1], copy[0x7FE00010][1]
            for y in range(16):
                for x in range(16):
                    at = (y * 16 + x) * 2
                    inside = 2 <= x <= 9 and 2 <= y <= 9
                    self.assertEqual(after[at:at + 2], before[at:at + 2] if inside else b"\0\0")
            self.assertEqual(self.refused(part10(self.ultrasound(g0018_6011=None)), profile=profile), ["needs-boxes"])

    def test_34_kept_old_values(self):
        old = {0x00100010: ("PN", "Formername^Ada"), 0x00100020: ("LO", "FORMERNAME7"), 0x00080050: ("SH", "FORMERNAME7")}
        data = image(g0400_0561=("SQ", [{0x04000550: ("SQ", [old]), 0x04000565: ("CS", "CORRECT"),
                                         0x04000563: ("LO", "Formername"), 0x04000564: ("LO", "Formername")}]),
                     g0400_0500=("SQ", [{0x04000510: ("UI", EXPLICIT), 0x04000520: ("OB", "Formername")}]),
                     g4FFE_0001=("SQ", [{0x04000015: ("CS", "SHA1")}]), gFFFA_FFFA=("SQ", [{0x04000120: ("OB", "Formername")}]))
        for copy in self.assert_clean(["Formername"], part10(data)):
            self.assertFalse([tag for tag in copy if tag >> 16 in (0x0400, 0x4FFE, 0xFFFA)])

    def codes(self, copy):
        return [text(code, 0x00080100) for code in copy[0x00120064][1]]

    def test_35_statements(self):
        unseen = {"options": ()}
        second = read(self.copy(part10(image()), **unseen))
        self.assertEqual(self.codes(second), ["113100", "113105", "113107", "113108"])
        self.assertEqual(text(second, 0x00280303), "MODIFIED")
        dated = read(self.copy(part10(image()), options=("--keep-dates",)))
        self.assertEqual(self.codes(dated), ["113100", "113105", "113106", "113108"])
        self.assertEqual((text(dated, 0x00280303), text(dated, 0x00080020), text(dated, 0x00080030)),
                         ("UNMODIFIED", "20240303", "101533"))
        public = read(self.copy(part10(image()), profile="public"))
        self.assertEqual(self.codes(public), ["113100", "113101"])
        self.assertEqual(text(public, 0x00280303), "REMOVED")
        for copy in (second, dated, public):
            self.assertEqual(text(copy, 0x00120062), "YES")
            self.assertRegex(text(copy, 0x00120063), r"^Scan Vault \S+; PS3\.15 2026d; profile [BC]$")
            for code in copy[0x00120064][1]:
                self.assertEqual(text(code, 0x00080102), "DCM")
        self.write("named", part10(image()))
        self.ok("deidentify", self.path("named"), "-o", self.path("named-out"), "--profile", "named")
        with open(os.path.join(self.path("named-out"), "DICOM", "P1", "S1", "R1", "I1"), "rb") as file:
            self.assertEqual(file.read()[132:], part10(image())[132:])

    def test_36_types_stay_valid(self):
        for profile in PROFILES:
            copy = read(self.copy(part10(image()), profile=profile))
            for tag in (0x00080016, 0x00080018, 0x0020000D, 0x0020000E, 0x00100010, 0x00100020, 0x00080060):
                self.assertTrue(text(copy, tag), hex(tag))
            for tag in (0x00080020, 0x00080030, 0x00080050, 0x00080090, 0x00100030, 0x00100040, 0x00200010, 0x00200011):
                self.assertIn(tag, copy)
        view = {0x00080100: ("SH", "399162004"), 0x00080102: ("SH", "SCT"), 0x00080104: ("LO", "Crimsonberry's view"),
                0x00540222: ("SQ", [])}
        local = {0x00080100: ("SH", "MARBLE7"), 0x00080102: ("SH", "99MARBLEWOOD"), 0x00080104: ("LO", "Marblewood special")}
        mammogram = image(g0008_0016=("UI", "1.2.840.10008.5.1.4.1.1.1.2"), g0008_0060=("CS", "MG"),
                          g0054_0220=("SQ", [view]), g0008_2218=("SQ", [local]), g0028_0301=("CS", "NO"),
                          g0028_1054=("LO", "Marblewood units"))
        for copy in self.assert_clean(["MARBLE7", "99MARBLE", "special"], part10(mammogram)):
            code, region = copy[0x00540220][1][0], copy[0x00082218][1][0]
            self.assertEqual((text(code, 0x00080100), text(code, 0x00080102), text(code, 0x00080104)),
                             ("399162004", "SCT", "cranio-caudal"))
            self.assertEqual(text(region, 0x00080104), "Unknown")
            self.assertEqual(text(copy, 0x00281054), "US")
            self.assertEqual(text(copy, 0x00280301), "NO")

    def test_37_two_people(self):
        other = image(g0010_0020=("LO", "ANOTHER-1"), g0008_0018=("UI", ROOT + "37"))
        for profile in PROFILES:
            self.run_deid(part10(image()), part10(other), profile=profile, code=5)
        issued = image(g0010_0021=("LO", "Elsewhere"), g0008_0018=("UI", ROOT + "37"))
        self.run_deid(part10(image()), part10(issued), code=5)

    def test_38_already_marked(self):
        data = image(g0012_0062=("CS", "YES"), g0012_0063=("LO", "Othercleaner of Marblewood"),
                     g0012_0064=("SQ", [{0x00080100: ("SH", "113110"), 0x00080102: ("SH", "DCM")}]), g0028_0303=("CS", "UNMODIFIED"))
        for copy in self.assert_clean(["Othercleaner", "113110"], part10(data)):
            self.assertEqual(len(copy[0x00120064][1]) >= 2, True)

    def test_39_failure_writes_nothing(self):
        good = part10(image())
        for bad in (good[:-10], good[:400], good[:131], b"not DICOM at all", good[:132] + b"\xff" * 500):
            for profile in PROFILES:
                _, left = self.run_deid(bad, profile=profile, code=5)
                self.assertEqual(left, {})
        _, left = self.run_deid(good, good[:-10], code=5)
        answer, left = self.run_deid(good, good[:-10], options=("--leave-out-refused",), code=1)
        self.assertEqual((answer["files"], len(answer["refused"])), (1, 1))
        self.assertEqual(len([path for path in left if "/DICOM/" in path]), 1)

    def test_40_unknown_classes(self):
        for number in ("1.2.840.113619.4.30", "1.2.840.10008.5.1.4.1.1.999", "", "1.3.46.670589.11.0.0.12.1"):
            for profile in PROFILES:
                self.assertEqual(self.refused(part10(image(g0008_0016=("UI", number))), profile=profile), ["kind-not-supported"])

    def test_41_beyond_the_table(self):
        data = image(g0008_0051=("SQ", [{0x00400031: ("UT", "Beyondname")}]), g0018_1250=("SH", "Beyondname"),
                     g0018_9005=("SH", "Beyondname"), g0028_6022=("LO", "Beyondname"), g0054_0018=("SH", "Beyondname"),
                     g0020_9453=("LO", "Beyondname"), g0018_702A=("LO", "Beyondname"), g0040_9210=("SH", "Beyondname"))
        self.assert_clean(["Beyondname"], part10(data))

    def test_42_no_contradicting_options(self):
        data = image(g0018_1000=("LO", "SERIAL99881"), g0018_1200=("DA", "20200202"), g0018_1202=("DT", "20200202101010"),
                     g0018_1002=("UI", ROOT + "42"), g0008_1010=("SH", "STATIONNAME7"))
        for options in (("--confirm-reviewed",), ("--keep-dates",)):
            copy = read(self.copy(part10(data), options=options))
            self.assertFalse({"113109", "113110", "113112"} & set(self.codes(copy)))
            self.assertEqual(len({"113106", "113107"} & set(self.codes(copy))), 1)
            self.assertNotIn(0x00181000, copy)
            # E.1-1: under Modified Dates they move as all others do.
            kept = "--keep-dates" in options
            self.assertEqual(text(copy, 0x00181200) == "20200202", kept)
            self.assertEqual(text(copy, 0x00181202).startswith("20200202"), kept)
            self.assertNotEqual(text(copy, 0x00181002), ROOT + "42")

    def test_43_faces(self):
        """No face is taken away, none is said to be, and none is made public."""
        head = {0x00080100: ("SH", "69536005"), 0x00080102: ("SH", "SCT"), 0x00080104: ("LO", "Head")}
        for changes in ({"g0018_0015": ("CS", "HEAD")}, {"g0008_1030": ("LO", "CT BRAIN")}, {"g0018_1030": ("LO", "SKULL BASE")},
                        {"g0008_2218": ("SQ", [head])}, {"g0008_103E": ("LO", "Sch\xe4del, Kopf")}):
            file = part10(image(**changes))
            self.assertEqual(self.refused(file, profile="public"), ["face"], changes)
            copy = read(self.copy(file))
            self.assertEqual(text(copy, 0x00280302), "YES")
            self.assertNotIn("113102", self.codes(copy))
        chest = read(self.copy(part10(image()), profile="public"))
        self.assertNotIn(0x00280302, chest)

    def test_44_per_frame_groups(self):
        frames = 40
        groups = [{0x00209111: ("SQ", [{0x00189074: ("DT", "20240303101533.%02d" % n), 0x00209158: ("LT", "Framename %d" % n),
                                        0x00209151: ("DT", "20240303101533"), 0x00209056: ("SH", "Framename"),
                                        0x00209157: ("UL", [n + 1])}]),
                   0x00089124: ("SQ", [{0x00082112: ("SQ", [{0x00081150: ("UI", "1.2.840.10008.5.1.4.1.1.2"),
                                                             0x00081155: ("UI", ROOT + "44.%d" % n)}])}]),
                   0x00209113: ("SQ", [{0x00200032: ("DS", "0\\0\\%d" % n)}])} for n in range(frames)]
        shared = {0x00289110: ("SQ", [{0x00280030: ("DS", "1\\1"), 0x00180050: ("DS", "1")}]),
                  0x00289145: ("SQ", [{0x00281052: ("DS", "-1024"), 0x00281053: ("DS", "1"), 0x00281054: ("LO", "HU")}])}
        data = image(g0008_0016=("UI", ENHANCED_CT), g0028_0008=("IS", str(frames)), g5200_9229=("SQ", [shared]),
                     g5200_9230=("SQ", groups), g7FE0_0010=("OW", image()[0x7FE00010][1] * frames))
        for copy in self.assert_clean(["Framename", ROOT + "44", "20240303"], part10(data)):
            self.assertEqual(len(copy[0x52009230][1]), frames)
            self.assertEqual(len({uid_of(group[0x00089124][1][0][0x00082112][1][0], 0x00081155)
                                  for group in copy[0x52009230][1]}), frames)
            content = copy[0x52009230][1][3][0x00209111][1][0]
            self.assertEqual(text(content, 0x00209056), "1")
            self.assertRegex(text(content, 0x00189074), r"^19000101$")
            self.assertEqual(text(copy[0x52009229][1][0][0x00289145][1][0], 0x00281054), "HU")
        moved = read(self.copy(part10(data)))
        times = [text(group[0x00209111][1][0], 0x00189074) for group in moved[0x52009230][1]]
        self.assertEqual(len({time[:8] for time in times}), 1)
        self.assertTrue(all(re.fullmatch(r"[0-9]{14}\.[0-9]{2}", time) for time in times))


if __name__ == "__main__":
    unittest.main(verbosity=2)
