# SPDX-License-Identifier: GPL-3.0-or-later
"""With large letters: questions whose buttons stand above one another are answered by Return as by any other size, and
what is set can be read.

usage: test_large.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER, with UI_FONT set to a large font for run-headless.sh"""
import sys
import tempfile

from testvault import CT, TestVault
from uidriver import picture, screen, wait_for


def check_question(app):
    app.click(app.get('table cell', CT))
    app.well_named()
    app.keys('Delete')
    app.gone('table cell', CT)
    app.choose('Trash')
    trash = app.window('Trash')
    app.press('Delete for ever…: .*CT.*', trash)
    question = app.window('Delete .*for ever.*')
    cancel, purge = app.get('push button', 'Cancel.*', question), app.get('push button', 'Delete for ever.*', question)
    assert purge.box.y != cancel.box.y, 'the letters are not large enough for this test'
    app.has_focus('Cancel.*')
    picture('80-question')
    app.keys('Return')
    app.closed('Delete .*for ever.*')
    app.keys('Escape')
    app.closed('Trash')


def check_settings(app):
    app.choose('Settings')
    for words in ('After 5 minutes', 'After 15 minutes', 'After an hour', 'Only when I lock it'):
        assert app.get('label', words).box.width > 150, 'only the beginning is shown'
    picture('81-settings')
    app.keys('Escape')


def check_switcher(app):
    """It is below on one page, so it is there on each."""
    def place(page):
        return app.get('page tab', page).box.y

    header = app.get('push button', 'Main menu').box.y
    below = wait_for('letters large enough for this test', lambda: place('Scans') > header + 100 and place('Scans'))
    pages = (('Shared', 'label', 'Nothing was shared yet'), ('Privacy', 'heading', 'Your data at clinics'),
             ('Scans', 'entry', 'Search your scans'))
    for page, role, words in pages:
        app.click(app.get('page tab', page))
        app.get(role, words)
        screen()
        picture('82-' + page.lower())
        for other, _, _ in pages:
            wait_for('the switcher at its place', lambda: place(other) == below)


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-large-') as folder:
        vault = TestVault(cli, folder, sample)
        app = vault.open(scanvault)
        check_switcher(app)
        check_question(app)
        check_settings(app)
        app.quit()
        assert len(vault.must('list')['trash']) == 1, 'what was not to be deleted is gone'


main(*sys.argv[1:])
