# SPDX-License-Identifier: GPL-3.0-or-later
"""Adding: how far it is, what came of it, whose it is, what could not be read, and where unlocked copies still lie.

usage: test_add.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER SCAN_GEN"""
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from testvault import CT, PASSPHRASE, TestVault
from uidriver import Program, picture, wait_for

NUMBER = b'QF-7731904'  # of the sample's patient
QUESTION = r'These belong to Maria L\. Is that you\?'


@contextlib.contextmanager
def file_manager(folder):
    said = os.path.join(folder, 'shown')
    process = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), 'filemanager.py'), said],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == 'ready\n'
    yield said
    process.terminate()
    process.wait()


def make_disc(scan_gen, folder, patient, *size):
    """Scans of somebody, a ZIP in which a picture is broken, and a program."""
    disc = os.path.join(folder, 'Disc of ' + patient.split('^')[0] + ''.join(size))
    subprocess.run([scan_gen, '--patient=' + patient, '--seed=7', *size, disc], check=True, capture_output=True)
    # A name alone may change; with another number it is another person.
    for path in (os.path.join(base, name) for base, _, names in os.walk(os.path.join(disc, 'DICOM')) for name in names):
        with open(path, 'rb') as file:
            data = file.read()
        with open(path, 'wb') as file:
            file.write(data.replace(NUMBER, (patient * 2)[:len(NUMBER)].encode()))
    packed = os.path.join(disc, 'MORE.ZIP')
    with zipfile.ZipFile(packed, 'w') as archive:
        archive.writestr('picture', bytes(128) + b'DICM' + b'here' * 100)
    with open(packed, 'rb') as file:
        broken = file.read().replace(b'herehere', b'herethis', 1)
    with open(packed, 'wb') as file:
        file.write(broken)
    with open(os.path.join(disc, 'VIEWER.EXE'), 'wb') as file:
        file.write(b'MZ' + bytes(100))
    return disc


def add(scanvault, vault, disc):
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', disc])
    app.unlock(PASSPHRASE, CT)
    return app, app.window('Finished', 90)


def check_progress(scanvault, vault, disc):
    """One line tells how far it is; the gallery can be used meanwhile."""
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', disc])
    with app.held():
        app.unlock(PASSPHRASE, CT)
        app.get('push button', 'Cancel')
        app.double_click(app.get('table cell', CT))
        app.get(None, 'Scan image.*')
        app.keys('Escape')
        wait_for('the viewer to close', lambda: app.names() == ['Scan Vault'])
        app.get('label', r'\d+ of \d+ files, [\d.]+.\w+ of [\d.]+.MB.*')
        picture('70-adding')
        app.press('Cancel')
        window = app.window('Finished', 60)
    app.get('heading', 'Stopped.*', window)
    app.press('Done')
    app.closed('Finished')
    app.quit()


def check_finish(scanvault, vault, disc, folder):
    with file_manager(folder) as said:
        app, window = add(scanvault, vault, disc)
        app.get('heading', r'Added \d scans? \(\d+ files?\)', window)
        picture('71-finished')
        for row in ('1 file could not be read', r'\d+ files? of programs? left out'):
            app.get('list item', row, window)
        app.get('label', '.*still holds unlocked copies.*', window)
        app.press('Show folder', window)
        wait_for('the folder to be shown', lambda: os.path.exists(said) and open(said).read().strip() ==
                 pathlib.Path(disc).as_uri())
        # The name is not the one that the vault knows.
        app.get('alert', QUESTION, window)
        app.press('Yes, that is me', window)
        app.get('alert', 'Good. They are kept.', window)
        app.press('What can I do\\?', window)
        clinic = app.window('What You Can Do')
        assert 'DICOM' in app.get('text', 'Text for your clinic', clinic).text()
        app.press('Copy the text', clinic)
        app.get('push button', 'Copied', clinic)
        picture('72-what-can-i-do')
        app.keys('Escape')
        app.closed('What You Can Do')
        app.press('Open: CT of the chest.*', window)
        app.closed('Finished')
        app.get(None, 'Scan image.*', seconds=30)
        app.quit()


def check_again(scanvault, vault, disc):
    """What is there is skipped and said so; nobody is asked twice."""
    app, window = add(scanvault, vault, disc)
    app.get('heading', 'Nothing new was found', window)
    app.get('list item', r'\d+ files were in your vault already', window)
    assert not app.find('alert', '.*Is that you.*')
    app.press('Done', window)
    app.closed('Finished')
    app.quit()


def check_stranger(scanvault, vault, disc):
    """Somebody else's scans go to the trash, and can be taken back."""
    app, window = add(scanvault, vault, disc)
    app.get('alert', r'These belong to Otto Q\. Is that you\?', window)
    app.press('No, move them to the trash', window)
    app.get('alert', 'They are in the trash.*', window)
    picture('73-stranger')
    app.press('Done', window)
    app.closed('Finished')
    app.quit()
    # Four of the sample's person and four of Maria's.
    assert len(vault.must('list')['studies']) == 8


def main(scanvault, cli, sample, scan_gen):
    with tempfile.TemporaryDirectory(prefix='scanvault-add-') as folder:
        vault = TestVault(cli, folder, sample)
        disc = make_disc(scan_gen, folder, 'Lopez^Maria')
        check_progress(scanvault, TestVault(cli, folder, sample, 'large'),
                       make_disc(scan_gen, folder, 'Large^Size', '--slices=450', '--size=512'))
        check_finish(scanvault, vault, disc, folder)
        check_again(scanvault, vault, disc)
        check_stranger(scanvault, vault, make_disc(scan_gen, folder, 'Quill^Otto'))


main(*sys.argv[1:])
