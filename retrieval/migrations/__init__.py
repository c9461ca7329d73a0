"""The layouts of `vectors.sqlite`, oldest first."""
