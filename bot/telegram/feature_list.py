"""Every feature of the bot: one line each, apart from the seam that they all import."""

from bot.telegram.administration.features import administration_features
from bot.telegram.examples import Examples
from bot.telegram.features import Feature
from bot.telegram.following.feature import Following
from bot.telegram.gaps import GapList
from bot.telegram.housekeeping import Housekeeping
from bot.telegram.inline.feature import Inline
from bot.telegram.inline.guests import Guests
from bot.telegram.latest import Latest
from bot.telegram.membership import Membership
from bot.telegram.privacy import Privacy
from bot.telegram.services import Services
from bot.telegram.settings_menu import SettingsMenu
from bot.telegram.voting import Voting


def features_of(services: Services) -> tuple[Feature, ...]:
    """Return the features of the bot, in the order in which they are asked for an update."""
    return (
        *administration_features(services),
        Membership(services),
        Latest(services),
        Examples(services),
        Voting(services),
        Following(services),
        Inline(services),
        Guests(services),
        GapList(services),
        SettingsMenu(services),
        Privacy(services),
        Housekeeping(services),
    )
