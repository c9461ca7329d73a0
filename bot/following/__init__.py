"""Followed questions: what is kept of them, what is new for them, and when people are told."""
