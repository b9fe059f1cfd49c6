# SPDX-License-Identifier: GPL-3.0-or-later
"""One picture saved as a file: what is seen and nothing else, a warning where a name may stand in it, and plain words
when the disk is full.

usage: test_save.py SCANVAULT SCANVAULT_CLI VIEWER_GEN SAMPLE"""
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

from testvault import TestVault
from uidriver import picture, screen, wait_for

VIEWER = 'Scan Vault Viewer'
CHOOSER = 'Save This Picture'


def chunks(path):
    """Type and content of each part of a PNG file."""
    with open(path, 'rb') as file:
        data = file.read()
    assert data[:8] == b'\x89PNG\r\n\x1a\n'
    found, at = [], 8
    while at < len(data):
        length, kind = struct.unpack('>I4s', data[at:at + 8])
        found.append((kind.decode(), data[at + 8:at + 8 + length]))
        at += 12 + length
    return found


def read_png(path):
    """Columns, rows and channels."""
    parts = chunks(path)
    kinds = [kind for kind, _ in parts]
    assert set(kinds) == {'IHDR', 'IDAT', 'IEND'}, f'more than a picture: {kinds}'
    columns, rows, bits, colour = struct.unpack('>IIBB', parts[0][1][:10])
    assert bits == 8 and colour in (0, 2), parts[0]
    channels = 3 if colour == 2 else 1
    assert len(zlib.decompress(b''.join(content for kind, content in parts if kind == 'IDAT'))) == \
        rows * (columns * channels + 1)
    return columns, rows, channels


def ask(app, viewer, notice):
    app.keys('ctrl+s')
    app.window('Save this picture\\?')
    app.get(None, notice)


def choose(app, path, replace=False):
    app.press('Save….*')
    chooser = app.window(CHOOSER)
    screen()
    app.keys('ctrl+a')
    app.type(path)
    screen()
    app.press('_Save.*', chooser)
    if replace:
        app.press('_?Replace.*')
    app.closed(re.escape(CHOOSER))


def save_plain(app, viewer, folder):
    ask(app, viewer, 'No writing was found in this picture.*')
    picture('70-save')
    path = os.path.join(folder, 'plain.png')
    choose(app, path)
    app.get('label', 'The picture was saved.*', viewer)
    canvas = app.get('image', 'Scan image, slice .*', viewer)
    columns, rows, channels = read_png(path)
    side = min(canvas.box.width, canvas.box.height)
    assert (columns, rows, channels) == (side, side, 1), (columns, rows, side)
    assert os.stat(path).st_mode & 0o777 == 0o600
    picture('71-saved')


def save_zoomed(app, viewer, folder):
    """The part that is seen alone."""
    path = os.path.join(folder, 'plain.png')
    app.click(app.get('image', 'Scan image, slice .*', viewer))
    app.keys(*['plus'] * 12)
    screen()
    ask(app, viewer, 'No writing was found in this picture.*')
    choose(app, path, replace=True)
    canvas = app.get('image', 'Scan image, slice .*', viewer)

    def wide():
        try:
            return read_png(path)[:2] == (canvas.box.width, canvas.box.height)
        except (AssertionError, struct.error, zlib.error):
            return False
    wait_for('the part that is seen', wide)
    app.keys('0')


def save_screen(app, viewer, folder):
    """With the letters and the technical details, of which it warns."""
    app.keys('d')
    ask(app, viewer, 'No writing was found in this picture.*')
    app.click(app.get('check box', 'With letters, scale.*'))
    app.get(None, 'What is written over the picture goes into the file too.*')
    picture('72-save-with-name')
    path = os.path.join(folder, 'screen.png')
    choose(app, path)
    wait_for('the file', lambda: os.path.exists(path))
    app.get('label', 'The picture was saved.*', viewer)
    canvas = app.get('image', 'Scan image, slice .*', viewer)
    assert read_png(path) == (canvas.box.width, canvas.box.height, 3)
    if os.environ.get('SHOTS'):
        subprocess.run(['cp', path, os.path.join(os.environ['SHOTS'], '73-file.png')], check=True)
    app.keys('d')


def fill_the_disk(app, viewer):
    ask(app, viewer, 'No writing was found in this picture.*')
    choose(app, '/dev/full', replace=True)
    app.get('label', 'The disk or stick is full. Nothing was left on it.', viewer)
    picture('74-full')


def warn_of_writing(app):
    """A clip whose frames have the name written over them."""
    app.double_click(app.get('table cell', '.*5 December 2023.*'))
    viewer = app.window(VIEWER)
    app.get('label', 'Frame 1 of 24', viewer)
    ask(app, viewer, 'There seems to be writing in this picture.*')
    picture('75-name')
    app.keys('Escape')
    app.closed('Save this picture\\?')
    app.keys('Escape')
    app.closed(VIEWER)


def main(scanvault, cli, viewer_gen, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-save-') as folder:
        made, out = os.path.join(folder, 'made'), os.path.join(folder, 'out')
        os.makedirs(out)
        subprocess.run([viewer_gen, made], check=True)
        vault = TestVault(cli, folder, made)
        vault.must('import', sample)
        app = vault.open(scanvault, card='.*3 March 2024.*12 pictures.*')
        app.double_click(app.get('table cell', '.*3 March 2024.*12 pictures.*'))
        viewer = app.window(VIEWER)
        # Beyond the slices that somebody drew on.
        app.get('image', 'Scan image, slice 5 of 10', viewer)
        app.keys('Page_Down')
        app.keys('Up')
        app.get('image', 'Scan image, slice 9 of 10', viewer)
        save_plain(app, viewer, out)
        save_zoomed(app, viewer, out)
        save_screen(app, viewer, out)
        fill_the_disk(app, viewer)
        # Escape would take the message away first.
        app.keys('ctrl+w')
        app.closed(VIEWER)
        warn_of_writing(app)
        assert sorted(os.listdir(out)) == ['plain.png', 'screen.png'], os.listdir(out)
        app.quit()


main(*sys.argv[1:])
