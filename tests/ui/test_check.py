# SPDX-License-Identifier: GPL-3.0-or-later
"""Damage is told, named, and made good again, as a person sees it.

usage: test_check.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile

from uidriver import Program, picture

PASSPHRASE = 'zeppelin marzipan quokka'
CT = '.*CT.*'


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
        app.unlock(PASSPHRASE)
        app.choose('Check my vault…')
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
        app.choose('Check my vault…')
        check = app.window('Check My Vault')
        app.press('Check now', check)
        app.press('Repair what can be repaired', check)
        app.get(None, 'Something is not whole', check)
        app.get(None, '.*CT.*', check)
        app.get(None, '.*ask .* for this scan again.*', check)
        picture('44-lost')
        app.keys('Escape')
        app.keys('ctrl+l')
        app.locked()
        app.unlock(PASSPHRASE)
        # Upkeep reads a little at each unlocking, and tells what it finds.
        app.press('Check my vault…', seconds=60)
        app.window('Check My Vault')
        picture('44-notice')
        app.keys('Escape')
        app.press('Close this notice')
        app.gone('push button', 'Close this notice')
        app.keys('ctrl+l')
        app.locked()
        code, report = tell('check', vault)
        assert code != 0 and (report['damaged'] or report['missing']), report
        code, added = tell('import', vault, sample)
        assert added['healed'] > 0, added
        app.unlock(PASSPHRASE)
        picture('45-after')
        app.quit()
        assert tell('check', vault)[0] == 0


main(*sys.argv[1:])
