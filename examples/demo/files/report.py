"""Write a table of means by species: report.py SOURCE.csv TARGET.md."""

import sys
import time

import pandas as pd
from kestra import Kestra

source, target = sys.argv[1:]
begin = time.perf_counter()
means = pd.read_csv(source).groupby("species")[["flipper_mm", "mass_g"]].mean().sort_values("mass_g", ascending=False)

with open(target, "w") as file:
    file.write("| species | flipper (mm) | mass (g) |\n|---|---|---|\n")
    for species, row in means.iterrows():
        file.write(f"| {species} | {row.flipper_mm:.1f} | {row.mass_g:.0f} |\n")

Kestra.timer("report", time.perf_counter() - begin)
Kestra.outputs({"heaviest": means.index[0], "mass_g": round(means.mass_g.iloc[0])})
