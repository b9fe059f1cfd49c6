# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys 1 and 7, one person's first hour: make a vault, drop a ZIP file, look through it, share without a name, lock and come back.

usage: test_walk.py SCANVAULT DRAGSOURCE SAMPLE_FOLDER"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from uidriver import Atspi, Program, picture, run, screen, wait_for  # noqa: E402

SCAN_IMAGE = r'Scan image, (slice|frame|picture) (\d+) of (\d+)'


def first_run(app):
    picture('01-welcome')
    app.press('Start')
    words = app.get('label', r'[a-z]+( [a-z]+){5}').name
    first = app.get('password text', 'Passphrase')
    app.click(first)
    app.type(words)
    picture('02-passphrase')
    app.write(app.get('password text', 'Once more'), 'something else')
    app.get('alert', '.*not the same.*')
    app.write(app.get('password text', 'Once more'), words)
    app.press('Next')
    return words


def prove_sheet(app):
    app.get('label', 'Group 9: .*')
    groups = dict(re.fullmatch(r'Group (\d): (.{4})', w.name).groups() for w in app.find('label', 'Group .*'))
    assert sorted(groups) == list('123456789'), groups
    picture('03-sheet')
    app.press('I have it on paper')
    asked = re.findall(r'\d', app.get('heading', 'Type groups . and .').name)
    for number in asked:
        app.write(app.get('text', 'Group ' + number), 'AAAA')
    app.press('Check')
    app.get('alert', 'Group . is not right yet.*')
    picture('04-prove')
    for number in asked:
        app.write(app.get('text', 'Group ' + number), groups[number].lower())
    app.press('Check')


def drop(app, dragsource, path):
    app.get(None, 'Drop a folder, ZIP or CD here')
    picture('05-empty')
    source = Program([dragsource, path])
    app.place_window(app.window('Scan Vault'), 0, 0)
    source.place_window(source.window('Drag source'), 1090, 700)
    from_x, from_y = source.point(source.get('label', 'Drag me'))
    to_x, to_y = 480, 560
    words = ['mousemove', from_x, from_y, 'mousedown', 1]
    for i in range(1, 13):
        words += ['mousemove', from_x + (to_x - from_x) * i // 12, from_y + (to_y - from_y) * i // 12, 'sleep', 0.05]
    run('xdotool', *words, 'sleep', 0.3, 'mouseup', 1)
    finished = app.window('Finished', 60)
    app.get('heading', r'Added \d+ scans? \(\d+ files?\)', finished)
    picture('06-finished')
    app.press('Done', finished)
    app.closed('Finished')
    source.quit()


def image(app, number=None, seconds=20.0):
    """The scan image, at that place in its set, as (widget, place, of how many)."""
    def look():
        for widget in app.find('image', SCAN_IMAGE):
            place, count = map(int, re.fullmatch(SCAN_IMAGE, widget.name).groups()[1:])
            if number is None or place == number:
                return widget, place, count
        return None
    return wait_for(f'scan image {number or ""}', look, seconds)


def look_at_it(app, card):
    app.double_click(card)
    app.window('Scan Vault Viewer')
    widget, place, count = image(app)
    app.gone('status bar', 'Loading.*') if app.find('status bar', 'Loading.*') else None
    picture('08-viewer')
    app.keys('Home')
    image(app, 1)
    app.wheel(widget, 3)
    image(app, 4)
    app.keys('Up')
    image(app, 3)
    app.keys('Page_Down')
    image(app, min(13, count))
    app.keys('End')
    image(app, count)

    before = screen()
    app.drag(widget, 90, -60, button=3)
    assert screen() != before, 'a drag with the right button changed no pixel'
    picture('09-brighter')
    app.press('Reset view')
    before = screen()
    app.keys('i')
    assert screen() != before, 'the negative looks like the picture'
    app.press('Reset view')
    app.keys('ctrl+w')
    app.gone('image', SCAN_IMAGE)


def share(app, card, folder):
    app.click(card)
    app.press('Share…')
    window = app.window('Share a Scan')
    picture('10-share-what')
    app.press('Next', window)
    app.get('heading', 'For whom is it.', window)
    picture('11-share-whom')
    app.press('Next', window)
    app.get('label', 'Nothing was found that you have to decide.|Please decide.*', window, 60)
    for look in app.find('check box', 'I have looked at this', window):
        screen()
        app.click(look)
    picture('11-share-check')
    app.press('Next', window)
    app.get('heading', 'How shall they get it.', window)
    app.write(app.get('text', 'New folder for the copy', window), folder)
    picture('12-share-where')
    assert not os.path.exists(folder)
    app.press('Make the copy', window)
    title = app.get('heading', 'Your copy is ready|No copy was made', window, 120)
    picture('13-share-result')
    assert title.name == 'Your copy is ready', [w.name for w in app.find('label', None, window)]
    files = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    copies = [path for path in files if is_dicom(path) and os.path.basename(path) != 'DICOMDIR']
    assert copies
    for path in copies[:3]:
        text = subprocess.run(['dcmdump', path], check=True, capture_output=True).stdout
        assert b'PatientIdentityRemoved' in text
    app.press('Close', window)
    app.closed('Share a Scan')


def is_dicom(path):
    with open(path, 'rb') as file:
        return file.read(132)[128:] == b'DICM'


def lock_with_viewer(app):
    app.double_click(app.get('table cell', '.*CT.*'))
    image(app)
    lock(app)


def lock_with_dialog(app):
    screen()
    app.click(app.get('table cell', '.*CT.*'))
    wait_for('the chosen card', lambda: app.get('table cell', '.*CT.*').has(Atspi.StateType.SELECTED))
    app.keys('Down', 'Down')
    screen()
    app.keys('Return')
    app.press('Save a copy…', app.window('Scan Vault Document'))
    app.window('Save an unlocked copy.')
    picture('14-document')
    lock(app)


def lock(app):
    """Nothing may hold it up, and every window but the main one goes."""
    app.keys('ctrl+l')
    app.locked()
    assert len(app.windows()) == 1
    assert not app.find('table cell'), 'a card is still there behind the lock'


def unlock(app, passphrase):
    picture('15-locked')
    app.write(app.lock_entry(), 'not this one')
    app.press('Unlock')
    app.get('alert', 'That passphrase did not open the vault.')
    picture('16-wrong')
    app.click(app.lock_entry())
    app.type(passphrase)
    app.keys('Return')
    app.get('table cell', '.*CT.*')


def main(scanvault, dragsource, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-walk-') as folder:
        app = Program([scanvault, '--vault', os.path.join(folder, 'Vault'), '--kdf-test'])
        passphrase = first_run(app)
        prove_sheet(app)
        drop(app, dragsource, shutil.make_archive(os.path.join(folder, 'From the clinic'), 'zip', sample))
        card = app.get('table cell', '.*CT.*')
        picture('07-gallery')
        look_at_it(app, card)
        share(app, app.get('table cell', '.*CT.*'), os.path.join(folder, 'For Dr. Adams'))
        lock_with_viewer(app)
        unlock(app, passphrase)
        lock_with_dialog(app)
        unlock(app, passphrase)
        picture('17-unlocked')
        app.quit()


main(*sys.argv[1:])
