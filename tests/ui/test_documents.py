# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents and reports in their window: pages, zoom, keys, text, what cannot be shown, and locking.

usage: test_documents.py SCANVAULT SCANVAULT_CLI DOCUMENT_GEN"""
import os
import subprocess
import sys
import tempfile

from uidriver import Atspi, Program, picture, screen, wait_for

PASSPHRASE = 'zeppelin marzipan quokka'
TITLE = 'Scan Vault Document'


def entry_of(app):
    return next(iter(app.find('password text', 'Enter your passphrase')), None)


def main(scanvault, cli, document_gen):
    with tempfile.TemporaryDirectory(prefix='scanvault-documents-') as folder:
        vault, file, made = (os.path.join(folder, name) for name in ('v', 'passphrase', 'made'))
        with open(file, 'w') as out:
            out.write(PASSPHRASE)
        subprocess.run([document_gen, made], check=True)
        for words in (['create', vault, '--kdf-memory', '8', '--kdf-passes', '1'], ['import', vault, made]):
            subprocess.run([cli, '--passphrase-file', file, *words], check=True, capture_output=True)
        app = Program([scanvault, '--vault', vault, '--window-size', '1200x1000'])
        app.click(wait_for('the passphrase entry', lambda: entry_of(app)))
        app.type(PASSPHRASE)
        app.keys('Return')
        app.get('table cell', 'letter.pdf.*', seconds=40)
        picture('30-cards')

        def open_card(name):
            app.click(app.get('table cell', name))
            wait_for('the chosen card', lambda: app.get('table cell', name).has(Atspi.StateType.SELECTED))
            app.keys('Return')
            return app.window(TITLE)

        def close():
            app.keys('Escape')
            app.closed(TITLE)

        window = open_card('letter.pdf.*')
        app.get('label', 'letter.pdf', window)
        app.get('label', 'Page 1 of 3', window)
        app.get('image', 'Page 1 of 3', window)
        picture('31-letter')
        app.keys('Right')
        app.get('label', 'Page 2 of 3', window)
        app.press('Next page', window)
        app.get('label', 'Page 3 of 3', window)
        app.press('Previous page', window)
        app.get('label', 'Page 2 of 3', window)
        before = app.get('image', 'Page 2 of 3', window).box.width
        app.keys('minus')
        wait_for('smaller pages', lambda: app.get('image', 'Page 2 of 3', window).box.width < before)
        app.press('Larger', window)
        app.keys('plus')
        wait_for('larger pages', lambda: app.get('image', 'Page 2 of 3', window).box.width > before)
        picture('32-letter-larger')
        app.keys('0')
        wait_for('the whole width', lambda: app.get('image', 'Page 2 of 3', window).box.width == before)
        app.press('Save a copy…', window)
        app.get(None, 'Save an unlocked copy.')
        app.keys('Escape')
        wait_for('the question to go', lambda: len(app.windows()) == 2)
        close()

        window = open_card('photo.jpg.*')
        app.get('image', 'Page 1 of 1', window)
        picture('33-photo')
        close()

        window = open_card('note.txt.*')
        text = app.get('text', 'Text of the document', window)
        assert text.text() == 'Dear Anna,\n\n  all is well.\nYours\n', text.text()
        picture('34-note')
        close()

        window = open_card('letter.rtf.*')
        app.get('label', 'This kind of document cannot be shown here.*', window)
        close()

        window = open_card('torn.pdf.*')
        app.get(None, 'Not shown here', window)
        app.get('label', '.*damaged or not complete.*', window)
        picture('35-torn')
        close()

        # A scan that holds a letter alone opens as a letter.
        window = open_card('Report, 14 January 2024.*')
        app.get('label', 'Page 1 of 2', window)
        picture('36-enclosed')
        close()

        # A scan with an ECG and a report: the ECG is drawn in the viewer, the report opens beside it.
        app.double_click(app.get('table cell', '(Report|ECG), 3 March 2024.*'))
        viewer = app.window('Scan Vault Viewer')
        screen()
        picture('37-ecg')
        app.click(app.get('list item', '.*, Report', viewer))
        window = app.window(TITLE)
        text = app.get('text', 'Text of the document', window)
        assert text.text().split('\n')[:5] == ['CT Report', 'Patient: Anna Miller', 'Date: 3 March 2024', 'Findings',
                                               'Lungs: The lungs are clear.'], text.text()
        app.click(text)
        app.keys('ctrl+a')
        wait_for('selected text', lambda: Atspi.Text.get_n_selections(text.node) == 1)
        app.keys('plus', 'plus')
        picture('38-report')
        app.keys('ctrl+l')
        app.locked()
        wait_for('all other windows to go', lambda: len(app.windows()) == 1)
        app.quit()


main(*sys.argv[1:])
