"""One file per format: bytes in, `RawArticle` out."""
