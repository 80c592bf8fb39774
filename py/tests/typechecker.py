"""The type checker that tests apply to every function and dataclass of the package."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
"""Beartype, which accepts an int as a float, like static checkers."""
