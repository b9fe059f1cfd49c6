# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes and reads DICOM files for the tests of de-identification: no library, every encoding, and everything that a careful
program would not write. A data set is a dict {tag: (VR, value)}: value is str, bytes, a list of numbers, or a list of data sets
(VR SQ)."""
import re
import struct
import zlib

IMPLICIT, EXPLICIT, BIG, DEFLATED = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
                                     "1.2.840.10008.1.2.1.99")
CT = "1.2.840.10008.5.1.4.1.1.2"
LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "AT": "HH"}
ROOT = "1.2.826.0.1.3680043.99."


def value_bytes(vr, value, order):
    if vr in NUMBERS and not isinstance(value, (bytes, str)):
        return b"".join(struct.pack(order + NUMBERS[vr][0], n) for n in value)
    if isinstance(value, str):
        value = value.encode("latin-1")
    if vr == "OW" and order == ">":
        value = b"".join(value[i + 1:i + 2] + value[i:i + 1] for i in range(0, len(value), 2))
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB", "UN") else b" "
    return value


def element(tag, vr, value, syntax, undefined=False):
    order = ">" if syntax == BIG else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if vr == "SQ":
        body = b"".join(item(one, syntax, undefined) for one in value)
        if undefined:
            body += struct.pack(order + "HHI", 0xFFFE, 0xE0DD, 0)
        length = 0xFFFFFFFF if undefined else len(body)
    elif isinstance(value, Fragments):
        body, length = value.body(order), 0xFFFFFFFF
    else:
        body = value_bytes(vr, value, order)
        length = len(body)
    if syntax == IMPLICIT:
        return head + struct.pack("<I", length) + body
    if vr in LONG:
        return head + vr.encode() + b"\0\0" + struct.pack(order + "I", length) + body
    return head + vr.encode() + struct.pack(order + "H", length) + body


def item(data, syntax, undefined=False):
    order = ">" if syntax == BIG else "<"
    body = dataset(data, syntax, undefined)
    if undefined:
        return struct.pack(order + "HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + body + struct.pack(order + "HHI", 0xFFFE, 0xE00D, 0)
    return struct.pack(order + "HHI", 0xFFFE, 0xE000, len(body)) + body


def dataset(data, syntax, undefined=False):
    return b"".join(element(tag, *data[tag], syntax, undefined) for tag in sorted(data))


class Fragments:
    """Compressed frames (PS3.5 A.4), one fragment each."""

    def __init__(self, *frames):
        self.frames = frames

    def body(self, order):
        parts = [struct.pack(order + "HHI", 0xFFFE, 0xE000, 0)]
        for frame in self.frames:
            frame += b"\0" * (len(frame) % 2)
            parts.append(struct.pack(order + "HHI", 0xFFFE, 0xE000, len(frame)) + frame)
        return b"".join(parts) + struct.pack(order + "HHI", 0xFFFE, 0xE0DD, 0)


def part10(data, syntax=EXPLICIT, preamble=b"", meta=None, undefined=False, behind=b""):
    head = {0x00020001: ("OB", b"\0\1"), 0x00020002: ("UI", data.get(0x00080016, ("UI", CT))[1]),
            0x00020003: ("UI", data.get(0x00080018, ("UI", ROOT + "1"))[1]), 0x00020010: ("UI", syntax),
            0x00020012: ("UI", ROOT + "9")}
    head.update(meta or {})
    group = dataset(head, EXPLICIT)
    body = dataset(data, EXPLICIT if syntax == DEFLATED or syntax.startswith("1.2.840.10008.1.2.4") or
                   syntax.endswith(".1.2.5") else syntax, undefined) + behind
    if syntax == DEFLATED:
        packer = zlib.compressobj(wbits=-15)
        body = packer.compress(body) + packer.flush()
        body += b"\0" * (len(body) % 2)
    return (preamble.ljust(128, b"\0") + b"DICM" + element(0x00020000, "UL", [len(group)], EXPLICIT) + group + body)


def read(data):
    """A copy of ours: explicit little endian. {tag: (VR, bytes or list of data sets)}; raises if it cannot be followed."""
    assert data[:132] == b"\0" * 128 + b"DICM", "preamble"
    result, at = {}, 132
    at = read_elements(data, at, len(data), result)
    assert at == len(data)
    return result


def read_elements(data, at, end, result):
    while at < end:
        group, number = struct.unpack_from("<HH", data, at)
        vr = data[at + 4:at + 6].decode()
        if vr in LONG:
            size, at = struct.unpack_from("<I", data, at + 8)[0], at + 12
        else:
            size, at = struct.unpack_from("<H", data, at + 6)[0], at + 8
        assert at + size <= end
        value = data[at:at + size]
        if vr == "SQ":
            items, inside = [], at
            while inside < at + size:
                assert data[inside:inside + 4] == b"\xfe\xff\x00\xe0"
                length = struct.unpack_from("<I", data, inside + 4)[0]
                one = {}
                assert read_elements(data, inside + 8, inside + 8 + length, one) == inside + 8 + length
                items.append(one)
                inside += 8 + length
            value = items
        assert (group << 16 | number) not in result
        result[group << 16 | number] = (vr, value)
        at += size
    return at


def text(data, tag):
    """The value of a copy as text, None if it is not there."""
    if tag not in data:
        return None
    return data[tag][1].decode("latin-1").rstrip(" \0")


def walk(data, path=()):
    for tag, (vr, value) in data.items():
        yield path + (tag,), vr, value
        if vr == "SQ":
            for one in value:
                yield from walk(one, path + (tag,))


def image(**changes):
    """A small CT of a made-up person; changes: g0010_0010=("PN", "…"), None takes an attribute away."""
    pixels = b"".join(struct.pack("<H", (x * 37 + y * 11) % 4096) for y in range(16) for x in range(16))
    data = {
        0x00080008: ("CS", "ORIGINAL\\PRIMARY\\AXIAL"), 0x00080016: ("UI", CT), 0x00080018: ("UI", ROOT + "5.1.1"),
        0x00080020: ("DA", "20240303"), 0x00080021: ("DA", "20240303"), 0x00080023: ("DA", "20240303"),
        0x00080030: ("TM", "101533"), 0x00080031: ("TM", "101644"), 0x00080033: ("TM", "101755"),
        0x00080050: ("SH", "ACC5520771"), 0x00080060: ("CS", "CT"), 0x00080070: ("LO", "SIEMENS"),
        0x00080080: ("LO", "Marblewood Clinic"), 0x00080090: ("PN", "Oakenshade^Bertrand"),
        0x00081030: ("LO", "CT CHEST"), 0x0008103E: ("LO", "AXIAL LUNG"), 0x00100010: ("PN", "Crimsonberry^Philomena"),
        0x00100020: ("LO", "CB-447190"), 0x00100030: ("DA", "19510504"), 0x00100040: ("CS", "F"),
        0x00101010: ("AS", "072Y"), 0x00101020: ("DS", "1.68"), 0x00101030: ("DS", "61"), 0x00180015: ("CS", "CHEST"),
        0x00180050: ("DS", "2"), 0x00180060: ("DS", "120"), 0x00185100: ("CS", "HFS"), 0x0020000D: ("UI", ROOT + "5.1"),
        0x0020000E: ("UI", ROOT + "5.1.7"), 0x00200010: ("SH", "STU77120"), 0x00200011: ("IS", "2"),
        0x00200012: ("IS", "1"), 0x00200013: ("IS", "4"), 0x00200032: ("DS", "-8\\-8\\10"),
        0x00200037: ("DS", "1\\0\\0\\0\\1\\0"), 0x00200052: ("UI", ROOT + "5.9"), 0x00201040: ("LO", ""),
        0x00280002: ("US", [1]), 0x00280004: ("CS", "MONOCHROME2"), 0x00280010: ("US", [16]), 0x00280011: ("US", [16]),
        0x00280030: ("DS", "1\\1"), 0x00280100: ("US", [16]), 0x00280101: ("US", [12]), 0x00280102: ("US", [11]),
        0x00280103: ("US", [0]), 0x00281050: ("DS", "40"), 0x00281051: ("DS", "400"), 0x00281052: ("DS", "-1024"),
        0x00281053: ("DS", "1"), 0x7FE00010: ("OW", pixels),
    }
    for name, value in changes.items():
        tag = int(name[1:5], 16) << 16 | int(name[6:], 16)
        if value is None:
            data.pop(tag, None)
        else:
            data[tag] = value
    return data


# What of the made-up person may be in no byte of a copy.
PERSON = ["Crimsonberry", "Philomena", "CB-447190", "447190", "19510504", "ACC5520771", "Marblewood", "Oakenshade", "Bertrand",
          "STU77120", ROOT, "20240303"]


def found(data, needle):
    """Whether a text is anywhere in bytes, as such or as UTF-16; digits of identifiers made by chance are not asked."""
    lower = data.lower()
    if re.fullmatch(r"[0-9.]+", needle):
        lower = re.sub(rb"2\.25\.[0-9]+", b"", lower)
    return any(needle.lower().encode(code) in lower for code in ("latin-1", "utf-16-le", "utf-16-be"))
