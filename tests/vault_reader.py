#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent reader of vaults, written from crypto/FORMAT.md; shares no code with the program.

vault_reader.py VAULT (--passphrase-file FILE | --sheet-file FILE) (--list | --json | --extract DIR)
Exit codes: 0 all was consistent, 3 wrong secret, 4 damage (what could be read is printed or extracted all the same).
Files are written from the best place that is whole; parity is left to the program."""
import argparse
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import unicodedata

import nacl.bindings
import nacl.exceptions
import zstandard

CHUNK, STORED, HEADER, BLOCK = 65536, 65552, 96, 262144
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Damage(Exception):
    pass


class WrongSecret(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Damage(what)


def b2(data, size, key=b""):
    return hashlib.blake2b(data, digest_size=size, key=key).digest()


def derive_keys(seed):
    master = b2(seed, 32, b"scanvlt1 master seed")
    return [None] + [hashlib.blake2b(b"", digest_size=32, key=master, salt=struct.pack("<Q8x", number),
                                     person=b"scanvlt1".ljust(16, b"\0")).digest() for number in range(1, 7)]


def seed_from_sheet(text):
    text = re.sub(r"[\s-]", "", text).upper().replace("O", "0").replace("I", "1").replace("L", "1")
    if len(text) != 36 or any(c not in ALPHABET for c in text):
        raise WrongSecret("not a recovery sheet")
    bits = 0
    for c in text:
        bits = bits << 5 | ALPHABET.index(c)
    seed, check = (bits >> 20).to_bytes(20, "big"), bits & 0xFFFFF
    if int.from_bytes(b2(seed, 32)[:3], "big") >> 4 != check:
        raise WrongSecret("the sheet's checksum does not fit")
    return seed


def seed_from_slots(slots, vault_id, passphrase):
    passphrase = unicodedata.normalize("NFC", passphrase.decode()).encode()
    good = 0
    for slot in slots:
        if len(slot) != 144 or slot[:8] != b"SVSLOT1\n" or slot[136:] != b2(slot[:136], 32)[:8] or slot[8:24] != vault_id:
            continue
        good += 1
        passes, memory = struct.unpack_from("<II", slot, 36)
        need(slot[32] == 1 and slot[33] == 2 and 1 <= passes <= 16 and 8192 <= memory <= 1048576, "a slot's numbers")
        kek = nacl.bindings.crypto_pwhash_alg(32, passphrase, slot[48:64], passes, memory * 1024,
                                              nacl.bindings.crypto_pwhash_ALG_ARGON2ID13)
        try:
            text = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(slot[88:136], slot[:64], slot[64:88], kek)
        except nacl.exceptions.CryptoError:
            continue
        need(text[20:] == bytes(12), "a slot's end")
        return text[:20]
    need(good, "no slot is undamaged")
    raise WrongSecret("no slot opens with this passphrase")


def unseal(data, kind, key, vault_id, what):
    need(len(data) >= HEADER + 16 and data[:8] == b"SVSEAL1\n" and data[8] == kind and data[9] == 16 and
         data[10:16] == bytes(6), what + ": header")
    need(data[16:32] == vault_id, what + ": belongs to another vault")
    both = b2(data[:64], 64, key)
    need(hmac.compare_digest(both[32:], data[64:96]), what + ": commitment")
    body, text = data[HEADER:], []
    count = (len(body) + STORED - 1) // STORED
    for i in range(count):
        nonce = struct.pack("<QB15x", i, i == count - 1)
        try:
            text.append(nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(body[i * STORED:(i + 1) * STORED], b"",
                                                                                 nonce, both[:32]))
        except nacl.exceptions.CryptoError:
            raise Damage(f"{what}: chunk {i}")
    return b"".join(text)


def decode_block(codec, length, stored, size):
    if length >> 31:
        need(len(stored) == size, "raw block")
        return stored
    need(codec == 1 or codec == 2 and len(stored) > 6, "codec")
    text = zstandard.ZstdDecompressor().decompress(stored[6 * (codec - 1):], max_output_size=size)
    need(len(text) == size, "block size")
    if codec == 1:
        return text
    columns, start = struct.unpack_from("<HI", stored)
    plain = start & ~1 if start < size else size
    words, row = (size - plain) // 2, []
    inside = columns + 1 if columns else words
    for low, high in zip(text[plain:plain + words], text[plain + words:plain + 2 * words]):
        z, i = low | high << 8, len(row)
        if i < inside:
            guess = row[-1] if row else 0
        else:
            guess = 3 * (row[-1] + row[i - columns]) - 2 * row[i - columns - 1] + 2 >> 2
        word = guess + ((z >> 1) ^ -(z & 1)) & 0xFFFF
        row.append(word - 0x10000 if word > 0x7FFF else word)
    return text[:plain] + struct.pack("<%dh" % words, *row) + text[plain + 2 * words:]


def pairs_of(data, at, count):
    """Heads: the highest seq of each writer."""
    need(at + 16 * count <= len(data), "heads")
    return {writer: seq for writer, seq in struct.iter_unpack("<QQ", data[at:at + 16 * count])}


class Vault:
    def __init__(self, folder, passphrase=None, sheet=None):
        self.folder = folder
        self.wounds = []  # damage that a second copy makes good
        self.losses = []  # damage that none does
        self.lost = []  # (writer, first, last): records that were given up
        self.unlock(passphrase, sheet)
        self.bundles, self.fields = {}, {}
        # id -> [(clock, writer, seq, bundle, size, role)], [(writer, seq)], [(writer, seq, heads)]
        self.places, self.keeps, self.tombstones = {}, {}, {}
        self.heads, self.arriving = {}, []  # highest seq that anybody saw of a writer; what of it is not here
        self.ranges = []  # (writer, first, last) of snapshots
        self.hashes = {}  # (writer, seq) -> hashes of the records that bear this number
        self.before = {}  # (writer, seq) -> the hashes that they name for the record before
        self.read_journal()
        self.judge_slots(passphrase)
        self.members = self.living()

    def unlock(self, passphrase, sheet):
        """Either copy of vault.id will do; which one is whole is known when the keys are. Without any, the header of a
        sealed file that the key fits tells the id."""
        copies = [self.read_or_none(name) for name in ("vault.id", "vault.id.2")]
        whole = [data for data in copies if data is not None and len(data) == 64 and data[:8] == b"SVAULT1\n"]
        slots = self.read_slots()
        answers = []
        ids = [data[8:24] for data in whole]
        ids += [slot[8:24] for slot in slots if len(slot) == 144 and slot[:8] == b"SVSLOT1\n"]
        ids += [header[16:32] for header in self.sealed_headers()]
        for vault_id in dict.fromkeys(ids):
            try:
                seed = seed_from_sheet(sheet) if sheet is not None else seed_from_slots(slots, vault_id, passphrase)
            except (Damage, WrongSecret) as answer:
                answers.append(answer)
                continue
            self.keys, self.vault_id = derive_keys(seed), vault_id
            right = [data for data in whole if data[8:24] == vault_id and
                     hmac.compare_digest(b2(data[:32], 32, self.keys[4]), data[32:])]
            if right or any(header[16:32] == vault_id and self.proves(header) for header in self.sealed_headers()):
                need(not right or struct.unpack_from("<H", right[0], 26)[0] <= 1, "a newer format")
                if not right or copies != right[:1] * 2:
                    self.wounds.append("vault.id or its copy")
                return
            answers.append(WrongSecret("the seed is not this vault's"))
        raise next((answer for answer in answers if isinstance(answer, WrongSecret)), (answers + [Damage("vault.id")])[0])

    def sealed_headers(self):
        for top in ("j", "j2", "o"):
            for folder in self.names_in(top):
                for name in self.names_in(top, folder):
                    header = (self.read_or_none(top, folder, name) or b"")[:HEADER]
                    if len(header) == HEADER and header[:8] == b"SVSEAL1\n":
                        yield header

    def proves(self, header):
        key = {1: 1, 2: 3, 3: 3, 5: 1}.get(header[8])
        return key is not None and hmac.compare_digest(b2(header[:64], 64, self.keys[key])[32:], header[64:])

    def slot_copies(self):
        """Name -> the copies that are there."""
        slots = {}
        for folder in ("keys", "keys2"):
            for name in self.names_in(folder):
                if re.fullmatch("[0-9a-f]{16}[.]slot", name):
                    slots.setdefault(name, []).append(self.read_or_none(folder, name) or b"")
        return slots

    def read_slots(self):
        slots = self.slot_copies()
        for name, copies in slots.items():
            if len(copies) != 2 or copies[0] != copies[1]:
                self.wounds.append("one copy of slot " + name)
        return list(dict.fromkeys(copy for name in sorted(slots) for copy in slots[name]))

    def judge_slots(self, passphrase):
        """What is left of a removed slot is no damage and opens nothing; the same passphrase may have been set again."""
        self.removed = removed = {entity for (entity, field), (_, value) in self.fields.items()
                                  if field == 0xFF00 and value}
        left_over = ["one copy of slot %s.slot" % entity.hex() for entity in removed]
        self.wounds = [wound for wound in self.wounds if wound not in left_over]
        slots = [copy for copies in self.slot_copies().values() for copy in copies]
        standing = list(dict.fromkeys(slot for slot in slots if slot[24:32] not in removed))
        if passphrase is not None and any(slot[24:32] in removed for slot in slots):
            try:
                seed_from_slots(standing, self.vault_id, passphrase)
            except Damage:
                raise WrongSecret("the slot of this passphrase was removed") from None

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def names_in(self, *parts):
        try:
            return sorted(os.listdir(self.path(*parts)))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def read_or_none(self, *parts):
        """None too for what is no file: a vault is made of files and folders alone."""
        path = self.path(*parts)
        if os.path.islink(path) or not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read()

    def read_journal(self):
        need(os.path.isdir(self.path("j")) or os.path.isdir(self.path("j2")), "the journal is gone")
        names = {(writer, name) for journal in ("j", "j2") for writer in self.names_in(journal)
                 if re.fullmatch("[0-9a-f]{16}", writer) for name in self.names_in(journal, writer)
                 if re.fullmatch("s?[0-9]{10}-[0-9a-f]{16}", name)}
        unread = []
        for writer, name in sorted(names):
            found = [self.read_or_none(journal, writer, name) for journal in ("j", "j2")]
            copies = [data for data in found if data is not None and b2(data, 32)[:8].hex() == name[-16:]]
            try:
                need(copies, "no copy of it is whole")
                self.read_record(copies[0], int(writer, 16), name)
            except (Damage, struct.error) as damage:
                unread.append((int(writer, 16), int(name[-27:-17]), f"record {name} of {writer}: {damage}"))
                continue
            if len(copies) < 2:
                self.wounds.append("one copy of record " + name)
        self.losses += [what for number, seq, what in unread if not self.is_given_up(number, seq)]
        self.check_chains()

    def is_given_up(self, writer, seq):
        return any(by == writer and first <= seq <= last for by, first, last in self.lost)

    def read_record(self, data, writer, name):
        snapshot = name[0] == "s"
        text = unseal(data, 3 if snapshot else 2, self.keys[3], self.vault_id, "file")
        number, seq, previous, clock, heads, count = struct.unpack_from("<QQ32sQHI", text)
        need(number == writer and seq == int(name[-27:-17]), "its own number")
        padding = struct.unpack_from("<I", text, len(text) - 4)[0]
        seen = pairs_of(text, 62, heads)
        for other, last in seen.items():
            self.heads[other] = max(last, self.heads.get(other, 0))
        if snapshot:
            self.hashes.setdefault((writer, seq), set()).add(previous)
        else:
            self.hashes.setdefault((writer, seq), set()).add(b2(data, 32))
            self.before.setdefault((writer, seq), set()).add(previous)
        self.fold(text[62 + 16 * heads:len(text) - 4 - padding], count, (clock, writer, seq), seen, snapshot)

    def check_chains(self):
        """Every record but a writer's first follows one that is there, or that stands in a snapshot."""
        for (writer, seq), named in self.before.items():
            covered = any(by == writer and first < seq <= last + 1 for by, first, last in self.ranges)
            for previous in named:
                first = previous == bytes(32) and seq == 1
                given_up = self.is_given_up(writer, seq - 1)
                if not first and not covered and not given_up and previous not in self.hashes.get((writer, seq - 1), ()):
                    self.losses.append(f"the record before {seq} of {writer:016x}")
        for writer, seq in self.heads.items():
            if not any(by == writer and at >= seq for by, at in self.hashes) and not self.is_given_up(writer, seq):
                self.arriving.append(f"record {seq} of {writer:016x}")

    def fold(self, operations, count, stamp, heads, snapshot):
        at = 0
        for number in range(count):
            kind, size = struct.unpack_from("<BI", operations, at)
            body = operations[at + 5:at + 5 + size]
            need(len(body) == size, "operation")
            at += 5 + size
            clock, writer, seq = stamp
            if kind == 1:
                self.bundles[body[:32]] = {"salt": body[32:64], "size": struct.unpack_from("<Q", body, 64)[0],
                                           "count": struct.unpack_from("<I", body, 72)[0]}
            elif kind == 2:
                need(body[:32] in self.bundles, "members of no bundle")
                for i in range(32, size, 41):
                    member, length, role = struct.unpack_from("<32sQB", body, i)
                    self.places.setdefault(member, []).append((clock, writer, seq, body[:32], length, role & 0x7F))
                    if role & 0x80 == 0:
                        self.keeps.setdefault(member, []).append((writer, seq))
            elif kind == 3:
                field, length = struct.unpack_from("<HB", body)
                key = (body[3:3 + length], field)
                if key not in self.fields or self.fields[key][0] <= stamp[:2]:
                    self.fields[key] = (stamp[:2], body[3 + length:])
            elif kind == 4:
                need(snapshot, "a stamp in a record")
                clock, seq, n = struct.unpack_from("<QQH", body)
                stamp, heads = (clock, stamp[1], seq), pairs_of(body, 18, n)
            elif kind == 5:
                for i in range(0, size, 32):
                    self.keeps.setdefault(body[i:i + 32], []).append((writer, seq))
            elif kind == 6:
                for i in range(0, size, 32):
                    self.tombstones.setdefault(body[i:i + 32], []).append((writer, seq, heads))
            elif kind == 11:
                self.lost += struct.iter_unpack("<QQQ", body)
            elif kind == 9:
                need(snapshot and number == 0, "a range in its place")
                self.ranges.append((writer, struct.unpack("<Q", body)[0], seq))
        need(at == len(operations), "operations end")

    def living(self):
        """id -> its places, best first, of the members that are there."""
        def gone(member, writer, seq):
            return any(writer == by and seq < at or heads.get(writer, -1) >= seq and writer != by
                       for by, at, heads in self.tombstones.get(member, ()))

        members = {}
        for member, places in self.places.items():
            kept = any(not gone(member, *keep) for keep in self.keeps.get(member, ()))
            seen = [gone(member, place[1], place[2]) for place in places]
            if kept or member not in self.tombstones:
                order = sorted(range(len(places)), key=lambda i: (not seen[i], places[i][:2]), reverse=True)
                members[member] = [{"bundle": places[i][3], "size": places[i][4], "role": places[i][5]} for i in order]
        return members

    def read_bundle(self, name):
        """Yields (id, name, role, mtime, bytes) of every member, verified."""
        hexed = name.hex()
        data = self.read_or_none("o", hexed[:2], hexed)
        need(data is not None, "bundle is missing: " + hexed)
        need(b2(data, 32) == name and len(data) == self.bundles[name]["size"] and data[32:64] == self.bundles[name]["salt"],
             "bundle " + hexed)
        text = unseal(data, 1, self.keys[1], self.vault_id, "bundle " + hexed)
        footer_size, padding = struct.unpack_from("<II", text, len(text) - 8)
        footer = text[len(text) - 8 - padding - footer_size:len(text) - 8 - padding]
        version, count = struct.unpack_from("<II", footer)
        need(version == 1, "footer")
        at, block_at = 8, 0
        for _ in range(count):
            member, size, codec, log2, role, name_size = struct.unpack_from("<32sQBBBxH", footer, at)
            need(log2 == 18, "block size")
            at += 46
            label = footer[at:at + name_size]
            mtime, blocks = struct.unpack_from("<QI", footer, at + name_size)
            at += name_size + 12
            parts = []
            for i in range(blocks):
                length = struct.unpack_from("<I", footer, at)[0]
                at += 4
                stored = text[block_at:block_at + (length & 0x7FFFFFFF)]
                block_at += length & 0x7FFFFFFF
                parts.append(decode_block(codec, length, stored, min(BLOCK, size - i * BLOCK)))
            content = b"".join(parts)
            need(len(content) == size and b2(content, 32, self.keys[2]) == member, "member " + member.hex())
            yield member, label, role, mtime, content
        need(at == len(footer), "footer's end")

    def read_members(self):
        """Yields (id, name, role, mtime, bytes) of every member that is there, once, from the best place that is whole."""
        left, rank = dict(self.members), 0
        while any(rank < len(places) for places in left.values()):
            wanted = {}
            for member, places in left.items():
                if rank < len(places):
                    wanted.setdefault(places[rank]["bundle"], {})[member] = places[rank]
            for name, members in wanted.items():
                try:
                    for member, label, role, mtime, content in self.read_bundle(name):
                        place = members.get(member)
                        if place is None or member not in left:
                            continue
                        need(place["size"] == len(content) and place["role"] == role, "member table")
                        del left[member]
                        yield member, label, role, mtime, content
                except (Damage, struct.error, zstandard.ZstdError) as damage:
                    self.losses.append(str(damage))
            rank += 1
        self.losses += ["member " + member.hex() for member in left]


def safe_path(folder, label, taken):
    parts = [part for part in label.split(b"/") if part not in (b"", b".", b"..")] or [b"file"]
    path, number = os.path.join(os.fsencode(folder), *parts), 1
    stem, dot, extension = path.rpartition(b".") if b"." in parts[-1][1:] else (path, b"", b"")
    while path in taken:
        number += 1
        path = stem + b" (%d)" % number + dot + extension
    taken.add(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vault")
    secret = parser.add_mutually_exclusive_group(required=True)
    secret.add_argument("--passphrase-file")
    secret.add_argument("--sheet-file")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true")
    what.add_argument("--json", action="store_true")
    what.add_argument("--extract")
    options = parser.parse_args()
    with open(options.passphrase_file or options.sheet_file, "rb") as file:
        text = file.read()
    try:
        vault = Vault(options.vault, passphrase=text.removesuffix(b"\n") if options.passphrase_file else None,
                      sheet=text.decode() if options.sheet_file else None)
        listed, taken = [], set()
        for member, label, role, mtime, content in vault.read_members():
            listed.append({"id": member.hex(), "name": label.decode("utf-8", "replace"), "size": len(content), "role": role})
            if options.extract and role == 0:
                with open(safe_path(options.extract, label, taken), "wb") as file:
                    file.write(content)
    except WrongSecret as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    except (Damage, struct.error, zstandard.ZstdError, IndexError, ValueError) as error:
        print("damage:", error, file=sys.stderr)
        sys.exit(4)
    for wound in vault.wounds:
        print("damage, made good by a copy:", wound, file=sys.stderr)
    for loss in vault.losses:
        print("damage:", loss, file=sys.stderr)
    for record in vault.arriving:
        print("not here yet:", record, file=sys.stderr)
    if options.json:
        fields = [{"entity": entity.hex(), "field": field, "value": value.hex()}
                  for (entity, field), (_, value) in vault.fields.items() if value]
        print(json.dumps({"members": listed, "fields": fields}, indent=1))
    elif options.list:
        for member in listed:
            print(member["id"], member["role"], member["size"], member["name"])
    sys.exit(4 if vault.wounds or vault.losses else 0)


if __name__ == "__main__":
    main()
