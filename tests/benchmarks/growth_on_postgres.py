"""What ``growth`` measures, on PostgreSQL."""

from growth import on_postgres as measure

__all__ = ["measure"]
