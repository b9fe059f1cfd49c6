# SPDX-License-Identifier: GPL-3.0-or-later
"""A file opened while the vault is locked: added after unlocking, or just looked at and not kept. The lock page says no
name, is forgiving, and leads to the recovery sheet.

usage: test_look.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import os
import shutil
import subprocess
import sys
import tempfile

import gi

from testvault import CT, PASSPHRASE, TestVault, settings_at
from uidriver import Program, picture, run, wait_for

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

LOOK, UNLOCK = 'Just look, do not keep', 'Unlock to add it'


def files_below(folder):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(folder) for name in names
                  if os.path.isfile(os.path.join(path, name)))


def a_slice(sample):
    """A file of the CT, which has others beside it."""
    ct = next(path for path, _, names in sorted(os.walk(os.path.join(sample, 'DICOM'))) if len(names) > 3)
    return os.path.join(ct, sorted(os.listdir(ct))[0])


def check_just_look(scanvault, vault, sample, home):
    """J10: a double click on one slice shows the whole scan; nothing of it is kept, here or anywhere else."""
    kept = files_below(vault.path)
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', a_slice(sample)])
    app.lock_entry()
    app.get('alert', 'Something was opened that is not in your vault.')
    picture('60-opened-while-locked')
    app.press(LOOK)
    window = app.window('Just Looking')
    app.get(None, r'Scan image, (slice|picture) \d+ of [2-9]\d*', seconds=30)
    picture('61-just-looking')
    # The viewer works as ever.
    app.keys('End')
    app.get(None, r'Scan image, (slice|picture) (\d+) of \2')
    app.keys('Escape')
    wait_for('the list alone', lambda: len(app.names()) == 2)
    picture('62-looked')
    app.get('heading', 'You are just looking', window)
    assert not app.find('push button', LOOK)
    # The vault is locked as before, and what was looked at goes when its window is closed.
    app.press('Done', window)
    app.closed('Just Looking')
    app.unlock(PASSPHRASE, None)
    app.get(None, 'Drop a folder, ZIP or CD here')
    app.quit()
    now = files_below(vault.path)
    assert [path for path in kept if path not in now] == []
    assert vault.must('list')['studies'] == []
    for place in (home, os.environ['XDG_RUNTIME_DIR']):
        assert not [path for path in files_below(place) if b'DICM' in open(path, 'rb').read(200)], place


def check_look_then_keep(scanvault, vault, sample):
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', sample])
    app.press(LOOK)
    window = app.window('Just Looking')
    app.get('list item', CT, window, 30)
    picture('63-several')
    app.click(app.get('list item', CT, window))
    app.get(None, 'Scan image.*', seconds=30)
    app.press('Add to my vault', window)
    app.closed('Just Looking')
    # Now it waits for the vault.
    app.press(UNLOCK)
    app.gone('push button', UNLOCK)
    assert app.lock_entry().has(Atspi.StateType.FOCUSED)
    app.unlock(PASSPHRASE, CT)
    app.press('Done', app.window('Finished', 60))
    app.quit()
    assert vault.must('list')['studies'] != []


def check_declined(scanvault, vault, sample, folder):
    """Also what holds nothing is told kindly, and no is an answer."""
    notes = os.path.join(folder, 'nothing')
    os.makedirs(notes)
    with open(os.path.join(notes, 'x.bin'), 'wb') as file:
        file.write(bytes(range(1, 255)))
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', notes])
    app.press(LOOK)
    app.get(None, 'Nothing here can be shown', app.window('Just Looking'))
    picture('64-nothing')
    app.press('Done')
    app.closed('Just Looking')
    app.quit()
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', notes])
    app.press('No, thank you')
    app.gone('push button', LOOK)
    app.unlock(PASSPHRASE)
    assert app.names() == ['Scan Vault']
    app.quit()


def check_lock_closes_it(scanvault, vault, sample):
    """What is looked at goes with the lock too."""
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', sample])
    app.press(LOOK)
    window = app.window('Just Looking')
    app.get('list item', CT, window, 30)
    app.click(app.get('list item', CT, window))
    app.get(None, 'Scan image.*', seconds=30)
    run('xdotool', 'windowactivate', '--sync', app._x_window(app.window('Scan Vault')))
    app.unlock(PASSPHRASE)
    app.keys('ctrl+l')
    app.locked()
    assert app.names() == ['Scan Vault']
    app.quit()


def typed(app):
    return Atspi.Text.get_character_count(app.lock_entry().node)


def check_forgiving(scanvault, vault, home):
    env, file = settings_at(home, vault.path)
    with open(file, 'a') as out:
        out.write("[org/gnome/desktop/input-sources]\nmru-sources=[('xkb', 'de+nodeadkeys'), ('xkb', 'us')]\n")
    app = Program([scanvault, '--kdf-test'], env)
    forgot = app.get('push button', 'I forgot my passphrase…')
    width = forgot.box.width
    keyboard = 'Your keyboard types: German.'
    assert not app.find('alert', keyboard)
    for miss in range(3):
        app.click(app.lock_entry())
        app.type('not this one')
        wait_for('what was typed', lambda: typed(app) == len('not this one'))
        app.keys('Return')
        # It is cleared when the vault is asked, and the button comes back with the answer.
        wait_for('the answer', lambda: typed(app) == 0 and
                 app.get('push button', 'Unlock').has(Atspi.StateType.SENSITIVE))
        app.get('alert', 'That passphrase did not open the vault.*')
        if miss == 0:
            app.get('alert', keyboard)
    wait_for('a bigger button', lambda: app.get('push button', 'I forgot my passphrase…').box.width > width)
    app.keys('Caps_Lock')
    app.get('alert', 'Caps Lock is on. ' + keyboard)
    picture('65-forgiving')
    app.keys('Caps_Lock')
    app.get('alert', keyboard)
    app.press('I forgot my passphrase…')
    app.get('password text', 'Enter your recovery sheet')
    app.press('Back to the passphrase')
    wait_for('the entry', lambda: app.lock_entry().has(Atspi.StateType.FOCUSED))
    app.unlock(PASSPHRASE)
    app.quit()


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-look-') as folder:
        vault = TestVault(cli, folder)
        check_just_look(scanvault, vault, sample, os.environ['HOME'])
        check_look_then_keep(scanvault, vault, sample)
        check_declined(scanvault, vault, sample, folder)
        check_lock_closes_it(scanvault, vault, sample)
        check_forgiving(scanvault, vault, os.path.join(folder, 'home'))


main(*sys.argv[1:])
