"""The truth: article versions, their passages and the log of every change."""
