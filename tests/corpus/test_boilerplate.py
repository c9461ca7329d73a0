import pytest

from corpus.boilerplate import is_menu_bar, is_menu_entry, is_notice, is_share_line

SHARE = (
    "Read also: Why the trams are yellow",
    "READ MORE: Is this the end?",
    "Share this article",
    "Share on Facebook",
    "Follow us on Twitter and Instagram for more.",
    "Share this: Mail | Print",
    "Share this article: Facebook WhatsApp E-mail",
    "Lesen Sie auch: Der Wochenmarkt zieht um",
    "Artikel teilen",
    "Folgen Sie uns auf Facebook!",
    "Lee también: Cómo elegir una sartén que dure",
    "Compartir en Facebook",
    "Síganos en Twitter",
    "Читайте также: Почему трамваи жёлтые",
    "Поделиться",
    "Подписывайтесь на наш канал в Telegram",
    "اقرأ أيضا: لماذا الترام أصفر",
    "تابعونا على فيسبوك",
    "LES OGSÅ: Flyselskaper vil fly fra Rygge (DA+)",
    "Les også",
    "Del artikkelen",
    "Følg oss på Facebook",
    "» Related articles",
)
NOTICES = (
    "We use cookies to improve your experience.",
    "This website uses cookies",
    "By continuing to use this site you accept our use of cookies.",
    "Sign up for our newsletter and never miss a story.",
    "Subscribe to our daily newsletter!",
    "Advertisement",
    "All rights reserved.",
    "Can't read this letter? Open it in your browser.",
    "You receive this letter because you subscribed to it.",
    "Diese Webseite verwendet Cookies.",
    "Abonnieren Sie unseren Newsletter",
    "Anzeige",
    "Utilizamos cookies propias y de terceros.",
    "Suscríbete a nuestro boletín",
    "Этот сайт использует файлы cookie",
    "Реклама",
    "يستخدم هذا الموقع ملفات تعريف الارتباط",
    "Vi bruker informasjonskapsler",
    "Saken fortsetter under bildet.",
    "We use cookies to measure how our pages are read. Subscribe to our newsletter.",
)
PROSE = (
    "Share prices fell on Monday.",
    "The site uses cookies to follow its readers, the court found on Monday.",
    "We use cookies in this recipe. They are made with butter.",
    "Read also the second chapter, which she wrote in prison.",
    "Read also: The council voted on Tuesday night to close it.",
    "Share this article with friends, the minister told the crowd. Then he left.",
    "Related diseases killed seven people.",
    "Advertisement spending fell by a third.",
    "Follow us, said the guide, and nobody did.",
    "The print shop closed in 1936.",
)


@pytest.mark.parametrize("line", SHARE)
def test_share_and_read_also_lines_are_known(line: str) -> None:
    assert is_share_line(line)
    assert not is_notice(line)


@pytest.mark.parametrize("line", NOTICES)
def test_notices_are_known(line: str) -> None:
    assert is_notice(line)
    assert not is_share_line(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_that_speaks_of_such_things_is_not_taken_for_them(line: str) -> None:
    assert not is_share_line(line)
    assert not is_notice(line)


def test_a_long_paragraph_is_never_furniture() -> None:
    assert not is_share_line("Read also: " + "word " * 80)
    assert not is_notice("We use cookies. " * 30)


@pytest.mark.parametrize("line", ["Home", "Log in", "Über uns", "新闻"])
def test_bare_short_lines_may_be_menu_entries(line: str) -> None:
    assert is_menu_entry(line)


@pytest.mark.parametrize(
    "line",
    ["Yes.", "2 eggs", "- Home", "one, two", "Winners:", "a line of as many as five words", ""],
)
def test_lines_with_more_to_say_are_no_menu_entries(line: str) -> None:
    assert not is_menu_entry(line)


@pytest.mark.parametrize("line", ["Home | News", "1 | 2 | 3", "It rained | It stopped. | It froze"])
def test_few_or_long_parts_are_no_menu_bar(line: str) -> None:
    assert not is_menu_bar(line)
