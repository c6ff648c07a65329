"""Verbs: value in, value out. ``signing`` is about signatures, ``office`` about petitions.

A verb decides by the rules of floor 3 what follows from a situation, and returns what to
write; a store makes it durable. Verbs read no clock and make no ids: both are arguments.
"""
