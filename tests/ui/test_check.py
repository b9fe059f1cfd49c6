# SPDX-License-Identifier: GPL-3.0-or-later
"""Damage is told, named, and made good again, as a person sees it.

usage: test_check.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile

from uidriver import Atspi, Program, picture, wait_for

PASSPHRASE = 'zeppelin marzipan quokka'
CT = '.*CT.*'


def unlock(app):
    app.click(wait_for('the passphrase entry', lambda: next(iter(app.find('password text', 'Enter your passphrase')), None)))
    app.type(PASSPHRASE)
    app.keys('Return')
    return app.get('table cell', CT, seconds=40)


def choose(app, item):
    app.keys('F10')
    assert Atspi.Action.do_action(app.get('menu item', item).node, 0), item


def bundles(vault):
    found = [os.path.join(at, name) for at, _, names in os.walk(os.path.join(vault, 'o')) for name in names]
    return sorted(found, key=os.path.getsize)


def spoil(path):
    os.chmod(path, 0o600)
    with open(path, 'r+b') as file:
        data = file.read()
        file.seek(0)
        file.write(bytes(byte ^ 0x55 for byte in data))


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-check-') as folder:
        vault, file = os.path.join(folder, 'v'), os.path.join(folder, 'passphrase')
        with open(file, 'w') as out:
            out.write(PASSPHRASE)
        cli = [cli, '--json', '--passphrase-file', file]

        def tell(*words):
            answer = subprocess.run([*cli, *words], capture_output=True)
            return answer.returncode, json.loads(answer.stdout)

        tell('create', vault, '--kdf-memory', '8', '--kdf-passes', '1')
        assert tell('import', vault, sample)[0] == 0
        app = Program([scanvault, '--vault', vault])
        unlock(app)
        choose(app, 'Check my vault…')
        check = app.window('Check My Vault')
        picture('40-choose')
        app.press('Check now', check)
        app.get(None, 'Everything is fine', check)
        picture('41-fine')

        # Damage that the repair data makes good.
        whole = open(bundles(vault)[0], 'rb').read()
        spoil(bundles(vault)[0])
        app.press('Check again', check)
        app.press('Check now', check)
        app.get(None, 'Something is not whole', check)
        picture('42-damaged')
        app.press('Repair what can be repaired', check)
        app.get(None, 'Everything is whole again', check)
        picture('43-repaired')
        assert open(bundles(vault)[0], 'rb').read() == whole
        app.keys('Escape')

        # Damage that nothing here can make good: the scan is named, and adding it again heals it.
        for at, _, names in os.walk(os.path.join(vault, 'p')):
            for name in names:
                os.unlink(os.path.join(at, name))
        for path in bundles(vault):
            spoil(path)
        choose(app, 'Check my vault…')
        check = app.window('Check My Vault')
        app.press('Check now', check)
        app.press('Repair what can be repaired', check)
        app.get(None, 'Something is not whole', check)
        app.get(None, '.*CT.*', check)
        assert app.find(None, '.*ask .* for this scan again.*', check)
        picture('44-lost')
        app.keys('Escape')
        app.keys('ctrl+l')
        unlock(app)
        # Upkeep reads a little at each unlocking, and tells what it finds.
        app.press('Check my vault…', seconds=60)
        app.window('Check My Vault')
        picture('44-notice')
        app.keys('Escape')
        app.press('Close this notice')
        app.gone('push button', 'Close this notice')
        app.keys('ctrl+l')
        wait_for('the lock page', lambda: app.find('password text', 'Enter your passphrase'))
        code, report = tell('check', vault)
        assert code != 0 and (report['damaged'] or report['missing']), report
        code, added = tell('import', vault, sample)
        assert added['healed'] > 0, added
        unlock(app)
        picture('45-after')
        app.quit()
        assert tell('check', vault)[0] == 0


main(*sys.argv[1:])
