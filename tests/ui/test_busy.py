# SPDX-License-Identifier: GPL-3.0-or-later
"""While scans are being added: what is asked for meanwhile says that it waits, can be taken back at once, and is not
dropped when the adding ends.

usage: test_busy.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER SCAN_GEN"""
import contextlib
import os
import subprocess
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault
from uidriver import Program, picture, wait_for

SECOND = 'gondola thimble walrus acorn violin ferry'
WAITING = 'Waiting until other work is done.*'


@contextlib.contextmanager
def adding(scanvault, vault, folder):
    """The program, at work on that folder and not getting on with it."""
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', folder])
    with app.held():
        app.get('push button', 'Just look, do not keep')
        app.unlock(PASSPHRASE, None)
        app.get('push button', 'Cancel')
        app.gone('push button', 'Just look, do not keep', 2)
        yield app


def finish(app):
    window = app.window('Finished', 90)
    app.press('Done', window)
    app.closed('Finished')


def type_new_passphrase(app, title):
    window = app.window(title)
    for name in ('Passphrase', 'Once more'):
        app.write(app.get('password text', name, window), SECOND)
    return window


def check_passphrases(scanvault, vault, folder):
    with adding(scanvault, vault, folder) as app:
        app.choose('Passphrases…')
        keys = app.window('Passphrases')
        # They are listed at once.
        app.get('push button', 'Rename: Passphrase 1', keys)
        app.click(app.get(None, 'Add a passphrase…', keys))
        window = type_new_passphrase(app, 'Another Passphrase')
        app.press('Use this passphrase', window)
        app.get(None, WAITING, window)
        picture('60-waiting-passphrase')
        # Taken back.
        app.keys('Escape')
        app.closed('Another Passphrase')
        app.click(app.get(None, 'Add a passphrase…', keys))
        window = app.window('Another Passphrase')
        app.write(app.get('password text', 'Passphrase', window), 'half typed')
    # The end of the adding is no answer to a window that has not asked yet.
    app.window('Finished', 90)
    assert 'Another Passphrase' in app.names()
    app.press('Done')
    app.closed('Finished')
    assert 'Another Passphrase' in app.names()
    type_new_passphrase(app, 'Another Passphrase')
    app.press('Use this passphrase', window)
    app.closed('Another Passphrase')
    wait_for('two passphrases', lambda: len(app.find('push button', 'Rename: .*', keys)) == 2)
    app.quit()
    assert vault.tell('list', passphrase=SECOND)[0] == 0


def check_trash(scanvault, vault, folder):
    app = vault.open(scanvault)
    app.click(app.get('table cell', CT))
    app.keys('Delete')
    app.gone('table cell', CT)
    app.quit()
    with adding(scanvault, vault, folder) as app:
        app.choose('Trash')
        trash = app.window('Trash')
        # Asked while it waits, and taken back.
        app.press('Restore: .*', trash)
        app.get('label', WAITING, trash)
        picture('61-waiting-trash')
        app.press('Stop', trash)
        app.gone('label', WAITING)
        app.press('Delete for ever…: .*', trash)
        question = app.window('Delete .*for ever.*')
    finish(app)
    app.press('Delete for ever.*', question)
    app.get(None, 'The trash is empty', trash, 60)
    app.quit()
    assert not vault.must('list')['trash']


def check_check(scanvault, vault, folder):
    with adding(scanvault, vault, folder) as app:
        app.choose('Check my vault…')
        window = app.window('Check My Vault')
        app.press('Check now', window)
        app.get(None, 'Waiting…', window)
        picture('62-waiting-check')
        app.press('Stop', window)
        app.get(None, 'Stopped. Nothing was checked.', window)
        assert not app.find(None, r'.*\d+ files? .*', window)
        picture('63-stopped')
        app.press('Check again', window)
        app.press('Check now', window)
        app.get(None, 'Waiting…', window)
    app.get(None, 'Everything is fine', window, 90)
    app.quit()


def check_locked(scanvault, vault, folder):
    """Who locks while scans are being added is told, once, that not all of them are here."""
    stopped = 'Locking stopped the adding of scans.*'
    with adding(scanvault, vault, folder) as app:
        app.keys('ctrl+l')
    app.locked()
    app.unlock(PASSPHRASE)
    app.get('alert', stopped)
    picture('65-stopped')
    app.press('Close this notice')
    app.gone('alert', stopped)
    app.keys('ctrl+l')
    app.locked()
    app.unlock(PASSPHRASE)
    assert not app.find(None, stopped)
    app.quit()


def main(scanvault, cli, sample, scan_gen):
    with tempfile.TemporaryDirectory(prefix='scanvault-busy-') as folder:
        vault = TestVault(cli, folder, sample)
        more = [os.path.join(folder, str(seed)) for seed in (11, 12, 13, 14)]
        for place in more:
            subprocess.run([scan_gen, place, '--slices', '40', '--size', '512', '--seed', os.path.basename(place)], check=True,
                           capture_output=True)
        check_trash(scanvault, vault, more[0])
        check_passphrases(scanvault, vault, more[1])
        check_check(scanvault, vault, more[2])
        check_locked(scanvault, vault, more[3])


main(*sys.argv[1:])
