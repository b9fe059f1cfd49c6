# SPDX-License-Identifier: GPL-3.0-or-later
"""Clicks and watches the screen as a person does, without the accessibility bus and without starting programs, which take
longer than what is measured: a double-click by test events of the X server, and a patch in the middle of the screen that is
looked at again and again."""
import ctypes
import time

X = ctypes.CDLL("libX11.so.6")
TEST = ctypes.CDLL("libXtst.so.6")
ALL_PLANES, Z_PIXMAP = ctypes.c_ulong(0xffffffff), 2
X.XOpenDisplay.restype = X.XGetImage.restype = ctypes.c_void_p
X.XDefaultRootWindow.restype = X.XGetPixel.restype = ctypes.c_ulong
SIDE = 64


class Eyes:
    def __init__(self):
        self.display = ctypes.c_void_p(X.XOpenDisplay(None))
        self.root = ctypes.c_ulong(X.XDefaultRootWindow(self.display))
        self.middle = (X.XDisplayWidth(self.display, 0) // 2, X.XDisplayHeight(self.display, 0) // 2)

    def _patch(self):
        left, top = (at - SIDE // 2 for at in self.middle)
        image = ctypes.c_void_p(X.XGetImage(self.display, self.root, left, top, SIDE, SIDE, ALL_PLANES, Z_PIXMAP))
        seen = [X.XGetPixel(image, x, y) for x in range(0, SIDE, 8) for y in range(0, SIDE, 8)]
        X.XDestroyImage(image)
        return seen

    def double_click(self, x, y, seconds=2.0):
        """How long after the second press, which opens, the middle of the screen changed last, in seconds."""
        TEST.XTestFakeMotionEvent(self.display, -1, x, y, 0)
        X.XSync(self.display, 0)
        time.sleep(0.2)
        last, changed = self._patch(), None
        for pressed in (1, 0, 1):
            begun = time.monotonic()
            TEST.XTestFakeButtonEvent(self.display, 1, pressed, 0)
            X.XSync(self.display, 0)
            time.sleep(0.03 if pressed == 0 else 0)
        while time.monotonic() < begun + seconds:
            seen = self._patch()
            if seen != last:
                last, changed = seen, time.monotonic()
            time.sleep(0.002)
        TEST.XTestFakeButtonEvent(self.display, 1, 0, 0)
        X.XSync(self.display, 0)
        if changed is None:
            raise SystemExit("a double-click that changed nothing on the screen")
        return changed - begun
