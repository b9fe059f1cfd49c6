# SPDX-License-Identifier: GPL-3.0-or-later
"""A stick with scans is offered when it is put in, and only then; taken out, the offer goes. Mounts a real file system,
so it needs the rights for that, and a mount namespace of its own; without them it is skipped.

usage: test_medium.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import os
import shutil
import subprocess
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault
from uidriver import Program, picture

SKIPPED = 77
OFFER, LOOK = 'Add the scans', 'Just look, do not keep'


class Stick:
    """An image of a file system with what a folder holds."""

    def __init__(self, folder, name, content):
        self.image = os.path.join(folder, name + '.img')
        self.place = os.path.join('/media', name)
        subprocess.run(['mkfs.ext2', '-q', '-d', content, self.image, '16M'], check=True, capture_output=True)
        os.makedirs(self.place, exist_ok=True)

    def put_in(self):
        subprocess.run(['mount', '-o', 'loop,ro', self.image, self.place], check=True)

    def take_out(self):
        subprocess.run(['umount', self.place], check=True)


def can_mount(folder):
    empty = os.path.join(folder, 'empty')
    os.makedirs(empty)
    try:
        subprocess.run(['mount', '-t', 'tmpfs', 'none', '/media'], check=True, capture_output=True)
        stick = Stick(folder, 'try', empty)
        stick.put_in()
        stick.take_out()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def main(scanvault, cli, sample):
    if not os.environ.get('SCANVAULT_OWN_MOUNTS'):
        os.environ['SCANVAULT_OWN_MOUNTS'] = '1'
        if shutil.which('mkfs.ext2') is None or subprocess.run(['unshare', '-m', 'true'], capture_output=True).returncode:
            sys.exit(SKIPPED)
        os.execvp('unshare', ['unshare', '-m', sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory(prefix='scanvault-medium-') as folder:
        if not can_mount(folder):
            sys.exit(SKIPPED)
        scans = os.path.join(folder, 'scans')
        shutil.copytree(sample, scans)
        with open(os.path.join(scans, 'dicomdir'), 'wb') as file:
            file.write(bytes(128) + b'DICM')
        vault = TestVault(cli, folder)
        music, disc = Stick(folder, 'MUSIC', os.path.dirname(os.path.abspath(__file__))), Stick(folder, 'HOSPITAL', scans)
        app = vault.open(scanvault, card=None)
        app.get(None, 'Drop a folder, ZIP or CD here')
        music.put_in()
        disc.put_in()
        app.get('alert', 'A disc or stick with scans was put in.')
        picture('77-medium')
        assert app.names() == ['Scan Vault'] and not app.find('table cell', CT)
        disc.take_out()
        app.gone('push button', OFFER)
        disc.put_in()
        app.press(OFFER)
        window = app.window('Finished', 90)
        app.get('label', 'The disc or stick still holds unlocked copies.*', window)
        app.press('Done', window)
        app.get('table cell', CT)
        music.take_out()
        music.put_in()
        disc.take_out()
        disc.put_in()
        app.get('push button', OFFER)
        # The other one came first and was not offered.
        app.press('No, thank you')
        app.gone('push button', OFFER)
        app.quit()
        disc.take_out()
        music.take_out()


main(*sys.argv[1:])
