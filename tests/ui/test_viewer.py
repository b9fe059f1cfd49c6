# SPDX-License-Identifier: GPL-3.0-or-later
"""The viewer: sets of pictures and what is missing of them, notes and drawings, overlays, turns, playing, details, full
screen; and several letters in one series.

usage: test_viewer.py SCANVAULT SCANVAULT_CLI VIEWER_GEN SAMPLE"""
import os
import subprocess
import sys
import tempfile
import time

from testvault import TestVault
from uidriver import Atspi, picture, screen, wait_for

VIEWER = 'Scan Vault Viewer'
DOCUMENT = 'Scan Vault Document'


def badge(app, viewer, words):
    return wait_for(f'the badge {words!r}',
                    lambda: next((w for w in app.find(None, None, viewer) if words in w.name), None))


def changed(act, what):
    before = screen()
    act()
    wait_for(what, lambda: screen() != before)


def look_at_sets(app, viewer):
    app.get('list item', 'Display notes, 2 notes', viewer)
    app.get('list item', 'Slices across, 10 of 12 pictures arrived', viewer)
    app.get('label', r'(?s)Chest.12 of 14 pictures arrived', viewer)
    app.get('image', 'Scan image, slice 5 of 10', viewer)
    app.get('label', r'(?s)Slice 5 of 10.2 pictures missing after this one', viewer)
    for name in ('Left edge: the patient\'s right', 'Right edge: the patient\'s left',
                 'Upper edge: the patient\'s front', 'Lower edge: the patient\'s back'):
        app.get(None, name, viewer)


def look_at_notes(app, viewer):
    # The later one of two states is applied by itself, to the pictures that it is for.
    badge(app, viewer, 'With notes: Dr Adams, 4 March 2024')
    picture('50-notes')
    changed(lambda: app.keys('o'), 'the drawings to go')
    picture('51-no-drawings')
    changed(lambda: app.keys('o'), 'the drawings to come back')
    app.keys('End')
    app.get('image', 'Scan image, slice 10 of 10', viewer)
    badge(app, viewer, 'Part of the picture is missing')
    picture('51-half')
    wait_for('no notes', lambda: not [w for w in app.find(None, None, viewer) if 'With notes' in w.name])
    app.keys('Home')
    badge(app, viewer, 'With notes: Dr Adams')
    assert not [w for w in app.find(None, None, viewer) if 'Part of the picture' in w.name]
    app.press('Notes', viewer)
    app.click(app.get(None, 'Turned by Dr Bell, 3 March 2024'))
    badge(app, viewer, 'Turned to the right')
    app.keys('Escape')
    app.get(None, "Upper edge: the patient's right", viewer)
    picture('52-turned-by-notes')
    app.press('Notes', viewer)
    app.click(app.get(None, 'Without notes'))
    wait_for('no badge', lambda: not [w for w in app.find(None, None, viewer) if 'Turned to' in w.name])
    app.keys('Escape')
    screen()


def turn_and_zoom(app, viewer):
    canvas = app.get('image', 'Scan image, slice .*', viewer)
    app.click(canvas)
    app.keys('r')
    badge(app, viewer, 'Turned to the right')
    app.keys('m')
    badge(app, viewer, 'Mirrored')
    app.keys('m', 'l')
    app.get(None, "Upper edge: the patient's front", viewer)
    app.keys('d')
    details = badge(app, viewer, 'Anna Miller')
    assert '128 × 128 pixels' in details.name, details.name
    changed(lambda: app.keys('ctrl+1'), 'exact pixels')
    badge(app, viewer, 'Shown at 100 %')
    app.keys('plus', 'plus')
    picture('53-details')
    app.keys('0', 'd')
    app.keys('plus', 'plus', 'plus', 'plus')
    changed(lambda: app.keys('ctrl+Right'), 'another part of the picture')
    app.keys('0')


def measure(app, viewer):
    """The picture is 128 pixels of 2 mm wide, and fits into the height of the canvas."""
    canvas = app.get('image', 'Scan image, slice .*', viewer)
    mm = 256 / min(canvas.box.width, canvas.box.height)
    app.click(canvas)
    app.keys('a')
    badge(app, viewer, 'Measure: drag a line')
    app.drag(canvas, 90, 120)
    told = app.get('image', r'Scan image, slice .*\. Length [\d.]+ mm', viewer).name
    length = float(told.split()[-2])
    assert abs(length - 150 * mm) < 2 * mm, (told, 150 * mm)
    changed(lambda: app.keys('r'), 'a turned line')
    assert app.get('image', 'Scan image, slice .*', viewer).name == told
    app.keys('l')
    # A click makes the angle between the line and the way to the click, here back to its start.
    app.click(canvas)
    app.get('image', r'Scan image, slice .* mm, angle 0\.0°', viewer)
    picture('53-measure')
    app.keys('Escape')
    wait_for('no length', lambda: not app.find('image', '.*Length.*', viewer))
    app.keys('Return', *['Right'] * 10, 'Return')
    told = app.get('image', r'Scan image, slice .*\. Length [\d.]+ mm', viewer).name
    assert abs(float(told.split()[-2]) - 80 * mm) < 0.1, (told, 80 * mm)
    # A line belongs to its picture.
    app.keys('Next')
    wait_for('no length there', lambda: not app.find('image', '.*Length.*', viewer))
    app.keys('Home')
    app.get('image', 'Scan image, slice 1 of 10.*', viewer)
    app.keys('Escape')
    while [w for w in app.find(None, None, viewer) if 'Measure: drag' in w.name]:
        app.keys('Escape')
        screen()


def change_brightness(app, viewer):
    app.press('Brightness', viewer)
    scale = app.get('slider', 'Contrast')
    before = screen()
    Atspi.Value.set_current_value(scale.node, 95)
    wait_for('more contrast', lambda: screen() != before)
    picture('54-brightness')
    app.keys('Escape')
    app.press('Reset view', viewer)


def play(app, viewer):
    """Ten slices a second where nothing is recorded."""
    app.click(app.get('image', 'Scan image, slice .*', viewer))
    app.keys('Home')
    app.get('label', 'Slice 1 of 10', viewer)
    screen()
    app.keys('space')
    # The window answers questions meanwhile.
    app.get('label', r'(?s)Slice ([3-9]|10) of 10.*', viewer)
    app.keys('space')
    # The picture that it stopped at is told, and stays.
    here = app.get('image', 'Scan image, slice ([2-9]|10) of 10', viewer).name
    time.sleep(0.4)
    assert app.get('image', 'Scan image, slice .*', viewer).name == here


def fill_the_screen(app, viewer):
    app.keys('F11')
    app.get('push button', 'Leave full screen')
    picture('55-full')
    app.keys('Escape')
    wait_for('the window again', lambda: not app.find('push button', 'Leave full screen'))


def open_other_set(app, viewer):
    app.keys('ctrl+Page_Down')
    app.get('image', 'Scan image, slice 1 of 2', viewer)
    app.get(None, 'Upper edge: towards the head', viewer)
    picture('56-front')


def read_letters(app, viewer):
    app.click(app.get('list item', 'Letters, 3 reports', viewer))
    window = app.window(DOCUMENT)
    app.get('label', 'Document 1 of 3', window)
    app.get('image', 'Page 1 of 1', window)
    app.press('Next document', window)
    app.get('label', 'Document 2 of 3, Page 1 of 2', window)
    app.keys('Right')
    app.get('label', 'Document 2 of 3, Page 2 of 2', window)
    app.keys('ctrl+Page_Down')
    app.get('label', 'Document 3 of 3, Page 1 of 3', window)
    app.get('image', 'Page 1 of 3', window)
    picture('57-third-letter')
    app.press('Earlier document', window)
    app.get('label', 'Document 2 of 3, Page 1 of 2', window)
    app.keys('Escape')
    app.closed(DOCUMENT)


def play_clip(app):
    """Twenty-four frames of 40 ms."""
    app.double_click(app.get('table cell', '.*5 December 2023.*'))
    viewer = app.window(VIEWER)
    app.get('label', 'Frame 1 of 24', viewer)
    app.get(None, 'Play', viewer)
    screen()
    began = time.monotonic()
    app.keys('space')
    app.get('label', r'Frame ([5-9]|\d\d) of 24', viewer)
    app.keys('space')
    took = time.monotonic() - began
    frame = int(app.get('image', r'Scan image, frame ([2-9]|\d\d) of 24', viewer).name.split()[3])
    assert 1 < frame <= 2 + took / 0.04, (frame, took)
    picture('58-clip')
    app.keys('Escape')
    app.closed(VIEWER)


def drag_as_chosen(app):
    """Dragging goes through the pictures, unless the settings say otherwise."""
    app.choose('Settings')
    settings = app.window('Settings')
    button = app.get('check box', 'Changes the brightness.*', settings)

    # It lies below what is seen at first.
    def reached():
        if any(row.has(Atspi.StateType.FOCUSED) for row in app.find('list item', 'Changes the brightness', settings)):
            return True
        app.keys('Tab')
        return False
    wait_for('the row', reached)
    app.keys('space')
    wait_for('the choice', lambda: button.has(Atspi.StateType.CHECKED))
    picture('59-settings')
    app.keys('Escape')
    app.closed('Settings')
    app.double_click(app.get('table cell', '.*3 March 2024.*12 pictures.*'))
    viewer = app.window(VIEWER)
    canvas = app.get('image', 'Scan image, slice .*', viewer)
    here = canvas.name
    before = screen()
    app.drag(canvas, 60, 120)
    wait_for('another brightness', lambda: screen() != before)
    assert app.get('image', 'Scan image, slice .*', viewer).name == here
    picture('59-dragged')
    app.keys('Escape')
    app.closed(VIEWER)


def main(scanvault, cli, viewer_gen, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-viewer-') as folder:
        made = os.path.join(folder, 'made')
        subprocess.run([viewer_gen, made], check=True)
        vault = TestVault(cli, folder, made)
        vault.must('import', sample)
        app = vault.open(scanvault, card='.*3 March 2024.*12 pictures.*')
        app.double_click(app.get('table cell', '.*3 March 2024.*12 pictures.*'))
        viewer = app.window(VIEWER)
        look_at_sets(app, viewer)
        look_at_notes(app, viewer)
        turn_and_zoom(app, viewer)
        measure(app, viewer)
        change_brightness(app, viewer)
        play(app, viewer)
        fill_the_screen(app, viewer)
        open_other_set(app, viewer)
        read_letters(app, viewer)
        app.keys('Escape')
        app.closed(VIEWER)
        play_clip(app)
        drag_as_chosen(app)
        app.quit()


main(*sys.argv[1:])
