"""What the furniture of a page says: share lines, notices, menus, in six languages.

Every pattern has to match a whole line and leaves little room for other words, so that a
sentence of an article is not taken for furniture because it speaks of sharing or subscribing.
"""
# ruff: noqa: RUF001 - the marks of other scripts are meant

import re

_LONGEST = 300  # characters of a line that may be furniture; a longer one is prose
_MENU_WORDS = 4  # words in a menu entry, at most
_MENU_WIDTH = 32  # characters
_FEWEST_PARTS = 3  # "Home | News | Sport"
_SENTENCE_WORDS = 5  # from here on, words with a full stop are a sentence of somebody

_GAP = r"[^.!?。؟]{0,60}"
_END = r"\s*[.!?:…»›→>]*\s*"

_READ_ALSO = re.compile(
    r"\W{0,4}(?:"
    r"read (?:also|more|next|on)|also read|see also|more on this(?: story)?|you (?:may|might) also like|related(?: articles?| stories| story)?|"
    r"lesen sie (?:auch|mehr|dazu)|lies auch|auch interessant|mehr zum thema|"
    r"lea también|lee también|leer más|ver también|te puede interesar|más información|"
    r"читайте также|читать также|читайте еще|читайте ещё|по теме|смотрите также|"
    r"اقرأ أيضا|اقرأ أيضاً|اقرأ المزيد|إقرأ أيضا|إقرأ أيضاً|شاهد أيضا|شاهد أيضاً|"
    r"les også|les mer|se også|hør også|les hele saken|les flere saker"
    r")\W{0,3}(?:[:：|–—>]\s*(?P<target>.{0,200}))?",
    re.IGNORECASE,
)

_SHARE = (
    r"share|tweet|pin(?: it)?|print|e-?mail|teilen|drucken|merken|partager|imprimer|compartir",
    r"imprimir|поделиться|распечатать|مشاركة|طباعة|شارك|del|skriv ut|tips en venn",
    r"(?:print|save|copy) (?:this|the) (?:article|story|page|post|link|recipe)|copy link|(?:share|print) by mail",
    r"(?:share(?: this(?: article| story| page| post)?)?|(?:artikel |beitrag )?teilen|compartir"
    r"(?: este artículo| esta noticia)?|partager|поделиться|del(?: artikkelen| saken)?): " + _GAP,
    r"(?:please )?share (?:this|the) (?:article|story|page|post|link)(?: (?:on|via|with)"
    + _GAP
    + ")?",
    r"share (?:on|via) (?:facebook|twitter|x|whatsapp|telegram|linkedin|e-?mail)" + _GAP,
    r"(?:like|follow|find|join) us on (?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|linkedin|tiktok|google)"
    + _GAP,
    r"(?:diesen )?artikel teilen|(?:seite|beitrag) teilen|(?:per e-?mail |auf \\w+ )(?:senden|teilen)|teilen (?:auf|per|via)"
    + _GAP,
    r"folgen sie uns (?:auf|bei) (?:facebook|twitter|x|instagram|telegram|whatsapp|youtube)" + _GAP,
    r"compart(?:ir|e|a) (?:este artículo|esta noticia|esta página|en (?:facebook|twitter|x|whatsapp|telegram))"
    + _GAP,
    r"s(?:í|i)gu?e(?:nos|anos) en (?:facebook|twitter|x|instagram|telegram|whatsapp|youtube)"
    + _GAP,
    r"síganos en (?:facebook|twitter|x|instagram|telegram|whatsapp|youtube)" + _GAP,
    r"поделиться(?: (?:статьей|статьёй|новостью|ссылкой|в|на)" + _GAP + ")?",
    r"подпис(?:ывайтесь|аться|ывайся) на (?:наш|нас)" + _GAP,
    r"شارك (?:هذا المقال|المقال|هذه الصفحة|الخبر|على)" + _GAP,
    r"تابعونا على" + _GAP,
    r"del (?:artikkelen|saken|denne saken|denne artikkelen|på (?:facebook|twitter|x))" + _GAP,
    r"følg oss på (?:facebook|twitter|x|instagram|telegram|snapchat|youtube)" + _GAP,
)

_NOTICE = (
    r"(?:can't|cannot|trouble) (?:read|view|viewing|see) this (?:letter|e-?mail|newsletter|message)\??",
    r"(?:open|view|read) (?:it|this|this e-?mail|this newsletter) in (?:your|a|the) browser",
    r"you(?: are| have|'re)? receiv(?:e|ed|ing) this (?:letter|e-?mail|newsletter|message) because you"
    + _GAP,
    r"unsubscribe(?: here| at any time| from this list)?",
    r"(?:this (?:web)?site|we|our (?:web)?site) uses? cookies" + _GAP,
    r"by (?:continuing|using)"
    + _GAP
    + r"(?:you (?:agree|consent|accept))"
    + _GAP
    + r"cookies"
    + _GAP,
    r"(?:accept|reject|manage)(?: all)? cookies|cookie (?:settings|policy|preferences)",
    r"(?:sign up|subscribe|register)(?: now| today| here)? (?:for|to) (?:our|the) "
    + _GAP
    + r"(?:newsletters?|updates|alerts|mailing list|channel)"
    + _GAP,
    r"(?:already a subscriber|not a subscriber)[?,]? ?" + _GAP,
    r"subscribe (?:now|today) (?:to|for)" + _GAP,
    r"(?:you have|you've) (?:reached|used) (?:your|all your)" + _GAP + r"free articles" + _GAP,
    r"advertisement|sponsored content|story continues below(?: advertisement)?|all rights reserved",
    r"(?:diese (?:web)?seite|wir|unsere (?:web)?seite) (?:verwendet|verwenden|nutzt|nutzen|benutzt) cookies"
    + _GAP,
    r"(?:abonnieren sie|melden sie sich für)" + _GAP + "newsletter" + _GAP,
    r"anzeige|werbung|alle rechte vorbehalten",
    r"(?:este sitio|esta web|esta página|nosotros) (?:web )?(?:utiliza|usa|utilizamos) cookies"
    + _GAP,
    r"(?:utilizamos|usamos) cookies" + _GAP,
    r"suscr(?:í|i)b(?:e|a)(?:te|se) a (?:nuestro|nuestra|la) (?:boletín|newsletter|canal)" + _GAP,
    r"publicidad|todos los derechos reservados",
    r"(?:этот|наш|мы|сайт)" + r"(?: сайт)? использу(?:ет|ем) (?:файлы )?cookies?" + _GAP,
    r"реклама|все права защищены",
    r"(?:يستخدم|نستخدم) (?:هذا )?(?:الموقع )?ملفات تعريف الارتباط" + _GAP,
    r"اشترك في (?:نشرتنا|النشرة|قناتنا)" + _GAP,
    r"إعلان|جميع الحقوق محفوظة",
    r"(?:vi|denne nettsiden|nettstedet|dette nettstedet) bruker (?:informasjonskapsler|cookies)"
    + _GAP,
    r"meld deg på (?:vårt |vårt ukentlige )?nyhetsbrev" + _GAP,
    r"(?:annonse|annonsørinnhold|artikkelen fortsetter under annonsen|saken fortsetter under)"
    + _GAP,
)

_SHARE_LINE = re.compile(rf"\W{{0,4}}(?:{'|'.join(_SHARE)}){_END}", re.IGNORECASE)
_NOTICE_LINE = re.compile(rf"\W{{0,4}}(?:{'|'.join(_NOTICE)}){_END}", re.IGNORECASE)
_NETWORKS = frozenset({"facebook", "twitter", "x", "instagram", "telegram", "whatsapp", "youtube"})
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?。؟])\s+")
_STOP = re.compile(r"[.。۔।](?=\s|$|[\"”»’)])")
_BAR = re.compile(r"\s+[|›»>•·]\s+")
_NOT_IN_ENTRY = re.compile(r"[.!?。！？؟۔।;:,，،\d]")
_KNOWN_ENTRIES = frozenset(
    """
    home news sport sports world politics business culture opinion weather contact about login
    subscribe search menu video videos tech technology health science travel entertainment
    startseite nachrichten politik wirtschaft kultur wetter kontakt anmelden impressum suche
    accueil actualités politique économie météo connexion rechercher
    inicio noticias deportes política economía cultura opinión tiempo contacto buscar
    início notícias esportes cronaca esteri economia contatti cerca
    voorpagina nieuws nyheter ekonomi hjem forsiden sporten økonomi kultur meninger vær abonner
    главная новости спорт политика экономика культура погода контакты войти поиск
    головна новини економіка anasayfa haberler spor
    الرئيسية أخبار رياضة سياسة اقتصاد ثقافة طقس بحث
    首页 新闻 体育 财经 ホーム ニュース スポーツ
    """.split()  # noqa: SIM905 - a list of a hundred words is for reading
)


def is_share_line(line: str) -> bool:
    """Return whether the whole of `line` asks to share, follow, or read something else."""
    return len(line) <= _LONGEST and (_is_read_also(line) or _all_sentences(line, _SHARE_LINE))


def is_notice(line: str) -> bool:
    """Return whether the whole of `line` speaks of cookies, subscriptions or advertising."""
    return len(line) <= _LONGEST and _all_sentences(line, _NOTICE_LINE)


def is_menu_entry(line: str) -> bool:
    """Return whether `line` is as short and bare as an entry of a menu; lists can be, too."""
    bare = len(line) <= _MENU_WIDTH and len(line.split()) <= _MENU_WORDS
    return bare and line[:1].isalpha() and not _NOT_IN_ENTRY.search(line)


def is_known_entry(line: str) -> bool:
    """Return whether `line` is a menu entry that stands in menus of news sites."""
    return line.strip().casefold() in _KNOWN_ENTRIES


def is_menu_bar(line: str) -> bool:
    """Return whether `line` is a menu or a breadcrumb in one line: "Home | News | Sport"."""
    parts = _BAR.split(line.strip(" |›»>•·"))
    return len(parts) >= _FEWEST_PARTS and all(map(is_menu_entry, parts))


def _is_read_also(line: str) -> bool:
    match = _READ_ALSO.fullmatch(line)
    return match is not None and not _holds_sentence(match["target"] or "")


def _holds_sentence(text: str) -> bool:
    """Return whether a full stop in `text` follows enough words for a sentence."""
    ends = [match.start() for match in _STOP.finditer(text)]
    return any(len(text[:end].split()) >= _SENTENCE_WORDS for end in ends)


def _all_sentences(line: str, pattern: re.Pattern[str]) -> bool:
    sentences = _BETWEEN_SENTENCES.split(line)
    return all(map(_is_furniture, sentences)) and any(map(pattern.fullmatch, sentences))


def _is_furniture(sentence: str) -> bool:
    known = _SHARE_LINE.fullmatch(sentence) or _NOTICE_LINE.fullmatch(sentence)
    return known is not None and not _runs_into_prose(sentence)


def _runs_into_prose(sentence: str) -> bool:
    """Return whether a sentence of prose may begin, with a capital, within `sentence`."""
    words = sentence.split()
    last_start = len(words) - _SENTENCE_WORDS
    return sentence.endswith(".") and any(
        word[0].isupper() and word.strip(",").casefold() not in _NETWORKS
        for word in words[1 : last_start + 1]
    )
