"""Write the demonstration's files into this folder; they come out the same every time.

python docs/examples/claremont/make.py
"""

from pathlib import Path

from petitionkit.cli.claremont import petition_toml, policy_toml, roll_csv

HERE = Path(__file__).parent

for name, text in (
    ("petition.toml", petition_toml()),
    ("policy.toml", policy_toml()),
    ("roll.csv", roll_csv()),
):
    (HERE / name).write_text(text, "utf-8", newline="\n")
