"""What languages are called in the five languages of the interface, as ISO 639-1 codes."""

LANGUAGE_NAMES = {
    "en": """ar=arabic de=german en=english es=spanish fr=french it=italian nl=dutch no=norwegian
        pl=polish pt=portuguese ru=russian sv=swedish da=danish tr=turkish uk=ukrainian zh=chinese
        ja=japanese ko=korean fi=finnish cs=czech el=greek he=hebrew hi=hindi fa=persian""",
    "de": """ar=arabisch de=deutsch en=englisch es=spanisch fr=französisch it=italienisch
        nl=niederländisch no=norwegisch pl=polnisch pt=portugiesisch ru=russisch sv=schwedisch
        da=dänisch tr=türkisch uk=ukrainisch zh=chinesisch ja=japanisch ko=koreanisch fi=finnisch
        cs=tschechisch el=griechisch he=hebräisch hi=hindi fa=persisch""",
    "es": """ar=árabe de=alemán en=inglés es=español es=castellano fr=francés it=italiano
        nl=neerlandés nl=holandés no=noruego pl=polaco pt=portugués ru=ruso sv=sueco da=danés
        tr=turco uk=ucraniano zh=chino ja=japonés ko=coreano fi=finés cs=checo el=griego he=hebreo
        hi=hindi fa=persa""",
    "ru": """ar=арабском de=немецком en=английском es=испанском fr=французском it=итальянском
        nl=нидерландском nl=голландском no=норвежском pl=польском pt=португальском ru=русском
        sv=шведском da=датском tr=турецком uk=украинском zh=китайском ja=японском ko=корейском
        fi=финском cs=чешском el=греческом he=иврите hi=хинди fa=персидском""",
    "ar": """ar=العربية de=الألمانية en=الإنجليزية en=الانجليزية es=الإسبانية es=الاسبانية
        fr=الفرنسية it=الإيطالية nl=الهولندية no=النرويجية pl=البولندية pt=البرتغالية ru=الروسية
        sv=السويدية da=الدنماركية tr=التركية uk=الأوكرانية zh=الصينية ja=اليابانية ko=الكورية
        fi=الفنلندية cs=التشيكية el=اليونانية he=العبرية hi=الهندية fa=الفارسية""",
}
"""`code=name` pairs; a code may have several names. Russian names are in the case after "на"."""


IN_LANGUAGE = {
    "en": r"in\s+",
    "de": r"(?:auf|in)\s+",
    "es": r"en\s+",
    "ru": r"на\s+",
    "ar": r"(?:باللغة|في\s+اللغة|في)\s+|ب",
}
"""What stands before such a name, as patterns; in Arabic it may be joined to it."""

AFTER_NAME = {"ru": "языке"}
"""A word that may stand after it."""


def english_name(code: str) -> str:
    """Return what a language is called in English, or its code if that is not known."""
    pairs = (pair.split("=") for pair in LANGUAGE_NAMES["en"].split())
    return next((name.capitalize() for known, name in pairs if known == code), code)
