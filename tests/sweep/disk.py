# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that may lose what was not synced: rebuilt from the log that sweep-record.so writes.

Of a folder's entry every value since the folder's last sync may be what a power loss leaves, whatever became of the
other entries; a rename is two entries, each for itself. Of a file every write since its last sync may be missing,
beginning with any, and what is missing may be cut off or read as zeros. A sync of a file does not keep its name, a sync of a folder
not its own name. After a failed sync nothing that it was to keep counts as kept, ever."""
import hashlib
import itertools
import os
import random
import shutil
import struct

HEAD = struct.Struct("<BBHHHIIQQ")


class Event:
    def __init__(self, kind, failed, handle, value, path, second, data):
        self.kind, self.failed, self.handle, self.value = kind, failed, handle, value
        self.path, self.second, self.data = path, second, data


def read_log(path):
    with open(path, "rb") as file:
        log = file.read()
    events, at = [], 0
    while at < len(log):
        kind, failed, n_path, n_second, _, n_data, _, handle, value = HEAD.unpack_from(log, at)
        at += HEAD.size
        texts = []
        for n in (n_path, n_second, n_data):
            texts.append(log[at:at + n])
            at += n
        events.append(Event(chr(kind), failed, handle, value, texts[0].decode(), texts[1].decode(), texts[2]))
    return events


class Content:
    """Bytes with their hash, made once."""

    def __init__(self, data):
        self.data = bytes(data)
        self.key = hashlib.blake2b(self.data, digest_size=16).digest()


class File:
    def __init__(self):
        self.now = bytearray()
        self.pending = []  # (offset, data) of writes, (length, None) of truncations
        self.durable = Content(b"")
        self.doomed = False
        self.choices = None

    def change(self, offset, data):
        self.pending.append((offset, data))
        self.choices = None
        apply(self.now, offset, data)

    def sync(self, failed):
        self.doomed |= failed
        if not self.doomed:
            self.durable, self.pending, self.choices = Content(self.now), [], None

    def contents(self):
        """What of this file a power loss may leave; the last is all of it."""
        if self.choices is None:
            made, data = [self.durable], bytearray(self.durable.data)
            for offset, piece in self.pending:
                before = len(data)
                apply(data, offset, piece)
                if piece is not None and len(piece) > 1:
                    torn = bytearray(data)
                    torn[offset:] = bytes(len(torn) - offset)
                    made += [Content(torn), Content(data[:max(before, offset + len(piece) // 2)])]
                made.append(Content(data))
            if len(made) > 1 and made[-1].data:
                # All of it there but for its beginning: pages reach a disk in any order.
                made.insert(1, Content(bytes(min(len(data), 4096)) + data[4096:]))
            self.choices = made
        return self.choices


def apply(data, offset, piece):
    if piece is None:
        del data[offset:]
        data.extend(bytes(offset - len(data)))
    else:
        if len(data) < offset:
            data.extend(bytes(offset - len(data)))
        data[offset:offset + len(piece)] = piece


class Folder:
    def __init__(self):
        self.now = {}
        self.durable = {}
        self.pending = {}  # name -> values since the last sync
        self.doomed = False

    def set(self, name, node):
        if name not in self.pending:
            self.pending[name] = [self.durable.get(name)]
        self.pending[name].append(node)
        if node is None:
            self.now.pop(name, None)
        else:
            self.now[name] = node

    def sync(self, failed):
        self.doomed |= failed
        if not self.doomed:
            self.durable, self.pending = dict(self.now), {}


class Disk:
    def __init__(self):
        self.root = Folder()
        self.open = {}

    def load(self, path):
        """Takes a folder as it is, all of it durable."""
        def take(path, folder):
            for entry in os.scandir(path):
                if entry.is_dir(follow_symlinks=False):
                    node = Folder()
                    take(entry.path, node)
                else:
                    node = File()
                    with open(entry.path, "rb") as file:
                        node.now = bytearray(file.read())
                    node.sync(False)
                folder.now[entry.name] = node
            folder.sync(False)
        take(path, self.root)

    def find(self, path):
        node = self.root
        for part in path.split("/") if path else []:
            node = node.now[part]
        return node

    def parent(self, path):
        folder, _, name = path.rpartition("/")
        return self.find(folder), name

    def step(self, event):
        kind = event.kind
        if kind == "S":
            self.open[event.handle].sync(event.failed)
        elif kind == "D":
            self.find(event.path).sync(event.failed)
        elif event.failed or kind == "A":
            pass
        elif kind == "O":
            folder, name = self.parent(event.path)
            if event.value & 1:
                folder.set(name, File())
            self.open[event.handle] = folder.now[name]
            if event.value & 2 and not event.value & 1:
                self.open[event.handle].change(0, None)
        elif kind == "W":
            self.open[event.handle].change(event.value, event.data)
        elif kind == "T":
            self.open[event.handle].change(event.value, None)
        elif kind == "R":
            source, old = self.parent(event.path)
            target, new = self.parent(event.second)
            node = source.now[old]
            source.set(old, None)
            target.set(new, node)
        elif kind in "UN":
            folder, name = self.parent(event.path)
            folder.set(name, None)
        elif kind == "M":
            folder, name = self.parent(event.path)
            folder.set(name, Folder())
        else:
            raise ValueError(kind)

    def axes(self, quiet):
        """Everything that is not sure: (key, number of choices, whether it is worth trying every choice of it)."""
        found = []

        def look(folder, path):
            loud = not quiet(path)
            for name, values in folder.pending.items():
                found.append(((id(folder), name), len(values), loud))
            for name in {**folder.durable, **folder.now, **folder.pending}:
                for node in set(folder.pending.get(name, ())) | {folder.durable.get(name), folder.now.get(name)}:
                    inner = path + "/" + name if path else name
                    if isinstance(node, Folder) and id(node) not in seen:
                        seen.add(id(node))
                        look(node, inner)
                    elif isinstance(node, File) and node.pending and id(node) not in seen:
                        seen.add(id(node))
                        found.append(((id(node), None), len(node.contents()), not quiet(inner)))
        seen = set()
        look(self.root, "")
        return found

    def state(self, choice):
        """path -> Content, or None for a folder, when each axis takes its choice; without one, the newest value."""
        tree = {}

        def take(folder, path):
            names = folder.durable.keys() | folder.pending.keys() | folder.now.keys()
            for name in names:
                values = folder.pending.get(name)
                if values is None:
                    node = folder.durable.get(name)
                else:
                    node = values[choice.get((id(folder), name), len(values) - 1)]
                if node is None:
                    continue
                inner = path + "/" + name if path else name
                if isinstance(node, Folder):
                    if inner not in tree:
                        tree[inner] = None
                        take(node, inner)
                else:
                    contents = node.contents()
                    tree[inner] = contents[choice.get((id(node), None), len(contents) - 1)]
        take(self.root, "")
        return tree

    def choices(self, quiet, limit, rng):
        """Ways to lose: all of them where they are few, else some at random. The first loses nothing, the second all
        that can be lost."""
        axes = self.axes(quiet)
        loud = [(key, n) for key, n, is_loud in axes if is_loud]
        soft = [(key, n) for key, n, is_loud in axes if not is_loud]
        total = 1
        for _, n in loud:
            total *= n
            if total > limit:
                break
        yield {}
        yield {key: 0 for key, _, _ in axes}
        if total <= limit:
            for picks in itertools.product(*(range(n) for _, n in loud)):
                yield {**dict(zip((key for key, _ in loud), picks)), **{key: rng.randrange(n) for key, n in soft}}
        else:
            for _ in range(limit):
                yield self.random_choice(axes, rng)

    def random_choice(self, axes, rng):
        lost = rng.choice((0.1, 0.5, 0.9))
        return {key: rng.randrange(n) for key, n, _ in axes if rng.random() < lost}


def fingerprint(tree):
    sums = sorted((path, content.key if content is not None else b"") for path, content in tree.items())
    return hashlib.blake2b(repr(sums).encode(), digest_size=16).digest()


class Stage:
    """A real folder that is brought from state to state by its differences alone."""

    def __init__(self, folder):
        self.folder = folder
        self.marks = {}  # path -> (content, inode, time, size), None for a folder
        os.makedirs(folder)

    def path(self, path):
        return os.path.join(self.folder, path)

    def look(self):
        """What a look shows to have been changed by those who were let in is forgotten, or taken away."""
        seen = set()

        def walk(path):
            for entry in os.scandir(self.path(path)):
                inner = path + "/" + entry.name if path else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if inner in self.marks and self.marks[inner] is not None or inner not in self.marks:
                        shutil.rmtree(entry.path)
                        continue
                    seen.add(inner)
                    walk(inner)
                else:
                    info, mark = entry.stat(follow_symlinks=False), self.marks.get(inner)
                    if mark is None or mark[1:] != (info.st_ino, info.st_mtime_ns, info.st_size):
                        os.unlink(entry.path)
                        self.marks.pop(inner, None)
                    else:
                        seen.add(inner)
        walk("")
        self.marks = {path: mark for path, mark in self.marks.items() if path in seen}

    def show(self, tree):
        self.look()
        for path in sorted(self.marks.keys() - tree.keys(), reverse=True):
            if self.marks.pop(path) is None:
                os.rmdir(self.path(path))
            else:
                os.unlink(self.path(path))
        for path in sorted(tree):
            content = tree[path]
            mark = self.marks.get(path)
            if content is None:
                if path in self.marks and mark is not None:
                    os.unlink(self.path(path))
                if path not in self.marks or mark is not None:
                    os.mkdir(self.path(path), 0o700)
                    self.marks[path] = None
            elif mark is None or mark[0].key != content.key:
                if path in self.marks and mark is None:
                    shutil.rmtree(self.path(path))
                with open(self.path(path), "wb") as file:
                    file.write(content.data)
                info = os.stat(self.path(path))
                self.marks[path] = (content, info.st_ino, info.st_mtime_ns, info.st_size)
