"""The tables of `bot.sqlite`, as the code of this release uses them.

`bot/migrations` makes them in the file; a test holds the two together.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
)

from corpus.database import UtcTime

metadata = MetaData()

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("payload", String),
    Column("asked_at", UtcTime),
    Column("received_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("note", String),
    Index("updates_by_state", "state", "update_id"),
    Index("updates_by_age", "received_at"),
)
"""The journal. `payload` is the update as Telegram sent it, and is erased once it is settled."""

answers = Table(
    "answers",
    metadata,
    Column("token", String, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("message_id", BigInteger),
    Column("question_id", BigInteger),
    Column("asker_id", BigInteger),
    Column("question", String, nullable=False),
    Column("searched_for", String, nullable=False),
    Column("confidence", String, nullable=False),
    Column("stories", String, nullable=False),
    Column("shown", String),
    Column("created_at", UtcTime, nullable=False),
    Column("reasons", String),
    Column("is_listing", Boolean, nullable=False, server_default=false()),
    Column("is_part", Boolean, nullable=False, server_default=false()),
    Index("answers_by_question", "chat_id", "question_id"),
    Index("answers_by_message", "chat_id", "message_id"),
    Index("answers_by_age", "created_at"),
)
"""What buttons stand for. `stories` refers to passages and holds no text; `shown` is a hash of the
message as it stands, so that no edit is sent that changes nothing. `reasons` are those of
`bot.reasons`; what `is_listing` answers no question but lists what is new;
what `is_part` answers one of several questions of a message."""

receipts = Table(
    "receipts",
    metadata,
    Column("code", String, primary_key=True),
    Column("collection", String, nullable=False),
    Column("key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("shown_at", UtcTime, nullable=False),
)
"""Quotes that were shown to somebody, by their receipt."""

moved_chats = Table(
    "moved_chats",
    metadata,
    Column("old_id", BigInteger, primary_key=True),
    Column("new_id", BigInteger, nullable=False),
)
"""Groups that became supergroups."""

departures = Table(
    "departures",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("left_at", UtcTime, nullable=False),
)
"""Chats the bot was removed from, or that blocked it."""

moments = Table(
    "moments",
    metadata,
    Column("name", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
)
"""When things last happened."""

votes = Table(
    "votes",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("receipt", String, primary_key=True),
    Column("question_key", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("grade", Integer, nullable=False),
    Column("question", String, nullable=False),
    Column("collection", String, nullable=False),
    Column("key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("token", String, nullable=False),
    Column("voted_at", UtcTime, nullable=False),
    Index("votes_by_question", "question_key", "receipt"),
    Index("votes_by_article", "collection", "key"),
    Index("votes_by_answer", "token"),
)
"""What readers think of passages under a question: `vote` with grade 1 or -1, or `chosen`."""

gaps = Table(
    "gaps",
    metadata,
    Column("token", String, primary_key=True),
    Column("question", String, nullable=False),
    Column("collections", String, nullable=False),
    Column("vector", LargeBinary),
    Column("space", String),
    Column("state", String, nullable=False),
    Column("settled_at", UtcTime),
    Column("answer", String),
    Column("tried_at", BigInteger),
    Index("gaps_by_state", "state"),
)
"""Questions nothing answers, alike ones as one. `vector` is float16; `tried_at` is the position of
the library's log at which it was last asked again; `answer` is the article that closed it."""

gap_askings = Table(
    "gap_askings",
    metadata,
    Column("token", String, primary_key=True),
    Column("gap", String, nullable=False),
    Column("asker_id", BigInteger),
    Column("question", String, nullable=False),
    Column("why", String, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Index("gap_askings_by_gap", "gap"),
    Index("gap_askings_by_asker", "asker_id"),
)
"""Who asked what of a gap, by the token of the answer that was none."""

inline_cards = Table(
    "inline_cards",
    metadata,
    Column("inline_message_id", String, primary_key=True),
    Column("token", String, nullable=False),
    Column("sender_id", BigInteger, nullable=False),
    Column("shown", String),
    Column("sent_at", UtcTime, nullable=False),
    Index("inline_cards_by_answer", "token"),
    Index("inline_cards_by_sender", "sender_id"),
)
"""Messages sent in the bot's name where it may not be a member, and the answers they show."""

drafts = Table(
    "drafts",
    metadata,
    Column("token", String, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("person_id", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("collection", String, nullable=False),
    Column("summary", String, nullable=False),
    Column("edits", String, nullable=False),
    Column("plan", String),
    Column("result", String),
    Column("size", BigInteger, nullable=False),
    Column("claimed_by", BigInteger),
    Column("claimed_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Index("drafts_by_message", "chat_id", "message_id"),
    Index("drafts_by_age", "created_at"),
)
"""Articles an administrator may add, and removals that wait for a yes. `plan` says what the library
held before, so that it can be brought back, `result` what was done; `claimed_by` is the update that
carries it out."""

draft_parts = Table(
    "draft_parts",
    metadata,
    Column("token", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""The articles of a draft as they were read, in pieces that are written quickly one by one."""

invitations = Table(
    "invitations",
    metadata,
    Column("token", String, primary_key=True),
    Column("made_by", BigInteger, nullable=False),
    Column("collections", String, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
)
"""Links that let people in. `collections` is a list as JSON, empty for all."""

guests = Table(
    "guests",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("token", String, nullable=False),
    Column("collections", String, nullable=False),
    Column("came_at", UtcTime, nullable=False),
    Index("guests_by_token", "token"),
)
"""Who came by an invitation, and what they may see."""

works = Table(
    "works",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("started_at", UtcTime, nullable=False),
    Column("alive_at", UtcTime, nullable=False),
)
"""Work that one process at a time does, with the message that tells how far it is."""

follows = Table(
    "follows",
    metadata,
    Column("token", String, primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("question", String, nullable=False),
    Column("question_key", String, nullable=False),
    Column("language", String, nullable=False),
    Column("is_once", Integer, nullable=False),
    Column("paused", String),
    Column("paused_at", UtcTime),
    Column("since", Integer, nullable=False),
    Column("vector", LargeBinary),
    Column("space", String),
    Column("created_at", UtcTime, nullable=False),
    Index("follows_by_person", "person_id"),
    Index("follows_by_chat", "chat_id", "question_key"),
)
"""Followed questions. Only what the library's log holds after the position `since` is news for
one. `vector` is float16, in the vector space named by `space`."""

followed_articles = Table(
    "followed_articles",
    metadata,
    Column("follow", String, primary_key=True),
    Column("collection", String, primary_key=True),
    Column("key", String, primary_key=True),
    Index("followed_articles_by_key", "collection", "key"),
)
"""The articles whose stories whoever follows was shown, or was alerted of: never again."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("follow", String, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("question", String, nullable=False),
    Column("story", String, nullable=False),
    Column("state", String, nullable=False),
    Column("token", String),
    Column("number", Integer),
    Column("found_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("note", String),
    Index("alerts_by_state", "state", "id"),
    Index("alerts_by_token", "token"),
    Index("alerts_by_person", "person_id", "sent_at"),
    Index("alerts_by_follow", "follow"),
    sqlite_autoincrement=True,
)
"""Stories found for followed questions. `token` names the answer that shows it, `number` is its
page there, from 0. `sent_at` is when the message was about to leave."""

alert_habits = Table(
    "alert_habits",
    metadata,
    Column("person_id", BigInteger, primary_key=True),
    Column("zone", String, nullable=False),
    Column("is_daily", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("quiet_from", String),
    Column("quiet_until", String),
    Column("cap", Integer, nullable=False),
)
"""When people want alerts: local times as HH:MM, `zone` an IANA name."""

looks = Table(
    "looks",
    metadata,
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("history", String, nullable=False),
    Column("version", Integer, nullable=False),
)
"""How far the library's log was looked through for news, and the newest version known then."""

people = Table(
    "people",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("language", String),
    Column("language_code", String),
    Column("told_at", UtcTime),
)
"""What is kept of a person: the language they chose, the one Telegram last named, and when they were
told that the model does not know it. Who chose nothing and follows nothing may not be here."""

announced = Table(
    "announced",
    metadata,
    Column("username", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
)
"""A hash of the commands and descriptions that Telegram was given for a bot."""
