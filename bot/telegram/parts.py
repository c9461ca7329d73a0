"""The questions in a message: each is searched on its own, with what was said before it.

A message that says something and asks one thing, asks that: searched together, the rest would hide
it. One that asks several things gets an answer to each, as a person would give.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.journal import Progress
from bot.telegram.errand import UpdateErrand
from bot.telegram.greetings import without_courtesies
from corpus.sentences import sentence_spans

MOST_QUESTIONS = 4
"""A message that asks more is searched as one text."""
_FEWEST_WORDS = 3
"""A question of fewer words, as "Why?", goes with the one before it."""
_ASKS = ("?", "؟", "?!")
_AFTER_IT = "\"'»”’)"  # noqa: RUF001 - what may close a quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question, and what else the message says beside it, "" if nothing."""

    question: str
    beside: str = ""


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the questions in a message, in order, each once; all of it where none is marked."""
    said = without_courtesies(text)
    found = tuple(dict.fromkeys(_parts(" ".join(said.split()))))
    if not found or len(found) > MOST_QUESTIONS:
        return (Part(question=said),)
    return found


def _parts(text: str) -> Iterator[Part]:
    """Yield the questions; what follows the last of them goes with it."""
    beside: list[str] = []
    questions: list[tuple[str, list[str]]] = []
    for sentence in _sentences(text):
        if not _asks(sentence):
            beside.append(sentence)
        elif questions and not beside and len(sentence.split()) < _FEWEST_WORDS:
            question, around = questions[-1]
            questions[-1] = (f"{question} {sentence}", around)
        else:
            questions.append((sentence, beside))
            beside = []
    if questions:
        questions[-1][1].extend(beside)
    return (Part(question=asked, beside=_kept(around)) for asked, around in questions)


def _sentences(text: str) -> Iterator[str]:
    return (span.of(text) for span in sentence_spans(text, ""))


def _asks(sentence: str) -> bool:
    return sentence.rstrip(_AFTER_IT).endswith(_ASKS)


def _kept(sentences: Iterable[str]) -> str:
    return without_courtesies(" ".join(sentences)) if sentences else ""


class PartErrand(UpdateErrand):
    """The notes of one of several answers to an update, of which another is still to come.

    It settles nothing: after a crash the update is taken up again, without the parts whose answers
    arrived, and without the one that was leaving, of which nobody knows.
    """

    def about_to_send(self) -> None:
        """Write down, with the answer, that it may be out from now on; at once, as its parent."""
        if self._new_token is not None:
            self._errands.state.note_leaving(self._new_token, is_out=True)

    async def not_sent(self) -> None:
        """Write down that it is not out after all."""
        if self._new_token is not None:
            await self._errands.write(
                self._errands.state.note_leaving, self._new_token, is_out=False
            )

    @property
    def _new_token(self) -> str | None:
        """Return the token of an answer that stands in no message yet; None for an edited one."""
        answer = self._answer
        return answer.token if answer is not None and answer.message_id is None else None

    async def arrived(self, message_id: int | None, *, shown: str) -> None:
        """Write down that it arrived, and that the update goes on."""
        if self._answer is not None:
            await self._errands.write(
                self._errands.state.note_arrived,
                None,
                self._answer.token,
                message_id=message_id,
                shown=shown,
            )
        await self._go_on()

    async def unknown(self, note: str) -> None:
        """Write down that the update goes on; this part is not sent again."""
        await self._go_on(note)

    async def dropped(self, note: str) -> None:
        """Write down that the update goes on."""
        await self._go_on(note)

    async def _go_on(self, note: str | None = None) -> None:
        await self._errands.mark(self.update_id, Progress.ACCEPTED, note=note)
