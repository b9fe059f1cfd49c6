# SPDX-License-Identifier: GPL-3.0-or-later
"""It locks from wherever one is, by Ctrl+L and with the screen, and ends when it is told to, however often and whatever
runs.

usage: test_ends.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER SCAN_GEN"""
import os
import signal
import subprocess
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault
from uidriver import screen


def open_menu(app):
    app.keys('F10')
    app.get('menu item', 'Trash')


def open_context_menu(app):
    app.click(app.get('table cell', CT), 3)
    app.get('menu item', 'Open')


def open_settings(app):
    app.choose('Settings')
    app.get(None, 'After an hour')


def open_shortcuts(app):
    app.choose('Keyboard Shortcuts')
    app.window('GtkShortcutsWindow')


def open_about(app):
    app.choose('About.*')
    app.window('About')


def open_rename(app):
    app.choose('Passphrases…')
    app.press('Rename: .*')
    app.has_focus('What is this passphrase for.*')


def open_chooser(app):
    app.keys('ctrl+o')
    app.window('Add a Folder, Disc or Stick')


def open_print_dialog(app):
    app.choose('Passphrases…')
    app.click(app.get(None, 'Show the recovery sheet…'))
    app.window('Recovery Sheet')
    app.press('Print this sheet…')
    app.window('Print')


def open_viewer(app):
    app.double_click(app.get('table cell', CT))
    app.window('Scan Vault Viewer')


def check_everywhere(scanvault, vault):
    app = vault.open(scanvault)
    for open_it in (open_menu, open_context_menu, open_settings, open_shortcuts, open_about, open_rename, open_chooser,
                    open_print_dialog, open_viewer):
        for how in (lambda: app.keys('ctrl+l'), app.lock_screen):
            print(open_it.__name__, flush=True)
            open_it(app)
            screen()
            how()
            app.locked()
            assert app.names() == ['Scan Vault'], app.names()
            app.unlock(PASSPHRASE)
    app.quit()


def check_ends(scanvault, vault, more):
    """Work that hangs does not keep it from ending, nor does being told twice."""
    def told_twice(app):
        app.process.send_signal(signal.SIGTERM)
        app.process.send_signal(signal.SIGHUP)

    def closed_while_locking(app):
        app.keys('ctrl+l')
        app.keys('alt+F4')

    def told_while_locking(app):
        app.keys('ctrl+l')
        app.process.send_signal(signal.SIGTERM)

    for end in (told_twice, closed_while_locking, told_while_locking):
        print(end.__name__, flush=True)
        app = vault.open(scanvault, more, card=None)
        app.get('push button', 'Cancel')
        end(app)
        try:
            code = app.process.wait(60 if end is told_twice else 10)
        except subprocess.TimeoutExpired:
            # It may have been locked before it was told, and shows the lock page again; but it must be there.
            assert end is not told_twice and app.lock_entry(), 'it neither ended nor shows a window'
            app.quit()
            code = app.process.returncode
        # A signal that meets the new process image before it can listen ends that, and there is nothing to cut off.
        assert code == 0 or (end is told_while_locking and code == -signal.SIGTERM), code
        assert vault.must('check')['orphans'] == []


def main(scanvault, cli, sample, scan_gen):
    with tempfile.TemporaryDirectory(prefix='scanvault-ends-') as folder:
        vault, more = TestVault(cli, folder, sample), os.path.join(folder, 'more')
        subprocess.run([scan_gen, more, '--slices', '300', '--size', '512', '--seed', '7'], check=True,
                       capture_output=True)
        check_everywhere(scanvault, vault)
        check_ends(scanvault, vault, more)


main(*sys.argv[1:])
