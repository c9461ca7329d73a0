"""Models that read a question and a passage together, one file each."""
