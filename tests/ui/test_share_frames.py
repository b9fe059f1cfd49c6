# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip in which nothing was found, of a kind that often holds writing: every frame has to be seen before a person can
say that no name is in it.

usage: test_share_frames.py SCANVAULT SCANVAULT_CLI"""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'deid'))
from testvault import TestVault  # noqa: E402
from uidriver import Atspi, picture, wait_for  # noqa: E402
import writer  # noqa: E402

TITLE = 'Share a Scan'
GOOD = 'All names are covered: go on'
FRAMES, SIDE = 6, 96


def clip(path):
    """A capture of gray frames, each a little brighter, with nothing written in it."""
    pixels = b''.join(bytes(130 + 8 * frame + x // 16 for _ in range(SIDE) for x in range(SIDE)) for frame in range(FRAMES))
    data = writer.image(g0008_0008=('CS', 'DERIVED\\SECONDARY'), g0008_0016=('UI', '1.2.840.10008.5.1.4.1.1.7.2'),
                        g0008_0060=('CS', 'OT'), g0028_0008=('IS', str(FRAMES)), g0028_0010=('US', [SIDE]),
                        g0028_0011=('US', [SIDE]), g0028_0100=('US', [8]), g0028_0101=('US', [8]), g0028_0102=('US', [7]),
                        g0028_1050=None, g0028_1051=None, g7FE0_0010=('OB', pixels))
    with open(path, 'wb') as file:
        file.write(writer.part10(data))


def main(scanvault, cli):
    with tempfile.TemporaryDirectory(prefix='scanvault-frames-') as folder:
        clip(os.path.join(folder, 'clip'))
        vault = TestVault(cli, folder)
        vault.must('import', os.path.join(folder, 'clip'))
        app = vault.open(scanvault, card='.*')
        app.click(app.get('table cell', '.*'))
        app.press('Share…')
        window = app.window(TITLE)

        def can(name):
            return app.get('push button', name, window).has(Atspi.StateType.SENSITIVE)

        for heading in ('For whom is it.', 'Check what goes out'):
            app.press('Next', window)
            app.get('heading', heading, window)
        app.press('Look at the pictures', window)
        app.get('label', f'Every frame has to be seen: {FRAMES - 1} are left.', window)
        assert not can(GOOD), 'one frame says nothing of the others'
        picture('42-frames')
        app.click(app.get(None, 'Play', window))
        app.get('label', f'Frame {FRAMES} of {FRAMES}', window)
        wait_for('the word that all is covered', lambda: can(GOOD))
        picture('42-frames-seen')
        app.press(GOOD, window)
        app.get('label', 'Looked at 1 of 1', window)
        app.quit()


main(*sys.argv[1:3])
