# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at copies with programs that are not ours: peers.py PAIRS.json, a list of
[source, copy, boxes that were covered]. Prints one JSON document:
what pydicom found of the source in the copy, what GDCM and pydicom could not open, and where a decoded picture differs."""
import json
import re
import sys
import warnings

import gdcm
import numpy
import pydicom

warnings.simplefilter("ignore")
TEXTS = {"AE", "AS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
LOSSY_JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
OURS = {"patient", "removed", "unknown", "original", "primary", "secondary", "derived", "modified", "19000101"}


def values(data, wanted=frozenset(TEXTS), path=()):
    for element in data:
        if element.VR == "SQ":
            for number, item in enumerate(element.value or []):
                yield from values(item, wanted, path + (element.tag, number))
        elif element.VR in wanted or element.VR == "UN" and isinstance(element.value, bytes):
            value = element.value
            if isinstance(value, bytes):
                value = value.decode("latin-1")
            for one in [value] if isinstance(value, str) or not hasattr(value, "__iter__") else value:
                one = str(one).strip(" \0")
                if one:
                    yield path + (element.tag,), element.VR, one


def left_over(source, copy, copy_bytes):
    """Values of the source that do not stand at their own place in the copy and are in its bytes nevertheless."""
    kept = {}
    for path, _, value in values(copy, TEXTS | {"CS"}):
        kept.setdefault(path, set()).add(value)
    standing = "\n".join(value.lower() for all_of in kept.values() for value in all_of)
    plain = re.sub(rb"2\.25\.[0-9]+", b"", copy_bytes).lower()
    found = []
    for path, vr, value in values(source):
        parts = [value] + (re.split(r"[\^= ]", value) if vr == "PN" else [])
        if value in kept.get(path, ()) and vr not in ("PN",):
            continue
        for part in parts:
            low = part.lower()
            if len(part) < 6 or low in OURS or low.startswith("1.2.840.10008.") or len(set(low)) == 1:
                continue
            if re.fullmatch(r"[0-9.:/ -]+", part) and len(part) < 8:
                continue
            if vr not in ("PN", "UI", "DA", "DT") and low in standing:
                continue
            if any(low.encode(code, "ignore") in plain for code in ("latin-1", "utf-8", "utf-16-le")):
                found.append(f"{path[-1]} {vr}")
    return found


def opened_by_gdcm(path):
    reader = gdcm.ImageReader()
    reader.SetFileName(path)
    return reader.GetImage() if reader.Read() else None


def pixels(data):
    """The stored values alone."""
    array = data.pixel_array.astype(numpy.int64)
    stored = int(data.BitsStored)
    return array & ((1 << stored) - 1)


def outside(shape, frames, boxes):
    """Where nothing was covered."""
    open_ = numpy.ones(shape if frames > 1 else (1, *shape), bool)
    for box in boxes:
        frame = slice(None) if box["frame"] == "all" else box["frame"] - 1
        open_[frame, box["y"]:box["y"] + box["height"], box["x"]:box["x"] + box["width"]] = False
    return open_ if frames > 1 else open_[0]


def compare(source, copy, boxes):
    """None where no other program can decode the source; covered ultrasound is another test's."""
    if source.get("Modality") in ("US", "IVUS") or "PixelData" not in source:
        return None
    # Lossy JPEG in colour whose header and stream disagree: programs differ about which is right.
    if source.get("SamplesPerPixel") == 3 and source.file_meta.get("TransferSyntaxUID") in LOSSY_JPEG:
        return None
    # pydicom does not swap the two samples of 8 bits in a word.
    if source.file_meta.get("TransferSyntaxUID") == "1.2.840.10008.1.2.2" and source.get("BitsAllocated") == 8 and \
            source["PixelData"].VR == "OW":
        return None
    try:
        before = pixels(source)
    except Exception:
        return None
    after = pixels(copy)
    if before.shape != after.shape:
        return "shape"
    if source.get("PhotometricInterpretation") != copy.get("PhotometricInterpretation"):
        return None
    same = before == after
    if boxes and same.all():
        return "uncovered"
    return "equal" if same[outside(before.shape, int(source.get("NumberOfFrames") or 1), boxes)].all() else "differs"


def main():
    with open(sys.argv[1]) as file:
        pairs = json.load(file)
    answer = {"left": [], "unopened": [], "pixels": {}}
    for source_path, copy_path, boxes in pairs:
        copy = pydicom.dcmread(copy_path)
        with open(copy_path, "rb") as file:
            copy_bytes = file.read()
        if opened_by_gdcm(copy_path) is None and opened_by_gdcm(source_path) is not None:
            answer["unopened"].append(f"GDCM: {source_path}")
        try:
            source = pydicom.dcmread(source_path, force=True)
            found = left_over(source, copy, copy_bytes)
        except Exception as error:
            # A source that pydicom cannot follow: only the copy has been looked at.
            answer.setdefault("unread", []).append(f"{source_path}: {error}"[:200])
            continue
        if found:
            answer["left"].append([source_path, found])
        try:
            answer["pixels"].setdefault(str(compare(source, copy, boxes)), []).append(source_path)
        except Exception as error:
            answer["unopened"].append(f"pydicom: {source_path}: {error}"[:300])
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
