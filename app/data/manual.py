#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual page of scanvault-cli, out of what it says about itself: manual.py SCANVAULT_CLI OUTPUT"""
import os
import re
import subprocess
import sys

HEAD = r'''.\" Made by manual.py out of scanvault-cli --help.
.TH SCANVAULT\-CLI 1 "" "Scan Vault" "User Commands"
.SH NAME
scanvault\-cli \- keep medical scans in an encrypted vault and share checked copies of them
.SH SYNOPSIS
.B scanvault\-cli
.RB [ \-\-passphrase\-file
.IR FILE ]
.RB [ \-\-json ]
.RB [ \-\-quiet ]
.I VERB
.RI [ ARGUMENTS ]
.SH DESCRIPTION
Does what
.BR scanvault (1)
does, without a window.
The passphrase is what
.I FILE
holds; without a file the terminal is asked for it.
With
.B \-\-json
the answer is one JSON object on standard output.
.SH VERBS
'''
TAIL = r'''.SH EXIT STATUS
.TP
0
All of it was done.
.TP
1
Done in part: the answer lists what failed and why; what it does not list is durable.
.TP
2
The arguments make no sense, or could mean several things.
.TP
3
The passphrase or recovery key is wrong.
.TP
4
Damage or tampering was found in the vault.
.TP
5
Refused to protect privacy; nothing was left behind.
.TP
6
The system failed: a full disk, no permission, no such file or item, a vault that is open elsewhere, a folder for copies that is not empty.
.SH SEE ALSO
.BR scanvault (1)
'''


def said(cli, *words):
    environment = {**os.environ, 'LC_ALL': 'C.UTF-8'}
    return subprocess.run([cli, *words, '--help'], check=True, capture_output=True, text=True, env=environment).stdout


def roff(text):
    text = text.replace('\\', r'\e').replace('-', r'\-')
    return '\\&' + text if text[:1] in ".'" else text


def section(cli, verb, purpose):
    lines = said(cli, verb).splitlines()
    usage = lines[1].strip().replace(' [OPTION…]', '')
    options = [re.fullmatch(r'  (-\S.*?)  +(\S.*)', line) for line in lines[lines.index('Help Options:'):]]
    text = [f'.SS {roff(usage)}', roff(purpose[0].upper() + purpose[1:]) + '.']
    text += [roff(line) for line in lines[2:lines.index('Help Options:')] if line]
    for option in options:
        if option and option[1] != '-h, --help':
            text += ['.TP', f'.B {roff(option[1])}', roff(option[2]) + '.']
    return text


def main(cli, output):
    verbs = re.findall(r'^  ([a-z]+)  +(\S.*)$', said(cli), re.MULTILINE)
    body = [line for verb, purpose in verbs for line in section(cli, verb, purpose)]
    with open(output, 'w', encoding='utf-8') as file:
        file.write(HEAD + '\n'.join(body) + '\n' + TAIL)


main(*sys.argv[1:])
