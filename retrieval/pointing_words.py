"""Words that point back to what was said before: it, the other one, "and in winter?".

A question with such a word can seldom be understood alone. The lists are short on purpose: a word
that as often points to nothing, like a German or Spanish article, is left out; so are the Arabic pronouns that
stand for "is", as in "who is the president".
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile

_POINTING = {
    "en": """it its itself they them their theirs he him his she her hers this that these those
        there then one ones other others another same such else either both former latter here too
        also instead more""",
    "de": """er sie es ihn ihm ihr ihnen sein seine seinen seinem seiner ihre ihren ihrem ihrer dies
        diese dieser dieses diesen diesem jener jene davon dafür dabei damit daran darin darüber
        darauf dazu daraus dort dann auch sonst andere anderen anderer anderes dieselbe derselbe
        dasselbe noch""",
    "es": """él ella ellos ellas eso esto ese esa esos esas este esta estos estas aquel aquella lo le
        les su sus ahí allí entonces también otro otra otros otras mismo misma tal""",
    "fr": """il elle ils elles lui leur leurs son sa ses ce cet cette ces cela ça celui celle ceux
        celles là alors aussi autre autres même mêmes y""",
    "it": """lui lei loro suo sua suoi sue questo questa questi queste quello quella quelli quelle
        ciò lì là allora anche altro altra altri altre stesso stessa""",
    "ru": """он она оно они его ее их ему ей им него нее них ним ней этот эта это эти этого этой
        этом этих тот та те того той тех там тогда тоже также другой другая другое другие других
        еще такой такая такие""",
    "ar": """هذا هذه ذلك تلك هؤلاء هناك هنا أيضا أيضاً آخر أخرى نفس نفسه نفسها""",
}
_OPENING = """
    and but or so then no yes ok okay also
    und aber oder nein ja
    y e o pero sí
    et mais ou donc oui non
    ma oppure
    и а но или да нет
    و وماذا وما وكم ومتى وأين وهل ومن وفي وكيف ولماذا
"""
_OPENING_PAIRS = ("what about", "how about", "was ist mit", "qué tal", "qué hay de", "а что")
_WORD = re.compile(r"\w+")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\u0451", "\u0435")


_POINTING_WORDS = frozenset(" ".join(map(_folded, _POINTING.values())).split())
_OPENING_WORDS = frozenset(_folded(_OPENING).split())


def points_back(question: str, new_names: Sequence[str] = ()) -> bool:
    """Return whether a question speaks of something said before: by its opening, or by a word.

    A word that follows one of `new_names` is taken to mean that: "Where did Pym leave his punch?"
    """
    words = _WORD.findall(_folded(question))
    if not words:
        return False
    if words[0] in _OPENING_WORDS or " ".join(words[:3]).startswith(_OPENING_PAIRS):
        return True
    named = set(map(_folded, new_names))
    before = takewhile(lambda word: word not in named, words)
    return not _POINTING_WORDS.isdisjoint(before)
