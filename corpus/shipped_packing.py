"""Packing with a zstandard dictionary that comes with the program, each piece by itself."""

from functools import cache, cached_property
from pathlib import Path

import zstandard

_LEVEL = 12
"""Of zstandard: higher ones take several times as long for a few per cent."""


class ShippedPacking:
    """Packs and unpacks with one dictionary, read when it is first used. Safe to share by threads."""

    def __init__(self, dictionary: Path) -> None:
        """Prepare to read the file `dictionary`."""
        self._file = dictionary

    def packed(self, plain: bytes) -> bytes:
        """Return one frame, as what `unpacker` returns unpacks it."""
        return zstandard.ZstdCompressor(
            compression_params=parameters(_LEVEL), dict_data=self._ready
        ).compress(plain)

    def unpacker(self) -> zstandard.ZstdDecompressor:
        """Return what unpacks any number of frames, in one thread."""
        return zstandard.ZstdDecompressor(
            dict_data=self._dictionary, format=zstandard.FORMAT_ZSTD1_MAGICLESS
        )

    @cached_property
    def _dictionary(self) -> zstandard.ZstdCompressionDict:
        return zstandard.ZstdCompressionDict(self._file.read_bytes())

    @cached_property
    def _ready(self) -> zstandard.ZstdCompressionDict:
        """The dictionary for packing, which takes a quarter of a millisecond to prepare."""
        dictionary = zstandard.ZstdCompressionDict(self._file.read_bytes())
        dictionary.precompute_compress(compression_params=parameters(_LEVEL))
        return dictionary


@cache
def parameters(level: int) -> zstandard.ZstdCompressionParameters:
    """Return how to pack: without what SQLite and the hashes of a version tell anyway."""
    return zstandard.ZstdCompressionParameters.from_level(
        level,
        format=zstandard.FORMAT_ZSTD1_MAGICLESS,
        write_content_size=True,
        write_checksum=False,
        write_dict_id=False,
    )
