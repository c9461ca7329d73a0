"""Derived data: indexes that pull the corpus' change log, and answers made from them."""
