# SPDX-License-Identifier: GPL-3.0-or-later
"""Journey 6: a disc that is taken out half-way, and a disk that is full: what was added is there and whole, and what was not
is said. (Stopping by Cancel is in test_add.py.) Mounts file systems in a namespace of its own, and is skipped where it
may not.

usage: test_journey_6_faults.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER SCAN_GEN"""
import os
import subprocess
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault
from uidriver import Program, picture

SKIPPED = 77


def adding(scanvault, vault, folder):
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', folder])
    app.get('push button', 'Just look, do not keep')
    return app


def check_pulled(scanvault, vault, disc):
    """What was read before is kept, and the rest is told, with what to do."""
    app = adding(scanvault, vault, disc)
    app.unlock(PASSPHRASE, None)
    app.get('label', r'\d+ of \d+ files.*')
    with app.held():
        subprocess.run(['umount', '-l', disc], check=True)
    window = app.window('Finished', 90)
    app.get('label', r'\d+ files could not be read', window)
    picture('97-pulled')
    app.press('What can I do.', window)
    app.get('text', 'Text for your clinic', app.window('What You Can Do'))
    app.keys('Escape')
    app.press('Done', window)
    app.quit()
    answer = vault.must('check')
    assert answer['damaged'] == [] and answer['orphans'] == [], answer


def check_full(scanvault, vault, more):
    before = vault.must('list')['totals']
    app = adding(scanvault, vault, more)
    app.unlock(PASSPHRASE, CT)
    window = app.window('Finished', 90)
    app.get('heading', 'The disk is full.*', window)
    picture('98-full')
    app.press('Done', window)
    app.closed('Finished')
    # It goes on with what it has.
    app.double_click(app.get('table cell', CT))
    app.get('image', 'Scan image.*')
    app.quit()
    after = vault.must('list')['totals']
    assert after['studies'] >= before['studies'], (before, after)
    assert vault.must('check')['damaged'] == []


def main(scanvault, cli, sample, scan_gen):
    if not os.environ.get('SCANVAULT_OWN_MOUNTS'):
        os.environ['SCANVAULT_OWN_MOUNTS'] = '1'
        if subprocess.run(['unshare', '-m', 'true'], capture_output=True).returncode:
            sys.exit(SKIPPED)
        os.execvp('unshare', ['unshare', '-m', sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory(prefix='scanvault-faults-') as folder:
        small, disc, more = (os.path.join(folder, name) for name in ('small', 'disc', 'more'))
        os.makedirs(small)
        os.makedirs(disc)
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=24m', 'none', small], capture_output=True).returncode:
            sys.exit(SKIPPED)
        subprocess.run(['mount', '-t', 'tmpfs', 'none', disc], check=True)
        try:
            for place, seed, slices in ((os.path.join(disc, 'scans'), '7', '300'), (more, '8', '120')):
                subprocess.run([scan_gen, place, '--slices', slices, '--size', '512', '--seed', seed], check=True,
                               capture_output=True)
            vault = TestVault(cli, folder)
            check_pulled(scanvault, vault, disc)
            vault = TestVault(cli, small, sample)
            check_full(scanvault, vault, more)
        finally:
            subprocess.run(['umount', '-l', small], capture_output=True)
            subprocess.run(['umount', '-l', disc], capture_output=True)


main(*sys.argv[1:])
