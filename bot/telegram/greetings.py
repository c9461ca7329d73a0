"""Greetings and thanks, which need no search: small exact lists in the interface's languages.

A message is one only if it consists of nothing else: each of its parts, between punctuation, must
stand in a list. Anything more is a question, of which only the courtesies around it are left out.
"""

import re
import unicodedata
from enum import StrEnum


class Courtesy(StrEnum):
    """What a message without a question says."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"


_PHRASES = {
    Courtesy.GREETING: (
        # English
        "hi|hi there|hello|hello there|hello bot|hi bot|hey|hey there|good morning|good afternoon"
        "|good evening|good day|greetings|how are you|how are you doing|dear bot|can you help me"
        "|could you help me|please help me|i have a question|i have questions|a question|quick question"
        "|may i ask you something|can i ask you something"
        # German
        "|hallo|hallo bot|hallo zusammen|guten tag|guten morgen|guten abend|moin|servus|grüß gott"
        "|grüß dich|hallöchen|tag|wie geht es dir|wie geht's|wie gehts|wie geht es ihnen"
        "|kannst du mir helfen|können sie mir helfen|ich habe eine frage|eine frage|kurze frage"
        # Spanish
        "|hola|hola bot|hola a todos|buenas|buenos días|buenos dias|buenas tardes|buenas noches"
        "|buen día|buen dia|qué tal|que tal|cómo estás|como estas|cómo está|puedes ayudarme"
        "|me puedes ayudar|tengo una pregunta|una pregunta"
        # Russian
        "|привет|привет бот|приветствую|здравствуйте|здравствуй|добрый день|доброе утро"
        "|добрый вечер|доброго дня|всем привет|салют|как дела|как ты|у меня вопрос"  # noqa: RUF001
        "|у меня есть вопрос|есть вопрос|вопрос|можешь помочь|можете помочь|помогите"  # noqa: RUF001
        # Arabic
        "|مرحبا|مرحباً|أهلا|أهلاً|اهلا|أهلا وسهلا|أهلاً وسهلاً|السلام عليكم"
        "|السلام عليكم ورحمة الله|السلام عليكم ورحمة الله وبركاته|صباح الخير|مساء الخير|كيف حالك|هلا|عندي سؤال|لدي سؤال|سؤال|هل يمكنك مساعدتي"
    ),
    Courtesy.THANKS: (
        "thanks|thank you|thank you very much|thank you so much|thanks a lot|thanks so much"
        "|many thanks|thx|ty|cheers|thanks in advance|thank you in advance|great|great thanks"
        "|perfect|perfect thanks|ok|okay|ok thanks|okay thanks|ok thank you|got it|good bot|please"
        "|danke|danke schön|danke sehr|danke dir|danke ihnen|vielen dank|vielen lieben dank"
        "|besten dank|herzlichen dank|dankeschön|danke im voraus|vielen dank im voraus|super"
        "|super danke|ok danke|prima|alles klar|bitte"
        "|gracias|muchas gracias|mil gracias|muchísimas gracias|gracias de antemano|vale"
        "|vale gracias|perfecto|genial|por favor"
        "|спасибо|большое спасибо|спасибо большое|благодарю|благодарю вас|спс|спасибо заранее"
        "|заранее спасибо|отлично|хорошо|понятно|ясно|пожалуйста|ок|окей"
        "|شكرا|شكراً|شكرا لك|شكراً لك|شكرا جزيلا|شكراً جزيلاً|ألف شكر|مشكور|ممتاز|تمام|حسنا|حسناً|من فضلك"
    ),
    Courtesy.FAREWELL: (
        "bye|goodbye|good bye|bye bye|see you|see you later|good night"
        "|tschüss|tschüß|auf wiedersehen|bis bald|bis später|gute nacht|ciao"
        "|adiós|adios|hasta luego|hasta mañana|chao"
        "|пока|до свидания|до встречи|спокойной ночи"
        "|وداعا|وداعاً|مع السلامة|إلى اللقاء|تصبح على خير"
    ),
}
_KIND = {
    unicodedata.normalize("NFC", phrase): kind
    for kind, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
}
_PAUSE = re.compile(r"[.,;:!?…،؛؟\n()]+|\s[\u2013\u2014-]\s|(?<!^)(?=[¡¿])")
_WORDLESS = re.compile(r"[^\w\s']+")


def courtesy(text: str) -> Courtesy | None:
    """Return what a message says that only greets, thanks or takes leave; None for all else.

    Of several the last counts, as in "Hello! Thank you".
    """
    parts = [part for piece in _PAUSE.split(text) if (part := _plain(piece))]
    kinds = [_KIND.get(part) for part in parts]
    return kinds[-1] if kinds and None not in kinds else None


def without_courtesies(text: str) -> str:
    """Return a question without the greeting before it and the thanks after it.

    A message that is nothing but courtesies stays as it is.
    """
    if courtesy(text) is not None:
        return text
    start, end = 0, len(text)
    for piece in _PAUSE.finditer(text):
        if not _is_courtesy(text[start : piece.start()]):
            break
        start = piece.end()
    while (last := _last_pause(text, start, end)) is not None and _is_courtesy(text[last:end]):
        end = len(text[:last].rstrip(" ,;:\u2013\u2014-\n"))
    return text[start:end].strip()


def _last_pause(text: str, start: int, end: int) -> int | None:
    """Return where the last part of a text begins; None if it has only one."""
    body = len(text[:end].rstrip(".,;:!?…،؛؟ \n)"))
    pauses = [pause.end() for pause in _PAUSE.finditer(text, start, body)]
    return pauses[-1] if pauses else None


def _is_courtesy(piece: str) -> bool:
    plain = _plain(_PAUSE.sub(" ", piece))
    return not plain or plain in _KIND


def _plain(piece: str) -> str:
    """Return a part in lower case, without emoji and the like."""
    folded = unicodedata.normalize("NFC", piece).replace("’", "'").lower()  # noqa: RUF001
    return " ".join(_WORDLESS.sub(" ", folded).split())
