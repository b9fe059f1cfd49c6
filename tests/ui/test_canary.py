# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk once more with every system call written down: the patient's name and the passphrase's words go through
import, view, share and lock, and stand in no file, no path and no argument list.

usage: test_canary.py SCANVAULT DRAGSOURCE SAMPLE_FOLDER"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIP = 77
NAMES = ['quillfeather', 'ottoline', 'qf-7731904']
CALLS = ('write,pwrite64,writev,pwritev,pwritev2,openat,open,creat,execve,rename,renameat,renameat2,link,linkat,symlink,'
         'symlinkat,mkdir,mkdirat,socket,connect')
# A descriptor that is a file on a disk: "write(5</path>, …". Memory files have no name on any disk.
TO_A_FILE = re.compile(r'p?writev?(?:64|2)?\(\d+<(/(?!memfd:|dev/|proc/)[^>]*)>')


def complaints(trace):
    for line in trace:
        lowered = line.lower()
        if re.search(r'socket\(AF_(INET6?|PACKET)', line):
            yield 'an internet socket', line
        if not any(name in lowered for name in NAMES):
            continue
        call = re.sub(r'^\d+ +', '', line)
        if call.startswith(('write', 'pwrite')):
            if TO_A_FILE.match(call):
                yield 'the name is written to a file', line
        elif not call.startswith(('connect', 'socket')):
            yield 'the name is in a path or an argument', line


def main(scanvault, dragsource, sample):
    if shutil.which('strace') is None:
        sys.exit(SKIP)
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory(prefix='scanvault-canary-') as folder:
        trace, wrapper = os.path.join(folder, 'trace'), os.path.join(folder, 'scanvault')
        # -D: the program keeps the process number by which the walk finds it.
        with open(wrapper, 'w') as file:
            file.write(f'#!/bin/sh\nexec strace -D -f --seccomp-bpf -y -qq -s 200000 -e trace={CALLS} -o "{trace}" "{scanvault}" "$@"\n')
        os.chmod(wrapper, 0o755)
        if subprocess.run(['strace', '-qq', '-o', '/dev/null', 'true'], capture_output=True).returncode:
            sys.exit(SKIP)
        # A traced program is slow, and slower on a busy machine.
        subprocess.run([sys.executable, os.path.join(here, 'test_walk.py'), wrapper, dragsource, sample], check=True,
                       env={**os.environ, 'UI_PATIENCE': '6'})
        with open(trace, encoding='latin-1') as lines:
            recorded = lines.readlines()
    assert len(recorded) > 1000, 'nothing was recorded'
    assert any('/Vault/o/' in line for line in recorded), 'the vault was not seen to be written'
    found = list(complaints(recorded))
    for what, line in found[:10]:
        print(f'{what}: {line[:600]}')
    print(f'{len(recorded)} calls looked at, {len(found)} complaints')
    sys.exit(1 if found else 0)


main(*sys.argv[1:])
