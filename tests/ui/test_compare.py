# SPDX-License-Identifier: GPL-3.0-or-later
"""Two scans beside each other: from the gallery and from the viewer, linked by the place in the body, by hand where
places do not agree, and not at all where there are none; brightness and size go together.

usage: test_compare.py SCANVAULT SCANVAULT_CLI SAMPLE SCAN_GEN VIEWER_GEN"""
import hashlib
import os
import subprocess
import sys
import tempfile

from testvault import TestVault
from uidriver import picture, run, screen, wait_for

COMPARE, CHOOSE, VIEWER = 'Scan Vault Compare', 'Compare With', 'Scan Vault Viewer'
OLD, NEW = '14 February 2022: Scan image, ', '3 March 2024: Scan image, '


def halves(app, window):
    """What each side of the window shows, as hashes."""
    screen()
    seen = []
    for canvas in app.find('image', '.*Scan image.*', window):
        x, y = app.point(canvas)
        width, height = canvas.box.width // 2, canvas.box.height // 2
        done = subprocess.run(['import', '-window', 'root', '-crop', f'{width}x{height}+{x - width // 2}+{y - height // 2}',
                               'rgb:-'], check=True, capture_output=True)
        seen.append(hashlib.sha256(done.stdout).hexdigest())
    assert len(seen) == 2, seen
    return seen


def both_change(app, window, act, what):
    before = halves(app, window)
    act()

    def changed():
        now = halves(app, window)
        return now[0] != before[0] and now[1] != before[1]
    wait_for(what, changed)


def at(app, window, left, right):
    app.get('image', OLD + f'slice {left} of 24', window)
    app.get('image', NEW + f'slice {right} of 48', window)


def link_by_place(app, window):
    """24 and 48 slices of 2 mm, of which the last lie at the same place."""
    app.get(None, 'Both sides scroll to the same place in the body.', window)
    at(app, window, 12, 36)
    picture('80-compare')
    app.keys('Down')
    at(app, window, 13, 37)
    app.keys('F6', 'Up', 'Up')
    at(app, window, 11, 35)
    # Beyond the end of the shorter one that stays where it ends.
    app.keys('Home')
    at(app, window, 1, 1)
    app.keys('F6', 'End')
    at(app, window, 24, 48)
    app.wheel(app.get('image', NEW + '.*', window), -3)
    at(app, window, 21, 45)


def look_alike(app, window):
    both_change(app, window, lambda: app.keys('4'), 'the brightness of both')
    both_change(app, window, lambda: app.drag(app.get('image', OLD + '.*', window), 60, 40, button=3), 'both by a drag')
    picture('81-brightness')
    both_change(app, window, lambda: app.keys('plus', 'plus', 'plus'), 'the size of both')
    both_change(app, window, lambda: app.drag(app.get('image', NEW + '.*', window), 40, 60), 'the part of both')
    picture('82-larger')
    both_change(app, window, lambda: app.press('Reset view', window), 'all as before')


def turned(app, window, *badges):
    """What the sides say of themselves, in any order."""
    def told():
        labels = [w.name for w in app.find(None, None, window) if w.role in ('status bar', 'statusbar', 'label')]
        return sorted(name for name in labels if 'Turned' in name or 'Mirrored' in name) == sorted(badges)
    wait_for(f'{badges}', told)


def turn(app, window):
    """Both together while they are linked; what one was turned by alone is kept."""
    app.click(app.get('image', OLD + '.*', window))
    app.keys('r')
    turned(app, window, 'Turned to the right', 'Turned to the right')
    wait_for('the letters', lambda: len(app.find(None, "Upper edge: the patient's right", window)) == 2)
    picture('83-turned')
    app.keys('k', 'm', 'k')
    turned(app, window, 'Turned to the right\nMirrored', 'Turned to the right')
    app.keys('l')
    turned(app, window, 'Turned upside down\nMirrored')
    app.keys('Down')
    at(app, window, 22, 46)
    app.keys('Up')
    at(app, window, 21, 45)
    app.press('Reset view', window)
    turned(app, window)


def link_by_hand(app, window):
    app.click(app.get('image', NEW + '.*', window))
    app.keys('k')
    app.get(None, 'Each side scrolls by itself.*', window)
    app.keys('Down')
    at(app, window, 21, 46)
    app.keys('k')
    app.get(None, 'Both sides scroll to the same place in the body.', window)
    app.keys('Up', 'Up')
    at(app, window, 19, 44)


def from_gallery(app):
    app.keys('ctrl+f', 'ctrl+a')
    app.type('wilgefortis ct')
    wait_for('the CTs alone', lambda: len(app.find('table cell')) == 2)
    app.click(app.get('table cell', 'CT of the chest, 3 March 2024.*'))
    run('xdotool', 'keydown', 'ctrl')
    app.click(app.get('table cell', 'CT of the chest, 14 February 2022.*'))
    run('xdotool', 'keyup', 'ctrl')
    app.get('label', '2 chosen')
    app.press('Compare')
    window = app.window(COMPARE)
    link_by_place(app, window)
    look_alike(app, window)
    turn(app, window)
    link_by_hand(app, window)
    app.keys('Escape')
    app.closed(COMPARE)


def choose(app, number):
    """Of those that are offered, by keys alone."""
    app.keys('c')
    window = app.window(CHOOSE)
    app.get('heading', 'Same part of the body', window)
    screen()
    app.keys(*['Down'] * (number - 1))
    if number == 2:
        picture('83-choose')
    app.keys('Return')
    app.closed(CHOOSE)
    return app.window(COMPARE)


def from_viewer(app):
    app.keys('Escape', 'Escape')
    app.double_click(app.get('table cell', 'CT of the chest, 3 March 2024.*'))
    viewer = app.window(VIEWER)
    app.get('image', 'Scan image, slice 24 of 48', viewer)
    window = choose(app, 2)
    app.get('image', OLD + '.* of 24', window)
    app.keys('Escape')
    app.closed(COMPARE)
    # An X-ray of the chest tells no places, the knee was taken in another direction.
    window = choose(app, 3)
    app.get(None, 'These pictures do not tell where in the body they are.*', window)
    picture('84-no-places')
    app.keys('Escape')
    app.closed(COMPARE)
    window = choose(app, 5)
    app.get(None, 'These sets were taken in different directions.*', window)
    picture('85-directions')
    app.keys('ctrl+l')
    app.locked()


def offer_notes(app, window):
    """They are told of, and applied to both sides when the person wants it."""
    app.get(None, 'Notes of the clinic: O shows them', window)
    app.keys('o')
    app.get(None, 'With notes: Dr Adams, 4 March 2024', window)
    app.gone(None, 'Notes of the clinic: O shows them')
    picture('80-with-notes')
    app.keys('o')
    app.get(None, 'Notes of the clinic: O shows them', window)


def two_sets(app):
    """The same scan at both sides, with the set that is seen and another; nobody else has scans of this person."""
    app.keys('ctrl+f')
    app.type('Anna')
    wait_for('her scan alone', lambda: len(app.find('table cell')) == 1)
    app.double_click(app.get('table cell', '.*'))
    viewer = app.window(VIEWER)
    app.get('image', 'Scan image, slice 5 of 10', viewer)
    app.keys('c')
    chooser = app.window(CHOOSE)
    app.get('heading', 'Two sets of this scan', chooser)
    assert not app.find('heading', 'Other scans', chooser)
    screen()
    app.keys('Return')
    window = app.window(COMPARE)
    app.get('image', NEW + r'slice \d+ of 10', window)
    app.get('image', NEW + r'slice \d of 2', window)
    app.get(None, 'These sets were taken in different directions: a line in each shows where the other one lies.', window)
    picture('80-two-sets')
    offer_notes(app, window)
    both_change(app, window, lambda: app.keys('Down'), 'the picture of one side, and the line in the other')
    both_change(app, window, lambda: app.keys('r'), 'both turned, with the line')
    picture('80-two-sets-turned')
    app.keys('Escape')
    app.closed(COMPARE)
    app.keys('Escape')
    app.closed(VIEWER)
    app.keys('Escape')


def main(scanvault, cli, sample, scan_gen, viewer_gen):
    with tempfile.TemporaryDirectory(prefix='scanvault-compare-') as folder:
        older = os.path.join(folder, 'older')
        subprocess.run([scan_gen, older, '--seed', '2', '--slices', '24', '--date', '20220214'], check=True)
        vault = TestVault(cli, folder, sample)
        vault.must('import', older)
        subprocess.run([viewer_gen, os.path.join(folder, 'other')], check=True)
        vault.must('import', os.path.join(folder, 'other'))
        app = vault.open(scanvault)
        two_sets(app)
        from_gallery(app)
        from_viewer(app)
        app.quit()


main(*sys.argv[1:])
