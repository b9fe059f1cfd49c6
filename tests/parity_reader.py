#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parity written from crypto/FORMAT.md once more: computes the parity files of a vault from its bundles, and bundles
back from parity; shares no code with the program.

parity_reader.py --passphrase-file FILE VAULT            every parity file is what its bundles give: prints their names
parity_reader.py --passphrase-file FILE VAULT BUNDLE     writes the bundle, healed, to the standard output
Exit code 4: damage beyond parity, parity that is wrong, a bundle without parity."""
import argparse
import struct
import sys

import nacl.bindings
import nacl.exceptions

from vault_reader import CHUNK, HEADER, STORED, Damage, Vault, b2, need

DATA, CODED = 60, 3


def multiply(a, b):
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


INVERSE = {a: b for a in range(1, 256) for b in range(1, 256) if multiply(a, b) == 1}
TIMES = [bytes(multiply(a, b) for b in range(256)) for a in range(256)]
FACTOR = [[INVERSE[(DATA + p) ^ j] for j in range(DATA)] for p in range(CODED)]


def combine(terms):
    """The sum of factor times column."""
    total = 0
    for factor, column in terms:
        total ^= int.from_bytes(column.translate(TIMES[factor]), "little")
    return total.to_bytes(CHUNK, "little")


def solve(columns):
    """Fills the None among 63 columns; there must be at most 3. Gauss elimination over the good parity columns."""
    lost = [j for j in range(DATA) if columns[j] is None]
    good = [p for p in range(CODED) if columns[DATA + p] is not None][:len(lost)]
    need(len(good) == len(lost), "beyond parity")
    rows = [[FACTOR[p][j] for j in lost] for p in good]
    right = [combine([(1, columns[DATA + p])] + [(FACTOR[p][j], columns[j]) for j in range(DATA) if j not in lost])
             for p in good]
    for i in range(len(lost)):
        pivot = next(k for k in range(i, len(lost)) if rows[k][i])
        rows[i], rows[pivot], right[i], right[pivot] = rows[pivot], rows[i], right[pivot], right[i]
        scale = INVERSE[rows[i][i]]
        rows[i], right[i] = [multiply(scale, value) for value in rows[i]], combine([(scale, right[i])])
        for k in range(len(lost)):
            if k != i and rows[k][i]:
                right[k] = combine([(1, right[k]), (rows[k][i], right[i])])
                rows[k] = [a ^ multiply(rows[k][i], b) for a, b in zip(rows[k], rows[i])]
    for i, j in enumerate(lost):
        columns[j] = right[i]
    for p in range(CODED):
        if columns[DATA + p] is None:
            columns[DATA + p] = combine((FACTOR[p][j], columns[j]) for j in range(DATA))


class Group:
    def __init__(self, body):
        self.name, self.salt, data, coded, parts = struct.unpack_from("<32s32sBBH", body)
        need((data, coded) == (DATA, CODED) and len(body) == 68 + 40 * parts, "group")
        self.parts = [struct.unpack_from("<32sII", body, 68 + 40 * i) for i in range(parts)]
        self.chunks = [(name, first + i) for name, first, count in self.parts for i in range(count)]
        self.rows = -(-len(self.chunks) // DATA)


class ProtectedVault(Vault):
    def __init__(self, folder, passphrase=None, sheet=None):
        self.groups, self.gone = {}, set()
        super().__init__(folder, passphrase, sheet)
        self.clear_groups()

    def fold(self, operations, count, stamp, heads, snapshot):
        at, clock = 0, stamp[0]
        for _ in range(count):
            kind, size = struct.unpack_from("<BI", operations, at)
            body = operations[at + 5:at + 5 + size]
            at += 5 + size
            if kind == 4:
                clock = struct.unpack_from("<Q", body)[0]
            elif kind == 7:
                self.groups[body[:32]] = (clock, Group(body))
            elif kind == 10:
                self.gone.update(body[i:i + 32] for i in range(0, size, 32))
        super().fold(operations, count, stamp, heads, snapshot)

    def clear_groups(self):
        """Leaves the groups that count."""
        alive = {places[0]["bundle"] for places in self.members.values()}
        whole = [(clock, name) for name, (clock, group) in self.groups.items()
                 if name not in self.gone and all(part[0] in alive for part in group.parts)]
        holder = {}
        for _, name in sorted(whole, key=lambda row: (-row[0], row[1])):
            for part in self.groups[name][1].parts:
                holder.setdefault(part[:2], name)
        self.groups = {name: self.groups[name][1] for name in set(holder.values())}
        self.unprotected = sorted(alive - {part[0] for part in holder})

    def sealed_key(self, kind, salt):
        header = b"SVSEAL1\n" + bytes([kind, 16]) + bytes(6) + self.vault_id + salt
        both = b2(header, 64, self.keys[1])
        return both[:32], header + both[32:]

    def chunk(self, name, number):
        """Cipher text of a bundle's chunk, or None when it is damaged or missing."""
        data = self.read_or_none("o", name.hex()[:2], name.hex()) or b""
        key, _ = self.sealed_key(1, self.bundles[name]["salt"])
        count = -(-(self.bundles[name]["size"] - HEADER) // STORED)
        end = min(HEADER + (number + 1) * STORED, self.bundles[name]["size"])
        stored = data[HEADER + number * STORED:end]
        nonce = struct.pack("<QB15x", number, number == count - 1)
        try:
            nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(stored, b"", nonce, key)
        except (nacl.exceptions.CryptoError, ValueError, TypeError):
            return None
        return stored[:-16].ljust(CHUNK, b"\0")

    def row(self, group, r):
        """The 63 columns of a row, None where they are damaged."""
        columns = [self.chunk(*group.chunks[j * group.rows + r]) if j * group.rows + r < len(group.chunks) else bytes(CHUNK)
                   for j in range(DATA)]
        data = self.read_or_none("p", group.name.hex()) or b""
        key, _ = self.sealed_key(5, group.salt)
        for p in range(CODED):
            number = p * group.rows + r
            nonce = struct.pack("<QB15x", number, number == CODED * group.rows - 1)
            try:
                columns.append(nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                    data[HEADER + number * STORED:HEADER + (number + 1) * STORED], b"", nonce, key))
            except (nacl.exceptions.CryptoError, ValueError, TypeError):
                columns.append(None)
        return columns

    def compute_parity(self, group):
        """The bytes of the parity file."""
        text = [b""] * (CODED * group.rows)
        for r in range(group.rows):
            columns = self.row(group, r)
            for p in range(CODED):
                text[p * group.rows + r] = combine((FACTOR[p][j], columns[j]) for j in range(DATA))
        key, header = self.sealed_key(5, group.salt)
        return header + b"".join(
            nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
                chunk, b"", struct.pack("<QB15x", i, i == len(text) - 1), key) for i, chunk in enumerate(text))

    def compute_bundle(self, name):
        """The bytes of a bundle from what is left of it and of its groups."""
        key, header = self.sealed_key(1, self.bundles[name]["salt"])
        count = -(-(self.bundles[name]["size"] - HEADER) // STORED)
        chunks = [self.chunk(name, i) for i in range(count)]
        for group in self.groups.values():
            for place, (bundle, number) in enumerate(group.chunks):
                if bundle == name and chunks[number] is None:
                    columns = self.row(group, place % group.rows)
                    solve(columns)
                    chunks[number] = columns[place // group.rows]
        out = [header]
        for i, cipher in enumerate(chunks):
            need(cipher is not None, "beyond parity")
            length = min(STORED, self.bundles[name]["size"] - HEADER - i * STORED) - 16
            nonce = struct.pack("<QB15x", i, i == count - 1)
            # XORing the key stream decrypts: encrypting the cipher text gives the text.
            text = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(cipher[:length], b"", nonce, key)[:length]
            out.append(nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(text, b"", nonce, key))
        data = b"".join(out)
        need(b2(data, 32) == name, "bundle " + name.hex())
        return data


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vault")
    parser.add_argument("--passphrase-file", required=True)
    parser.add_argument("bundle", nargs="?")
    options = parser.parse_args()
    with open(options.passphrase_file, "rb") as file:
        passphrase = file.read().split(b"\n")[0]
    try:
        vault = ProtectedVault(options.vault, passphrase=passphrase)
        if options.bundle:
            sys.stdout.buffer.write(vault.compute_bundle(bytes.fromhex(options.bundle)))
            return 0
        need(not vault.unprotected, "a bundle without parity")
        for name, group in sorted(vault.groups.items()):
            need(vault.compute_parity(group) == vault.read_or_none("p", name.hex()), "parity " + name.hex())
            print(name.hex())
        return 0
    except Damage as damage:
        print(damage, file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
