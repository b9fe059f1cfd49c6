# SPDX-License-Identifier: GPL-3.0-or-later
"""Every string of the program is marked, listed and translated into every language.

usage: test_catalogs.py SOURCE"""
import ast
import glob
import os
import re
import subprocess
import sys
import tempfile

# As meson's i18n.gettext with its preset "glib" calls it.
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'g_dcgettext:2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3']
FLAGS = ['N_:1:pass-c-format', 'C_:2:pass-c-format', 'NC_:2:pass-c-format', 'g_dngettext:2:pass-c-format']
# Of app/data that which the desktop shows, beside the pages of help.
SHOWN = ['io.github.scanvault.ScanVault.desktop', 'io.github.scanvault.ScanVault.metainfo.xml',
         'io.github.scanvault.ScanVault.xml']


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout + done.stderr


class Entry:
    def __init__(self, text):
        self.flags = set(re.findall(r'[\w-]+', ' '.join(re.findall(r'^#, (.*)$', text, re.MULTILINE))))
        self.obsolete = '#~ ' in text
        values = {}
        for key, strings in re.findall(r'^(msg\w+(?:\[\d+\])?) ((?:"(?:[^"\\]|\\.)*"\n?)+)', text, re.MULTILINE):
            values[key] = ''.join(ast.literal_eval(line) for line in strings.splitlines())
        self.key = (values.get('msgctxt'), values.get('msgid'), values.get('msgid_plural'))
        self.words = [values[key] for key in sorted(values) if key.startswith('msgstr')]


def read(path):
    with open(path, encoding='utf-8') as file:
        entries = [Entry(block + '\n') for block in re.split(r'\n{2,}', file.read().strip())]
    return [entry for entry in entries if entry.key[1] != '']


def sources(source):
    """Files with a string for a person in them."""
    found = set()
    # The reading programs say nothing to a person.
    for folder in ('ui', 'app'):
        for path in glob.glob(os.path.join(source, folder, '*.[ch]')) + glob.glob(os.path.join(source, folder, '*.ui')):
            with open(path, encoding='utf-8') as file:
                text = file.read()
            marked = (re.search(r'translatable="(yes|true|1)"', text) if path.endswith('.ui') else
                      re.search(r'(?<![\w])(?:_|N_|C_|NC_|g_dngettext) \(\s*(?:NULL,\s*)?"', text))
            if marked:
                found.add(os.path.relpath(path, source))
    found |= {os.path.relpath(path, source) for path in glob.glob(os.path.join(source, 'app/data/help/C/*.page'))}
    return found | {os.path.join('app/data', name) for name in SHOWN}


def check_list(source):
    with open(os.path.join(source, 'ui/po/POTFILES')) as file:
        listed = file.read().split('\n')[:-1]
    assert listed == sorted(set(listed)), 'POTFILES is not in order'
    have = sources(source)
    assert len(have) > 50
    assert set(listed) == have, ('to be listed in ui/po/POTFILES', have - set(listed), 'to be taken out', set(listed) - have)


def check_marks(source):
    """What a person reads is marked: in a template, by its attribute."""
    named = re.compile(r'<(?:property|attribute|item) name="(?:label|title|subtitle|description|tooltip-text|placeholder-text)"'
                       r'(?![^>]*translatable)[^>]*>([^<]*[A-Za-z]{2}[^<]*)<')
    for path in glob.glob(os.path.join(source, 'ui/*.ui')):
        with open(path, encoding='utf-8') as file:
            unmarked = [words for words in named.findall(file.read()) if words != 'Scan Vault']
        assert unmarked == [], (path, unmarked)


def check_whole(source):
    """xgettext knows no macros, and would cut a string off at one."""
    for path in glob.glob(os.path.join(source, 'ui/*.c')):
        with open(path, encoding='utf-8') as file:
            cut = re.findall(r'\w+ %" *\w+_FORMAT\b|\w+_FORMAT " \w+', file.read())
        assert cut == [], (path, cut)


def extract(source, folder):
    path = os.path.join(folder, 'fresh.pot')
    run('xgettext', '-f', 'ui/po/POTFILES', '--from-code=UTF-8', '-o', path, *('--keyword=' + word for word in KEYWORDS),
        *('--flag=' + flag for flag in FLAGS), cwd=source, env={**os.environ, 'GETTEXTDATADIRS': os.path.join(source, 'ui/po')})
    strings = {entry.key for entry in read(path)}
    assert len(strings) > 500
    return strings


def places(words):
    return sorted(re.findall(r'<link [^>]*/>', words)), words.count('<gui>'), words.count('<key>')


def check_catalog(path, strings):
    entries = read(path)
    missing = strings - {entry.key for entry in entries}
    assert not missing, (path, 'not there', sorted(str(key) for key in missing))
    for entry in entries:
        assert not entry.obsolete and 'fuzzy' not in entry.flags, (path, entry.key)
        assert entry.words and all(entry.words), (path, 'not translated', entry.key)
        # Help is read as XML, with the same links; blanks and ends of line at the ends are part of a layout.
        for words in entry.words:
            of = entry.key[1]
            assert places(words) == places(of), (path, of, words)
            assert [words[:1].isspace(), words[-1:].isspace()] == [of[:1].isspace(), of[-1:].isspace()], (path, of, words)
    run('msgfmt', '-c', '--check-format', '--check-accelerators=_', '-o', os.devnull, path)


def main(source):
    check_list(source)
    check_marks(source)
    check_whole(source)
    with open(os.path.join(source, 'ui/po/LINGUAS')) as file:
        languages = [line for line in file.read().split('\n') if line and not line.startswith('#')]
    assert 'de' in languages
    have = {os.path.basename(path)[:-3] for path in glob.glob(os.path.join(source, 'ui/po/*.po'))}
    assert have == set(languages), (have, languages)
    with tempfile.TemporaryDirectory(prefix='scanvault-po-') as folder:
        strings = extract(source, folder)
        for language in languages:
            check_catalog(os.path.join(source, 'ui/po', language + '.po'), strings)


main(*sys.argv[1:])
