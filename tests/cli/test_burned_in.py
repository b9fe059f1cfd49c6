# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing inside pictures of a share: proposed, refused until somebody has looked, covered, kept on request."""
import os
import pathlib
import sys
import unittest

from harness import CliTest, content, files_below

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "deid"))
import writer

GLYPHS = {"A": (14, 17, 17, 31, 17, 17, 17), "E": (31, 16, 16, 30, 16, 16, 31), "H": (17, 17, 17, 31, 17, 17, 17),
          "I": (14, 4, 4, 4, 4, 4, 14), "L": (16, 16, 16, 16, 16, 16, 31), "M": (17, 27, 21, 21, 17, 17, 17),
          "N": (17, 25, 21, 19, 17, 17, 17), "O": (14, 17, 17, 17, 17, 17, 14), "P": (30, 17, 17, 30, 16, 16, 16)}
NAME, SIDE, LEVEL = "PHILOMENA", 128, 3000


def ink(x, y):
    """Pixels of the name, two for one of the letters."""
    return {(x + 12 * at + column, y + row) for at, letter in enumerate(NAME) for row in range(14) for column in range(10)
            if GLYPHS[letter][row // 2] >> (4 - column // 2) & 1}


def picture(where=(), frames=1, **changes):
    """Frames of a soft slope, with the name at each of `where`: (frame, x, y)."""
    pixels = []
    for frame in range(frames):
        drawn = set().union(*(ink(x, y) for at, x, y in where if at == frame))
        pixels += [LEVEL if (x, y) in drawn else 1000 + x + y + frame for y in range(SIDE) for x in range(SIDE)]
    data = writer.image(**changes)
    data.update({0x00280010: ("US", [SIDE]), 0x00280011: ("US", [SIDE]),
                 0x7FE00010: ("OW", b"".join(value.to_bytes(2, "little") for value in pixels))})
    if frames > 1:
        data[0x00280008] = ("IS", str(frames))
    return data


def samples(path):
    data = writer.read(content(path))
    raw = data[0x7FE00010][1]
    return data, [int.from_bytes(raw[i:i + 2], "little") for i in range(0, len(raw), 2)]


class Pictures(CliTest):
    def file(self, name, *where, **options):
        return self.write(name, writer.part10(picture(where, **options)))


class BurnedIn(Pictures):
    def deidentify(self, *paths, boxes=None, code=0, name="copy"):
        """With a person's word; copies by their order."""
        extra = ["--confirm-reviewed"]
        if boxes is not None:
            extra += ["--redact", self.write("boxes.json", '{"boxes": [%s]}' % ", ".join(boxes))]
        answer = self.ok("deidentify", *paths, "-o", self.path(name), "--profile", "second-opinion", *extra, code=code)
        return answer, files_below(self.path(name, "DICOM"))

    def test_inspect_tells(self):
        clean, drawn = self.file("clean"), self.file("drawn", (0, 8, 6))
        files = self.ok("inspect", "--text", clean, drawn)["files"]
        self.assertEqual(files[0]["text_boxes"], [])
        self.assertFalse(files[0]["text_expected"])
        self.assertEqual(len(files[1]["text_boxes"]), 1)
        box = files[1]["text_boxes"][0]
        self.assertEqual(box["frame"], "all")
        self.assertTrue(all(box["x"] <= x < box["x"] + box["width"] and box["y"] <= y < box["y"] + box["height"]
                            for x, y in ink(8, 6)))
        self.assertNotIn("text_boxes", self.ok("inspect", drawn)["files"][0])

    def test_refused_until_somebody_has_looked(self):
        drawn, clean, out = self.file("drawn", (0, 8, 6)), self.file("clean"), self.path("copy")
        for profile in ("second-opinion", "public"):
            answer = self.ok("deidentify", drawn, "-o", out, "--profile", profile, code=5)
            self.assertEqual([refusal["code"] for refusal in answer["refused"]], ["needs-review"])
            self.assertFalse(os.path.exists(out))
        answer = self.ok("deidentify", clean, "-o", out, "--profile", "second-opinion")
        self.assertEqual(answer["removed"]["text_boxes"], 0)
        data, _ = samples(files_below(os.path.join(out, "DICOM"))[0])
        self.assertNotIn(0x00280301, data)

    def test_named_copies_are_not_searched(self):
        drawn = self.file("drawn", (0, 8, 6))
        self.create()
        self.ok("import", self.vault, drawn)
        self.ok("share", self.vault, self.studies()[0]["id"], "-o", self.path("copy"), "--profile", "named")
        self.assertEqual(content(files_below(self.path("copy", "DICOM"))[0]), content(drawn))

    def test_covered_and_nothing_else(self):
        drawn = self.file("drawn", (0, 8, 6))
        answer, copies = self.deidentify(drawn)
        self.assertEqual(answer["removed"]["text_boxes"], 1)
        data, pixels = samples(copies[0])
        self.assertTrue(all(pixels[y * SIDE + x] == 0 for x, y in ink(8, 6)))
        left = [i for i in range(SIDE * SIDE) if pixels[i] != 0]
        self.assertTrue(all(pixels[i] == 1000 + i % SIDE + i // SIDE for i in left))
        self.assertGreater(len(left), SIDE * SIDE * 2 // 3)
        self.assertEqual(writer.text(data, 0x00280301), "NO")
        self.assertIn("113101", [item[0x00080100][1].decode().strip() for item in data[0x00120064][1]])

    def test_the_persons_boxes_add_and_keep(self):
        drawn = self.file("drawn", (0, 8, 6))
        box = self.ok("inspect", "--text", drawn)["files"][0]["text_boxes"][0]
        told = '{"item": "%s", "frame": "all", "x": %d, "y": %d, "width": %d, "height": %d%s}'
        keep = told % (drawn, box["x"], box["y"], box["width"], box["height"], ', "keep": true')
        add = told % (drawn, 100, 90, 12, 10, "")
        answer, copies = self.deidentify(drawn, boxes=[keep, add])
        self.assertEqual(answer["removed"]["text_boxes"], 1)
        _, pixels = samples(copies[0])
        self.assertTrue(all(pixels[y * SIDE + x] == LEVEL for x, y in ink(8, 6)))
        self.assertEqual({(i % SIDE, i // SIDE) for i in range(SIDE * SIDE) if pixels[i] == 0},
                         {(x, y) for x in range(100, 112) for y in range(90, 100)})
        # A box that does not hold the whole of what is proposed keeps nothing.
        less = told % (drawn, box["x"] + 1, box["y"], box["width"], box["height"], ', "keep": true')
        answer, copies = self.deidentify(drawn, boxes=[less], name="other")
        _, pixels = samples(copies[0])
        self.assertTrue(all(pixels[y * SIDE + x] == 0 for x, y in ink(8, 6)))

    def multi_frame(self, name, where, frames):
        return self.file(name, *where, frames=frames, g0008_0016=("UI", "1.2.840.10008.5.1.4.1.1.7.3"),
                         g0008_0060=("CS", "OT"), g0008_0064=("CS", "WSD"))

    def test_frames_of_one_layout(self):
        """A place that has writing in most frames is covered in all; writing in one frame, in that one."""
        where = [(frame, 8, 6) for frame in (0, 1, 2, 4)] + [(3, 10, 100)]
        clip = self.multi_frame("clip", where, 5)
        boxes = self.ok("inspect", "--text", clip)["files"][0]["text_boxes"]
        self.assertEqual([box["frame"] for box in boxes], ["all", 4])
        answer, copies = self.deidentify(clip)
        _, pixels = samples(copies[0])
        at = lambda frame, x, y: pixels[(frame * SIDE + y) * SIDE + x]
        for frame in range(5):
            self.assertTrue(all(at(frame, x, y) == 0 for x, y in ink(8, 6)), frame)
            self.assertTrue(all((at(frame, x, y) == 0) == (frame == 3) for x, y in ink(10, 100)), frame)
        # One frame of a box for all is kept.
        first = boxes[0]
        keep = ('{"item": "%s", "frame": 2, "x": %d, "y": %d, "width": %d, "height": %d, "keep": true}' %
                (clip, first["x"], first["y"], first["width"], first["height"]))
        answer, copies = self.deidentify(clip, boxes=[keep], name="kept")
        _, pixels = samples(copies[0])
        for frame in range(5):
            self.assertEqual(all(at(frame, x, y) == 0 for x, y in ink(8, 6)), frame != 1, frame)

    def test_pictures_of_one_series(self):
        """What stands in one place of most pictures of a series is covered in those too in which it was not found."""
        paths = []
        for number in range(6):
            where = [] if number == 3 else [(0, 8, 6)]
            paths.append(self.file(f"slice{number}", *where, g0008_0018=("UI", writer.ROOT + f"5.1.{number + 1}"),
                                   g0020_0013=("IS", str(number + 1))))
        self.create()
        self.ok("import", self.vault, *paths)
        study = self.studies()[0]["id"]
        answer = self.ok("share", self.vault, study, "-o", self.path("bad"), "--profile", "second-opinion", code=5)
        self.assertEqual(len(answer["refused"]), 6)
        answer = self.ok("share", self.vault, study, "-o", self.path("copy"), "--profile", "second-opinion",
                         "--confirm-reviewed")
        self.assertEqual((answer["files"], answer["removed"]["text_boxes"]), (6, 6))
        for path in files_below(self.path("copy", "DICOM")):
            _, pixels = samples(path)
            self.assertTrue(all(pixels[y * SIDE + x] == 0 for x, y in ink(8, 6)), path)
        other = self.file("other", g0008_0018=("UI", writer.ROOT + "6.1.1"), g0020_000e=("UI", writer.ROOT + "6.1"))
        answer = self.ok("deidentify", other, "-o", self.path("clean"), "--profile", "second-opinion")
        self.assertEqual(answer["removed"]["text_boxes"], 0)


class MadeAgain(Pictures):
    def test_the_same_once_more(self):
        """What was found, kept and added is in the ledger: the same bytes, though boxes are not named again."""
        paths = [self.file(f"slice{number}", (0, 8, 6), g0008_0018=("UI", writer.ROOT + f"5.1.{number + 1}"),
                           g0020_0013=("IS", str(number + 1))) for number in range(3)]
        box = self.ok("inspect", "--text", paths[0])["files"][0]["text_boxes"][0]
        self.create()
        self.ok("import", self.vault, *paths)
        study = self.studies()[0]
        shown = self.ok("show", self.vault, study["id"], "--instances")
        instances = [instance["id"] for series in shown["series"] for instance in series["instances"]]
        rectangle = '"x": %d, "y": %d, "width": %d, "height": %d' % (box["x"], box["y"], box["width"], box["height"])
        boxes = self.write("boxes.json", '{"boxes": [{"item": "%s", "frame": "all", %s, "keep": true}, {"item": "%s", '
                                         '"frame": "all", "x": 100, "y": 90, "width": 12, "height": 10}]}' %
                           (instances[0], rectangle, study["id"]))
        first = self.ok("share", self.vault, study["id"], "-o", self.path("first"), "--profile", "second-opinion",
                        "--confirm-reviewed", "--redact", boxes)
        self.assertEqual(first["removed"]["text_boxes"], 5)
        self.ok("share", "--again", first["share_id"], self.vault, "-o", self.path("second"))
        one, other = ({os.path.relpath(path, self.path(name)): content(path) for path in files_below(self.path(name))}
                      for name in ("first", "second"))
        self.assertEqual(one, other)


if __name__ == "__main__":
    unittest.main(verbosity=2)
