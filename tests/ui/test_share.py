# SPDX-License-Identifier: GPL-3.0-or-later
"""Sharing as a person does: what, for whom, what was found, how, and what was made. Nothing is written before the last
step; the copies are opened again by the command-line program, and no name is in them.

usage: test_share.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER DRAGSOURCE"""
import os
import re
import subprocess
import sys
import tempfile

from testvault import TestVault
from uidriver import Atspi, Program, picture, run, screen, wait_for

NAMES = [b'quillfeather', b'ottoline', b'qf-7731904', b'wilgefortis', b'brackwater', b'19510504']
TITLE = 'Share a Scan'
GOOD = 'All names are covered: go on'
DECIDE = 'Please decide.*'


def begin(app, card):
    app.click(app.get('table cell', card))
    app.press('Share…')
    window = app.window(TITLE)
    app.get('heading', 'What do you want to share.', window)
    return window


def go(app, window, heading):
    app.press('Next', window)
    app.get('heading', heading, window)
    app.well_named(window)


def find_box(app, window, name):
    return app.get('check box', name, window) if app.find('check box', name, window) else app.get(
        'radio button', name, window)


def tick(app, window, name, on=True):
    box = find_box(app, window, name)
    app.reveal(box)
    if box.has(Atspi.StateType.CHECKED) != on:
        screen()
        app.click(box)
    wait_for(f'the tick of {name!r}', lambda: find_box(app, window, name).has(Atspi.StateType.CHECKED) == on)


def can(app, window, name):
    return app.get('push button', name, window).has(Atspi.StateType.SENSITIVE)


def make(app, window, place):
    assert not os.path.exists(place), 'something was written before the last step'
    app.press('Make the copy', window)
    title = app.get('heading', 'Your copy is ready|No copy was made', window, 120)
    assert title.name == 'Your copy is ready', app.seen()


def no_name_in(folder):
    """None of the names is in any file that was taken out of a copy."""
    paths = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    assert paths
    for path in paths:
        with open(path, 'rb') as file:
            data = file.read().lower()
        assert not [name for name in NAMES if name in data], path
    return paths


def boxes(app, window, n, seconds=20.0):
    return app.get('image', rf'Picture with {n} box(es)?(;.*)?', window, seconds)


def see(app, window):
    """The picture; of a clip every frame, which is played, since a look at one says nothing of the others."""
    left = 'Every frame has to be seen: .*'
    wait_for('the picture', lambda: can(app, window, GOOD) or app.find('label', left, window))
    if not can(app, window, GOOD):
        app.click(app.get(None, 'Play', window))
    wait_for('all of the picture', lambda: can(app, window, GOOD), 60)


def look(app, window):
    """The pictures with what is proposed: a box is drawn by dragging, one made, moved and removed by keys."""
    app.press('Look at the pictures', window)
    count = int(app.get('heading', r'Picture 1 of \d+. Looked at 0 of \d+.', window).name.split()[3].rstrip('.'))
    see(app, window)
    picture('42-look')
    view = app.get('image', r'Picture with \d+ box(es)?', window)
    n = int(view.name.split()[2])
    screen()
    app.drag(view, 60, 40)
    boxes(app, window, n + 1)
    picture('42-drawn')
    app.keys('n')
    at = boxes(app, window, n + 2).name
    app.keys('Right')
    wait_for('another place', lambda: boxes(app, window, n + 2).name != at)
    app.keys('Delete')
    boxes(app, window, n + 1)
    app.click(app.get(None, 'As in the copy', window))
    picture('42-covered')
    assert not app.find('push button', 'Next', window), 'nobody has looked at the pictures'
    for i in range(count):
        app.get('heading', f'Picture {i + 1} of {count}. Looked at {i} of {count}.', window)
        see(app, window)
        app.press(GOOD, window)
    wait_for('the way on', lambda: can(app, window, 'Next'))
    app.get('label', f'Looked at {count} of {count}', window)
    picture('42-looked')


def share_zip(app, folder):
    """The ultrasound, which has the name drawn into its pictures, for a second opinion."""
    place = os.path.join(folder, 'For Dr. Adams.zip')
    window = begin(app, '.*[Uu]ltrasound.*')
    picture('40-what')
    tick(app, window, 'CARDIAC', False)
    assert not can(app, window, 'Next'), 'nothing can be shared'
    tick(app, window, 'CARDIAC')
    go(app, window, 'For whom is it.')
    picture('41-whom')
    go(app, window, 'Check what goes out')
    app.get('label', DECIDE, window, 60)
    app.get('label', 'a made-up name', window)
    picture('42-check')
    assert not can(app, window, 'Next'), 'what is grave was passed over'
    look(app, window)
    go(app, window, 'How shall they get it.')
    tick(app, window, 'One ZIP file, locked with a password')
    entry = app.get('text', 'New ZIP file for the copy', window)
    app.write(entry, place)
    app.click(app.get(None, 'When they should delete it', window))
    app.keys('Down', 'Down', 'Return')
    app.get('label', 'After 3 months', window)
    for name, words in (('Who gets it', 'Dr. Adams, Boston'), ('What it is for', 'second opinion')):
        app.write(app.get('text', name, window), words)
    picture('43-how')
    make(app, window, place)
    password = app.get('label', r'[a-z]+(-[a-z]+){4}', window).name
    picture('44-done')
    note = save_note(app, window, os.path.join(os.path.dirname(place), 'note.pdf'))
    assert 'To: Dr. Adams, Boston' in note and 'Removed were name' in note and 'How to reach me: Ward 7' in note, note
    assert '7-Zip' in note and password not in note
    app.press('Copy password', window)
    app.get('push button', 'Copied.*', window)
    app.press('Close', window)
    app.closed(TITLE)
    app.get('table cell', 'Ultrasound.*, shared.*')
    return place, password


def save_note(app, window, path):
    """The words of the note for who gets the copy."""
    app.write(app.get('text', 'How they can reach you, if you wish', window), 'Ward 7')
    app.press('Save the note as PDF…', window)
    app.save_as('Save the Note', path)
    return ' '.join(subprocess.run(['pdftotext', path, '-'], check=True, capture_output=True, text=True).stdout.split())


def name_band(path):
    """The pixels of the upper twentieth of the first frame: where the sample ultrasound has the name."""
    told = subprocess.run(['dcmdump', '-M', path], check=True, capture_output=True, text=True).stdout
    rows, columns, frames = (int(re.search(rf'{tag} (?:US|IS) \[?(\d+)', told).group(1))
                             for tag in (r'\(0028,0010\)', r'\(0028,0011\)', r'\(0028,0008\)'))
    frame = rows * columns * int(re.search(r'\(0028,0002\) US (\d)', told).group(1))
    with open(path, 'rb') as file:
        data = file.read()
    start = len(data) - frame * frames
    return data[start:start + frame // 20]


def check_covered(copies, vault, folder):
    """Where the name was drawn there is black; in the original there is not."""
    study = next(s['id'] for s in vault.must('list')['studies'] if 'US' in s['modalities'])
    out = os.path.join(folder, 'original')
    vault.must('export', study, '-o', out)
    originals = [os.path.join(place, name) for place, _, names in os.walk(out) for name in names]
    assert any(name_band(originals[0])), 'the sample has no name in it'
    assert not any(name_band(copies[0])), 'the name is still drawn'


def check_zip(cli, folder, place, password):
    """Opened by the program itself, as by a doctor who has a vault too."""
    with open(place, 'rb') as file:
        assert not [name for name in NAMES if name in file.read().lower()]
    words = os.path.join(folder, 'words')
    with open(words, 'w') as out:
        out.write(password)
    theirs = TestVault(cli, folder, name='theirs')
    theirs.must('import', place, '--archive-password-file', words)
    listed = theirs.must('list')
    assert len(listed['studies']) == 1 and listed['totals']['instances'] > 0, listed
    out = os.path.join(folder, 'theirs-out')
    theirs.must('export', listed['studies'][0]['id'], '-o', out)
    copies = no_name_in(out)
    for path in copies[:3]:
        assert b'PatientIdentityRemoved' in subprocess.run(['dcmdump', path], check=True, capture_output=True).stdout
    return copies


def share_public(app, folder, copied):
    """The strictest copy of the CT, as a folder; a risk that only needs a look is looked at. What was copied before is
    still on the clipboard."""
    place = os.path.join(folder, 'public')
    app.choose('Settings')
    settings = app.window('Settings')
    app.well_named(settings)
    tick(app, settings, 'Research or the public')
    picture('44-settings')
    app.keys('Escape')
    app.closed('Settings')
    window = begin(app, '.*CT of the chest.*')
    go(app, window, 'For whom is it.')
    wait_for('the usual choice', lambda: find_box(app, window, 'Research or the public').has(Atspi.StateType.CHECKED))
    go(app, window, 'Check what goes out')
    app.get('label', DECIDE, window, 60)
    picture('45-public')
    tick(app, window, 'I have looked at this')
    go(app, window, 'How shall they get it.')
    entry = app.get('text', 'New folder for the copy', window)
    screen()
    app.click(entry)
    app.keys('ctrl+a', 'ctrl+v')
    wait_for('what was copied', lambda: Atspi.Text.get_text(entry.node, 0, len(copied) + 1) == copied)
    assert not can(app, window, 'Make the copy'), 'that is no place'
    app.write(entry, place)
    make(app, window, place)
    picture('46-public-done')
    app.press('Close', window)
    app.closed(TITLE)
    names = {os.path.relpath(path, place) for path in no_name_in(place)}
    assert {'DICOMDIR', 'README.TXT', 'REPORT.TXT', 'PATIENT.TXT'} <= names, names


def back_works(app):
    """What was decided on a page is still there after going back and forth; another choice is asked anew."""
    window = begin(app, '.*CT of the chest.*')
    go(app, window, 'For whom is it.')
    tick(app, window, 'My doctor or hospital')
    go(app, window, 'Check what goes out')
    app.get('label', DECIDE, window, 60)
    picture('47-named')
    assert not can(app, window, 'Next')
    tick(app, window, 'They have to know my name')
    app.press('Back', window)
    app.get('heading', 'For whom is it.', window)
    go(app, window, 'Check what goes out')
    assert find_box(app, window, 'They have to know my name').has(Atspi.StateType.CHECKED)
    assert can(app, window, 'Next')
    app.press('Back', window)
    tick(app, window, 'A second opinion, without my name')
    go(app, window, 'Check what goes out')
    wait_for('other findings', lambda: not app.find('check box', 'They have to know my name', window))
    app.keys('Escape')
    app.closed(TITLE)


def found(app, shared, path, heading, words):
    """"Is this file mine?", asked of a file."""
    app.press('Is this file mine.', shared)
    chooser = app.window('Which File Was Found.')
    app.choose_path(chooser, path)
    answer = app.window(heading, 60)
    app.get('label', words, answer)
    picture('49-' + heading.split()[0].strip(',').lower())
    app.keys('Escape')
    app.closed(heading)


def check_list(app, folder, dragsource):
    app.keys('alt+2')
    shared = app.window('Scan Vault')
    app.get('list item', 'Dr. Adams, Boston', shared)
    app.get('label', r'(?s).*second opinion, without my name.*ZIP file\nUltrasound.*\nsecond opinion\nTo be deleted by.*', shared)
    app.get('list item', 'Nobody was noted', shared)
    picture('48-shared')
    copies = [os.path.join(place, name) for place, _, names in os.walk(os.path.join(folder, 'theirs-out')) for name in names]
    found(app, shared, copies[0], 'Yes, it is from a copy of yours', '.*Dr. Adams, Boston.*')
    stranger = os.path.join(folder, 'stranger')
    with open(stranger, 'w') as out:
        out.write('no copy of anything')
    found(app, shared, stranger, 'No copy of yours is known by this file', 'That is no proof.*')
    dropped(app, shared, dragsource, copies[0])


def dropped(app, shared, dragsource, path):
    """The same question by dropping the file."""
    source = Program([dragsource, path])
    source.place_window(source.window('Drag source'), 1090, 700)
    app.place_window(shared, 0, 0)
    from_x, from_y = source.point(source.get('label', 'Drag me'))
    to_x, to_y = 350, 450
    words = ['mousemove', from_x, from_y, 'mousedown', 1]
    for i in range(1, 13):
        words += ['mousemove', from_x + (to_x - from_x) * i // 12, from_y + (to_y - from_y) * i // 12, 'sleep', 0.05]
    run('xdotool', *words, 'sleep', 0.3, 'mouseup', 1)
    answer = app.window('Yes, it is from a copy of yours', 60)
    source.quit()
    app.press('Close.*', answer)
    app.closed('Yes, it is from a copy of yours')


def check_reminder(scanvault, vault, folder):
    """A copy that should have been deleted long ago is asked for."""
    study = next(s for s in vault.must('list')['studies'] if 'MR' in s['modalities'])
    out = os.path.join(folder, 'mr')
    vault.must('share', study['id'], '-o', out, '--profile', 'second-opinion', '--confirm-reviewed', '--to', 'Dr. Brook',
               '--delete-by', '2024-05-06', '--purpose', 'knee')
    record = next(share for share in vault.must('shares')['shares'] if share['to'] == 'Dr. Brook')
    app = vault.open(scanvault)
    app.keys('alt+2')
    shared = app.window('Scan Vault')
    app.get('label', '1 copy should have been deleted by now.', shared)
    app.get(None, 'A reminder is due. You find it under Privacy.', shared)
    app.get('label', r'(?s).*knee\nShould be deleted since 6 May 2024: please ask them', shared)
    picture('50-reminder')
    # What is due is told in the privacy desk too, from where it leads back here; and a letter asks for it.
    app.keys('alt+3')
    put_off(app, shared)
    app.click(app.get('list item', 'Dr. Brook: did they delete your copy.'))
    app.press('Write to them…', shared)
    letter = app.window('Write a Letter')
    app.get('heading', 'Please delete my data', letter)
    text = app.get('text', 'Text of the letter', letter)
    words = Atspi.Text.get_text(text.node, 0, -1)
    assert 'To: Dr. Brook' in words and 'This is about the copy that you got from me on ' in words, words
    # What the copy does not tell the letter does not tell either.
    assert 'MRI of' not in words and '2024' not in words and 'Quillfeather' not in words and 'The patient number in it is ' in words, words
    picture('51-letter')
    app.keys('Escape')
    app.closed('Write a Letter')
    check_details(app, shared, record)
    path = os.path.join(folder, 'list.pdf')
    app.press('Save the list as PDF…', shared)
    asked = app.window('Save the list as a PDF file.')
    app.get('label', 'The file is not locked: .*', asked)
    app.press('Save….*', asked)
    app.save_as('Save the List', path)
    words = ' '.join(subprocess.run(['pdftotext', path, '-'], check=True, capture_output=True, text=True).stdout.split())
    assert all(word in words for word in ('Who got what', 'Dr. Brook', 'MRI', 'knee', 'Asked to delete it · ')), words
    app.quit()
    after = next(share for share in vault.must('shares')['shares'] if share['to'] == 'Dr. Brook')
    assert after['status'] == 'deletion-asked', after


def put_off(app, shared):
    """The copy's reminder, by a month and for good, and each undone."""
    row, agreed = 'Dr. Brook: did they delete your copy.', r'(?s).*\n6 May 2024'

    def shown(day):
        rows = app.find('list item', row)
        return [w for w in rows if app.find('label', day, w)]

    for button, toast, left in (
            ('Remind me again in a month', 'The reminder comes again in a month', True),
            ('Settled: take this reminder away', 'The reminder is done', False)):
        wait_for('the day that was agreed', lambda: shown(agreed))
        picture('50-privacy')
        app.press(button, app.get('list item', row))
        app.get('label', toast)
        # A list that is about to be made anew takes no press.
        wait_for('the other day', lambda left=left: bool(app.find('list item', row)) == left and not shown(agreed))
        app.keys('alt+2')
        after = r'\nYou are reminded of it on .*' if left else ''
        app.get('label', r'(?s).*\nIt should have been deleted by 6 May 2024' + after, shared)
        assert not app.find('label', '1 copy should have been deleted by now.', shared)
        app.click(app.get('label', 'Undo'))
        app.get('label', '1 copy should have been deleted by now.', shared)
        app.keys('alt+3')
    wait_for('the day that was agreed', lambda: shown(agreed))


def check_details(app, shared, record):
    """An entry in full; what became of it is added, and the list shows it."""
    app.click(app.get('list item', 'Dr. Brook', shared))
    details = app.window('A Copy of Yours')
    app.get('label', r'(?s)Name: a made-up name\n.*Hidden fields: removed', details)
    app.get('label', f"{record['pictures']} pictures · folder", details)
    app.get('label', record['fingerprint'], details)
    picture('52-details')
    app.press('I asked them to delete it', details)
    app.get('list item', 'Asked to delete it', details)
    app.get('alert', 'It is noted.', details)
    picture('53-noted')
    app.keys('Escape')
    app.closed('A Copy of Yours')
    app.get('label', r'(?s).*\nAsked to delete it · .*\nknee', shared)
    wait_for('nothing is due', lambda: not app.find('label', '1 copy should have been deleted by now.', shared))


def main(scanvault, cli, sample, dragsource):
    with tempfile.TemporaryDirectory(prefix='scanvault-share-') as folder:
        vault = TestVault(cli, folder, sample)
        app = vault.open(scanvault)
        place, password = share_zip(app, folder)
        share_public(app, folder, password)
        copies = check_zip(cli, folder, place, password)
        back_works(app)
        check_list(app, folder, dragsource)
        app.quit()
        check_covered(copies, vault, folder)
        by_name = {share['to']: share for share in vault.must('shares')['shares']}
        assert by_name['Dr. Adams, Boston']['purpose'] == 'second opinion'
        assert by_name['Dr. Adams, Boston']['delete_by'] and 'delete_by' not in by_name['']
        told = {(share['to'], share['profile']) for share in vault.must('shares')['shares']}
        check_reminder(scanvault, vault, folder)
        assert told == {('Dr. Adams, Boston', 'second-opinion'), ('', 'public')}, told


main(*sys.argv[1:])
