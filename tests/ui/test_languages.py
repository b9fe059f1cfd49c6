# SPDX-License-Identifier: GPL-3.0-or-later
"""The window in another language, and laid out from right to left, where pictures and the letters at their sides stay.

usage: test_languages.py SCANVAULT SCANVAULT_CLI SAMPLE_FOLDER"""
import subprocess
import sys
import tempfile

from testvault import CT, PASSPHRASE, TestVault
from uidriver import Program, picture, run, screen, wait_for


def unlock(app, entry_name):
    entry = app.get('password text', entry_name)
    app.click(entry)
    wait_for('the active window', lambda: run('xdotool', 'getactivewindow').strip() == app._x_window(entry.window))
    app.type(PASSPHRASE)
    app.keys('Return')


def speak_german(scanvault, vault):
    app = Program([scanvault, '--vault', vault.path, '--kdf-test'], {'LANGUAGE': 'de'})
    app.get('password text', 'Ihre Passphrase eingeben')
    app.get('push button', 'Passphrase vergessen …')
    picture('90-german-lock')
    # Help comes from the same catalog, titles that links name too.
    app.click(app.get('password text', 'Ihre Passphrase eingeben'))
    app.keys('F1')
    window = app.window('Hilfe')
    app.get('heading', 'Hilfe zu Scan Vault', window)
    picture('91-german-help')
    app.keys('Return')
    app.get('heading', 'Erste Schritte', window)
    app.get('label', '(?s).*drücken Sie Strg.L.*Siehe auch Das Notfallblatt und Aufnahmen hinzufügen.', window)
    picture('92-german-help-page')
    app.keys('Escape')
    app.closed('Hilfe')
    unlock(app, 'Ihre Passphrase eingeben')
    # A scan's plain name and its date, with a German month.
    card = app.get('table cell', r'.*CT.*\d\. (Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|'
                                 r'Dezember) \d{4}.*', seconds=40)
    picture('93-german-gallery')
    app.keys('F10')
    app.get('menu item', 'Meinen Tresor prüfen …')
    picture('94-german-menu')
    app.keys('Escape')
    app.double_click(card)
    viewer = app.window('Scan Vault – Ansicht')
    app.get('image', r'Bild der Aufnahme, .* \d+ von \d+', viewer)
    app.get(None, '(Linker|Rechter) Rand: (rechts|links) beim Patienten', viewer)
    picture('95-german-viewer')
    app.keys('Escape')
    app.closed('Scan Vault – Ansicht')
    app.quit()


def show_scan(scanvault, vault, *words):
    """The viewer, the pixels of its canvas with all that lies on it, and whether the sets stand left of it."""
    app = Program([scanvault, '--vault', vault.path, '--kdf-test', *words])
    unlock(app, 'Enter your passphrase')
    card, heading = app.get('table cell', CT, seconds=40), app.get('heading', '2024')
    # Months and years begin where their first card does.
    apart = (abs(card.box.x - heading.box.x),
             abs(card.box.x + card.box.width - heading.box.x - heading.box.width))
    assert apart['--right-to-left' in words] < 20, (apart, words)
    app.double_click(card)
    viewer = app.window('Scan Vault Viewer')
    canvas = app.get('image', r'Scan image, .* \d+ of \d+', viewer)
    # Nothing under the pointer lights up.
    run('xdotool', 'mousemove', 0, 0)
    screen()
    x, y = app.point(canvas)
    box = canvas.box
    part = f'{box.width}x{box.height}+{x - box.width // 2}+{y - box.height // 2}'
    left = app.get('list item', None, viewer).box.x < box.x
    picture('96-viewer-' + ('left' if left else 'right'))
    pixels = subprocess.run(['import', '-window', 'root', '-crop', part, '+repage', 'ppm:-'], check=True,
                            capture_output=True).stdout
    app.quit()
    return left, (box.width, box.height), pixels


def mirror(pixels):
    return subprocess.run(['convert', 'ppm:-', '-flop', 'ppm:-'], input=pixels, check=True, capture_output=True).stdout


def never_mirrored(scanvault, vault):
    left, size, pixels = show_scan(scanvault, vault)
    other_left, other_size, other_pixels = show_scan(scanvault, vault, '--right-to-left')
    assert left and not other_left, (left, other_left)
    assert size == other_size and size[0] > 200, (size, other_size)
    # A picture that is its own mirror image would prove nothing.
    assert mirror(pixels) != pixels
    assert pixels == other_pixels


def main(scanvault, cli, sample):
    with tempfile.TemporaryDirectory(prefix='scanvault-languages-') as folder:
        vault = TestVault(cli, folder, sample)
        speak_german(scanvault, vault)
        never_mirrored(scanvault, vault)


main(*sys.argv[1:])
