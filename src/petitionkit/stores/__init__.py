"""Stores: ``memory`` for tests and prose, ``sqlite`` for one file.

They know rows and transactions, and no rule.
"""
