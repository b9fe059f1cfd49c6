# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault locks by itself: after a time without input, with the screen, and when the program is ended; also over an
open dialog and while scans are being added.

usage: test_autolock.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER SCAN_GEN"""
import json
import os
import subprocess
import sys
import tempfile
import time

from uidriver import Program, run, wait_for

PASSPHRASE = 'zeppelin marzipan quokka'


def screen_saver(interface, active):
    path = '/' + interface.replace('.', '/')
    run('gdbus', 'emit', '--session', '--object-path', path, '--signal', interface + '.ActiveChanged',
        'true' if active else 'false')


def check_idle(scanvault, vault):
    app = Program([scanvault, '--vault', vault, '--idle-seconds', '4'])
    card = app.unlock(PASSPHRASE)
    # While somebody moves the pointer it stays open, for longer than the time that was set.
    end = time.monotonic() + 6
    while time.monotonic() < end:
        run('xdotool', 'mousemove_relative', '--', 1, 0)
        run('xdotool', 'mousemove_relative', '--', -1, 0)
        assert app.find('table cell'), 'locked while somebody was there'
    app.double_click(card)
    wait_for('the viewer', lambda: len(app.windows()) == 2)
    app.locked()
    assert len(app.windows()) == 1
    # And again, after what replaced it.
    app.unlock(PASSPHRASE)
    app.locked()
    app.quit()


def check_screen(scanvault, vault):
    app = Program([scanvault, '--vault', vault])
    for interface in ('org.freedesktop.ScreenSaver', 'org.gnome.ScreenSaver'):
        app.unlock(PASSPHRASE)
        screen_saver(interface, False)
        app.keys('F10')  # a menu is open
        assert app.find('table cell')
        screen_saver(interface, True)
        app.locked()
    app.quit()


def check_while_adding(scanvault, cli, vault, more):
    """Locked, and ended, in the middle of an import: it stops cleanly, and what was added is whole."""
    for end in ('screen', 'signal'):
        app = Program([scanvault, '--vault', vault, more])
        app.unlock(PASSPHRASE)
        app.get('push button', 'Stop|Cancel')
        if end == 'screen':
            screen_saver('org.freedesktop.ScreenSaver', True)
            app.locked(10)
            app.quit()
        else:
            app.process.terminate()
            assert app.process.wait(20) == 0
        answer = subprocess.run([*cli, 'check', vault], capture_output=True)
        assert answer.returncode == 0, answer.stdout
        assert json.loads(answer.stdout)['orphans'] == [], answer.stdout


def main(scanvault, program, sample, scan_gen):
    with tempfile.TemporaryDirectory(prefix='scanvault-autolock-') as folder:
        vault, file, more = (os.path.join(folder, name) for name in ('v', 'passphrase', 'more'))
        with open(file, 'w') as out:
            out.write(PASSPHRASE)
        cli = [program, '--json', '--passphrase-file', file]
        subprocess.run([*cli, 'create', vault, '--kdf-memory', '8', '--kdf-passes', '1'], check=True, capture_output=True)
        subprocess.run([*cli, 'import', vault, sample], check=True, capture_output=True)
        subprocess.run([scan_gen, more, '--slices', '600', '--size', '512', '--seed', '7'], check=True,
                       capture_output=True)
        check_idle(scanvault, vault)
        check_screen(scanvault, vault)
        check_while_adding(scanvault, cli, vault, more)


main(*sys.argv[1:])
