# SPDX-License-Identifier: GPL-3.0-or-later
"""The gallery as a person uses it: search, kinds, order, choosing many, tags, notes, own titles, favourites, undo, and
all of it by keys alone.

usage: test_gallery.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import sys
import tempfile

import gi

from testvault import TestVault
from uidriver import picture, run, wait_for

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

CT, MRI = 'CT of the chest.*', 'MRI.*'
SEARCH = 'Search your scans'


def cards(app):
    return [card.name for card in app.find('table cell')]


def selected(app):
    return [card.name for card in app.find('table cell') if card.has(Atspi.StateType.SELECTED)]


def wait_cards(app, look, what):
    wait_for(what, lambda: look(cards(app)))


def study(vault, modality):
    return next(s for s in vault.must('list')['studies'] if modality in s['modalities'])


def check_search(app):
    everything = len(cards(app))
    assert everything > 4, cards(app)
    app.keys('ctrl+f')
    app.type('chest ct')
    wait_cards(app, lambda names: len(names) == 1 and names[0].startswith('CT of the chest'), 'the CT alone')
    picture('60-search')
    app.keys('Escape')
    wait_cards(app, lambda names: len(names) == everything, 'everything again')
    # Typing over the cards begins a search; Down goes back to what was found.
    app.click(app.get('table cell', CT))
    app.type('mri')
    wait_cards(app, lambda names: names and all('MRI' in name for name in names), 'the MRI')
    app.keys('Down')
    app.has_focus(MRI)
    app.keys('Escape')
    app.keys('Escape')
    wait_cards(app, lambda names: len(names) == everything, 'everything again')
    app.keys('ctrl+f')
    app.type('zzzz')
    app.get(None, 'Nothing found')
    picture('61-nothing')
    app.press('Show everything')
    wait_cards(app, lambda names: len(names) == everything, 'everything again')
    return everything


def check_kinds_and_order(app, everything):
    app.click(app.get('push button', 'MRI'))
    wait_cards(app, lambda names: names and all('MRI' in name for name in names), 'MRIs alone')
    picture('62-kind')
    app.click(app.get('push button', 'All'))
    wait_cards(app, lambda names: len(names) == everything, 'everything again')
    assert app.find('heading', '2024') and app.find('heading', '2023')
    order = app.get('combo box', 'Order')
    app.click(order)
    app.keys('Down', 'Down', 'Return')
    app.gone('heading', '2024')

    def place(name):
        box = app.get('table cell', name).box
        return box.y, box.x
    wait_for('order by name', lambda: place(CT) < place(MRI) < place('X-ray.*'))
    app.click(order)
    app.keys('Up', 'Up', 'Return')
    app.get('heading', '2024')


def check_many(app, everything):
    app.click(app.get('table cell', CT))
    wait_for('one chosen', lambda: len(selected(app)) == 1)
    run('xdotool', 'keydown', 'ctrl')
    app.click(app.get('table cell', MRI))
    run('xdotool', 'keyup', 'ctrl')
    wait_for('two chosen', lambda: len(selected(app)) == 2)
    app.get('label', '2 chosen')
    picture('63-many')
    app.press('Tags…')
    window = app.window('Tags')
    app.type('winter, Dr Adams')
    app.keys('Return')
    app.closed('Tags')
    app.get('label', 'Tags changed')
    wait_for('tags', lambda: len([name for name in cards(app) if name.endswith('winter, Dr Adams')]) == 2)
    assert window
    app.press('Favourite')
    app.click(app.get('push button', 'Favourites'))
    wait_cards(app, lambda names: len(names) == 2 and all('favourite' in name for name in names), 'favourites alone')
    picture('64-favourites')
    app.click(app.get('push button', 'All'))
    wait_cards(app, lambda names: len(names) == everything, 'everything again')
    app.press('Move to the trash')
    wait_cards(app, lambda names: len(names) == everything - 2, 'two less')
    app.get('label', '2 items moved to the trash')
    picture('65-trashed')
    app.click(app.get('label', 'Undo'))
    wait_cards(app, lambda names: len(names) == everything, 'both back')
    # A click on each, without a key.
    app.click(app.get('push button', 'Select'))
    app.get('label', '\\d chosen')
    for name in (CT, 'X-ray.*'):
        app.click(app.get('table cell', name))
    wait_for('two chosen', lambda: len(selected(app)) == 2)
    picture('66-select')
    app.keys('Escape')
    wait_for('none chosen', lambda: not selected(app))


def check_details(app):
    app.click(app.get('table cell', CT))
    app.keys('F9')
    app.get('label', 'Description by the hospital')
    app.get('label', 'CT CHEST ROUTINE')
    note = app.get('text', 'Note')
    app.click(note)
    app.type('Ask about the spot')
    picture('67-details')
    app.click(app.get('table cell', MRI))
    app.get('label', 'Note written')
    app.keys('ctrl+f')
    app.type('the spot')
    wait_cards(app, lambda names: len(names) == 1 and names[0].startswith('CT'), 'what the note is on')
    app.click(app.get('label', 'Undo'))
    app.get(None, 'Nothing found')
    app.press('Show everything')
    app.keys('F9')
    app.gone('label', 'Description by the hospital')


def check_keys(app, everything):
    """By keys alone."""
    app.click(app.get('table cell', CT))
    app.keys('Home')
    first = wait_for('a focused card', lambda: next((c.name for c in app.find('table cell')
                                                     if c.has(Atspi.StateType.FOCUSED)), None))
    app.keys('Right')
    wait_for('the next card', lambda: selected(app) and selected(app) != [first])
    app.keys('shift+End')
    wait_for('all but the first', lambda: len(selected(app)) == everything - 1)
    app.keys('ctrl+a')
    wait_for('all', lambda: len(selected(app)) == everything)
    app.keys('Escape')
    wait_for('none', lambda: not selected(app))
    # Back to the first, which was scrolled away.
    app.keys('Home')
    wait_for('the first card', lambda: selected(app) == [first])
    app.keys('F2')
    app.window('Rename')
    picture('68-rename')
    app.keys('ctrl+a')
    app.type('Lungs before the holiday')
    app.keys('Return')
    app.closed('Rename')
    app.get('table cell', 'Lungs before the holiday.*')
    app.click(app.get('label', 'Undo'))
    app.get('table cell', CT)
    app.click(app.get('table cell', MRI))
    app.keys('F2')
    app.window('Rename')
    app.keys('ctrl+a')
    app.type('My knee')
    app.keys('Return')
    app.closed('Rename')
    app.get('table cell', 'My knee.*')
    app.click(app.get('table cell', CT))
    app.keys('ctrl+d')
    wait_cards(app, lambda names: not [n for n in names if n.startswith('CT') and 'favourite' in n], 'no favourite')
    app.keys('Return')
    app.window('Scan Vault Viewer')
    app.get('image', 'Scan image, slice 24 of 48')
    app.keys('ctrl+w')
    app.closed('Scan Vault Viewer')


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-gallery-') as folder:
        vault = TestVault(cli, folder, sample)
        app = vault.open(scanvault)
        picture('59-gallery')
        everything = check_search(app)
        check_kinds_and_order(app, everything)
        check_many(app, everything)
        check_details(app)
        check_keys(app, everything)
        app.keys('ctrl+l')
        app.locked()
        assert not app.find('table cell'), 'a card is still there behind the lock'
        app.quit()
        ct, mri = (study(vault, modality) for modality in ('CT', 'MR'))
        assert (ct['own_title'], ct['note'], ct['favourite'], ct['tags']) == (None, None, False, ['winter', 'Dr Adams'])
        assert (mri['own_title'], mri['favourite']) == ('My knee', True), mri
        assert not vault.must('list')['trash']


main(*sys.argv[1:])
