"""What administrators are told: rights, sources, syncing, statistics."""

from bot.speech import Speech
from corpus.reports import Result


def admins_only(speech: Speech) -> str:
    """Refuse what only administrators may do."""
    return speech.gettext("Only the people who run this bot can do that.")


def toast_not_for_you(speech: Speech) -> str:
    """Refuse a press of somebody who may not."""
    return speech.gettext("This button is not for you.")


def outcome(speech: Speech, *, result: Result, number: int) -> str:  # noqa: PLR0911 - one each
    """Say how many articles something became of."""
    match result:
        case Result.ADDED:
            return speech.ngettext("{number} new", "{number} new", number)
        case Result.UPDATED:
            return speech.ngettext("{number} new version", "{number} new versions", number)
        case Result.REVISED:
            return speech.ngettext(
                "{number} with other details", "{number} with other details", number
            )
        case Result.UNCHANGED:
            return speech.ngettext("{number} unchanged", "{number} unchanged", number)
        case Result.RETIRED:
            return speech.ngettext("{number} withdrawn", "{number} withdrawn", number)
        case Result.FAILED:
            return speech.ngettext("{number} failed", "{number} failed", number)
        case Result.SKIPPED:
            return speech.ngettext("{number} passed over", "{number} passed over", number)


def no_sources(speech: Speech) -> str:
    """Say that nothing is followed."""
    return speech.gettext(
        "Nothing is followed. “passagebot ingest SOURCE” on the machine I run on follows a folder, a feed or a site."
    )


def sources_heading(speech: Speech, *, number: int) -> str:
    """Head the list of what is followed."""
    return speech.ngettext("{number} source is followed", "{number} sources are followed", number)


def articles(speech: Speech, *, number: int) -> str:
    """Say how many articles there are."""
    return speech.ngettext("{number} article", "{number} articles", number)


def source_ok(speech: Speech, *, when: str) -> str:
    """Say when a source was last read without a failure."""
    return speech.gettext("last read {when}", when=when)


def source_never(speech: Speech) -> str:
    """Say that a source was not read yet."""
    return speech.gettext("not read yet")


def source_failed(speech: Speech, *, reason: str) -> str:
    """Say that a source fails, and why, in a clause in English."""
    return speech.gettext("failed: {reason}", reason=reason)


def next_attempt(speech: Speech, *, when: str) -> str:
    """Say when a failing source is tried again."""
    return speech.gettext("next attempt {when}", when=when)


def syncing(speech: Speech) -> str:
    """Say that sources are being brought up to date."""
    return speech.gettext("🔄 Syncing …")


def syncing_some(speech: Speech, *, done: int, total: int) -> str:
    """Say how many sources are done."""
    return speech.gettext(
        "🔄 Syncing: {done} of {total} sources looked at …", done=done, total=total
    )


def sync_under_way(speech: Speech, *, when: str) -> str:
    """Refuse a second sync."""
    return speech.gettext("A sync is under way already; it began {when}.", when=when)


def synced(speech: Speech, *, outcomes: str) -> str:
    """Say what a sync did."""
    return speech.gettext("✅ Synced: {outcomes}", outcomes=outcomes)


def synced_nothing(speech: Speech) -> str:
    """Say that a sync found nothing new."""
    return speech.gettext("✅ Synced; nothing has changed.")


def sync_failed(speech: Speech, *, reason: str) -> str:
    """Say why a sync did not run."""
    return speech.gettext("❌ The sync did not run: {reason}", reason=reason)


def sync_interrupted(speech: Speech) -> str:
    """Say that a sync ended with the bot."""
    return speech.gettext(
        "⚠️ This sync was interrupted by a restart. What was read is kept; /sync goes on from there."
    )


def failure_line(speech: Speech, *, source: str, reason: str) -> str:
    """Name a source that failed, and why."""
    return speech.gettext("⚠️ {source}: {reason}", source=source, reason=reason)


def stats_heading(speech: Speech, *, days: int) -> str:
    """Head the statistics."""
    return speech.gettext("📊 The last {days} days", days=days)


def stats_questions(speech: Speech, *, number: int, daily: str) -> str:
    """Say how many questions there were, and how many a day."""
    return speech.ngettext(
        "{number} question, {daily} a day", "{number} questions, {daily} a day", number, daily=daily
    )


def stats_answered(speech: Speech, *, share: int, nothing: int) -> str:
    """Say which share was answered."""
    return speech.gettext(
        "answered: {share} %; nothing found: {nothing}", share=share, nothing=nothing
    )


def stats_time(speech: Speech, *, seconds: str) -> str:
    """Say how long an answer takes, in seconds."""
    return speech.gettext("median time to the answer: {seconds} s (last two days)", seconds=seconds)


def stats_chats(speech: Speech, *, number: int) -> str:
    """Say how many chats asked."""
    return speech.ngettext("{number} chat asked", "{number} chats asked", number)


def stats_votes(speech: Speech, *, up: int, down: int) -> str:
    """Say how passages were judged."""
    return speech.gettext("votes: 👍 {up}, 👎 {down}", up=up, down=down)


def stats_follows(speech: Speech, *, number: int) -> str:
    """Say how many questions are followed."""
    return speech.ngettext("{number} followed question", "{number} followed questions", number)


def stats_none(speech: Speech) -> str:
    """Say that nobody asked anything."""
    return speech.gettext("No questions yet.")
