"""Make votes on passages and unanswered questions."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make nothing yet."""
