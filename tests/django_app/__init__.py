"""Tests of the Django app, which need Django set up before they are read."""
