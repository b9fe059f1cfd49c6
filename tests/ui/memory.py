# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches the memory of a running process."""
import os
import re


def can_read(pid):
    try:
        with open(f'/proc/{pid}/mem', 'rb') as memory, open(f'/proc/{pid}/maps') as maps:
            memory.seek(int(maps.readline().split('-')[0], 16))
            return len(memory.read(16)) == 16
    except OSError:
        return False


def ranges(pid):
    with open(f'/proc/{pid}/maps') as maps:
        for line in maps:
            start, end, rights, rest = re.match(r'([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)', line).groups()
            if rights[0] == 'r' and rest not in ('[vvar]', '[vsyscall]', '[vvar_vclock]'):
                yield int(start, 16), int(end, 16)


def search(pid, needles):
    """Which of the named byte strings stand in any readable memory of the process: {name: number of places}."""
    found = dict.fromkeys(needles, 0)
    longest = max(map(len, needles.values()))
    with open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
        for start, end in ranges(pid):
            kept = b''
            for at in range(start, end, 1 << 20):
                try:
                    memory.seek(at)
                    part = kept + memory.read(min(1 << 20, end - at))
                except OSError:  # guard pages, and what was given back meanwhile
                    kept = b''
                    continue
                for name, needle in needles.items():
                    found[name] += part.count(needle)
                kept = part[-(longest - 1):] if longest > 1 else b''
    return {name: places for name, places in found.items() if places}


def exists(pid):
    return os.path.exists(f'/proc/{pid}')
