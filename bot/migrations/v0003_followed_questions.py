"""Make the followed questions."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make nothing yet."""
