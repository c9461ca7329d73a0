"""Everything the bot says of itself, in one place. Plain text; markup and escaping come later.

Every text is a function with keyword arguments, so that catalogues can replace it.
"""

from collections.abc import Sequence

from retrieval.answers import Confidence

ONE_TOAST = 200
"""UTF-16 units Telegram shows in the answer to a pressed button."""


def match(*, confidence: Confidence) -> str:
    """Say how sure the answer is."""
    match confidence:
        case Confidence.STRONG:
            return "strong match"
        case Confidence.POSSIBLE:
            return "possible match"
        case Confidence.NONE:
            return "probably not an answer"


def open_at_sentence() -> str:
    """Label the link to the article at the sentence quoted."""
    return "open at this sentence"


def open_article() -> str:
    """Label the link under a folded passage."""
    return "open"


def also_in(*, names: Sequence[str], copies: int) -> str:
    """Say where the same sentence stands; `names` may be fewer than `copies`."""
    noun = "copy" if copies == 1 else "copies"
    more = f" and {copies - len(names)} more" if copies > len(names) else ""
    return f"🗞 also in {copies} {noun}: {', '.join(names)}{more}"


def story_of(*, number: int, total: int) -> str:
    """Say which story this is, and what the bot does."""
    exact = "Quotes are copied character for character."
    return exact if total == 1 else f"Story {number} of {total}. {exact}"


def nothing_found() -> str:
    """Say that nothing answers."""
    return "🤷 No passage answers this."


def searched(*, articles: int, newest: str | None) -> str:
    """Say how much was searched, up to which day."""
    noun = "article" if articles == 1 else "articles"
    until = f", the newest of {newest}" if newest else ""
    return f"I searched {articles} {noun}{until}."


def empty_library() -> str:
    """Say that there is nothing to search."""
    return "This library holds no articles yet."


def nearest(*, titles: Sequence[str]) -> str:
    """Name the nearest articles that do not answer."""
    return f"Nearest, but probably not an answer: {'; '.join(titles)}"


def changed_since() -> str:
    """Say that a quote is of an older version."""
    return "the article has changed since"


def withdrawn_passage() -> str:
    """Stand where a quote was."""
    return "⛔ This passage was withdrawn from the library."


def unprovable() -> str:
    """Stand where a quote would be that is not exact."""
    return (
        "⚠️ I found a passage but could not prove that I quote it exactly, so I do not show it. "
        "The people who run this bot can see why in its log."
    )


def trouble() -> str:
    """Say that something broke."""
    return "⚠️ Something went wrong on my side, and it is logged. Please ask again in a moment."


def interrupted() -> str:
    """Say that a question is given up after it failed again and again."""
    return "⚠️ I could not answer this in several attempts, so I stopped trying. Please ask it in other words."


def answered_newer(*, question: str) -> str:
    """Say which newer question was answered after a long absence."""
    return f"⏳ I was away when this came, and answered your newer question instead: “{question}”"


def many_unanswered(*, count: int, question: str) -> str:
    """Say the same once for many questions."""
    return (
        f"⏳ I was away when {count} earlier questions came, and answered the newest one instead: "
        f"“{question}”"
    )


def button_context() -> str:
    """Label."""
    return "📖 Context"


def button_sources(*, count: int) -> str:
    """Label."""
    return f"🗞 Sources {count}"


def button_previous() -> str:
    """Label."""
    return "‹"  # noqa: RUF001 - an arrow


def button_next() -> str:
    """Label."""
    return "›"  # noqa: RUF001 - an arrow


def button_contents(*, number: int, total: int) -> str:
    """Label."""
    return f"{number} / {total}"


def button_more_above() -> str:
    """Label."""
    return "▲ more above"


def button_more_below() -> str:
    """Label."""
    return "▼ more below"


def button_copy() -> str:
    """Label."""
    return "⧉ Copy quote"


def button_source() -> str:
    """Label."""
    return "🔗 Source"


def button_back() -> str:
    """Label."""
    return "↩ Back"


def button_anyway() -> str:
    """Label."""
    return "Show them anyway"


def headline_repeated(*, times: int) -> str:
    """Say what cleaning found out about the headline."""
    return f"This headline stands {times} times in the original; shown once."


def left_out(*, ranges: int) -> str:
    """Say how much else cleaning leaves out of the view."""
    noun = "range" if ranges == 1 else "ranges"
    return f"{ranges} repeated or menu {noun} of the original left out."


def sources_heading(*, count: int) -> str:
    """Head the list of articles that hold a sentence."""
    noun = "article holds" if count == 1 else "articles hold"
    return f"{count} {noun} this sentence"


def story_heading(*, reports: int, copies: int) -> str:
    """Head the list of articles that tell of one event."""
    noun = "report" if reports == 1 else "reports"
    copied = f" and {copies} {'copy' if copies == 1 else 'copies'}" if copies else ""
    return f"The story: {reports} {noun}{copied}"


def first_seen() -> str:
    """Mark the article of a story that was there first."""
    return "first seen"


def sources_more(*, count: int) -> str:
    """Say how many the list leaves out."""
    return f"… and {count} more."


def contents_line(*, number: int, title: str) -> str:
    """Name one story in the toast that lists them."""
    return f"{number}. {title}"


def toast_old_button() -> str:
    """Answer a button whose answer is no longer kept."""
    return "I no longer keep what this button belongs to. Please ask again."


def toast_not_yours() -> str:
    """Answer someone who did not ask."""
    return "Only the person who asked turns these pages. Ask me yourself with /ask."


def start() -> str:
    """Greet."""
    return (
        "👋 Ask me anything about the articles I was given. I answer with the exact passage and where it stands, "
        "or say that nothing answers.\n\nWrite your question, or /help for more."
    )


def help_private() -> str:
    """Explain, in a private chat."""
    return (
        "Write a question, and I answer with exact passages of the articles I was given.\n\n"
        "📖 Context shows what stands around a quote, ‹ and › turn the pages. "  # noqa: RUF001
        "The 🧾 code of a quote proves it: tap it, or send /verify and the code. "
        "Edit your question and I edit my answer.\n\n"
        "/ask question\n/why says how the last answer was found\n/verify code"
    )


def help_group() -> str:
    """Explain, in a group."""
    return (
        "Ask me with /ask and your question, by mentioning me, or by replying to one of my messages. "
        "I read nothing else here."
    )


def ask_usage() -> str:
    """Explain an empty /ask."""
    return "Write your question after /ask, for example: /ask How far did the river rise?"


def verify_usage() -> str:
    """Explain an empty /verify."""
    return "Write the 10 characters of a 🧾 code after /verify, for example: /verify K7Q2M9XA4T"


def unknown_command() -> str:
    """Answer a command that is none."""
    return "I do not know this command. /help lists the ones I know."


def cannot_read() -> str:
    """Answer a voice message, a picture and the like."""
    return "I can only read text. Please write your question."


def nothing_asked_yet() -> str:
    """Answer /why before any question."""
    return "You have not asked anything here yet."


def not_yours() -> str:
    """Answer the deep link to an answer that may not be shown here."""
    return "I no longer keep this answer. Please ask again."


def receipt_exact() -> str:
    """Head a receipt that still holds."""
    return "✅ Exact."


def receipt_changed() -> str:
    """Head a receipt whose article has a newer version without the quote."""
    return "✏️ Changed after this quote: the newest version no longer holds it."


def receipt_moved() -> str:
    """Head a receipt whose article has a newer version with the quote."""
    return "✏️ Changed after this quote, but the newest version still holds it word for word."


def receipt_withdrawn() -> str:
    """Head a receipt whose article is gone."""
    return "⛔ Withdrawn: the article of this quote is no longer in the library."


def receipt_unknown(*, code: str) -> str:
    """Answer a code that was never shown."""
    return (
        f"❓ I have never shown a quote with the receipt {code}. A code has 10 letters and digits."
    )


def receipt_facts(
    *, start: int, end: int, text_hash: str, version: int, versions: int, stored: str
) -> Sequence[str]:
    """Return what can be checked, one line each."""
    return (
        f"characters {start}-{end} of the article",
        f"sha256 of its text {text_hash[:12]}…",
        f"version {version} of {versions}",
        f"fetched {stored}",
    )


def why_lines(
    *,
    words: Sequence[str],
    vector_rank: int | None,
    keyword_rank: int | None,
    copies: int,
    confidence: Confidence,
    searched_for: str,
) -> Sequence[str]:
    """Return in five plain lines how an answer was found."""
    bar = {
        Confidence.STRONG: "it passed the bar for a strong match.",
        Confidence.POSSIBLE: "it passed the bar for a possible match, not for a strong one.",
        Confidence.NONE: "it did not pass the bar for an answer.",
    }[confidence]
    return (
        f"Searched for: {searched_for}",
        f"Words in common with the first passage: {', '.join(words) or 'none, it was found by meaning'}",
        f"By meaning it {_place(vector_rank)}; by keywords it {_place(keyword_rank)}.",
        f"{copies} {'copy' if copies == 1 else 'copies'} folded into it.",
        f"All in all, {bar}",
    )


def _place(rank: int | None) -> str:
    return "is not in the list" if rank is None else f"is number {rank}"


def commands_private() -> Sequence[tuple[str, str]]:
    """Return the private chats' commands with what they do."""
    return (
        ("ask", "Ask a question"),
        ("why", "How the last answer was found"),
        ("verify", "Is this quote still exact?"),
        ("help", "What I can do"),
    )


def commands_group() -> Sequence[tuple[str, str]]:
    """Return the groups' commands with what they do."""
    return (("ask", "Ask a question"), ("help", "What I can do"))
