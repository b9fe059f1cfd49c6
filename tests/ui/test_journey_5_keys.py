# SPDX-License-Identifier: GPL-3.0-or-later
"""Journey 5: by keys alone, with large letters and in high contrast: unlock, look through a scan, share it without the
name, see it in the list, lock. The pointer lies in a corner and is not touched.

usage: test_journey_5_keys.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER, with UI_FONT set to a large font"""
import os
import subprocess
import sys
import tempfile

import gi

from testvault import PASSPHRASE, TestVault
from uidriver import Program, picture, run, screen, wait_for

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

MRI, TITLE = 'MRI of the knee.*', 'Share a Scan'


def tab_to(app, name, window=None, most=40):
    """Presses Tab until the focus is on what has that name."""
    for _ in range(most):
        if next((w for w in app.find(None, name, window) if w.has(Atspi.StateType.FOCUSED)), None) is not None:
            return
        app.keys('Tab')
        screen()
    raise AssertionError(f'no Tab leads to {name!r}')


def press(app, name, window=None):
    wait_for(f'{name} to be possible', lambda: next((w for w in app.find(None, name, window)
                                                     if w.has(Atspi.StateType.SENSITIVE)), None), 60)
    tab_to(app, name, window)
    app.keys('space')


def share(app, place):
    press(app, 'Share…')
    window = app.window(TITLE)
    press(app, 'Next', window)
    app.get('heading', 'For whom is it.', window)
    picture('85-whom')
    press(app, 'Next', window)
    app.get('label', 'Nothing was found that you have to decide.|Please decide.*', window, 60)
    for box in app.find('check box', 'I have looked at this', window):
        press(app, box.name, window)
    picture('86-check')
    press(app, 'Next', window)
    app.get('heading', 'How shall they get it.', window)
    # Of an entry in a list the bus knows the text and the name, but not the focus.
    tab_to(app, 'One ZIP file, locked with a password', window)
    app.keys('Tab', 'ctrl+a')
    app.type(place)
    entry = app.get('text', 'New folder for the copy', window)
    wait_for('the place', lambda: Atspi.Text.get_text(entry.node, 0, len(place) + 1) == place)
    picture('87-how')
    press(app, 'Make the copy', window)
    app.get('heading', 'Your copy is ready', window, 120)
    picture('88-done')
    app.keys('Escape')
    app.closed(TITLE)


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-by-keys-') as folder:
        vault, place = TestVault(cli, folder, sample), os.path.join(folder, 'copy')
        run('xdotool', 'mousemove', 1279, 899)
        app = Program([scanvault, '--vault', vault.path, '--kdf-test'], {'ADW_DEBUG_HIGH_CONTRAST': '1'})
        app.has_focus('Enter your passphrase')
        screen()
        app.type(PASSPHRASE)
        app.keys('Return')
        app.get('table cell', MRI, seconds=40)
        screen()
        tab_to(app, '(CT|MRI) of the .*, .*')
        app.keys('Home', 'Right')
        app.has_focus(MRI)
        picture('83-high-contrast')
        app.keys('Return')
        viewer = app.window('Scan Vault Viewer')
        app.get('image', 'Scan image, slice 10 of 20', viewer)
        app.keys('End')
        app.get('image', 'Scan image, slice 20 of 20', viewer)
        picture('84-viewer')
        app.keys('Escape')
        app.closed('Scan Vault Viewer')
        app.has_focus(MRI)
        share(app, place)
        assert os.path.exists(os.path.join(place, 'DICOMDIR'))
        told = subprocess.run(['dcmdump', os.path.join(place, 'DICOMDIR')], check=True, capture_output=True).stdout
        assert b'QUILLFEATHER' not in told.upper()
        app.keys('alt+2')
        app.get('list item', 'Nobody was noted')
        picture('89-shared')
        app.keys('alt+1', 'ctrl+l')
        app.locked()
        app.quit()


main(*sys.argv[1:])
