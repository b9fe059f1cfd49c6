# SPDX-License-Identifier: GPL-3.0-or-later
"""Passphrases, the recovery sheet with one wrong character, and the move to a new vault, as a person uses them.

usage: test_keys.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile

from uidriver import Program, picture, wait_for

FIRST = 'zeppelin marzipan quokka'
SECOND = 'gondola thimble walrus acorn violin ferry'
THIRD = 'pepper lantern ostrich tulip anchor maple'
FOURTH = 'velvet harbour compass badger raisin kettle'
FIFTH = 'anvil blossom cedar dolphin ember falcon'
CT = '.*CT.*'
ME = 'me & <us>'


def new_passphrase(app, title, passphrase, label=None):
    window = app.window(title)
    for name in ('Passphrase', 'Once more'):
        app.click(app.get('password text', name, window))
        app.type(passphrase)
    if label is not None:
        app.click(app.get('text', 'What is it for.*', window))
        app.type(label)
    picture('30-' + title.replace(' ', '-').lower())
    app.press('Use this passphrase', window)
    app.closed(title, 40)


def rows(app, window):
    return sorted(w.name.split(': ', 1)[1] for w in app.find('push button', 'Rename: .*', window))


def groups(app, window):
    found = app.find('label', r'Group \d: [0-9A-Z]{4}', window)
    return '-'.join(w.name[-4:] for w in sorted(found, key=lambda w: w.name))


def typo(sheet):
    """The sheet with one character of its fifth group replaced by another of the alphabet."""
    wrong = 'X' if sheet[21] != 'X' else 'Y'
    return sheet[:21] + wrong + sheet[22:]


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-keys-') as folder:
        vault = os.path.join(folder, 'v.vault')
        cli = [cli, '--json']

        def tell(passphrase, *words):
            file = os.path.join(folder, 'passphrase')
            with open(file, 'w') as out:
                out.write(passphrase)
            answer = subprocess.run([*cli, '--passphrase-file', file, *words], capture_output=True)
            return answer.returncode, json.loads(answer.stdout)

        sheet = tell(FIRST, 'create', vault, '--kdf-memory', '8', '--kdf-passes', '1')[1]['recovery_key']
        assert tell(FIRST, 'import', vault, sample)[0] == 0
        totals = tell(FIRST, 'list', vault)[1]['totals']
        bundles = sorted(os.listdir(os.path.join(vault, 'o')))
        home = os.path.join(folder, 'home')
        os.makedirs(os.path.join(home, 'data'))
        # The desktop's trash must lie on the same disk as what goes there.
        app = Program([scanvault, '--vault', vault, '--kdf-test'],
                      {'G_DEBUG': 'fatal-warnings', 'HOME': home, 'XDG_DATA_HOME': os.path.join(home, 'data')})
        app.unlock(FIRST)

        app.choose('Passphrases…')
        keys = app.window('Passphrases')
        wait_for('the list', lambda: rows(app, keys) == ['Passphrase 1'])
        app.click(app.get(None, 'Add a passphrase…', keys))
        new_passphrase(app, 'Another Passphrase', SECOND, 'my daughter')
        wait_for('two passphrases', lambda: rows(app, keys) == ['Passphrase 1', 'my daughter'])
        assert tell(SECOND, 'list', vault)[0] != 3
        app.press('Rename: Passphrase 1', keys)
        app.click(wait_for('the entry', lambda: next(iter(app.find('text', 'What is this passphrase for.*')), None)))
        app.type('me & <us>')
        app.keys('Return')
        wait_for('the new name', lambda: rows(app, keys) == [ME, 'my daughter'])
        app.has_focus('Rename: ' + ME)
        picture('31-keys')
        app.press('Remove: my daughter', keys)
        app.get(None, 'Remove “my daughter”.')
        app.click(wait_for('the question', lambda: next(iter(app.find('label', 'Remove')), None)))
        wait_for('one passphrase', lambda: rows(app, keys) == [ME])
        app.has_focus('Remove: ' + ME)
        app.press('Remove: ' + ME, keys)
        app.click(wait_for('the question', lambda: next(iter(app.find('label', 'Remove')), None)))
        app.get(None, 'The last passphrase cannot be removed.*', keys)
        app.click(app.get(None, 'Change the passphrase…', keys))
        new_passphrase(app, 'Change the Passphrase', SECOND)
        wait_for('its name stays', lambda: rows(app, keys) == [ME])
        app.click(app.get(None, 'Show the recovery sheet…', keys))
        shown = app.window('Recovery Sheet')
        wait_for('the sheet', lambda: groups(app, shown) == sheet)
        picture('32-sheet')
        app.keys('Escape')
        app.keys('Escape')
        app.keys('ctrl+l')
        app.locked()
        assert tell(FIRST, 'list', vault)[0] == 3
        assert tell(SECOND, 'list', vault)[0] == 0

        # Forgotten, and one character of the sheet mistyped.
        app.press('I forgot my passphrase…')
        app.click(app.get('password text', 'Enter your recovery sheet'))
        # What is wrong is named, and what was typed stays.
        app.type(sheet[:-1])
        app.keys('Return')
        app.get('alert', '35 of 36 characters: one is missing.')
        picture('33-missing')
        app.type(sheet[-1] + ' X')
        app.keys('Return')
        app.get('alert', '37 characters instead of 36: one is too many.')
        app.keys('ctrl+a')
        app.type(sheet[:6] + sheet[6:8][::-1] + sheet[8:] if sheet[6] != sheet[7] else sheet[::-1])
        app.keys('Return')
        app.get('alert', 'More than one character is wrong.*')
        app.keys('ctrl+a')
        app.type(typo(sheet).lower())
        app.keys('Return')
        app.get('alert', 'One character is wrong.')
        app.get(None, 'Group 5 is probably ' + sheet[20:24] + r'\. .*')
        picture('33-meant')
        app.press('Yes, open with that')
        app.window('Choose a New Passphrase')
        app.keys('Escape')
        app.closed('Choose a New Passphrase')
        # It replaces nothing now, and says so.
        app.choose('Passphrases…')
        keys = app.window('Passphrases')
        app.get(None, 'One more, as you opened with the sheet', keys)
        app.click(app.get(None, 'Change the passphrase…', keys))
        app.get(None, '.*is added to those that are there.*', app.window('Change the Passphrase'))
        new_passphrase(app, 'Change the Passphrase', THIRD)
        wait_for('one more', lambda: rows(app, keys) == ['Passphrase 2', ME])
        assert tell(SECOND, 'list', vault)[0] != 3
        app.keys('Escape')
        app.keys('ctrl+l')
        app.locked()
        app.press('I forgot my passphrase…')
        app.click(app.get('password text', 'Enter your recovery sheet'))
        app.type(sheet)
        app.keys('Return')
        new_passphrase(app, 'Choose a New Passphrase', FIFTH)
        app.get('table cell', CT)
        app.keys('ctrl+l')
        app.locked()
        app.unlock(THIRD)

        # New keys for everything.
        app.choose('Passphrases…')
        keys = app.window('Passphrases')
        app.click(app.get(None, 'Move to a new vault…', keys))
        move = app.window('Move to a New Vault')
        app.get(None, 'The new vault: .*v 2.vault', move)
        picture('34-move')
        app.press('Choose the new passphrase…', move)
        new_passphrase(app, 'Passphrase of the New Vault', FOURTH)
        app.get(None, 'Your new recovery sheet', move, 60)
        new_sheet = wait_for('the sheet', lambda: groups(app, move))
        assert len(new_sheet) == len(sheet) and new_sheet != sheet
        picture('35-new-sheet')
        app.press('I have it on paper', move)
        app.get(None, 'Put the old vault away.', move)
        picture('36-old')
        app.press('Move the old vault to the trash', move)
        app.locked()
        app.unlock(FOURTH)
        picture('37-new-vault')
        app.keys('ctrl+l')
        app.locked()
        app.quit()
        new = os.path.join(folder, 'v 2.vault')
        assert tell(FOURTH, 'list', new)[1]['totals']['instances'] == totals['instances']
        assert tell(FOURTH, 'check', new)[0] == 0
        assert tell(THIRD, 'list', new)[0] == 3
        assert not os.path.exists(vault)
        trashed = os.path.join(home, 'data', 'Trash', 'files', 'v.vault')
        assert sorted(os.listdir(os.path.join(trashed, 'o'))) == bundles
        assert tell(THIRD, 'list', trashed)[0] == 0


main(*sys.argv[1:])
