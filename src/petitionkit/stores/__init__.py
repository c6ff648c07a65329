"""Stores: ``memory`` for tests and prose; ``sqlite``, ``postgres`` and ``sqlalchemy`` to keep.

They know rows and transactions, and no rule.
"""
