# SPDX-License-Identifier: GPL-3.0-or-later
"""On Wayland it opens, shows a scan, locks and ends.

usage: test_wayland.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import os
import subprocess
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault
from uidriver import Program, wait_for


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-wayland-') as folder:
        vault = TestVault(cli, folder, sample)
        runtime = os.path.join(folder, 'runtime')
        os.mkdir(runtime, 0o700)
        # A desktop of its own, without a screen.
        desktop = {**os.environ, 'XDG_RUNTIME_DIR': runtime}
        weston = subprocess.Popen(['weston', '--backend=headless-backend.so', '--socket=scanvault-test', '--idle-time=0',
                                   '--log=' + os.path.join(folder, 'log')], env=desktop, stdout=subprocess.DEVNULL)
        try:
            wait_for('Wayland', lambda: os.path.exists(os.path.join(runtime, 'scanvault-test')))
            env = {'GDK_BACKEND': 'wayland', 'WAYLAND_DISPLAY': os.path.join(runtime, 'scanvault-test'), 'DISPLAY': ''}
            app = Program([scanvault, '--vault', vault.path], env)
            for round_ in range(2):
                app.write(app.lock_entry(), PASSPHRASE)
                app.press('Unlock')
                app.get('table cell', CT, seconds=40)
                if round_ == 0:
                    app.press('Lock')
                    app.locked(40)
            app.quit()
            assert app.process.returncode == 0
            assert vault.must('check')['orphans'] == []
        finally:
            weston.terminate()
            weston.wait(20)


main(*sys.argv[1:])
