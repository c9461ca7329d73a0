import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.codepages import is_latin, latin_page
from corpus.decoding import decode
from corpus.errors import EmptySourceError, UnreadableSourceError

NORWEGIAN = (
    "Statsministeren sa i går at møtet med nabolandene skal holdes til høsten. "
    "Ingen vet ennå hva som skjer, men neste år blir det valg på Østlandet."
)
SPANISH = (
    "El presidente del Gobierno anunció ayer que la reunión con los países vecinos se celebrará "
    "en otoño. ¿Qué pasará después? Nadie lo sabe todavía, pero el año que viene habrá elecciones."
)
FRENCH = (
    "Le président a déclaré hier que la réunion avec les pays voisins aurait lieu en été. "
    "Personne ne le sait encore, mais l’année prochaine il y aura des élections."
)
GERMAN = (
    "Die Bücherei von Oberwiesling verleiht jetzt auch Bohrmaschinen, und die Straße ist für "
    "größere Geräte gesperrt. Niemand weiß, was später geschieht."
)
POLISH = (
    "Prezydent ogłosił wczoraj, że spotkanie z sąsiednimi państwami odbędzie się jesienią. "
    "Nikt jeszcze nie wie, ale w przyszłym roku odbędą się wybory."
)
CZECH = (
    "Prezident včera oznámil, že se setkání se sousedními zeměmi uskuteční na podzim. "
    "Nikdo zatím neví, co se bude dít, příští rok budou volby."
)
RUSSIAN = (
    "Президент объявил вчера, что встреча с соседними странами состоится осенью. "
    "Пока никто не знает, но в следующем году пройдут выборы."
)
ARABIC = (
    "أعلن الرئيس أمس أن الاجتماع مع الدول المجاورة سيعقد في الخريف. ماذا سيحدث بعد ذلك؟ "
    "لا أحد يعرف حتى الآن، ولكن ستجرى انتخابات في العام المقبل."
)
CHINESE = (
    "总统昨天宣布，与邻国的会议将在秋天举行。以后会发生什么？目前还没有人知道，但是明年将举行选举。"
)
JAPANESE = (
    "大統領は昨日、隣国との会議が秋に開催されると発表した。その後どうなるのか。まだ誰も知らない。"
)
KOREAN = "대통령은 어제 이웃 나라들과의 회의가 가을에 열릴 것이라고 발표했다. 아직 아무도 모른다."
GREEK = "Ο πρόεδρος ανακοίνωσε χθες ότι η συνάντηση με τις γειτονικές χώρες θα γίνει το φθινόπωρο."
TURKISH = (
    "Cumhurbaşkanı dün komşu ülkelerle toplantının sonbaharda yapılacağını açıkladı. "
    "Şimdilik kimse bilmiyor, ama gelecek yıl seçimler olacak."
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (NORWEGIAN, "utf-8"),
        (NORWEGIAN, "utf-8-sig"),
        (RUSSIAN, "utf-16"),
        (CHINESE, "utf-32"),
        (NORWEGIAN, "latin-1"),
        (SPANISH, "latin-1"),
        (FRENCH, "cp1252"),
        (GERMAN, "latin-1"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (CZECH, "iso8859-2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (ARABIC, "cp1256"),
        (CHINESE, "gb18030"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
        (KOREAN, "cp949"),
        (GREEK, "iso8859-7"),
        (TURKISH, "cp1254"),
    ],
)
def test_real_text_is_read_in_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read_in_either_order(order: str) -> None:
    assert decode(("\ufeff" + RUSSIAN).encode(order)) == RUSSIAN


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("ISO-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("gb2312", "gb18030")],
)
def test_the_charset_a_page_declares_is_believed(declared: str, encoding: str) -> None:
    text = {"cp1252": FRENCH, "cp1251": RUSSIAN, "gb18030": CHINESE}[encoding]
    page = f'<html><head><meta charset="{declared}"></head><body>{text}</body></html>'
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize("declared", ["utf-8", "ascii-art"])
def test_a_charset_that_cannot_be_true_is_not_believed(declared: str) -> None:
    page = f'<?xml version="1.0" encoding="{declared}"?><html>{RUSSIAN}</html>'
    assert decode(page.encode("cp1251")) == page


@given(st.text().filter(lambda text: "\0" not in text))
def test_utf8_comes_back_or_is_refused_for_its_controls(text: str) -> None:
    try:
        decoded = decode(b"\xef\xbb\xbf" + text.encode())
    except UnreadableSourceError as error:
        assert "control characters" in str(error)  # noqa: PT017 - most texts are accepted
    else:
        assert decoded == text


@given(st.binary(max_size=400))
def test_bytes_are_text_or_an_error_and_never_replaced(data: bytes) -> None:
    try:
        text = decode(data)
    except (UnreadableSourceError, EmptySourceError):
        return
    assert (
        "\ufffd" not in text or "\ufffd".encode() in data or data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    )


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n "])
def test_an_empty_file_is_told_apart(data: bytes) -> None:
    with pytest.raises(EmptySourceError, match="empty"):
        decode(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7 and so on", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"{\\rtf1\\ansi Text}", "RTF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"SQLite format 3\0", "database"),
        (b"some text\0and more", "NUL"),
        (b"\x01\x02\x03\x04 hardly a text \x05\x06", "control characters"),
        ("Ein schöner größerer Text über Bücher".encode()[:-1] + b"\xc3", "cut off"),
        (RUSSIAN.encode()[:101] + b"\xff" + RUSSIAN.encode()[101:], "damaged byte at"),
        ("\ufeff".encode("utf-16-le") + b"a\0b", "UTF-16 but is damaged"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSourceError, match=reason):
        decode(data)


def test_bytes_of_no_encoding_are_refused() -> None:
    noise = bytes((n * 89 + n * n * 31 + 7) % 223 + 33 for n in range(4_000))
    with pytest.raises(UnreadableSourceError, match="nobody can tell its encoding"):
        decode(noise)


@pytest.mark.parametrize(("text", "encoding"), [(CHINESE, "gb18030"), (RUSSIAN, "cp1251")])
def test_a_large_file_is_read_like_a_small_one(text: str, encoding: str) -> None:
    large = "a" + text * 4_000
    assert decode(large.encode(encoding)) == large


@pytest.mark.parametrize("text", ["Año nuevo", "Smørbrød og øl", "Größe: 5 m²", "Café con leche"])
def test_a_few_words_are_not_read_in_an_alphabet_they_cannot_have(text: str) -> None:
    assert decode(text.encode("latin-1")) == text


def test_chinese_with_latin_names_in_it_is_no_mix_of_scripts() -> None:
    assert decode(f"AI技术，{CHINESE}".encode("gb18030")) == f"AI技术，{CHINESE}"


def test_a_page_of_another_family_is_no_latin_one() -> None:
    assert is_latin("cp1250")
    assert is_latin("iso8859_10")
    assert not is_latin("iso8859_5")
    assert not is_latin("cp1251")


def test_the_guess_stays_where_no_page_fits_the_alphabet() -> None:
    vietnamese = "Thủ tướng cho biết hôm qua rằng cuộc họp".encode("cp1258", "ignore")
    assert latin_page(vietnamese, "cp1258") == "cp1258"
    assert latin_page(b"\x81\x8d\x8f\x90\x9d", "mac_roman") == "mac_roman"
