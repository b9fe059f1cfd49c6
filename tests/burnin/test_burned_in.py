# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing drawn into pictures is found and proposed: names, dates and numbers of 8 pixels and up, in corners and over
anatomy, bright and dark, hardly readable and in colour, in 8, 12 and 16 bits and RGB, on pictures of our own making and
on real ones where a folder of them is at hand (SCANVAULT_CORPUS).

    test_burned_in.py [--images N] [--seed N] [--jpeg QUALITY]    the whole set is --images 500; every miss is listed

With --jpeg the pictures went through lossy JPEG with the writing in them, as 8 bits; then the limits do not hold.

Writing that a person could not see is not drawn: each word differs from what it stands on by 32 of 256 levels and half
of what that differs from itself."""
import argparse
import glob
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / "deid")]
import backgrounds
import writer
import writing

TOUCHED, HALF, FALSE_BOXES = 0.99, 0.98, 10
BATCH = 40


def dicom(pixels, low, high):
    """A file of the picture; SC if it is in colour."""
    bits = 8 if pixels.dtype == numpy.uint8 else 16
    data = writer.image()
    stored = 8 if bits == 8 else 12 if pixels.max() < 4096 else 16
    body = pixels.tobytes()
    data.update({0x00280010: ("US", [pixels.shape[0]]), 0x00280011: ("US", [pixels.shape[1]]),
                 0x00280100: ("US", [bits]), 0x00280101: ("US", [stored]), 0x00280102: ("US", [stored - 1]),
                 0x00281050: ("DS", f"{(low + high) / 2:.6g}"), 0x00281051: ("DS", f"{max(high - low, 1):.6g}"),
                 0x00281052: ("DS", "0"), 0x7FE00010: ("OB" if bits == 8 else "OW", body + b"\0" * (len(body) % 2))})
    if pixels.ndim == 3:
        data.update({0x00280002: ("US", [3]), 0x00280004: ("CS", "RGB"), 0x00280006: ("US", [0])})
        for tag in (0x00281050, 0x00281051, 0x00281052, 0x00281053):
            del data[tag]
    return writer.part10(data)


def in_bytes(pixels, low, high):
    """A picture as 8 bits, which is what lossy JPEG takes."""
    if pixels.dtype == numpy.uint8:
        return pixels, low, high
    return (numpy.clip((pixels - float(low)) / max(high - low, 1), 0, 1) * 255).astype(numpy.uint8), 0, 255


def lossy(pixels, quality):
    from PIL import Image
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "JPEG", quality=quality)
    return numpy.array(Image.open(packed))


def real_pictures():
    """Pictures of the corpus that pydicom can decode, one frame of each; those that come with writing of their own, and
    one that comes out as noise, are left out by what a person saw in them."""
    import pydicom
    import warnings
    warnings.simplefilter("ignore")
    left_out = {"2_ORIGINAL.dcm", "GH364.dcm", "John_Stiles.dcm", "example-mg.dcm", "OutOfBoundsOverlay.dcm",
                    "MAROTECH_CT_JP2Lossy.dcm", "GDCMJ2K_TextGBR.dcm", "JPEG-LS_Lossy.dcm", "JPEG-lossy.dcm", "JPEG2000.dcm",
                    "JPEGLossless_1s_1f_i_16_16_DICOM.dcm", "sample-op.dcm", "JPEGwithIcon.dcm", "example.dcm", "example2.dcm",
                    "JPEG2000-embedded-sequence-delimiter.dcm"}  # the last one: what pydicom decodes it to is no picture but noise
    for path in sorted(glob.glob(os.path.join(os.environ["SCANVAULT_CORPUS"], "**", "*"), recursive=True)):
        if not os.path.isfile(path) or os.path.basename(path) in left_out or "/malicious/" in path:
            continue
        try:
            data = pydicom.dcmread(path)
            pixels = data.pixel_array
        except Exception:
            continue
        if data.get("Modality") not in ("CT", "MR", "CR", "DX", "XA", "NM", "PT") or data.PhotometricInterpretation != "MONOCHROME2":
            continue
        pixels = pixels[len(pixels) // 2] if int(data.get("NumberOfFrames", 1) or 1) > 1 else pixels
        if pixels.ndim != 2 or min(pixels.shape) < 200 or pixels.dtype.itemsize > 2:
            continue
        pixels = pixels.astype(int)
        low, high = numpy.percentile(pixels, [1, 99])
        if data.get("WindowWidth") and not hasattr(data.WindowWidth, "append") and float(data.WindowWidth) > 1:
            slope, offset = float(data.get("RescaleSlope", 1)), float(data.get("RescaleIntercept", 0))
            centre, width = float(data.WindowCenter), float(data.WindowWidth)
            low, high = ((centre + side * width / 2 - offset) / slope for side in (-1, 1))
        up = -min(0, int(pixels.min()))
        if high > low and low < pixels.max() and high > pixels.min() and pixels.max() + up < 65536:
            bytes_only = data.BitsAllocated == 8 and pixels.max() + up < 256
            yield (os.path.basename(path), (pixels + up).astype(numpy.uint8 if bytes_only else numpy.uint16), low + up,
                   high + up)


def proposals(files):
    """What the program proposes for each file: (x, y, right, bottom)."""
    answer = subprocess.run([os.environ["SCANVAULT_CLI"], "--json", "inspect", "--text", *files], capture_output=True,
                            check=True, stdin=subprocess.DEVNULL)
    found = []
    for file in json.loads(answer.stdout)["files"]:
        assert "text_boxes" in file, file
        found.append([(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]) for box in file["text_boxes"]])
    return found


class Tally:
    def __init__(self):
        self.images = self.whole_touched = self.whole_half = self.false = self.on_clean = 0
        self.words, self.misses = [], []

    def add(self, name, seed, lines, boxes, clean, shape):
        words, false = writing.judge(lines, boxes, shape)
        self.images += 1
        self.whole_touched += all(share > 0 for _, _, share in words)
        self.whole_half += all(share >= .5 for _, _, share in words)
        self.false += len(false)
        self.on_clean += len(clean)
        self.words += [share for _, _, share in words]
        self.misses += [f"{name} seed {seed}: {word.text!r} of {line.font} {line.size}, {line.contrast:.0f} levels: "
                        f"{share:.0%} covered" for line, word, share in words if share < .5]

    def tell(self, title):
        n = max(self.images, 1)
        shares = numpy.array(self.words)
        touched, half = (shares > 0).mean(), (shares >= .5).mean()
        for miss in self.misses:
            print("# miss:", miss)
        print(f"# {title}: {self.images} images, {len(shares)} words: touched {touched:.4f}, half of the ink covered "
              f"{half:.4f}; images of which every word is {self.whole_touched / n:.4f}, {self.whole_half / n:.4f}; false boxes "
              f"{self.false / n:.2f} an image, {self.on_clean / n:.2f} on the same without writing")
        return touched >= TOUCHED and half >= HALF and max(self.false, self.on_clean) / n <= FALSE_BOXES


def run(title, pictures, images, seed, quality):
    """pictures: a function from a random generator to (name, pixels, low, high)."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for first in range(seed, seed + images, BATCH):
            drawn, files = [], []
            for number in range(first, min(first + BATCH, seed + images)):
                random = numpy.random.default_rng(number)
                name, pixels, low, high = pictures(random)
                if quality:
                    pixels, low, high = in_bytes(pixels, low, high)
                for kind in ("clean", "drawn"):
                    files.append(os.path.join(folder, f"{number}.{kind}"))
                    lines = writing.write(random, pixels, low, high, 3) if kind == "drawn" else []
                    shown = lossy(pixels, quality) if quality else pixels
                    pathlib.Path(files[-1]).write_bytes(dicom(shown, low, high))
                drawn.append((name, number, lines, pixels.shape))
            found = proposals(files)
            for (name, number, lines, shape), clean, boxes in zip(drawn, found[::2], found[1::2]):
                if lines:
                    tally.add(name, number, lines, boxes, clean, shape)
            for path in files:
                os.unlink(path)
    return tally.tell(title) and tally.images > 0


def made(random):
    kind = backgrounds.KINDS[int(random.integers(0, len(backgrounds.KINDS)))]
    return (kind.__name__, *kind(random))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jpeg", type=int, metavar="QUALITY")
    options = parser.parse_args()
    print("1..2")
    good = run("made pictures", made, options.images, options.seed, options.jpeg)
    print("ok 1 made pictures" if good else "not ok 1 made pictures")
    if "SCANVAULT_CORPUS" in os.environ:
        pictures = list(real_pictures())

        def real(random):
            name, pixels, low, high = pictures[int(random.integers(0, len(pictures)))]
            return name, pixels.copy(), low, high

        fine = run("real pictures", real, options.images, options.seed, options.jpeg)
        print("ok 2 real pictures" if fine else "not ok 2 real pictures")
        good = good and fine
    else:
        print("ok 2 real pictures # SKIP SCANVAULT_CORPUS names no folder")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
