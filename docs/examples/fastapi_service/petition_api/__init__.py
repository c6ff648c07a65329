"""A petition service: a JSON API over PostgreSQL, and a worker that sends what is due."""
