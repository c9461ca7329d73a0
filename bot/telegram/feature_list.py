"""Every feature of the bot: one line each, apart from the seam that they all import."""

from bot.telegram.features import Feature
from bot.telegram.services import Services
from bot.telegram.voting import Voting


def features_of(services: Services) -> tuple[Feature, ...]:
    """Return the features of the bot, in the order in which they are asked for an update."""
    return (Voting(services),)
