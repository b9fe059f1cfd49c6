# SPDX-License-Identifier: GPL-3.0-or-later
"""Stored values of real files, frame by frame, against GDCM and pydicom.

compare_peers.py CORPUS [--cli PROGRAM] [--values PROGRAM] [--all] [--tsv FILE]

CORPUS is a folder of files with a PEERS.tsv that lists them (columns file, image, transfer_syntax, photometric);
archives in its series/ are unpacked to a temporary folder first. Prints a table by transfer syntax and photometric
interpretation: files, drawn (`scanvault-cli inspect --decode` in the real sandbox), equal to each peer among those
that it decodes; then every file that is not drawn, and every one that differs, with how much. Lossless files are to
be equal, lossy ones within one step. Ends with 1 if a file is not drawn that could be, or differs from every peer
that decodes it. --all takes the folders malicious/ and nonconformant/ too."""
import argparse
import collections
import csv
import hashlib
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile

import numpy

LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55",
         "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.93", "1.2.840.10008.1.2.4.203",
         "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.112"}
PEERS = ("gdcm", "pydicom")
SECONDS = 120


def unpack(series, target):
    for packed in sorted(series.glob("*")):
        name = packed.name.split(".")[0]
        if packed.name.endswith(".tar.xz"):
            (target / name).mkdir()
            subprocess.run(["tar", "-xJf", packed, "-C", target / name], check=True)
        elif packed.suffix == ".zip":
            (target / name).mkdir()
            subprocess.run(["python3", "-m", "zipfile", "-e", packed, target / name], check=True)


def locate(corpus, unpacked, name):
    path = corpus / name
    if path.exists() or not name.startswith("series/"):
        return path
    folder, _, rest = name[len("series/"):].partition("/")
    found = sorted((unpacked / folder).rglob(os.path.basename(rest)))
    return found[0] if found else path


class Values:
    """What stored-values says of a file."""

    def __init__(self, output):
        line, _, data = output.partition(b"\n")
        words = line.decode().split()
        (self.rows, self.columns, self.samples, self.bits, self.stored, self.high, self.signed, self.float,
         self.frames) = map(int, words[:9])
        self.photometric = words[9]
        self.sha256 = hashlib.sha256(data).hexdigest()
        kind = "f" if self.float else "i" if self.signed else "u"
        self.shape = (self.frames, self.rows, self.columns, self.samples)
        self.array = numpy.frombuffer(data, dtype=f"<{kind}{self.bits // 8}").reshape(self.shape)


def by_gdcm(path):
    import gdcm
    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    if not reader.Read():
        raise ValueError("not read")
    image = reader.GetImage()
    form = image.GetPixelFormat()
    types = {gdcm.PixelFormat.INT8: "i1", gdcm.PixelFormat.UINT8: "u1", gdcm.PixelFormat.UINT16: "<u2",
             gdcm.PixelFormat.INT16: "<i2", gdcm.PixelFormat.UINT32: "<u4", gdcm.PixelFormat.INT32: "<i4",
             gdcm.PixelFormat.FLOAT32: "<f4", gdcm.PixelFormat.FLOAT64: "<f8", gdcm.PixelFormat.UINT12: "<u2",
             gdcm.PixelFormat.INT12: "<i2"}
    if form.GetScalarType() == gdcm.PixelFormat.SINGLEBIT:
        raise ValueError("one bit a pixel is left packed")
    buffer = image.GetBuffer()
    data = buffer if isinstance(buffer, bytes) else buffer.encode("utf-8", errors="surrogateescape")
    array = numpy.frombuffer(data, dtype=types[form.GetScalarType()])
    samples = form.GetSamplesPerPixel()
    columns, rows = image.GetDimension(0), image.GetDimension(1)
    frames = image.GetDimension(2) if image.GetNumberOfDimensions() == 3 else 1
    if samples > 1 and image.GetPlanarConfiguration() == 1:
        array = array.reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    return array.reshape(frames, rows, columns, samples), image.GetPhotometricInterpretation().GetString()


def by_pydicom(path):
    import warnings
    warnings.simplefilter("ignore")
    import pydicom
    dataset = pydicom.dcmread(str(path), force=True)
    # Compressed data through Pillow and pydicom's own code alone: GDCM is the other peer.
    from pydicom.pixel_data_handlers import numpy_handler, pillow_handler, rle_handler
    pydicom.config.pixel_data_handlers = [numpy_handler, rle_handler, pillow_handler]
    array = dataset.pixel_array
    samples = dataset.SamplesPerPixel if "SamplesPerPixel" in dataset else 1
    frames = int(dataset.get("NumberOfFrames", 1) or 1)
    return array.reshape(frames, dataset.Rows, dataset.Columns, samples), dataset.PhotometricInterpretation


def in_a_child(function, *arguments):
    """The function's value, whatever its libraries do to the process: (value, "") or (None, why)."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        import signal
        signal.alarm(SECONDS)
        try:
            answer = (function(*arguments), "")
        except BaseException as problem:  # whatever it is, it is the answer
            answer = (None, f"{type(problem).__name__}: {problem}"[:100])
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(answer, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else (None, "crashed")


def keep_stored(array, values):
    """The stored bits alone, with the sign carried up, as ours are."""
    if values.float or array.dtype.kind == "f":
        return array
    wide = array.astype(numpy.int64)
    if array.dtype.itemsize * 8 > values.stored:
        if values.high + 1 != values.stored and wide.max(initial=0) >> values.stored != 0:
            wide >>= values.high + 1 - values.stored
        wide &= (1 << values.stored) - 1
        if values.signed:
            wide -= (wide >> (values.stored - 1)) << values.stored
    return wide


def to_rgb(array):
    """YBR_FULL of 8 bits (PS3.3 C.7.6.3.1.2)."""
    y, b, r = (array[..., i].astype(float) - (128 if i else 0) for i in range(3))
    rgb = numpy.stack([y + 1.402 * r, y - 0.344136 * b - 0.714136 * r, y + 1.772 * b], axis=-1)
    return numpy.clip(numpy.floor(rgb + 0.5), 0, 255)


def difference(values, array, photometric):
    """The largest difference to a peer's values, or None if the two cannot be compared."""
    if array.shape != values.shape:
        return None
    if values.float:
        same = numpy.array_equal(array, values.array, equal_nan=True)
        return 0 if same else 1e9
    ours = values.array.astype(numpy.int64)
    theirs = keep_stored(array, values)
    largest = int(numpy.abs(ours - theirs).max())
    if largest > 1 and values.samples == 3 and values.bits == 8:
        # Some hand out RGB, others what was coded, and do not always say which.
        for left, right in ((to_rgb(ours), theirs), (ours, to_rgb(theirs))):
            largest = min(largest, int(numpy.abs(left - right).max()))
    return largest


def compare(values, path):
    found = {}
    for peer, function in (("gdcm", by_gdcm), ("pydicom", by_pydicom)):
        answer, why = in_a_child(function, path)
        found[peer] = (None, why) if answer is None else (difference(values, *answer), "another shape")
    return found


def inspect(cli, paths):
    done = subprocess.run([cli, "inspect", "--decode", "--json", *paths], capture_output=True, timeout=1800)
    return json.loads(done.stdout)["files"]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--cli", default=os.environ.get("SCANVAULT_CLI", "scanvault-cli"))
    parser.add_argument("--values", default=os.environ.get("SCANVAULT_STORED_VALUES", "stored-values"))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--tsv", help="a line for each file, too")
    return parser.parse_args()


def look_at(row, told, values_program, path):
    """A line of the result: what we and the peers make of a file."""
    line = {"file": row["file"], "syntax": told.get("transfer_syntax") or row["transfer_syntax"] or "-",
            "photometric": row["photometric"] or "-",
            "drawn": bool(told.get("renderable")) and "pixels_sha256" in told, "why": told.get("problem", "")}
    if not line["drawn"]:
        return line
    done = subprocess.run([values_program, path], capture_output=True, timeout=SECONDS)
    if done.returncode != 0:
        line.update(drawn=False, why="stored-values: " + done.stderr.decode(errors="replace").strip()[:100])
        return line
    values = Values(done.stdout)
    if values.sha256 != told["pixels_sha256"]:
        line.update(drawn=False, why="the sandboxed reader gives other values")
        return line
    line["peers"] = compare(values, path)
    return line


def allowed(line):
    return 1 if line["syntax"] in LOSSY else 0


def is_equal(line, peer):
    largest = line["peers"][peer][0]
    return largest is not None and largest <= allowed(line)


def print_table(lines):
    groups = collections.OrderedDict()
    for line in sorted(lines, key=lambda one: (one["syntax"], one["photometric"])):
        groups.setdefault((line["syntax"], line["photometric"]), []).append(line)
    print(f"{'transfer syntax':28}{'photometric':18}{'files':>6}{'drawn':>6}" +
          "".join(f"{'= ' + peer:>14}" for peer in PEERS))
    total = collections.Counter()
    for (syntax, photometric), members in groups.items():
        cells = []
        for peer in PEERS:
            decoded = [one for one in members if "peers" in one and one["peers"][peer][0] is not None]
            equal = sum(is_equal(one, peer) for one in decoded)
            cells.append(f"{equal}/{len(decoded)}")
            total[peer + " equal"] += equal
            total[peer] += len(decoded)
        drawn = sum(one["drawn"] for one in members)
        total["files"] += len(members)
        total["drawn"] += drawn
        print(f"{syntax:28}{photometric:18}{len(members):>6}{drawn:>6}" + "".join(f"{cell:>14}" for cell in cells))
    print(f"{'all':46}{total['files']:>6}{total['drawn']:>6}" +
          "".join(f"{str(total[peer + ' equal']) + '/' + str(total[peer]):>14}" for peer in PEERS))


def print_exceptions(lines):
    """Returns how many are wrong: not drawn, or unlike every peer that decodes them."""
    wrong = 0
    for line in lines:
        if not line["drawn"]:
            wrong += 1
            print(f"not drawn: {line['file']} ({line['syntax']}, {line['photometric']}): {line['why']}")
            continue
        compared = {peer: found for peer, (found, _) in line["peers"].items() if found is not None}
        unlike = {peer: found for peer, found in compared.items() if not is_equal(line, peer)}
        shapes = [peer for peer, (found, why) in line["peers"].items() if found is None and why == "another shape"]
        if unlike or shapes:
            alone = not any(is_equal(line, peer) for peer in compared)
            wrong += alone
            print(f"differs: {line['file']} ({line['syntax']}, {line['photometric']}): " +
                  ", ".join([f"{peer} by {found}" for peer, found in unlike.items()] +
                            [f"{peer}: another shape" for peer in shapes]) +
                  ("" if alone else "; equal to " + ", ".join(p for p in compared if p not in unlike)))
    print(f"{sum('peers' in one and all(found is None for found, _ in one['peers'].values()) for one in lines)} "
          "drawn that no peer decodes")
    return wrong


def main():
    options = arguments()
    with open(options.corpus / "PEERS.tsv", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["image"] == "1"]
    if not options.all:
        rows = [row for row in rows if not row["file"].startswith(("malicious/", "nonconformant/"))]
    with tempfile.TemporaryDirectory() as folder:
        unpack(options.corpus / "series", pathlib.Path(folder))
        paths = [locate(options.corpus, pathlib.Path(folder), row["file"]) for row in rows]
        told = inspect(options.cli, paths)
        lines = [look_at(row, one, options.values, path) for row, one, path in zip(rows, told, paths)]
    print_table(lines)
    wrong = print_exceptions(lines)
    if options.tsv:
        with open(options.tsv, "w") as file:
            for line in lines:
                file.write("\t".join([line["file"], line["syntax"], line["photometric"], str(line["drawn"]), line["why"]] +
                                     [str(line["peers"][peer]) if "peers" in line else "" for peer in PEERS]) + "\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
