# SPDX-License-Identifier: GPL-3.0-or-later
"""Journey 9: a letter to a clinic becomes a PDF file, and a list of breaches is found to have a look-alike of its name.

usage: test_journey_9_privacy.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER MAKE_REMINDER"""
import contextlib
import os
import subprocess
import sys
import tempfile

import gi

from testvault import PASSPHRASE, TestVault
from uidriver import picture, screen, wait_for

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

CLINIC = 'St. Wilgefortis Infirmary'
NOTICE = 'A reminder is due. You find it under Privacy.'


def text_of(widget):
    return Atspi.Text.get_text(widget.node, 0, -1)


def choose_country(app, window, place):
    """By keys, the one at that place of the list."""
    app.click(app.get('combo box', 'Country', window))
    screen()
    app.keys('Home', *['Down'] * place, 'Return')
    screen()


def write_letter(app, folder):
    app.get('heading', 'Your data at clinics')
    picture('70-privacy')
    screen()
    app.click(app.get('list item', 'Please give me my scans and reports'))
    window = app.window('Write a Letter')
    text = app.get('text', 'Text of the letter', window)
    assert f'To: {CLINIC}' in text_of(text) and 'From: Wilhelmina Tamarind\n' in text_of(text), text_of(text)
    choose_country(app, window, 0)
    wait_for('the law', lambda: 'Article 15 of the General Data Protection Regulation' in text_of(text))
    choose_country(app, window, 3)
    wait_for('no law', lambda: 'Article' not in text_of(text))
    app.get('label', 'We know of no law there.*', window)
    choose_country(app, window, 2)
    wait_for('the other law', lambda: '45 CFR 164.524' in text_of(text))
    picture('71-letter')
    path = os.path.join(folder, 'letter.pdf')
    app.press('Save as PDF…', window)
    app.save_as('Save the Letter', path)
    words = ' '.join(subprocess.run(['pdftotext', path, '-'], check=True, capture_output=True, text=True).stdout.split())
    assert f'To: {CLINIC}' in words and '45 CFR 164.524' in words, words
    path = os.path.join(folder, 'later.ics')
    app.press('Save a reminder for my calendar…', window)
    app.save_as('Save a Reminder for Your Calendar', path)
    with open(path) as file:
        entry = file.read()
    assert entry.startswith('BEGIN:VCALENDAR') and CLINIC not in entry and 'scan' not in entry.lower().replace('scan vault', '')
    app.press('Remind me here in a month', window)
    app.get('alert', 'It is noted. You find it under Privacy.', window)
    app.keys('Escape')
    app.closed('Write a Letter')


def settle_reminder(app):
    """Put off, then settled, and each undone."""
    reminder = f'{CLINIC}: was your letter answered.'
    app.get('list item', reminder)
    picture('73-reminder')
    app.press('Remind me again in a month')
    app.get('label', 'The reminder comes again in a month')
    app.click(app.get('label', 'Undo'))
    app.gone('label', 'The reminder comes again in a month')


    # The list is made anew after each change, and a press on a row that is about to go is none.
    def answered():
        app.press('Answered: take this reminder away')
        with contextlib.suppress(AssertionError):
            app.gone('list item', reminder, 3)
        return not app.find('list item', reminder)
    wait_for('the answered reminder to go', answered)
    app.click(app.get('label', 'Undo'))
    app.get('list item', reminder)


def due_reminder(app):
    """One that is due is told after unlocking; put off it is not told any more; answered it is gone."""
    row, day = 'Harbour Clinic: was your letter answered.', r'Please give me my scans and reports\n(.*)'
    app.get(None, NOTICE)
    app.keys('alt+3')
    words = app.get('label', day, app.get('list item', row)).name
    picture('68-due')
    app.well_named()
    app.press('Remind me again in a month', app.get('list item', row))
    app.get('label', 'The reminder comes again in a month')
    wait_for('another day', lambda: [w for w in app.find('label', day, app.get('list item', row)) if w.name != words])
    app.keys('ctrl+l')
    app.locked()
    app.unlock(PASSPHRASE)
    app.keys('alt+3')
    app.get('list item', row)
    assert not app.find(None, NOTICE)
    app.press('Answered: take this reminder away', app.get('list item', row))
    app.get('label', 'The reminder is done')
    app.gone('list item', row)


def sign_letters(app):
    app.choose('Settings')
    settings = app.window('Settings')
    entry = app.get('text', 'My name for letters', settings)
    app.reveal(entry)
    screen()
    app.click(entry)
    app.type('Wilhelmina Tamarind')
    wait_for('the name', lambda: Atspi.Text.get_text(entry.node, 0, 99) == 'Wilhelmina Tamarind')
    picture('69-settings')
    app.keys('Return')
    app.get('label', 'Your next letter has this name', settings)

    # The entry takes the first one.
    def left():
        app.keys('Escape')
        with contextlib.suppress(AssertionError):
            app.closed('Settings', 1)
            return True
    wait_for('the settings to close', left)


def check_list(app, folder):
    app.click(app.get('list item', 'Is my clinic on a list of breaches.'))
    window = app.window('Lists of Breaches')
    path = os.path.join(folder, 'list.csv')
    with open(path, 'w') as out:
        out.write('Northwood Hospital,CA,1200\n"ST WILGEFORTIS INFIRMERY, Inc.",NY,80\nEastfield Clinic,TX,1\n')
    app.press('Load a list…', window)
    app.choose_path(app.window('Which List Do You Have.'), path)
    names = app.get('text', 'Names of the list, one a line', window)
    wait_for('the list', lambda: 'Northwood' in text_of(names))
    app.press('Compare', window)
    app.get('label', r'(?s)1 possible match among 3 names\..*No match is no proof.*', window)
    app.get('list item', f'On the list: ST WILGEFORTIS INFIRMERY, Inc.. Yours: {CLINIC}', window)
    app.get('label', r'\d\d % alike: the names look alike', window)
    picture('72-breaches')
    with open(path, 'wb') as out:
        out.write(b'\xff\xfe\x00\x01')
    app.press('Load a list…', window)
    app.choose_path(app.window('Which List Do You Have.'), path)
    app.get('label', 'This is no list of names.*', window)
    app.keys('ctrl+l')


def main(scanvault, cli, sample, make_reminder):
    with tempfile.TemporaryDirectory(prefix='scanvault-privacy-') as folder:
        vault = TestVault(cli, folder, sample)
        subprocess.run([make_reminder, vault.path, os.path.join(folder, 'passphrase'), 'Harbour Clinic', '3'], check=True)
        app = vault.open(scanvault)
        due_reminder(app)
        sign_letters(app)
        write_letter(app, folder)
        settle_reminder(app)
        check_list(app, folder)
        app.locked()
        assert app.names() == ['Scan Vault'] and not app.find('list item', '.*Wilgefortis.*')
        app.quit()


main(*sys.argv[1:])
