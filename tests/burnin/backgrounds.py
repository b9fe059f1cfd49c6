# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures without writing, as scanners make them: noise, edges, gradients, grids, speckle. A picture is (pixels, low,
high): uint8 or uint16 of one channel or RGB, and the stored values that a viewer shows as black and as white."""
import numpy


def smooth(random, rows, columns, cell):
    """A field of hills of about `cell` pixels, 0 to 1."""
    coarse = random.random((rows // cell + 3, columns // cell + 3))
    y, x = numpy.arange(rows) / cell, numpy.arange(columns) / cell
    y0, x0 = y.astype(int), x.astype(int)
    v, u = (y - y0)[:, None], (x - x0)[None, :]
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    at = lambda dy, dx: coarse[numpy.ix_(y0 + dy, x0 + dx)]
    return (at(0, 0) * (1 - u) + at(0, 1) * u) * (1 - v) + (at(1, 0) * (1 - u) + at(1, 1) * u) * v


def ellipse(rows, columns, y, x, a, b, turn=0.0):
    """Below 1 inside."""
    v, u = numpy.mgrid[0:rows, 0:columns].astype(float)
    u, v = u - x, v - y
    u, v = u * numpy.cos(turn) + v * numpy.sin(turn), -u * numpy.sin(turn) + v * numpy.cos(turn)
    return (u / a) ** 2 + (v / b) ** 2


def blurred(field, times=1):
    for _ in range(times):
        field = (field + numpy.roll(field, 1, 0) + numpy.roll(field, -1, 0)) / 3
        field = (field + numpy.roll(field, 1, 1) + numpy.roll(field, -1, 1)) / 3
    return field


def ct(random):
    """Air, skin, fat, organs, ribs, a table; 12 bits, a soft-tissue window."""
    n = 512
    hu = numpy.full((n, n), -1000.0)
    body = ellipse(n, n, n * random.uniform(.46, .54), n / 2, n * random.uniform(.34, .45), n * random.uniform(.26, .36))
    hu[body < 1] = -100
    inner = body < random.uniform(.75, .88)
    hu[inner] = 40
    for _ in range(random.integers(4, 9)):
        organ = ellipse(n, n, random.uniform(.3, .7) * n, random.uniform(.25, .75) * n, random.uniform(15, 90),
                        random.uniform(12, 60), random.uniform(0, 3))
        hu[(organ < 1) & inner] = random.choice([-850, -60, 20, 60, 110, 180])
    for angle in numpy.linspace(0, 2 * numpy.pi, random.integers(8, 18)):
        y, x = n / 2 + numpy.sin(angle) * n * .25, n / 2 + numpy.cos(angle) * n * .33
        bone = ellipse(n, n, y, x, random.uniform(10, 22), random.uniform(4, 8), random.uniform(0, 3))
        hu[bone < 1] = random.uniform(250, 1200)
    spine = ellipse(n, n, n * .68, n / 2, 28, 24)
    hu[spine < 1] = 180 + 500 * (spine[spine < 1] > .7) + random.normal(0, 90, (spine < 1).sum())
    hu[int(n * .88):int(n * .88) + 3, n // 5:-n // 5] = -300
    hu = blurred(hu) + blurred(random.normal(0, random.uniform(20, 60), (n, n)))
    width = random.choice([350, 400, 1500])
    centre = 40 if width < 1000 else -500
    return numpy.clip(hu + 1024, 0, 4095).astype(numpy.uint16), centre - width / 2 + 1024, centre + width / 2 + 1024


def mr(random):
    n = int(random.choice([256, 320, 384]))
    head = ellipse(n, n, n / 2, n / 2, n * .36, n * .43)
    signal = numpy.where(head < 1, 500 + 500 * smooth(random, n, n, max(n // 40, 6)), 0)
    signal[(head > .82) & (head < .92)] = 120
    signal[(head > .92) & (head < 1)] = 1500
    signal *= .5 + smooth(random, n, n, n // 2)
    noise = random.uniform(8, 40)
    signal = numpy.hypot(blurred(signal) + random.normal(0, noise, (n, n)), random.normal(0, noise, (n, n)))
    return numpy.clip(signal, 0, 4095).astype(numpy.uint16), 0, float(numpy.percentile(signal, 99.5))


def xray(random):
    """A chest: bright spine and ribs over dark lungs, 12 bits, much larger than a slice."""
    rows, columns = 1100 + int(random.integers(0, 500)), 1000 + int(random.integers(0, 400))
    field = 1600 + 900 * smooth(random, rows, columns, 300) + 250 * smooth(random, rows, columns, 40)
    for side in (.3, .7):
        lung = ellipse(rows, columns, rows * .45, columns * side, columns * .17, rows * .3)
        field -= 1100 * numpy.clip(1.4 - lung, 0, 1)
    y, x = numpy.mgrid[0:rows, 0:columns]
    for rib in range(9):
        centre = rows * (.15 + .075 * rib) + (x - columns / 2) ** 2 / columns * .5
        field += 350 * (numpy.abs(y - centre) < rows * .012)
    field += 800 * (numpy.abs(x - columns / 2) < columns * .04)
    field = blurred(field, 3) + random.normal(0, random.uniform(15, 70), (rows, columns))
    if random.random() < .5:
        border = int(columns * random.uniform(.02, .06))
        field[:border] = field[-border:] = 0
        field[:, :border] = field[:, -border:] = 0
    return numpy.clip(field, 0, 4095).astype(numpy.uint16), 200, 3600


def ultrasound(random):
    """A sector of speckle on black, a gray bar of levels; RGB."""
    rows, columns = 600, 800
    y, x = numpy.mgrid[0:rows, 0:columns].astype(float)
    depth = numpy.hypot(y + 40, x - columns / 2)
    angle = numpy.arctan2(x - columns / 2, y + 40)
    sector = (numpy.abs(angle) < .65) & (depth > 80) & (depth < 560)
    grain = numpy.hypot(random.normal(0, 1, (rows, columns)), random.normal(0, 1, (rows, columns)))
    grain = blurred(grain, 2)
    level = 25 + 120 * smooth(random, rows, columns, 60) * (1 - depth / 900)
    gray = numpy.where(sector, numpy.clip(level * grain, 0, 255), 0)
    gray[100:356, 20:36] = numpy.arange(255, -1, -1)[:, None]
    for tick in range(60, 560, 50):
        gray[tick:tick + 2, 780:790] = 200
    return numpy.repeat(gray.astype(numpy.uint8)[..., None], 3, axis=2), 0, 255


def angiography(random):
    """Dark branching vessels on a bright ground, 8 bits."""
    n = 512
    field = 150 + 60 * smooth(random, n, n, 120)
    for _ in range(14):
        y, x, direction, wide = random.uniform(0, n), random.uniform(0, n), random.uniform(0, 6.3), random.uniform(2, 7)
        for _ in range(160):
            y, x, direction = y + 2 * numpy.sin(direction), x + 2 * numpy.cos(direction), direction + random.normal(0, .12)
            if not (8 < y < n - 8 and 8 < x < n - 8):
                break
            r = int(wide) + 1
            patch = field[int(y) - r:int(y) + r + 1, int(x) - r:int(x) + r + 1]
            disc = numpy.hypot(*numpy.mgrid[-r:r + 1, -r:r + 1]) < wide
            patch[disc] = numpy.minimum(patch[disc], 90)
            wide = max(1.2, wide - .02)
    field = blurred(field) + random.normal(0, random.uniform(2, 7), (n, n))
    return numpy.clip(field, 0, 255).astype(numpy.uint8), 0, 255


def mammogram(random):
    rows, columns = 1600, 1200
    breast = ellipse(rows, columns, rows / 2, 0, columns * .7, rows * .42)
    tissue = 700 + 1500 * smooth(random, rows, columns, 90) + 500 * smooth(random, rows, columns, 12)
    field = numpy.where(breast < 1, tissue * numpy.clip(3 - 3 * breast, 0, 1), 0)
    field = blurred(field, 2) + random.normal(0, 20, (rows, columns)) * (breast < 1)
    return numpy.clip(field, 0, 4095).astype(numpy.uint16), 0, 3200


def grid(random):
    """A page with ruled lines, as a dose page or a table has; RGB."""
    rows, columns = 512, 640
    field = numpy.full((rows, columns), float(random.choice([0, 30, 235, 255])))
    ink = 255 - field[0, 0]
    step = int(random.integers(28, 60))
    field[::step] = field[0, 0] * .5 + ink * .5
    field[:, ::step * 2] = field[0, 0] * .5 + ink * .5
    return numpy.repeat(field.astype(numpy.uint8)[..., None], 3, axis=2), 0, 255


def gradient(random):
    """A screen: a gradient, a window frame, buttons; RGB of unlike channels."""
    rows, columns = 480, 640
    y, x = numpy.mgrid[0:rows, 0:columns]
    field = numpy.stack([x * 255 // columns, y * 255 // rows, (x + y) * 255 // (rows + columns)], axis=2) // 2
    field[20:60, 30:columns - 30] = random.integers(30, 220, 3)
    for left in range(40, columns - 80, 90):
        field[rows - 60:rows - 30, left:left + 60] = random.integers(30, 220, 3)
    return field.astype(numpy.uint8), 0, 255


def flat(random):
    """Bars and blocks on nothing: what a phantom or an empty page looks like; 16 bits in use."""
    n = 512
    field = numpy.full((n, n), float(random.choice([0, 9000, 60000])))
    for _ in range(12):
        y, x = random.integers(0, n - 120, 2)
        field[y:y + random.integers(4, 120), x:x + random.integers(4, 120)] = random.uniform(0, 65535)
    field += random.normal(0, random.uniform(0, 300), (n, n))
    return numpy.clip(field, 0, 65535).astype(numpy.uint16), 0, 65535


KINDS = [ct, mr, xray, ultrasound, angiography, mammogram, grid, gradient, flat]
