# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command as some other system would let it run: confined.py RULE... -- COMMAND...
RULE: NAME=ERRNO (that system call fails so), or NAME:ARG:VALUE=ERRNO (if that argument has that value)."""
import ctypes
import errno
import os
import sys

ALLOW, FAIL, EQUAL = 0x7fff0000, 0x00050000, 4  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO, SCMP_CMP_EQ


class Comparison(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def main():
    split = sys.argv.index("--")
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ALLOW))
    for rule in sys.argv[1:split]:
        call, _, code = rule.partition("=")
        name, *condition = call.split(":")
        number = library.seccomp_syscall_resolve_name(name.encode())
        action = FAIL | getattr(errno, code)
        if condition:
            comparison = Comparison(int(condition[0]), EQUAL, int(condition[1]), 0)
            failed = library.seccomp_rule_add_array(context, ctypes.c_uint32(action), number, 1, ctypes.byref(comparison))
        else:
            failed = library.seccomp_rule_add_array(context, ctypes.c_uint32(action), number, 0, None)
        assert failed == 0, (rule, failed)
    assert library.seccomp_load(context) == 0
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])


main()
