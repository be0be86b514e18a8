"""Who may ask: a module for each RFC."""

from dataclasses import dataclass

from corsheet.model import EVERY_UNIT, BusinessUnitId


@dataclass(frozen=True, slots=True)
class Granted:
    """Somebody who may ask.

    Attributes:
        principal: Who, for the log.
        business_units: Which units' orders; ``EVERY_UNIT`` in it: all.
    """

    principal: str
    business_units: frozenset[BusinessUnitId]

    def may_ask_for(self, unit: BusinessUnitId) -> bool:
        """Tell whether the orders of that unit may be told."""
        return EVERY_UNIT in self.business_units or unit in self.business_units


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who may not.

    Attributes:
        reason: For the problem's detail; says nothing that helps guessing.
        is_busy: Nobody has looked yet; asking again may help.
    """

    reason: str
    is_busy: bool = False
