"""The steps from an empty file to the layout of `corpus.schema`, and Alembic's `env.py`."""
