# SPDX-License-Identifier: GPL-3.0-or-later
"""Which room may include what, and what every source file has to hold."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
SOURCES = {".c", ".h", ".cc", ".hh"}
SCRIPTS = {".py", ".sh"}
PROGRAMS = {"run", "meson.build", "install-packages"}
MAX_LINES = 700

# Where a file is (a regular expression on its path) → includes that must not be there.
FORBIDDEN = [
    (r"^crypto/", r"^(g(lib|io|object)|gtk|gdk|adwaita|dcmtk|json-glib)|dicom|dcm|reader_|scan_"),
    (r"^app/(?!reader/)", r"^(gtk|gdk|adwaita|dcmtk|sodium|zstd|archive|jpeglib|poppler)"),
    (r"^ui/", r"^(vault\.h|keys\.h|sodium|dcmtk|zstd|reader_protocol)"),
    (r"^app/reader/", r"^(vault|library|catalog|import|share|sodium|gtk|gdk|adwaita)"),
    (r"^app/reader/.*\.(c|h)$", r"^dcmtk"),
    (r"^app/reader/check_", r"^(dcmtk|deid_|dicom_)"),
    (r"^app/reader/(deid|dicom)_", r"^check_"),
]
# What the reader may include from outside its folder: the pages that both sides share, and a table made by the build.
SHARED_WITH_READER = {"reader_protocol.h", "image.h", "image_private.h", "image_scale.h", "image_shutter.h",
                      "image_turn.h", "deid_table_data.h", "deid_codes_data.h", "check_codes_data.h",
                      "check_vrs_data.h"}
# The functions that a header may tell of, by folder: the room's prefix, or that of a family of files inside it.
PREFIX = {
    "crypto": ("vault_",),
    "app": ("scan_", "reader_", "cli_"),
    "app/reader": ("reader_", "check_", "dicom_", "deid_", "probe_", "report_"),
    "ui": ("ui_",),
}


def files():
    for room in ("crypto", "app", "ui", "tests"):
        for path in sorted((TOP / room).rglob("*")):
            if path.is_file() and (path.suffix in SOURCES or path.suffix in SCRIPTS or path.name in PROGRAMS):
                yield path


def problems_of(path):
    name = path.relative_to(TOP).as_posix()
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if text and "SPDX-License-Identifier: GPL-3.0-or-later" not in "\n".join(lines[:3]):
        yield f"{name}: no licence line on top"
    if len(lines) > MAX_LINES:
        yield f"{name}: {len(lines)} lines, perhaps two jobs"
    if path != pathlib.Path(__file__).resolve() and re.search(r"\b(TODO|FIXME|XXX)\b", text):
        yield f"{name}: unfinished by its own words"
    for include in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE):
        for where, what in FORBIDDEN:
            if re.search(where, name) and re.search(what, include):
                yield f"{name}: includes {include}"
        if name.startswith("app/reader/") and "/" not in include and f'"{include}"' in text:
            if include not in SHARED_WITH_READER and not (path.parent / include).is_file():
                yield f"{name}: includes {include}, which the keeper alone may"
    room = path.parent.relative_to(TOP).as_posix()
    if path.suffix in (".h", ".hh") and room in PREFIX and "private" not in name:
        for function in re.findall(r"^[a-zA-Z_][\w \*]*?\b(\w+) \((?!\*)", text, re.MULTILINE):
            if not function.startswith((*PREFIX[room], *(prefix.upper() for prefix in PREFIX[room]), "G_", "put_le", "get_le")):
                yield f"{name}: {function} does not carry the prefix {' or '.join(PREFIX[room])}"


def main():
    found = [problem for path in files() for problem in problems_of(path)]
    for problem in found:
        print(problem)
    checked = sum(1 for _ in files())
    print(f"{checked} files looked at, {len(found)} problems")
    sys.exit(1 if found or checked < 20 else 0)


if __name__ == "__main__":
    main()
