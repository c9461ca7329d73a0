"""Sentence-transformers models small enough to be made in a test: random weights, real files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

WORDS = (
    "the a of in on and was is two five river rose bridge held nobody hurt storm cut road house "
    "houses burned down mayor said who won match town night flood water query passage : ? . ,"
)
_LETTERS = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MAX_TOKENS = 48
WIDTH = 32


def save_tiny_model(
    folder: Path,
    *,
    pooling: str = "mean",
    normalised: bool = True,
    prompts: Mapping[str, str] | None = None,
    default_prompt: str | None = None,
    max_tokens: int = MAX_TOKENS,
    dense: int | None = None,
    seed: int = 7,
) -> Path:
    """Write a two-layer BERT of width 32 with a pooling as a sentence-transformers folder.

    With `dense`, a layer of that many outputs stands between the pooling and the norm.
    """
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Dense,
        Normalize,
        Pooling,
        Transformer,
    )
    from transformers import BertModel  # noqa: PLC0415

    plain = _save_bert(folder, BertModel, seed=seed)
    modules: list[Any] = [Transformer(str(plain), max_seq_length=max_tokens)]
    modules.append(Pooling(WIDTH, pooling_mode=cast("Any", pooling)))
    if dense is not None:
        modules.append(Dense(WIDTH, dense))
    if normalised:
        modules.append(Normalize())
    model = SentenceTransformer(
        modules=modules,
        device="cpu",
        prompts=dict(prompts or {}),
        default_prompt_name=default_prompt,
    )
    model.save(str(folder))
    return folder


def save_static_model(folder: Path, *, dimension: int = 24) -> Path:
    """Write a model that is a table of vectors, one a word: it has no layers and no longest text."""
    import torch  # noqa: PLC0415 - takes seconds
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        StaticEmbedding,
    )
    from tokenizers import Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordLevel  # noqa: PLC0415
    from tokenizers.normalizers import Lowercase  # noqa: PLC0415
    from tokenizers.pre_tokenizers import Whitespace  # noqa: PLC0415

    words = {word: number for number, word in enumerate(dict.fromkeys(["[UNK]", *WORDS.split()]))}
    tokenizer: Any = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    torch.manual_seed(7)
    table = torch.randn(len(words), dimension)
    static = StaticEmbedding(tokenizer, embedding_weights=table)
    SentenceTransformer(modules=[static], device="cpu").save(str(folder))
    return folder


def save_tiny_cross_encoder(folder: Path, *, labels: int = 1, seed: int = 7) -> Path:
    """Write a two-layer BERT that judges pairs of texts as a `CrossEncoder` folder."""
    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - takes seconds
    from transformers import BertForSequenceClassification  # noqa: PLC0415

    plain = _save_bert(folder, BertForSequenceClassification, seed=seed, num_labels=labels)
    CrossEncoder(str(plain), device="cpu", max_length=MAX_TOKENS).save(str(folder))
    return folder


def _save_bert(folder: Path, kind: Any, *, seed: int, **config: Any) -> Path:
    """Write a BERT of random weights with its tokenizer beside `folder`; return where."""
    import torch  # noqa: PLC0415 - seconds, for the tests that need it only
    from transformers import BertConfig, BertTokenizer  # noqa: PLC0415

    plain = folder.with_name(f"{folder.name}-bert")
    plain.mkdir(parents=True)
    vocabulary = [*_SPECIAL, *WORDS.split(), *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
    tokens = plain / "vocab.txt"
    tokens.write_text("\n".join(dict.fromkeys(vocabulary)) + "\n", encoding="utf-8")
    BertTokenizer(str(tokens), model_max_length=MAX_TOKENS).save_pretrained(plain)
    torch.manual_seed(seed)
    shape = BertConfig(
        vocab_size=len(dict.fromkeys(vocabulary)),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=MAX_TOKENS,
        initializer_range=0.1,
        **config,
    )
    kind(shape).save_pretrained(plain)
    return plain
