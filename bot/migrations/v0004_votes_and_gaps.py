"""Make votes on passages and unanswered questions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the votes, the gaps, and who asked what of a gap."""
    _make_votes()
    _make_gaps()
    op.create_table(
        "gap_askings",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("gap", sa.String, nullable=False),
        sa.Column("asker_id", sa.BigInteger),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("asked_at", sa.String, nullable=False),
    )
    op.create_index("gap_askings_by_gap", "gap_askings", ["gap"])
    op.create_index("gap_askings_by_asker", "gap_askings", ["asker_id"])
    op.create_index("answers_by_age", "answers", ["created_at"])


def _make_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("receipt", sa.String, primary_key=True),
        sa.Column("question_key", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("collection", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("voted_at", sa.String, nullable=False),
    )
    op.create_index("votes_by_question", "votes", ["question_key", "receipt"])
    op.create_index("votes_by_article", "votes", ["collection", "key"])
    op.create_index("votes_by_answer", "votes", ["token"])


def _make_gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("collections", sa.String, nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("space", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("settled_at", sa.String),
        sa.Column("answer", sa.String),
        sa.Column("tried_at", sa.BigInteger),
    )
    op.create_index("gaps_by_state", "gaps", ["state"])
