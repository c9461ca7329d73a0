"""Sentence-transformers models small enough to be made in a test: random weights, real files."""

from collections.abc import Mapping
from pathlib import Path

WORDS = (
    "the a of in on and was is two five river rose bridge held nobody hurt storm cut road house "
    "houses burned down mayor said who won match town night flood water query passage : ? . ,"
)
_LETTERS = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MAX_TOKENS = 48


def save_tiny_model(
    folder: Path,
    *,
    pooling: str = "mean",
    normalised: bool = True,
    prompts: Mapping[str, str] | None = None,
    seed: int = 7,
) -> Path:
    """Write a two-layer BERT of width 32 with a pooling as a sentence-transformers folder."""
    import torch  # noqa: PLC0415 - seconds, for the tests that need it only
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Normalize,
        Pooling,
        Transformer,
    )
    from transformers import BertConfig, BertModel, BertTokenizer  # noqa: PLC0415

    plain = folder.with_name(f"{folder.name}-bert")
    plain.mkdir(parents=True)
    vocabulary = [*_SPECIAL, *WORDS.split(), *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
    tokens = plain / "vocab.txt"
    tokens.write_text("\n".join(dict.fromkeys(vocabulary)) + "\n", encoding="utf-8")
    BertTokenizer(str(tokens), model_max_length=MAX_TOKENS).save_pretrained(plain)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(dict.fromkeys(vocabulary)),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=MAX_TOKENS,
        initializer_range=0.1,
    )
    BertModel(config).save_pretrained(plain)
    reader = Transformer(str(plain), max_seq_length=MAX_TOKENS)
    modules = [reader, Pooling(32, pooling_mode=pooling), *([Normalize()] if normalised else [])]
    model = SentenceTransformer(modules=modules, device="cpu", prompts=dict(prompts or {}))
    model.save(str(folder))
    return folder
