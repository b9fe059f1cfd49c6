# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes archives and discs for tests, sound ones and hostile ones."""
import io
import os
import struct
import subprocess
import tarfile
import zipfile
import zlib

from harness import content, files_below


def tree(folder):
    """(name below the folder, bytes) of every file, sorted."""
    return [(os.path.relpath(path, folder), content(path)) for path in files_below(folder)]


def make_zip(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def make_tar(path, members, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def make_disc(path, folder, *options):
    subprocess.run(["genisoimage", "-quiet", "-o", path, *options, folder], check=True, capture_output=True)
    return path


def _key_bytes(password):
    """The stream cipher of old ZIP files (APPNOTE.TXT 6.1): yields key bytes, is sent the plain bytes."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value, byte):
        return zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte):
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    while True:
        mixed = (keys[2] | 2) & 0xFFFF
        update((yield (mixed * (mixed ^ 1) >> 8) & 0xFF))
        yield None


def _encrypt(data, password):
    stream = _key_bytes(password)
    out = bytearray()
    for byte in data:
        out.append(byte ^ next(stream))
        stream.send(byte)
    return bytes(out)


def make_locked_zip(path, members, password):
    """Traditional encryption; the third-party writer of Python has none."""
    body, directory = b"", b""
    for name, data in members:
        raw, crc = name.encode(), zlib.crc32(data)
        sealed = _encrypt(os.urandom(11) + bytes([crc >> 24]) + data, password)
        common = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0x21, crc, len(sealed), len(data), len(raw), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\3\4" + common + raw + sealed
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    with open(path, "wb") as file:
        file.write(body + directory + b"PK\5\6" + end)
    return path


def patch(path, old, new, count=-1):
    data = content(path)
    assert old in data
    with open(path, "wb") as file:
        file.write(data.replace(old, new, count))
    return path
