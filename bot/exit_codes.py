"""What the process ends with; scripts depend on it."""

DONE = 0
SOME_FAILED = 1
USER_MUST_ACT = 2
NOT_ANSWERED = 3
NOT_VERIFIED = 4
INTERRUPTED = 130
PIPE_CLOSED = 141
