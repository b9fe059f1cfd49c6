# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of one CT slice in every common compression, and of a large mammogram-like picture: a warm reader
against other decoders, whose process start is taken off where they are programs."""
import os
import shutil
import subprocess
import sys
import time

ROUNDS = 20
# How the slice is written in each compression: transfer syntax in words, and the command.
SYNTAXES = (
    ("uncompressed", ("dcmconv", "+te")),
    ("JPEG lossless", ("dcmcjpeg", "+e1")),
    ("JPEG-LS", ("dcmcjpls",)),
    ("JPEG 2000 lossless", ("gdcmconv", "--j2k")),
    ("RLE", ("dcmcrle",)),
)
# In a process of its own: pydicom holds what it has decoded.
PYDICOM = """
import sys, time, numpy, pydicom
data, best = open(sys.argv[1], 'rb').read(), 1e9
import io
for _ in range(int(sys.argv[2])):
    begun = time.perf_counter()
    pixels = pydicom.dcmread(io.BytesIO(data)).pixel_array
    step = max(1, max(pixels.shape) // 256)
    small = pixels[::step, ::step].astype(numpy.float32)
    low, high = small.min(), small.max()
    ((small - low) * (255 / max(1, high - low))).astype(numpy.uint8).tobytes()
    best = min(best, time.perf_counter() - begun)
print(best * 1000)
"""


def best_ms(command, rounds=8):
    """None if the program fails."""
    best = None
    for _ in range(rounds):
        begun = time.perf_counter()
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
            return None
        seconds = time.perf_counter() - begun
        best = seconds if best is None else min(best, seconds)
    return best * 1000


def program(command, start):
    """Milliseconds beyond those that the program takes to do nothing; None if it is not there or fails."""
    if shutil.which(command[0]) is None:
        return None
    whole = best_ms(command)
    return None if whole is None else max(0.01, whole - best_ms([command[0], start]))


def pydicom(path):
    done = subprocess.run(["/usr/bin/python3", "-c", PYDICOM, path, str(ROUNDS)], capture_output=True, text=True)
    return float(done.stdout) if done.returncode == 0 else None


def peers(path, out):
    return {"dcmj2pnm": program(["dcmj2pnm", "--scale-x-size", "256", "+Wm", path, out], "--version"),
            "gdcmconv": program(["gdcmconv", "--raw", path, out], "--version"),
            "pydicom": pydicom(path)}


def row(bench, work, ours, others, budget=""):
    said = ", ".join(f"{name} {'cannot' if ms is None else f'{ms:.1f} ms, {ms / ours:.1f} ×'}" for name, ms in others.items())
    bench.row(work, f"{ours:.2f} ms, {1000 / ours:.0f} a second", said, budget)


def compare(bench, ct, large):
    """ct, large: an uncompressed slice of 512² and a picture of 3000²."""
    files = []
    for name, command in SYNTAXES:
        path = bench.path("syntax-" + name.replace(" ", "-"))
        if shutil.which(command[0]) is None or subprocess.run([*command, ct, path], stderr=subprocess.DEVNULL).returncode != 0:
            print(f"{command[0]} is not installed or fails: no {name}", file=sys.stderr)
            continue
        files.append((name, path))
    for (name, path), found in zip(files, bench.program("bench-decode", ROUNDS, *(path for _, path in files))):
        row(bench, f"small picture, 512²: {name}", found["small_ms"], peers(path, bench.path("decoded")))
    path = bench.path("mammogram")
    if shutil.which("gdcmconv") and subprocess.run(["gdcmconv", "--j2k", large, path]).returncode == 0:
        found = bench.program("bench-decode", 3, path)[0]
        row(bench, "small picture, 3000²: JPEG 2000 at reduced resolution", found["small_ms"],
            {**peers(path, bench.path("decoded")), "our whole frame": found["frame_ms"]}, "300 ms")


def slice_in(folder):
    """A file of a series of CT, from the middle."""
    files = sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names if "DICOMDIR" not in name)
    return files[len(files) // 2]
