"""The petition site: pages, letters and rules."""
