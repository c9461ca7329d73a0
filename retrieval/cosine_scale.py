"""One scale for the cosines of all models: where unrelated texts lie.

Models differ in what a cosine means. The bundled model gives unrelated texts .03; multilingual E5
gives them .79, and related ones .85. The numbers of ranking and confidence are fitted to one
model; for another, its cosines are brought to that one's scale by the line that takes its
unrelated texts to where they lie there, and leaves 1 at 1. Order by cosine stays as it is. Numbers
that were fitted to the model itself need none of this.
"""

# ruff: noqa: RUF001 -- texts in other scripts

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import Calibration
from retrieval.protocols import Embedder, PassageText, Vectors

FITTED_BACKGROUND = 0.0345
"""What `background` returns for the bundled model, to which the shipped numbers are fitted."""
_HIGHEST = 0.98
"""A model that tells nothing apart is stretched no further than from here."""

_UNRELATED = (
    (
        "The river rose two metres overnight and cut the road to the village.",
        "Her second novel follows a clockmaker through three marriages.",
        "Add the butter in small pieces and knead the dough for ten minutes.",
        "The goalkeeper saved two penalties in the last minutes of the final.",
        "Interest rates will stay unchanged until spring, the central bank said.",
        "The telescope found water vapour in the air of a distant planet.",
    ),
    (
        "El río creció dos metros durante la noche y cortó la carretera al pueblo.",
        "Su segunda novela sigue a un relojero a través de tres matrimonios.",
        "Añada la mantequilla en trozos pequeños y amase durante diez minutos.",
        "El portero paró dos penaltis en los últimos minutos de la final.",
        "Los tipos de interés no cambiarán hasta la primavera, dijo el banco central.",
        "El telescopio encontró vapor de agua en el aire de un planeta lejano.",
    ),
    (
        "За ночь река поднялась на два метра и отрезала дорогу к деревне.",
        "Её второй роман рассказывает о часовщике и трёх его браках.",
        "Добавьте масло небольшими кусочками и месите тесто десять минут.",
        "Вратарь отбил два пенальти в последние минуты финала.",
        "Процентные ставки не изменятся до весны, сообщил центральный банк.",
        "Телескоп обнаружил водяной пар в воздухе далёкой планеты.",
    ),
    (
        "河水一夜之间上涨两米，切断了通往村庄的道路。",
        "她的第二部小说讲述了一位钟表匠的三次婚姻。",
        "将黄油切成小块加入，揉面十分钟。",
        "守门员在决赛最后几分钟扑出了两个点球。",
        "央行表示，利率在春季之前将保持不变。",
        "望远镜在一颗遥远行星的大气中发现了水蒸气。",
    ),
)
"""Short texts on six subjects that have nothing in common, in four languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CosineScale:
    """The line `gain * cosine + shift`."""

    gain: float
    shift: float

    def cosines(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return cosines on the scale the numbers were fitted to."""
        return self.gain * found + self.shift

    def question(self, vector: Vectors) -> Vectors:
        """Return a question's vector [dimension + 1] for `sentences`: its products are scaled."""
        return np.append(self.gain * vector, 1.0).astype(np.float32)

    def sentences(self, vectors: Vectors) -> Vectors:
        """Return sentence vectors [sentences, dimension + 1]; one that is all zeros stays so."""
        shifts = np.where(vectors.any(axis=1), self.shift, 0.0)
        return np.column_stack([vectors, shifts]).astype(np.float32)


def scale_for(embedder: Embedder, calibration: Calibration) -> CosineScale | None:
    """Return the scale of a model's cosines, `None` if the numbers were fitted to that model."""
    space = embedder.space
    if calibration.fitted_for in {space.name, f"{space.model}@{space.revision}"}:
        return None
    found = min(background(embedder), _HIGHEST)
    gain = (1.0 - FITTED_BACKGROUND) / (1.0 - found)
    return CosineScale(gain=gain, shift=1.0 - gain)


def background(embedder: Embedder) -> float:
    """Return the mean cosine of unrelated texts, in the language the model best tells apart."""
    return min(_mean_cosine(embedder, texts) for texts in _UNRELATED)


def _mean_cosine(embedder: Embedder, texts: Sequence[str]) -> float:
    passages = [PassageText(title="", text=text, sentences=()) for text in texts]
    rows = np.stack([made.passage for made in embedder.embed_passages(passages)])
    cosines = rows @ rows.T
    return float(cosines[np.triu_indices(len(rows), k=1)].mean())
