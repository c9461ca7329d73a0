"""What the bot says about followed questions and their alerts."""

from bot.speech import Speech


def button_follow(speech: Speech) -> str:
    """Label the button that follows a question."""
    return speech.gettext("🔔 Follow")


def button_stop(speech: Speech) -> str:
    """Label the button that ends what is followed."""
    return speech.gettext("🔕 Stop")


def button_pause(speech: Speech) -> str:
    """Label the button that pauses alerts for a question."""
    return speech.gettext("⏸ Pause")


def button_resume(speech: Speech) -> str:
    """Label the button that ends a pause."""
    return speech.gettext("▶ Resume")


def button_tell(speech: Speech) -> str:
    """Label the button under “nothing found”."""
    return speech.gettext("🔔 Tell me when something answers it")


def button_do_not_tell(speech: Speech) -> str:
    """Label the button that takes that back."""
    return speech.gettext("🔕 Do not tell me")


def button_all(speech: Speech, *, number: int) -> str:
    """Label the button that leads back from a story to the list of new ones."""
    return speech.ngettext("☰ All {number}", "☰ All {number}", number)


def button_when(speech: Speech) -> str:
    """Label the button to the settings of alerts."""
    return speech.gettext("⚙️ When to tell me")


def button_back(speech: Speech) -> str:
    """Label the button to the list of followed questions."""
    return speech.gettext("↩ Back")


def toast_following(speech: Speech) -> str:
    """Answer the press that follows a question."""
    return speech.gettext("🔔 Followed. I tell you when a new story answers this. See /following")


def toast_tell(speech: Speech) -> str:
    """Answer the press that asks to be told once."""
    return speech.gettext("🔔 I tell you once, as soon as something answers this.")


def toast_stopped(speech: Speech) -> str:
    """Answer the press that ends what is followed."""
    return speech.gettext("🔕 Stopped.")


def toast_paused(speech: Speech) -> str:
    """Answer the press that pauses."""
    return speech.gettext("⏸ Paused. What is new meanwhile is not told later. See /following")


def toast_resumed(speech: Speech) -> str:
    """Answer the press that ends a pause."""
    return speech.gettext("▶ Resumed: I tell you what is new from now on.")


def toast_too_many(speech: Speech, *, most: int) -> str:
    """Refuse one more followed question."""
    return speech.ngettext(
        "You follow {number} question already. Stop one in /following first.",
        "You follow {number} questions already. Stop one in /following first.",
        most,
    )


def toast_not_yours(speech: Speech) -> str:
    """Refuse a press on what somebody else follows."""
    return speech.gettext("Only whoever follows this can change it.")


def toast_gone(speech: Speech) -> str:
    """Answer a press about what is not followed any more."""
    return speech.gettext("This is not followed any more.")


def following(speech: Speech, *, question: str) -> str:
    """Confirm /follow."""
    return speech.gettext(
        "🔔 Followed: “{question}”\n"
        "I tell you here when a new story answers it: each story once, copies never. "
        "/following lists what you follow, and sets when you hear of it.",
        question=question,
    )


def followed_already(speech: Speech, *, question: str) -> str:
    """Say that the same question is followed in this place."""
    return speech.gettext("🔔 This is followed here already: “{question}”", question=question)


def follow_usage(speech: Speech) -> str:
    """Explain /follow without a question where none was asked before."""
    return speech.gettext(
        "Write the question after the command: /follow What is new about the bridge?"
    )


def new_for(speech: Speech, *, question: str) -> str:
    """Head an alert."""
    return speech.gettext("🔔 New for: “{question}”", question=question)


def new_stories(speech: Speech, *, number: int) -> str:
    """Head a digest."""
    return speech.ngettext(
        "🔔 {number} new story for what you follow",
        "🔔 {number} new stories for what you follow",
        number,
    )


def last_of_today(speech: Speech, *, most: int) -> str:
    """Say under the last message a day may bring that the rest comes later."""
    return speech.ngettext(
        "This was today's last alert ({number} a day). What else comes is told together tomorrow.",
        "This was today's last alert ({number} a day). What else comes is told together tomorrow.",
        most,
    )


def nothing_followed(speech: Speech) -> str:
    """Answer /following where nothing is followed."""
    return speech.gettext(
        "Nothing is followed yet. Press 🔔 Follow under an answer, or write /follow and a question."
    )


def followed(speech: Speech, *, number: int) -> str:
    """Head the list of followed questions."""
    return speech.ngettext(
        "🔔 {number} followed question", "🔔 {number} followed questions", number
    )


def followed_line(speech: Speech, *, place: int, question: str) -> str:
    """Name one followed question in the list."""
    return speech.gettext("{place}. “{question}”", place=place, question=question)


def is_paused(speech: Speech) -> str:
    """Say that a question finds nothing at present because its follower wished so."""
    return speech.gettext("⏸ paused")


def is_shut(speech: Speech) -> str:
    """Say that a question finds nothing because its chat took no messages."""
    return speech.gettext(
        "⏸ paused: I could not write there; it goes on when somebody writes to me"
    )


def is_once(speech: Speech) -> str:
    """Say that a question ends with its first alert."""
    return speech.gettext("told once")


def is_in_group(speech: Speech) -> str:
    """Say that the alerts of a question go to a group."""
    return speech.gettext("in a group")


def settings(speech: Speech) -> str:
    """Head the settings of alerts."""
    return speech.gettext("⚙️ When I tell you what is new")


def at_once(speech: Speech) -> str:
    """Say that alerts come at once; also a button."""
    return speech.gettext("At once")


def daily_at(speech: Speech, *, clock: str) -> str:
    """Say when the daily digest comes."""
    return speech.gettext("Once a day at {clock}", clock=clock)


def daily(speech: Speech) -> str:
    """Label the button for a daily digest."""
    return speech.gettext("Once a day")


def quiet(speech: Speech, *, start: str, end: str) -> str:
    """Say when nothing is sent; also a button."""
    return speech.gettext("Quiet from {start} to {end}", start=start, end=end)


def no_quiet(speech: Speech) -> str:
    """Say that there are no quiet hours; also a button."""
    return speech.gettext("No quiet hours")


def most_a_day(speech: Speech, *, number: int) -> str:
    """Say how many messages come at most; also a button."""
    return speech.ngettext(
        "At most {number} message a day", "At most {number} messages a day", number
    )


def time_zone(speech: Speech, *, zone: str, clock: str) -> str:
    """Say the time zone, and what time it is there."""
    return speech.gettext("Time zone: {zone}, where it is {clock}", zone=zone, clock=clock)


def by_hand(speech: Speech) -> str:
    """Say how to set what the buttons do not offer."""
    return speech.gettext(
        "Or write, for example: /following Europe/Lisbon, /following 07:30, /following 22:30-06:15"
    )


def button_time_zone(speech: Speech) -> str:
    """Label the button to the time zones."""
    return speech.gettext("🌐 Time zone")


def choose_zone(speech: Speech) -> str:
    """Head the time zones."""
    return speech.gettext(
        "🌐 Choose your time zone, or write it as an IANA name: /following Europe/Lisbon"
    )


def not_understood(speech: Speech, *, written: str) -> str:
    """Answer /following with something that sets nothing."""
    return speech.gettext(
        "I do not understand “{written}”. Write a time zone such as Europe/Lisbon, a time for a "
        "daily digest such as 07:30, or quiet hours such as 22:30-06:15.",
        written=written,
    )


def only_in_private(speech: Speech) -> str:
    """Answer the attempt to set times in a group."""
    return speech.gettext("When you hear of what is new is set in our private chat: /following")
