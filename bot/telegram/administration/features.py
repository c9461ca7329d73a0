"""The features of administration, put together over one office."""

from bot.telegram.administration.adding import Adding
from bot.telegram.administration.backroom import Backroom
from bot.telegram.administration.inviting import Inviting
from bot.telegram.administration.overview import Overview
from bot.telegram.administration.removing import Removing
from bot.telegram.administration.sync_work import SyncWork
from bot.telegram.features import Feature
from bot.telegram.services import Services


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
