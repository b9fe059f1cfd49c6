# SPDX-License-Identifier: GPL-3.0-or-later
"""Without a session bus and without a window manager it opens, locks and ends all the same.

usage: test_bare.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import os
import subprocess
import sys
import tempfile

from testvault import PASSPHRASE, TestVault
from uidriver import run, screen, wait_for

EXIT_SYSTEM = 6  # among others: the vault is open elsewhere


def focus_window(process):
    def look():
        words = ['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(process.pid), '--name', '^Scan Vault$']
        return subprocess.run(words, capture_output=True, text=True).stdout.split()
    found = wait_for('the window', look)[-1]
    # What a window manager would do.
    run('xdotool', 'windowfocus', '--sync', found)
    screen()


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-bare-') as folder:
        vault = TestVault(cli, folder, sample)
        env = {**os.environ, 'DBUS_SESSION_BUS_ADDRESS': 'disabled:', 'GTK_A11Y': 'none'}
        process = subprocess.Popen([scanvault, '--vault', vault.path], env=env)
        for round_ in range(2):
            focus_window(process)
            run('xdotool', 'type', '--delay', 15, PASSPHRASE)
            run('xdotool', 'key', 'Return')
            wait_for('the vault to be open', lambda: vault.tell('list')[0] == EXIT_SYSTEM)
            screen()
            if round_ == 0:
                run('xdotool', 'key', 'ctrl+l')
                wait_for('the vault to be locked', lambda: vault.tell('list')[0] == 0)
                wait_for('the process to be replaced', lambda: '--locked=' in run('ps', '-o', 'args=', '-p', process.pid))
        run('xdotool', 'key', 'ctrl+q')
        assert process.wait(30) == 0
        assert vault.must('check')['orphans'] == []


main(*sys.argv[1:])
