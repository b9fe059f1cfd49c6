# SPDX-License-Identifier: GPL-3.0-or-later
"""Lock means gone: after locking, the memory of the program holds no key, no passphrase and no name.

usage: test_memory.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile

import memory
from uidriver import Program, wait_for

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from vault_reader import derive_keys, seed_from_sheet  # noqa: E402

SKIP = 77
PASSPHRASE = 'zeppelin marzipan quokka'
NAMES = ['Quillfeather', 'Ottoline']


def both_ways(text):
    return {'': text.encode(), ' in UTF-16': text.encode('utf-16-le'), ' in UTF-32': text.encode('utf-32-le')}


def secrets(sheet):
    seed = seed_from_sheet(sheet)
    needles = {'seed': seed, 'sheet': sheet.encode(), 'sheet without dashes': sheet.replace('-', '').encode()}
    for number, key in enumerate(derive_keys(seed)):
        if key:
            needles[f'key {number}'] = key
    for way, text in both_ways(PASSPHRASE).items():
        needles['passphrase' + way] = text
    return needles


def names():
    return {name + way: text for name in NAMES for way, text in both_ways(name).items()}


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-memory-') as folder:
        vault, file = os.path.join(folder, 'v'), os.path.join(folder, 'passphrase')
        with open(file, 'w') as out:
            out.write(PASSPHRASE)
        cli = [cli, '--json', '--passphrase-file', file]
        made = json.loads(subprocess.run([*cli, 'create', vault, '--kdf-memory', '8', '--kdf-passes', '1'], check=True,
                                         capture_output=True).stdout)
        subprocess.run([*cli, 'import', vault, sample], check=True, capture_output=True)
        app = Program([scanvault, '--vault', vault])
        if not memory.can_read(app.process.pid):
            app.quit()
            print('the memory of another process may not be read here')
            sys.exit(SKIP)
        needles = secrets(made['recovery_key'])
        card = app.unlock(PASSPHRASE)
        app.double_click(card)
        wait_for('the viewer', lambda: len(app.windows()) == 2)
        held = memory.search(app.process.pid, {**needles, **names()})
        print('unlocked:', held)
        assert any(name in held for name in NAMES), 'the name is not found even while it must be there'
        assert any(name.startswith('key') for name in held), 'no key is found even while there must be some'
        assert not any(name.startswith(('passphrase', 'sheet')) for name in held), 'the passphrase outlives the unlock'
        pid = app.process.pid
        app.keys('ctrl+l')
        app.locked(40)
        left = memory.search(pid, {**needles, **names()})
        print('locked:', left)
        assert not left
        app.unlock(PASSPHRASE)
        app.quit()


main(*sys.argv[1:])
