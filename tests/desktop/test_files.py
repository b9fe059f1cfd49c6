# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop, the shell and the packager read is well formed and says the same as the program.

usage: test_files.py SOURCE SCANVAULT_CLI MANUAL SERVICE DESKTOP METAINFO MIME"""
import json
import os
import re
import subprocess
import sys
import tempfile

ID = 'io.github.scanvault.ScanVault'


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout + done.stderr


def check_desktop(desktop, metainfo):
    """As they are installed, with the words of all languages."""
    said = run('desktop-file-validate', desktop)
    assert said == '', said
    run('appstreamcli', 'validate', '--no-net', metainfo)
    with open(desktop) as file:
        assert '\nGenericName[de]=Medizinische Aufnahmen\n' in file.read()
    with open(metainfo) as file:
        assert '<p xml:lang="de">Scan Vault ist kein Medizinprodukt.</p>' in file.read()


def check_service(service):
    with open(service) as file:
        text = file.read()
    assert f'Name={ID}\n' in text and re.search(r'^Exec=/\S+/scanvault --gapplication-service$', text, re.MULTILINE), text


def check_flatpak(data):
    """A Flatpak of it has a window, learns when the screen locks, and may ask for a folder to be shown: files come through
    the portals."""
    with open(data(ID + '.json')) as file:
        manifest = json.load(file)
    assert manifest['app-id'] == ID and manifest['command'] == 'scanvault'
    assert sorted(manifest['finish-args']) == [
        '--device=dri', '--share=ipc', '--socket=fallback-x11', '--socket=wayland',
        '--system-talk-name=org.freedesktop.login1', '--talk-name=org.freedesktop.FileManager1',
        '--talk-name=org.freedesktop.ScreenSaver', '--talk-name=org.gnome.ScreenSaver']
    for module in manifest['modules']:
        assert 'build-options' not in module, module['name']
        for source in module['sources']:
            assert source['type'] == 'dir' or re.fullmatch('[0-9a-f]{64}', source['sha256']), source


def check_disc(mime):
    """A disc with a DICOMDIR is told from one without."""
    with tempfile.TemporaryDirectory(prefix='scanvault-mime-') as folder:
        packages = os.path.join(folder, 'mime', 'packages')
        os.makedirs(packages)
        with open(mime) as file, open(os.path.join(packages, ID + '.xml'), 'w') as copy:
            copy.write(file.read())
        run('update-mime-database', os.path.join(folder, 'mime'))
        with open(os.path.join(folder, 'mime', 'treemagic'), 'rb') as file:
            tree = file.read()
    assert b'x-content/x-scanvault-disc' in tree and b'DICOMDIR' in tree, tree


def check_manuals(data, cli, manual):
    verbs = re.findall(r'^  ([a-z]+)  +\S', run(cli, '--help'), re.MULTILINE)
    with open(manual) as file:
        text = file.read()
    assert len(verbs) > 15
    for verb in verbs:
        assert f'\n.SS {verb}' in text, verb
        for option in re.findall(r' (--[a-z-]+)', run(cli, verb, '--help')):
            assert option == '--help' or option.replace('-', r'\-') in text, (verb, option)
    for page in (manual, data('man/scanvault.1')):
        said = [line for line in subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', page], capture_output=True,
                                                text=True).stdout.splitlines() if 'missing date' not in line]
        assert said == [], said


def complete(data, cli, *words):
    script = f'''source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() {{ :; }}
                 _scanvault_cli "$1"; printf '%s\\n' "${{COMPREPLY[@]}}"'''
    return run('bash', '-c', script, 'bash', data('scanvault-cli.bash-completion'), cli, *words).split()


def check_completion(data, cli):
    assert complete(data, cli, 'imp') == ['import']
    assert {'create', 'share', 'inspect'} <= set(complete(data, cli, '--passphrase-file', 'x', ''))
    assert complete(data, cli, '--js') == ['--json']
    assert complete(data, cli, 'import', '--no-r') == ['--no-read-back']
    assert complete(data, cli, 'share', 'vault', '--prof') == ['--profile=']
    assert complete(data, cli, '--passphrase-file', '') == []


def check_help(source, data):
    """Well formed, every link leads to a page, every page is listed in the program and is reached from the first."""
    folder = data('help/C')
    pages = sorted(name[:-len('.page')] for name in os.listdir(folder))
    run('xmllint', '--noout', *[os.path.join(folder, page + '.page') for page in pages])
    for page in pages:
        with open(os.path.join(folder, page + '.page')) as file:
            text = file.read()
        assert f'id="{page}"' in text and '<desc>' in text, page
        assert set(re.findall('xref="([^"]*)"', text)) <= set(pages), page
        assert page == 'index' or 'type="guide" xref="index"' in text, page
        assert 'href=' not in text, page
        words = re.sub('<[^>]*>', ' ', text).lower()
        for word in ('dicom', 'modality', 'anonym', 'decrypt', 'sop '):
            assert word not in words, (page, word)
    with open(os.path.join(source, 'ui/scanvault.gresource.xml')) as file:
        assert sorted(re.findall(r'alias="help/([a-z-]+)\.page">C/\1\.page', file.read())) == pages
    with open(os.path.join(source, 'ui/help_window.c')) as file:
        topics = re.search(r'topics\[\] = {([^}]*)}', file.read())[1]
    assert sorted(re.findall('"([a-z-]+)"', topics)) == [page for page in pages if page != 'index']


def packages(source):
    with open(os.path.join(source, 'app/data/packages.debian')) as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith('#')]
    return {package for kind, package in rows if kind == 'run'}


def check_package(source):
    """One list of dependencies: what the package is built with is in it."""
    with open(os.path.join(source, 'debian/control')) as file:
        field = re.search(r'^Build-Depends:((?:.*\n)(?: .*\n)*)', file.read(), re.MULTILINE)[1]
    needed = {re.sub(r'\(.*\)', '', item).strip() for item in field.split(',')} - {''}
    # What every package is built with is not named in one, and what a program needs to run is found out from it.
    implied = {'build-essential', 'libglib2.0-bin', 'adwaita-icon-theme', 'librsvg2-common', 'fonts-dejavu-core',
               'poppler-data', 'ninja-build'}
    assert needed - {'debhelper-compat'} == packages(source) - implied, needed ^ (packages(source) - implied)


def main(source, cli, manual, service, desktop, metainfo, mime):
    def data(name):
        return os.path.join(source, 'app/data', name)

    check_desktop(desktop, metainfo)
    check_service(service)
    check_flatpak(data)
    check_disc(mime)
    check_manuals(data, cli, manual)
    check_completion(data, cli)
    check_help(source, data)
    check_package(source)


main(*sys.argv[1:])
