# SPDX-License-Identifier: GPL-3.0-or-later
"""Help by F1 on every page and from the menu, read by keys alone.

usage: test_help.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import sys
import tempfile

from testvault import CT, TestVault
from uidriver import Program, picture


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-help-') as folder:
        vault = TestVault(cli, folder, sample)
        app = Program([scanvault, '--vault', vault.path, '--kdf-test'])
        app.click(app.lock_entry())
        app.keys('F1')
        window = app.window('Help')
        app.get('heading', 'Scan Vault Help', window)
        picture('75-help')
        # The focus is on the first topic.
        app.keys('Return')
        app.get('heading', 'First steps', window)
        app.get('label', '5.', window)
        picture('76-help-page')
        # Links lead on, and back leads back.
        app.keys('Return')
        app.get('heading', 'Add scans|The recovery sheet', window)
        app.keys('alt+Left')
        app.get('heading', 'First steps', window)
        app.press('Back', window)
        app.get('heading', 'Scan Vault Help', window)
        app.keys('Escape')
        app.closed('Help')
        app.unlock('zeppelin marzipan quokka', CT)
        app.choose('Help')
        window = app.window('Help')
        for name in ('Add scans', 'Look at a scan', 'Share without my name', 'The recovery sheet', 'When something is damaged',
                     'Your privacy'):
            app.click(app.get('list item', name, window))
            app.get('heading', name, window)
            app.press('Back', window)
        # One window, and locking closes it.
        app.keys('F1')
        assert app.names().count('Help') == 1
        app.keys('ctrl+l')
        app.locked()
        assert app.names() == ['Scan Vault']
        app.quit()


main(*sys.argv[1:])
