# SPDX-License-Identifier: GPL-3.0-or-later
"""A scan across, from the front and from the side: the crosshair by drag, wheel and keys, the letters, the brightness,
and why not where slices are missing; slices with a scale each, and frames of one object.

usage: test_planes.py SCANVAULT SCANVAULT_CLI VIEWER_GEN SAMPLE"""
import os
import subprocess
import sys
import tempfile

from testvault import TestVault
from uidriver import picture, screen, wait_for

PLANES, VIEWER = 'Scan Vault From Three Sides', 'Scan Vault Viewer'


def at(app, window, across, front, side):
    """The CT of the sample: 48 slices of 256 x 256."""
    app.get('image', f'Across: slice {across} of 48', window)
    app.get('image', f'From the front: slice {front} of 256', window)
    app.get('image', f'From the side: slice {side} of 256', window)


def changed(act, what):
    before = screen()
    act()
    wait_for(what, lambda: screen() != before)


def open_planes(app):
    app.keys('f')
    window = app.window(PLANES)
    at(app, window, 25, 129, 129)
    # Wherever the slices came from, the head is up and the face at the left.
    for edge, words, count in (('Left', "the patient's right", 2), ('Left', "the patient's front", 1),
                               ('Upper', 'towards the head', 2), ('Upper', "the patient's front", 1),
                               ('Right', "the patient's back", 1)):
        wait_for(f'{edge} {words}', lambda: len(app.find(None, f'{edge} edge: {words}', window)) == count)
    picture('86-planes')
    return window


def stop_decoding(app):
    with app.held():
        app.keys('f')
        window = app.window(PLANES)
        app.get(None, 'Putting the slices together.*', window)
        picture('85-decoding')
        app.press('Cancel', window)
        app.closed(PLANES)


def move_crosshair(app, window):
    across = app.get('image', 'Across: .*', window)
    front = app.get('image', 'From the front: .*', window)
    # 256 pixels of even size fit into the smaller side of the canvas, the click goes to its middle.
    pixel = min(across.box.width, across.box.height) / 256
    app.drag(across, 40, -60)
    side = wait_for('the place', lambda: next(iter(app.find('image', 'From the side: slice (?!129).*', window)), None))
    screen()
    told = [int(app.get('image', words, window).name.split()[-3])
            for words in ('From the side: .*', 'From the front: .*')]
    assert abs(told[0] - 129 - 40 / pixel) <= 2 and abs(told[1] - 129 + 60 / pixel) <= 2, (told, pixel, side)
    app.get('image', 'Across: slice 25 of 48', window)
    picture('87-moved')
    # Up in the picture is towards the head.
    app.drag(front, 0, -20)
    wait_for('a higher slice', lambda: int(app.get('image', 'Across: .*', window).name.split()[-3]) > 25)
    app.press('Reset view', window)
    at(app, window, 25, 129, 129)


def use_keys(app, window):
    # From the front by way of the side.
    app.keys('F6', 'F6')
    app.keys('Down', 'Down', 'Up')
    at(app, window, 26, 129, 129)
    app.keys('F6', 'Page_Down')
    at(app, window, 26, 139, 129)
    app.keys('F6', 'End')
    at(app, window, 26, 139, 256)
    app.wheel(app.get('image', 'From the side: .*', window), -6)
    at(app, window, 26, 139, 250)
    app.keys('Tab')
    changed(lambda: app.keys('4'), 'bones')
    changed(lambda: app.drag(app.get('image', 'From the side: .*', window), 50, 30, button=3), 'another brightness')
    changed(lambda: app.keys('i'), 'a negative')
    picture('88-negative')
    app.press('Reset view', window)
    at(app, window, 25, 129, 129)


def from_the_knee(app):
    """Slices from the side: what is cut is from the front and across."""
    app.double_click(app.get('table cell', 'MRI of the knee.*'))
    viewer = app.window(VIEWER)
    app.get('image', 'Scan image, slice 10 of 20', viewer)
    app.keys('f')
    window = app.window(PLANES)
    app.get('image', 'From the side: slice 11 of 20', window)
    wait_for('the head up', lambda: len(app.find(None, 'Upper edge: towards the head', window)) == 2)
    picture('89-knee')
    app.keys('ctrl+l')
    app.locked()


def three_sides(app, shown):
    viewer = app.window(VIEWER)
    app.get('image', shown, viewer)
    app.keys('f')
    return app.window(PLANES)


def from_a_pet(app):
    """Each slice has a slope of its own."""
    app.double_click(app.get('table cell', '.*4 March 2024.*'))
    window = three_sides(app, 'Scan image, slice 12 of 24')
    app.get('image', 'Across: slice 13 of 24', window)
    app.get('image', 'From the front: slice 33 of 64', window)
    picture('90-pet')
    app.keys('Escape')
    app.closed(PLANES)
    app.keys('Escape')
    app.closed(VIEWER)


def from_one_object(app):
    """An overview of three frames, then each slice at two times."""
    app.double_click(app.get('table cell', '.*5 March 2024.*'))
    window = three_sides(app, 'Scan image, .* 1 of 51')
    app.get('alert', 'There are too few slices to look at them.*', window)
    app.keys('Escape')
    app.closed(PLANES)
    app.keys('End')
    window = three_sides(app, 'Scan image, .* 51 of 51')
    app.get('image', 'Across: slice 13 of 24', window)
    app.get('image', 'From the side: slice 33 of 64', window)
    app.get('label', 'Of 51 pictures, these are the 24 slices that belong.*', window)
    wait_for('the head up', lambda: len(app.find(None, 'Upper edge: towards the head', window)) == 2)
    picture('91-object')
    app.keys('Escape')
    app.closed(PLANES)
    app.keys('Escape')
    app.closed(VIEWER)


def main(scanvault, cli, viewer_gen, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-planes-') as folder:
        made, volumes = os.path.join(folder, 'made'), os.path.join(folder, 'volumes')
        subprocess.run([viewer_gen, made], check=True)
        subprocess.run([viewer_gen, '--volumes', volumes], check=True)
        vault = TestVault(cli, folder, made)
        vault.must('import', volumes)
        vault.must('import', sample)
        app = vault.open(scanvault, card='.*3 March 2024.*12 pictures.*')
        app.double_click(app.get('table cell', '.*3 March 2024.*12 pictures.*'))
        viewer = app.window(VIEWER)
        app.get('image', 'Scan image, slice 5 of 10', viewer)
        app.keys('f')
        app.get('label', 'Slices are missing, so what lies between them.*', viewer)
        picture('85-gaps')
        app.keys('ctrl+w')
        app.closed(VIEWER)
        app.double_click(app.get('table cell', 'CT of the chest.*'))
        viewer = app.window(VIEWER)
        app.get('image', 'Scan image, slice 24 of 48', viewer)
        stop_decoding(app)
        window = open_planes(app)
        move_crosshair(app, window)
        use_keys(app, window)
        app.keys('Escape')
        app.closed(PLANES)
        app.keys('Escape')
        app.closed(VIEWER)
        from_a_pet(app)
        from_one_object(app)
        from_the_knee(app)
        app.quit()


main(*sys.argv[1:])
