# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws names, dates and numbers into pictures, and knows where every word's ink is."""
import functools

import numpy
from PIL import Image, ImageDraw, ImageFont

FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSerif.ttf",
         "DejaVuSerif-Bold.ttf", "bitmap"]
SIZES = [8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 24, 28, 34, 44]
FIRST = "MARIA ANNA JOHN WEI FATIMA OLGA JOSE PETER LI AHMED SOFIA JAMES CHLOE IVAN LUCIA".split()
LAST = "SMITH NGUYEN GARCIA MUELLER KOWALSKI ROSSI TANAKA OBRIEN SILVA HAKIM JENSEN PETROV DUBOIS ANDERSSON".split()
PLACES = ["ST MARY HOSPITAL", "Univ. Klinik Bonn", "CITY GENERAL", "NORTH IMAGING CENTER", "Hospital del Mar"]
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
LEAST = 32  # levels of 256 that writing differs from what it stands on, and half the spread of that


class Word:
    """Where its ink is: a mask and the corner that it stands at."""

    def __init__(self, text, mask, y, x):
        self.text, self.mask, self.y, self.x = text, mask, y, x


class Line:
    def __init__(self, words, box, size, font, contrast):
        self.words, self.box, self.size, self.font, self.contrast = words, box, size, font, contrast


def phrase(random):
    pick = lambda options: options[int(random.integers(0, len(options)))]
    first, last = pick(FIRST), pick(LAST)
    day, month, year = (int(random.integers(*span)) for span in ((1, 29), (1, 13), (1935, 2025)))
    return pick([
        f"{last}, {first}", f"{last}^{first}", f"{first.title()} {last.title()}", f"DOB: {day:02}.{month:02}.{year}",
        f"{year}-{month:02}-{day:02}", f"{day:02} {MONTHS[month - 1]} {year}", f"ID: {random.integers(10**5, 10**8)}",
        f"{month:02}/{day:02}/{year} {day % 24:02}:{month * 4:02}:{day * 2:02}",
        f"{last} {first[0]}. {pick('MF')} {random.integers(18, 99)}Y", pick(PLACES)])


@functools.lru_cache(None)
def font_of(name, size):
    return ImageFont.load_default() if name == "bitmap" else ImageFont.truetype(name, size)


def masks(text, name, size, aliased):
    """The ink of each word of a line, 0 to 255, all in frames of one size."""
    times = max(1, size // 11) if name == "bitmap" else 1
    font = font_of(name, size)
    width = int(numpy.ceil(font.getlength(text))) + 4
    height = font.getbbox(text)[3] + 4
    at, found = 0, []
    for word in text.split(" "):
        image = Image.new("L", (width, height))
        draw = ImageDraw.Draw(image)
        draw.fontmode = "1" if aliased else "L"
        draw.text((2 + font.getlength(text[:at]), 2), word, 255, font=font)
        found.append((word, numpy.array(image).repeat(times, 0).repeat(times, 1)))
        at += len(word) + 1
    return found


def place(random, shape, height, width):
    """Corners and edges more often than not."""
    rows, columns = shape
    if random.random() < .6:
        x = int(random.choice([4, columns - width - 4]))
        y = int(random.integers(2, max(3, rows // 6)))
        if random.random() < .5:
            y = rows - height - y
    else:
        x, y = int(random.integers(2, columns - width - 2)), int(random.integers(2, rows - height - 2))
    return max(0, min(y, rows - height - 1)), max(0, x)


def strength_of(levels, level):
    """How many levels a word differs from what it stands on, less half of what that differs from itself: a word that
    cannot be seen names nobody."""
    return abs(level - levels.mean()) - levels.std() / 2


def colour(random, levels, is_colour):
    """Bright or dark, one time in three hardly enough to be read."""
    mean = float(levels.mean())
    least = LEAST + float(levels.std()) / 2
    sign = 1 if random.random() < .6 else -1
    if not 0 <= mean + sign * least <= 255:
        sign = -sign
    room = (255 - mean) if sign > 0 else mean
    strength = random.uniform(least, min(1.5 * least, room)) if random.random() < .33 and room > least else room
    tint = numpy.ones(3)
    if is_colour and sign > 0 and random.random() < .4:
        tint = numpy.array([(1, 1, .3), (.3, 1, .3), (.4, 1, 1), (1, .7, .2)][int(random.integers(0, 4))])
    return numpy.clip((mean + sign * strength) * tint, 0, 255)


def write_line(random, pixels, low, high, taken):
    """Draws a line into pixels, in place. None if there is no room or no contrast to be had."""
    is_colour = pixels.ndim == 3
    name = FONTS[int(random.integers(0, len(FONTS)))]
    size = int(random.choice(SIZES))
    words = masks(phrase(random), name, size, random.random() < .4)
    height, width = words[0][1].shape
    if width > pixels.shape[1] - 8 or height > pixels.shape[0] // 3:
        return None
    y, x = place(random, pixels.shape[:2], height, width)
    box = (x - 8, y - 8, x + width + 8, y + height + 8)
    if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
        return None
    part = pixels[y:y + height, x:x + width].astype(float)
    shown = numpy.clip((part - low) / (high - low) * 255, 0, 255)
    gray = shown.max(2) if is_colour else shown
    paint = colour(random, gray, is_colour)
    top = numpy.iinfo(pixels.dtype).max if pixels.max() > 4095 or pixels.dtype == numpy.uint8 else 4095
    value = numpy.clip(paint / 255 * (high - low) + low, 0, top).round()
    paint = numpy.clip((value - low) / (high - low) * 255, 0, 255)
    strength = min(strength_of(gray[:, mask.max(0) > 0], paint.max()) for _, mask in words)
    if strength < LEAST:
        return None
    ink = numpy.maximum.reduce([mask for _, mask in words]) / 255.0
    if is_colour:
        ink = ink[..., None]
    else:
        value = value[0]
    pixels[y:y + height, x:x + width] = numpy.clip(part * (1 - ink) + value * ink, 0, top).round()
    taken.append(box)
    return Line([Word(word, mask > 110, y, x) for word, mask in words if (mask > 110).any()], box, size, name, strength)


def write(random, pixels, low, high, lines):
    """Draws up to `lines` lines; returns those that were drawn."""
    taken, drawn = [], []
    for _ in range(lines * 12):
        line = write_line(random, pixels, low, high, taken)
        if line is not None:
            drawn.append(line)
        if len(drawn) == lines:
            break
    return drawn


def judge(lines, boxes, shape):
    """Of each word: is it touched, is half its ink covered; and the boxes that touch no line. boxes: x, y, right, bottom."""
    covered = numpy.zeros(shape[:2], bool)
    for x0, y0, x1, y1 in boxes:
        covered[y0:y1, x0:x1] = True
    words = []
    for line in lines:
        for word in line.words:
            here = covered[word.y:word.y + word.mask.shape[0], word.x:word.x + word.mask.shape[1]]
            share = (here & word.mask).sum() / word.mask.sum()
            words.append((line, word, share))
    false = [box for box in boxes if not any(box[0] < l.box[2] and l.box[0] < box[2] and box[1] < l.box[3] and
                                             l.box[1] < box[3] for l in lines)]
    return words, false
