# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault that the command-line program makes and looks at, while the window works with it."""
import json
import os
import subprocess

from uidriver import Program

PASSPHRASE = 'zeppelin marzipan quokka'
CT = '.*CT.*'


def settings_at(home, folder):
    """An environment in which the program remembers that folder, and the file in which it does."""
    env = {'HOME': home, 'XDG_DATA_HOME': os.path.join(home, 'data'), 'XDG_CONFIG_HOME': os.path.join(home, 'config'),
           'GSETTINGS_BACKEND': 'keyfile'}
    file = os.path.join(home, 'config', 'glib-2.0', 'settings', 'keyfile')
    os.makedirs(os.path.dirname(file))
    with open(file, 'w') as out:
        out.write(f"[io/github/scanvault/ScanVault]\nvault-folder='{folder}'\n")
    return env, file


class TestVault:
    def __init__(self, cli, folder, sample=None, name='v'):
        self.cli, self.folder, self.path = cli, folder, os.path.join(folder, name)
        self.sheet = self.must('create', '--kdf-memory', '8', '--kdf-passes', '1')['recovery_key']
        if sample is not None:
            self.must('import', sample)

    def tell(self, verb, *words, passphrase=PASSPHRASE):
        """The exit code and the answer."""
        file = os.path.join(self.folder, 'passphrase')
        with open(file, 'w') as out:
            out.write(passphrase)
        answer = subprocess.run([self.cli, '--json', '--passphrase-file', file, verb, self.path, *words],
                                capture_output=True)
        return answer.returncode, json.loads(answer.stdout)

    def must(self, verb, *words, **how):
        code, answer = self.tell(verb, *words, **how)
        assert code == 0, answer
        return answer

    def open(self, scanvault, *words, env=None, card=CT):
        """The program with this vault unlocked."""
        app = Program([scanvault, '--vault', self.path, '--kdf-test', *words], env)
        app.unlock(PASSPHRASE, card)
        return app
