#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent reader of vaults, written from crypto/FORMAT.md; shares no code with the program.

vault_reader.py VAULT (--passphrase-file FILE | --sheet-file FILE) (--list | --json | --extract DIR)
Exit codes: 0 all was consistent, 3 wrong secret, 4 damage (what could be read is printed or extracted all the same)."""
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


def seed_from_slots(folder, vault_id, passphrase):
    passphrase = unicodedata.normalize("NFC", passphrase.decode()).encode()
    good = 0
    for name in sorted(os.listdir(folder)):
        slot = open(os.path.join(folder, name), "rb").read()
        if len(slot) != 144 or slot[:8] != b"SVSLOT1\n" or slot[136:] != b2(slot[:136], 32)[:8] or slot[8:24] != vault_id:
            continue
        good += 1
        passes, memory = struct.unpack_from("<II", slot, 36)
        kek = nacl.bindings.crypto_pwhash_alg(32, passphrase, slot[48:64], passes, memory * 1024,
                                              nacl.bindings.crypto_pwhash_ALG_ARGON2ID13)
        try:
            text = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(slot[88:136], slot[:64], slot[64:88], kek)
        except nacl.exceptions.CryptoError:
            continue
        need(text[20:] == bytes(12), "slot " + name)
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
    text = zstandard.ZstdDecompressor().decompress(stored, max_output_size=size)
    need(len(text) == size and codec in (1, 2), "block size")
    if codec == 1:
        return text
    words, out, before = size // 2, bytearray(), 0
    for low, high in zip(text[:words], text[words:2 * words]):
        z = low | high << 8
        before = (before + ((z >> 1) ^ -(z & 1))) & 0xFFFF
        out += struct.pack("<H", before)
    return bytes(out) + text[2 * words:]


class Vault:
    def __init__(self, folder, passphrase=None, sheet=None):
        self.folder = folder
        self.wounds = []  # damage that a second copy makes good
        self.unlock(passphrase, sheet)
        self.bundles, self.members, self.fields = {}, {}, {}
        self.read_journal()

    def unlock(self, passphrase, sheet):
        """Either copy of vault.id will do; which one is whole is known when the keys are."""
        copies = [self.read_or_none(name) for name in ("vault.id", "vault.id.2")]
        whole = [data for data in copies if data is not None and len(data) == 64 and data[:8] == b"SVAULT1\n"]
        need(whole, "vault.id and its copy")
        answers = []
        for id_file in dict.fromkeys(whole):
            try:
                seed = seed_from_sheet(sheet) if sheet is not None else seed_from_slots(self.path("keys"), id_file[8:24],
                                                                                        passphrase)
            except (Damage, WrongSecret) as answer:
                answers.append(answer)
                continue
            self.keys, self.vault_id = derive_keys(seed), id_file[8:24]
            if b2(id_file[:32], 32, self.keys[4]) == id_file[32:]:
                need(struct.unpack_from("<H", id_file, 26)[0] <= 1, "a newer format")
                if copies != [id_file, id_file]:
                    self.wounds.append("vault.id or its copy")
                return
            answers.append(WrongSecret("the seed is not this vault's"))
        raise next((answer for answer in answers if isinstance(answer, WrongSecret)), answers[0])

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def read_or_none(self, *parts):
        try:
            with open(self.path(*parts), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def read_journal(self):
        names = {(writer, name) for journal in ("j", "j2") for writer in os.listdir(self.path(journal))
                 if re.fullmatch("[0-9a-f]{16}", writer) for name in os.listdir(self.path(journal, writer))
                 if re.fullmatch("[0-9]{10}-[0-9a-f]{16}", name)}
        last = {}
        for writer, name in sorted(names):
            found = [data for data in (self.read_or_none(journal, writer, name) for journal in ("j", "j2"))
                     if data is not None]
            copies = [data for data in found if b2(data, 32)[:8].hex() == name[11:]]
            need(copies, "record " + name)
            if len(copies) < len(found):
                self.wounds.append("one copy of record " + name)
            text = unseal(copies[0], 2, self.keys[3], self.vault_id, "record " + name)
            number, seq, previous, clock, heads, count = struct.unpack_from("<QQ32sQHI", text)
            need(f"{number:016x}" == writer and seq == int(name[:10]), "record's own number")
            need(previous == last.get(writer, bytes(32)), "chain before record " + name)
            last[writer] = b2(copies[0], 32)
            padding = struct.unpack_from("<I", text, len(text) - 4)[0]
            self.fold(text[62 + 16 * heads:len(text) - 4 - padding], count, (clock, number))

    def fold(self, operations, count, stamp):
        at = 0
        for _ in range(count):
            kind, size = struct.unpack_from("<BI", operations, at)
            body = operations[at + 5:at + 5 + size]
            need(len(body) == size, "operation")
            at += 5 + size
            if kind == 1:
                self.bundles[body[:32]] = {"salt": body[32:64], "size": struct.unpack_from("<Q", body, 64)[0]}
            elif kind == 2:
                for i in range(32, size, 41):
                    self.members.setdefault(body[i:i + 32], {"bundle": body[:32], "size": struct.unpack_from(
                        "<Q", body, i + 32)[0], "role": body[i + 40]})
            elif kind == 3:
                field, length = struct.unpack_from("<HB", body)
                key = (body[3:3 + length], field)
                if key not in self.fields or self.fields[key][0] <= stamp:
                    self.fields[key] = (stamp, body[3 + length:])
        need(at == len(operations), "operations end")

    def read_bundle(self, name):
        """Yields (id, name, role, bytes) of every member, verified."""
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
            _, blocks = struct.unpack_from("<QI", footer, at + name_size)
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
            yield member, label, role, content
        need(at == len(footer), "footer's end")


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
        for name in vault.bundles:
            for member, label, role, content in vault.read_bundle(name):
                need(vault.members[member]["size"] == len(content) and vault.members[member]["role"] == role, "member table")
                listed.append({"id": member.hex(), "name": label.decode("utf-8", "replace"), "size": len(content), "role": role})
                if options.extract and role == 0:
                    with open(safe_path(options.extract, label, taken), "wb") as file:
                        file.write(content)
        need(len(listed) >= len(vault.members), "a member is in no bundle")
    except WrongSecret as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    except (Damage, struct.error, zstandard.ZstdError, IndexError, ValueError) as error:
        print("damage:", error, file=sys.stderr)
        sys.exit(4)
    for wound in vault.wounds:
        print("damage, made good by a copy:", wound, file=sys.stderr)
    if options.json:
        fields = [{"entity": entity.hex(), "field": field, "value": value.hex()}
                  for (entity, field), (_, value) in vault.fields.items()]
        print(json.dumps({"members": listed, "fields": fields}, indent=1))
    elif options.list:
        for member in listed:
            print(member["id"], member["role"], member["size"], member["name"])
    sys.exit(4 if vault.wounds else 0)


if __name__ == "__main__":
    main()
