"""People: their language, what is kept of them, and forgetting it."""
