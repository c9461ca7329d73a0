"""Make drafts of articles and invitations."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make nothing yet."""
