"""Possible duplicates: pairs of signatures that look like one person, and why.

Identity decides at the moment of signing, by exact claims; suspicion comes later and only
proposes. Nothing in here removes or changes a signature. Start with ``listings`` (what signers
gave), ``finder`` (pairs by named rules), ``clusters``, ``review`` and ``report``; the same rules
run on DuckDB and on Spark (``duckdb_engine``, ``spark_engine``).
"""
