"""The features of administration, put together over one office."""

from bot.telegram.adding import Adding
from bot.telegram.backroom import Backroom
from bot.telegram.features import Feature
from bot.telegram.inviting import Inviting
from bot.telegram.overview import Overview
from bot.telegram.removing import Removing
from bot.telegram.services import Services
from bot.telegram.sync_work import SyncWork


def administration_features(services: Services) -> tuple[Feature, ...]:
    """Return what administrators can do in chat; nothing if there are none."""
    office = services.office
    if office is None or not services.admins:
        return ()
    backroom = Backroom(office.workshop)
    return (
        Adding(services, office, backroom),
        Removing(services, office, backroom),
        Overview(services, office),
        SyncWork(services, office),
        Inviting(services, office),
    )
