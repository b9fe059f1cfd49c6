# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosers and the print dialog leave nothing behind: no name in the desktop's list of recent files, where the entries of
other programs stay, and no recovery key in a file.

usage: test_private.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import os
import re
import shutil
import sys
import tempfile
import time

from testvault import CT, TestVault
from uidriver import picture, wait_for

OTHERS = '''<?xml version="1.0" encoding="UTF-8"?>
<xbel version="1.0" xmlns:bookmark="http://www.freedesktop.org/standards/desktop-bookmarks" xmlns:mime="http://www.freedesktop.org/standards/shared-mime-info">
%s</xbel>'''
OTHER = '''  <bookmark href="%s" added="%s" modified="%s" visited="%s">
    <info><metadata owner="http://freedesktop.org"><mime:mime-type type="inode/directory"/>
    <bookmark:applications><bookmark:application name="%s" exec="&apos;%s %%u&apos;" modified="%s" count="1"/></bookmark:applications>
    </metadata></info>
  </bookmark>
'''


class Recent:
    def __init__(self, home):
        self.path = os.path.join(home, 'data', 'recently-used.xbel')

    def write(self, *entries):
        # Not long ago: GTK itself drops what is old.
        day = time.strftime('%Y-%m-%dT00:00:00Z', time.gmtime())
        with open(self.path, 'w') as file:
            file.write(OTHERS % ''.join(OTHER % (uri, day, day, day, program, program, day) for uri, program in entries))

    def text(self):
        with open(self.path) as file:
            return file.read()

    def uris(self):
        return re.findall('href="([^"]+)"', self.text())

    def stays(self, uris, seconds=3):
        """What the chooser enters comes some time after the choice, so this has to be looked at for a while."""
        end = time.monotonic() + seconds
        seen = []
        while time.monotonic() < end:
            seen.append((self.uris(), 'name="scanvault"' in self.text()))
            time.sleep(0.02)
        assert seen[-1] == (uris, False), seen[-1]


def open_print_dialog(app):
    app.press('Print this sheet…')
    dialog = app.window('Print')
    app.click(app.get('label', 'Print to File', dialog))
    return dialog


def key_files(sheet, since):
    """Files of this hour that hold the key, or any page at all: what is in a PDF is packed."""
    found = []
    for place in {'/dev/shm', '/tmp', '/var/tmp', os.environ['XDG_RUNTIME_DIR']}:
        for entry in os.scandir(place):
            if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime >= since - 1:
                with open(entry.path, 'rb') as file:
                    data = file.read()
                if data.startswith((b'%PDF', b'%!PS')) or sheet.encode() in data:
                    found.append(entry.path)
    return found


def check_chooser(scanvault, vault, recent, env, sample):
    named = os.path.join(vault.folder, 'CT of Ottoline Quillfeather')
    met = os.path.join(vault.folder, 'Seen before')
    for place in (named, met):
        shutil.copytree(sample, place)
    # One entry of another program alone; one for a folder that will be chosen too; one that a run which was killed left.
    others = ['file:///home/x/other.odt', 'file://' + met.replace(' ', '%20')]
    recent.write((others[0], 'writer'), (others[1], 'files'), ('file:///x/Ottoline', 'scanvault'))
    app = vault.open(scanvault, env=env)
    recent.stays(others, 0.2)
    for place in (named, met):
        app.keys('ctrl+o')
        app.choose_path(app.window('Add a Folder, Disc or Stick'), place)
        app.window('Finished', 60)
        recent.stays(others)
        app.press('Done')
        app.closed('Finished')
    # Chosen, and locked at once.
    app.keys('ctrl+o')
    app.choose_path(app.window('Add a Folder, Disc or Stick'), named)
    app.keys('ctrl+l')
    app.locked()
    recent.stays(others, 1)
    app.quit()
    recent.stays(others, 1)


def check_print(scanvault, vault, recent, env):
    began = time.time()
    page = os.path.join(vault.folder, 'my sheet of Ottoline.pdf')
    recent.write(('file:///home/x/other.odt', 'writer'))
    app = vault.open(scanvault, env=env)
    app.choose('Passphrases…')
    app.click(app.get(None, 'Show the recovery sheet…'))
    app.window('Recovery Sheet')
    app.press('Pre.*', open_print_dialog(app))
    preview = app.window('Preview')
    picture('86-preview')
    app.closed('Print')
    assert not key_files(vault.sheet, began), key_files(vault.sheet, began)
    app.keys('Escape')
    app.closed('Preview')

    dialog = open_print_dialog(app)
    picture('87-print')
    button = app.get('push button', '.*output.*|.*\\.pdf.*|File', dialog)
    app.click(button)
    title = wait_for('the chooser', lambda: next((n for n in app.names() if n not in
                     ('Print', 'Recovery Sheet', 'Passphrases', 'Scan Vault')), None))
    app.keys('ctrl+a')
    app.choose_path(app.window(title), page)
    app.press('_Print.*', dialog)
    wait_for('the page', lambda: os.path.exists(page) and os.path.getsize(page) > 0)
    recent.stays(['file:///home/x/other.odt'])
    app.press('Pre.*', open_print_dialog(app))
    app.window('Preview')
    app.keys('ctrl+l')
    app.locked()
    recent.stays(['file:///home/x/other.odt'], 1)
    left = [path for path in key_files(vault.sheet, began) if path != page]
    assert not left, left
    app.quit()


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-private-') as folder:
        home = os.path.join(folder, 'home')
        os.makedirs(os.path.join(home, 'data'))
        env = {'HOME': home, 'XDG_DATA_HOME': os.path.join(home, 'data')}
        recent = Recent(home)
        vault = TestVault(cli, folder, sample)
        check_chooser(scanvault, vault, recent, env, sample)
        check_print(scanvault, vault, recent, env)


main(*sys.argv[1:])
