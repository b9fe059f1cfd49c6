# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the vault is: one that lost files is still asked for its passphrase, one whose disk is gone is not replaced by a
new one.

usage: test_start.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import os
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault, settings_at
from uidriver import Program, picture, wait_for


def choose_passphrase(app):
    words = app.get('label', r'[a-z]+( [a-z]+){5}').name
    for name in ('Passphrase', 'Once more'):
        app.write(app.get('password text', name), words)
    app.press('Next')
    return words


def check_lost_files(scanvault, vault):
    """Without the first copy of vault.id it opens like ever, and without both it is not taken for no vault at all."""
    os.unlink(os.path.join(vault.path, 'vault.id'))
    app = vault.open(scanvault)
    app.quit()
    assert os.path.exists(os.path.join(vault.path, 'vault.id'))
    for name in ('vault.id', 'vault.id.2'):
        os.rename(os.path.join(vault.path, name), os.path.join(vault.folder, name))
    app = vault.open(scanvault)
    app.quit()


def check_gone(scanvault, vault, home):
    stick, away = os.path.join(vault.folder, 'stick'), os.path.join(vault.folder, 'away')
    place = os.path.join(stick, 'v')
    os.makedirs(stick)
    os.rename(vault.path, place)
    env, file = settings_at(home, place)
    os.rename(stick, away)
    app = Program([scanvault, '--kdf-test'], env)
    app.get(None, 'Your vault is not there')
    picture('50-gone')
    app.press('Try again')
    app.get(None, 'It is still not there.')
    os.rename(away, stick)
    app.press('Try again')
    app.unlock(PASSPHRASE)
    # Taken out while it was locked.
    app.keys('ctrl+l')
    app.locked()
    os.rename(stick, away)
    app.click(app.lock_entry())
    app.type(PASSPHRASE)
    app.keys('Return')
    app.get(None, 'Your vault is not there')
    # A new one is made elsewhere.
    app.press('Make a new one')
    choose_passphrase(app)
    app.get('label', 'Group 9: .*')
    new = os.path.join(home, 'data', 'Scan Vault', 'MyScans.vault')
    assert os.path.exists(os.path.join(new, 'vault.id'))
    assert not os.path.exists(stick)
    app.quit()

    # And the old one is found again from the lock page.
    os.rename(away, stick)
    app = Program([scanvault, '--kdf-test'], env)
    app.lock_entry()
    app.press('Open another vault…')
    chooser = app.window('Choose Your Vault’s Folder|Choose Your Vault.s Folder')
    app.choose_path(chooser, place)
    app.unlock(PASSPHRASE)
    with open(file) as now:
        assert place in now.read()
    app.quit()
    os.rename(place, vault.path)


def make_vault(scanvault, path):
    app = Program([scanvault, '--vault', path, '--kdf-test'])
    app.press('Start')
    return app, choose_passphrase(app), app.sheet_groups()


EMPTY = 'Drop a folder, ZIP or CD here'
NOTICE = 'You have not shown yet that your recovery sheet is on paper.*'


def open_again(app, passphrase):
    app.unlock(passphrase, None)
    app.get(None, EMPTY)


def check_first_run(scanvault, folder):
    """A new vault locks before its sheet is proved, and the proof is asked for until it is given."""
    for how in ('keys', 'screen'):
        app, passphrase, sheet = make_vault(scanvault, os.path.join(folder, how))
        if how == 'keys':
            app.keys('ctrl+l')
        else:
            app.press('I have it on paper')
            app.get('heading', 'Type groups . and .')
            app.lock_screen()
        app.locked()
        assert not app.find('label', 'Group .*')
        open_again(app, passphrase)
        app.get('alert', NOTICE)
        picture('51-notice')
        app.quit()

    app, passphrase, sheet = make_vault(scanvault, os.path.join(folder, 'later'))
    app.press('Remind me later')
    app.get('alert', NOTICE)
    app.press('Close this notice')
    app.gone('alert', NOTICE)
    app.keys('ctrl+l')
    app.locked()
    open_again(app, passphrase)
    app.press('Check it now…')
    window = app.window('Check Your Recovery Sheet')
    app.press('I do not have it on paper yet…', window)
    assert app.sheet_groups(app.window('Recovery Sheet')) == sheet
    app.keys('Escape')
    app.closed('Recovery Sheet')
    picture('52-prove')
    app.prove_sheet(sheet, window)
    app.closed('Check Your Recovery Sheet')
    app.gone('alert', NOTICE)
    app.keys('ctrl+l')
    app.locked()
    open_again(app, passphrase)
    assert not app.find('alert', NOTICE)
    app.quit()

    app, passphrase, sheet = make_vault(scanvault, os.path.join(folder, 'proved'))
    app.press('I have it on paper')
    app.prove_sheet(sheet)
    app.get(None, EMPTY)
    assert not app.find('alert', NOTICE)
    app.quit()


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-start-') as folder:
        home = os.path.join(folder, 'home')
        vault = TestVault(cli, folder, sample)
        check_first_run(scanvault, folder)
        check_lost_files(scanvault, vault)
        check_gone(scanvault, vault, home)


main(*sys.argv[1:])
