# SPDX-License-Identifier: GPL-3.0-or-later
"""The trash with undo, restore and deleting for ever, the copy of the vault, and the settings, as a person uses them.

usage: test_pages.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile

from uidriver import Program, picture, wait_for

PASSPHRASE = 'zeppelin marzipan quokka'
CT = '.*CT.*'


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-pages-') as folder:
        vault, file = os.path.join(folder, 'v'), os.path.join(folder, 'passphrase')
        with open(file, 'w') as out:
            out.write(PASSPHRASE)
        cli = [cli, '--json', '--passphrase-file', file]

        def tell(*words, env=None):
            answer = subprocess.run([*cli, *words], capture_output=True, env=env)
            assert answer.returncode == 0, answer.stdout
            return json.loads(answer.stdout)

        def stored():
            return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(os.path.join(vault, 'o'))
                       for name in names)

        tell('create', vault, '--kdf-memory', '8', '--kdf-passes', '1')
        tell('import', vault, sample)
        # Another computer adds something to the same vault, and so must hear of what is purged here.
        letter = os.path.join(folder, 'letter.txt')
        with open(letter, 'w') as out:
            out.write('A letter.')
        tell('import', vault, letter, env={**os.environ, 'XDG_STATE_HOME': os.path.join(folder, 'other')})
        before = tell('list', vault)['totals']
        app = Program([scanvault, '--vault', vault])

        card = app.unlock(PASSPHRASE)
        app.click(card)
        app.keys('Delete')
        app.gone('table cell', CT)
        picture('20-trashed')
        app.click(app.get('label', 'Undo'))
        card = app.get('table cell', CT)

        app.click(card)
        app.keys('Delete')
        app.gone('table cell', CT)
        app.choose('Trash')
        trash = app.window('Trash')
        picture('21-trash')
        app.press('Restore: CT of the chest, 3 March 2024', trash)
        app.get(None, 'The trash is empty', trash)
        app.keys('Escape')
        card = app.get('table cell', CT)

        app.click(card)
        app.keys('Delete')
        app.gone('table cell', CT)
        app.choose('Trash')
        trash = app.window('Trash')
        # Another scan lies there too, and has the focus when its neighbour is gone.
        app.keys('Escape')
        app.click(app.get('table cell', 'MRI.*'))
        app.keys('Delete')
        app.gone('table cell', 'MRI.*')
        app.choose('Trash')
        trash = app.window('Trash')
        app.press('Restore: MRI.*', trash)
        app.has_focus('Restore: CT.*')
        app.press('Delete for ever…: .*CT.*', trash)
        wait_for('the question', lambda: len(app.windows()) == 3)
        app.get(None, 'Delete “CT of the chest, 3 March 2024” for ever.')
        picture('21-question')
        app.click(app.get('label', 'Delete for ever'))
        app.get(None, 'The trash is empty', trash)
        app.get(None, 'Wait for your other computers.')
        picture('22-waiting')
        waiting = stored()
        app.click(app.get('label', 'Delete on this computer now'))
        wait_for('the space', lambda: stored() < waiting)
        app.gone(None, 'Deleting…')
        picture('22-purged')
        # The offer to undo went with what it spoke of.
        assert not app.find('label', 'Undo')
        app.keys('Escape')

        app.choose('Settings')
        app.get(None, 'Lock when I do nothing')
        picture('23-settings')
        app.click(app.get(None, 'Repair data'))
        app.keys('Escape')
        app.closed('Settings')
        app.choose('Copy vault to…')
        app.get('label', 'It has never been copied.*')
        picture('24-copy')
        app.keys('ctrl+l')
        app.locked()
        app.quit()
        after = tell('list', vault)
        assert after['totals']['studies'] == before['studies'] - 1, after['totals']
        assert not after['trash'], after['trash']
        tell('check', vault)
        assert tell('parity', vault)['parity'] is False


main(*sys.argv[1:])
