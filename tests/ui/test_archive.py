# SPDX-License-Identifier: GPL-3.0-or-later
"""A locked ZIP file from a hospital's portal, as a person adds it: the wrong password, the right one, and none.

usage: test_archive.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'cli'))
os.environ.setdefault('SCANVAULT_CLI', sys.argv[2])
os.environ.setdefault('SCANVAULT_SAMPLE', sys.argv[3])
from archives import make_locked_zip  # noqa: E402
from uidriver import Program, picture, wait_for  # noqa: E402

PASSPHRASE = 'zeppelin marzipan quokka'
ENTRY = ('password text', 'Enter your passphrase')
DIALOG = 'Password of the archive'


def asked(app):
    """The dialog, when it takes a password."""
    window = app.window(DIALOG, 60)
    return window, wait_for('the entry', lambda: next(iter(app.find('password text', 'Password', window)), None))


def finished(app, *expected):
    window = app.window('Finished', 60)
    for words in expected:
        app.get(None, words, window)
    picture('41-finished')
    app.press('Done', window)
    app.closed('Finished')


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-archive-') as folder:
        vault, secret = os.path.join(folder, 'v.vault'), os.path.join(folder, 'passphrase')
        with open(secret, 'w') as out:
            out.write(PASSPHRASE)

        def tell(*words):
            answer = subprocess.run([cli, '--json', '--passphrase-file', secret, *words], capture_output=True)
            return json.loads(answer.stdout)

        tell('create', vault, '--kdf-memory', '8', '--kdf-passes', '1')
        scan = next(os.path.join(base, name) for base, _, names in os.walk(sample) for name in sorted(names)
                    if is_dicom(os.path.join(base, name)))
        with open(scan, 'rb') as file:
            members = [('viewer.exe', b'MZ' + bytes(100)), ('scan', file.read())]
        locked = make_locked_zip(os.path.join(folder, 'portal.zip'), members, b'seven swans')
        other = make_locked_zip(os.path.join(folder, 'other.zip'), [('x.pdf', b'%PDF-1.4\n')], b'unknown')

        app = Program([scanvault, '--vault', vault, '--kdf-test', locked])
        app.click(wait_for('the lock page', lambda: next(iter(app.find(*ENTRY)), None)))
        app.type(PASSPHRASE)
        app.keys('Return')
        window, entry = asked(app)
        app.get('label', '“portal.zip” is locked.*', window)
        assert not app.find('alert', None, window)
        picture('40-archive-password')
        app.click(entry)
        app.type('seven geese')
        app.press('Open', window)
        app.get('alert', 'That was not the right password.', None, 60)
        window, entry = asked(app)
        app.click(entry)
        app.type('seven swans')
        app.keys('Return')
        finished(app, r'Added 1 scan \(1 file\)', '1 file of a program left out')
        app.get('table cell', '.*CT.*|.*MR.*|.*X-ray.*|.*Ultrasound.*')
        app.quit()
        assert tell('list', vault)['totals']['instances'] == 1

        # Escape is an answer too: nothing is lost.
        app = Program([scanvault, '--vault', vault, '--kdf-test', other])
        app.click(wait_for('the lock page', lambda: next(iter(app.find(*ENTRY)), None)))
        app.type(PASSPHRASE)
        app.keys('Return')
        asked(app)
        app.keys('Escape')
        finished(app, '1 file kept as a document', '1 archive kept as it is.*')
        app.quit()
        assert [d['name'] for d in tell('list', vault)['documents']] == ['other.zip']

        # And so is closing the dialog as any window is closed.
        app = Program([scanvault, '--vault', vault, '--kdf-test', other])
        app.click(wait_for('the lock page', lambda: next(iter(app.find(*ENTRY)), None)))
        app.type(PASSPHRASE)
        app.keys('Return')
        asked(app)
        app.keys('alt+F4')
        finished(app, '1 file was in your vault already', '1 archive kept as it is.*')
        app.quit()


def is_dicom(path):
    with open(path, 'rb') as file:
        return file.read(132)[128:] == b'DICM'


main(*sys.argv[1:])
