"""The words of Rich Text that matter to its text, from the specification (1.9.1)."""

PASSED_OVER = frozenset(
    """
    fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator pict object
    header headerl headerr headerf footer footerl footerr footerf fldinst themedata datastore
    colorschememapping latentstyles xmlnstbl filetbl listtext pntext bkmkstart bkmkend nonshppict
    objdata shpinst private mmathPr userprops doccomm operator company keywords subject category
    """.split()  # noqa: SIM905 - for reading
)
"""Groups whose words are not the text's."""

ABOUT = frozenset({"title", "author", "creatim", "revtim"})
"""Groups of `\\info` that say something of the document."""

SYMBOLS = {
    "par": "\n\n",
    "sect": "\n\n",
    "page": "\n\n",
    "line": "\n",
    "tab": " ",
    "cell": " | ",
    "nestcell": " | ",
    "row": "\x1e\n",
    "nestrow": "\x1e\n",
    "emdash": "—",
    "endash": "–",  # noqa: RUF001 - as printed
    "bullet": "•",
    "lquote": "‘",  # noqa: RUF001 - as printed
    "rquote": "’",  # noqa: RUF001 - as printed
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
"""Control words that stand for text; a row ends in U+001E until it is put in order."""

CONTROL_SYMBOLS = {
    "~": "\xa0",
    "_": "-",
    "\\": "\\",
    "{": "{",
    "}": "}",
    "\n": "\n\n",
    "\r": "\n\n",
}
"""Characters that stand for text behind a backslash."""

CODE_PAGES = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
"""The code page of a font by its `\\fcharset`."""

NAMED_PAGES = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
"""The code page of a document by the word that names its character set."""
