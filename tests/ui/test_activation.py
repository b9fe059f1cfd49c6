# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop starts it by the bus, shows it, and hands it a file while it is locked.

usage: test_activation.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import os
import pathlib
import subprocess
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault, settings_at
from uidriver import Program, run, wait_for

ID, PLACE = 'io.github.scanvault.ScanVault', '/io/github/scanvault/ScanVault'


def call(method, *arguments):
    run('gdbus', 'call', '--session', '--dest', ID, '--object-path', PLACE, '--method', 'org.freedesktop.Application.' + method,
        *arguments)


def on_the_bus():
    answer = run('gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus',
                 '--method', 'org.freedesktop.DBus.NameHasOwner', ID)
    return 'true' in answer


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-activation-') as folder:
        vault = TestVault(cli, folder)
        env, _ = settings_at(os.path.join(folder, 'home'), vault.path)
        process = subprocess.Popen([scanvault, '--gapplication-service'], env={**os.environ, **env})
        wait_for('the name on the bus', on_the_bus)
        call('Activate', '{}')
        app = Program.running(process)
        app.lock_entry()
        assert len(app.windows()) == 1
        call('Open', f"['{pathlib.Path(os.path.abspath(sample)).as_uri()}']", '{}')
        app.unlock(PASSPHRASE, CT)
        app.window('Finished')
        call('Activate', '{}')
        assert sorted(app.names()) == ['Finished', 'Scan Vault'], app.names()
        app.quit()
        assert vault.must('list')['studies'] != []


main(*sys.argv[1:])
